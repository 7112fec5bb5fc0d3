"""Reading lists: whatever spreadsheets write comes in whole, with the numbers of its rows, or it says why not."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as some

from orgs.giving import sheet
from orgs.giving.sheet import Unreadable, read, text_of

CELL = some.text(some.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=12)
WORDS = CELL.map(lambda text: text.strip()).filter(lambda text: text and text[0] != "'" and "\ufeff" not in text)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16"]
ROWS = some.lists(some.tuples(WORDS, some.integers(1, 10**9), CELL), min_size=1, max_size=8)


def written(rows: list[tuple[str, int, str]], delimiter: str, line_end: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerow(["Organization ID", "Credits", "Reason"])
    writer.writerows(rows)
    return text.getvalue()


@given(ROWS, some.sampled_from(",;\t|"), some.sampled_from(["\n", "\r\n"]), some.sampled_from(ENCODINGS))
def test_no_row_is_lost_or_invented(
    rows: list[tuple[str, int, str]], delimiter: str, line_end: str, encoding: str
) -> None:
    text, _ = text_of(written(rows, delimiter, line_end).encode(encoding))
    found = read(text)
    assert found.columns == ("id", "amount", "description")
    seen = [(line.cells["id"], int(line.cells["amount"]), line.cells["description"]) for line in found.lines]
    same = [(one.strip(), credits, sheet.plain(words)) for one, credits, words in rows]
    assert seen == same
    assert [line.number for line in found.lines] == list(range(2, len(rows) + 2))


@given(some.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    try:
        found = read(text_of(data)[0])
    except Unreadable as refusal:
        assert str(refusal).endswith(".") or "?" in str(refusal)
    else:
        assert found.lines


@pytest.mark.parametrize("mark", ["\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_only_line_ends_end_a_row(mark: str) -> None:
    found = read(f"name,amount,reason\nAcme,5,thanks{mark}Birch,500\r\nCedar,7,a{mark}b\rDogwood,8,c")
    assert [(line.number, line.who) for line in found.lines] == [(2, "Acme"), (3, "Cedar"), (4, "Dogwood")]
    assert found.lines[0].problems  # a cell more than there are columns
    assert found.lines[1].cells["description"] == f"a{mark}b"


def test_a_line_break_in_a_cell_is_the_same_whichever_way_it_came() -> None:
    said = [read(f'name,amount,reason\nAcme,5,"a{end}b"').lines[0].cells for end in ("\n", "\r\n", "\r")]
    assert said == [{"name": "Acme", "amount": "5", "description": "a\nb"}] * 3


def test_without_names_of_columns_the_first_are_customer_amount_and_reason() -> None:
    found = read("org_1,500,June\n\nAcme Ltd,700")
    assert [(line.number, line.cells) for line in found.lines] == [
        (1, {"customer": "org_1", "amount": "500", "description": "June"}),
        (3, {"customer": "Acme Ltd", "amount": "700"}),
    ]


def test_a_list_of_ids_is_a_list() -> None:
    assert [line.cells for line in read("org_1\norg_2\n").lines] == [{"customer": "org_1"}, {"customer": "org_2"}]


@pytest.mark.parametrize(
    ("text", "delimiter_is_semicolon"),
    [("name;amount\nA, B;1,500", True), ("sep=;\nname;amount\nA;5", True), ('name,amount\n"A; B",5', False)],
)
def test_the_delimiter_is_found(text: str, delimiter_is_semicolon: bool) -> None:
    found = read(text)
    assert found.columns == ("name", "amount")
    assert found.comma_is_point is delimiter_is_semicolon


def test_rows_keep_their_numbers_below_a_line_that_names_the_delimiter() -> None:
    assert read("sep=;\nname;amount\nA;5").lines[0].number == 3


@pytest.mark.parametrize("row", ["org_1,1,500", "org_1,12,345,June"])
def test_an_amount_that_a_comma_splits_is_never_taken_for_its_first_part(row: str) -> None:
    for text in (row, f"organization id,amount,reason\n{row}", f"organization id,amount\n{row}"):
        assert read(text).lines[0].problems


def test_columns_that_are_not_used_are_named_and_ours_are_not() -> None:
    found = read("organization id,Balance,amount,Problem\norg_1,7,5,old")
    assert found.notes == ["Not used: Balance."]


def test_what_our_files_mark_as_text_comes_back_as_it_was() -> None:
    assert read("name,amount\n'=SUM,5").lines[0].cells["name"] == "=SUM"
    assert read("name,amount\n'tHooft,5").lines[0].cells["name"] == "'tHooft"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "There is no row in it."),
        (b"  \n \n", "There is no row in it."),
        (b"name,amount\n", "Below the names of the columns there is no row."),
        (b"amount,reason\n5,x", "No column says which customer"),
        (b"name,amount,credits\nA,5,6", "Two columns are called Amount."),
        (b'name,amount\nA,"5\nB,6', "Row 2: a quotation mark is not closed"),
        (b"PK\x03\x04....", "This is a workbook."),
        (b"org_1\x00\xff", "This is not text."),
        (b"x" * 1_000_001, "more than 1,000 KB"),
        (b"org_1\n" * 5_001, "At most 5,000 rows at once; these are 5,001."),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, words: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(text_of(data)[0])
    assert words in str(refusal.value)


def test_what_offices_write_without_unicode_is_read_and_said() -> None:
    text, note = text_of("Café Olé,500".encode("cp1252"))
    assert text == "Café Olé,500"
    assert "Windows-1252" in note
