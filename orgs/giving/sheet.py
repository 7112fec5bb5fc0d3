"""Reading a list of customers and amounts, from a CSV file or as it was pasted: bytes to rows of named cells.

Nothing is dropped without a word: a row that cannot be read stays in the list with its problem, and a column that is
not used is named.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from orgs.export import FORMULA

MOST_ROWS = 5_000
MOST_BYTES = 1_000_000
DELIMITERS = "\t;|,"  # the comma last: it also stands between thousands
SNIFFED = 20  # rows
#: What columns may be called, by what they hold. `customer` may hold an id, an external id or a name.
COLUMNS = {
    "id": ("organization id", "organisation id", "org id", "organization", "organisation", "customer id", "id"),
    "external": ("external id", "customer external id"),
    "name": ("name", "customer name", "exact name"),
    "customer": ("customer",),
    "amount": ("amount", "credits", "allocate"),
    "level": ("top up to", "top up to level", "level", "up to"),
    "description": ("description", "reason"),
}
WHO = ("id", "external", "name", "customer")
TITLES = {
    "id": "Organization id",
    "external": "External id",
    "name": "Name",
    "customer": "Customer",
    "amount": "Amount",
    "level": "Top up to",
    "description": "Description",
}
OURS = {"problem", "row"}  # columns that we add to files of rows with problems
BY_PLACE = ("customer", "amount", "description")
EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class Unreadable(ValueError):
    """The whole list cannot be read. The message is what the person reads."""


@dataclass
class Line:
    """One row. `number` counts as spreadsheets do: the first row is 1, a header and empty rows count. `raw` are its
    cells as they came."""

    number: int
    raw: list[str]
    cells: dict[str, str]
    problems: list[tuple[str, str]] = field(default_factory=list)  # column ("" for the row), words

    @property
    def who(self) -> str:
        """As it was written, for showing."""
        return next((self.cells[name] for name in ("name", "customer", "id", "external") if self.cells.get(name)), "")


@dataclass(frozen=True)
class Sheet:
    header: list[str]  # as it came; as we would call it where there was none
    columns: tuple[str, ...]  # those of COLUMNS that there are
    lines: list[Line]
    delimiter: str
    notes: list[str] = field(default_factory=list)

    @property
    def comma_is_point(self) -> bool:
        """Semicolons are written where 1,500 may be one and a half."""
        return self.delimiter == ";"


def text_of(data: bytes) -> tuple[str, str]:
    """The text of a file, and how it was read where that is not plain UTF-8. Raises Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable(f"The file has more than {MOST_BYTES // 1_000:,} KB. Split it.")
    if data.startswith(EXCEL):
        raise Unreadable("This is a workbook. Save it as CSV, then upload that.")
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16"), "Read as UTF-16."
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        if b"\x00" in data:
            raise Unreadable("This is not text. Save it as CSV (UTF-8), then upload that.") from None
    # Every byte means something in Windows-1252 but five, so this is the last resort of what offices write.
    try:
        return data.decode("cp1252"), "It is not UTF-8: read as Windows-1252. Check names with accents."
    except UnicodeDecodeError:
        raise Unreadable("Its characters cannot be read. Save it as CSV (UTF-8), then upload that.") from None


def read(text: str) -> Sheet:
    """Raises Unreadable when there is nothing, too much, or when nobody could tell where a row ends."""
    if "\x00" in text:
        raise Unreadable("This is not text. Save it as CSV (UTF-8), then upload that.")
    lines, skipped, told = _without_sep(text.lstrip("\ufeff"))
    delimiter = told or _delimiter(lines)
    rows = [(number + skipped, row) for number, row in _rows(lines, delimiter) if any(cell.strip() for cell in row)]
    if not rows:
        raise Unreadable("There is no row in it.")
    names = [_column(cell) for cell in rows[0][1]]
    if headed := any(names):
        header, rows = rows[0][1], rows[1:]
        notes = _check_header(header, names)
    else:
        header, names, notes = [TITLES[name] for name in BY_PLACE], list(BY_PLACE), []
    if headed and not rows:
        raise Unreadable("Below the names of the columns there is no row.")
    if len(rows) > MOST_ROWS:
        raise Unreadable(f"At most {MOST_ROWS:,} rows at once; these are {len(rows):,}. Split the list.")
    found = [_line(number, row, names, delimiter) for number, row in rows]
    return Sheet(header, tuple(name for name in names if name), found, delimiter, notes)


def _without_sep(text: str) -> tuple[str, int, str]:
    """Some spreadsheets name the delimiter in a first row of its own."""
    first, _, rest = text.partition("\n")
    if told := re.fullmatch(r"sep=([\t;|,])\r?", first, re.IGNORECASE):
        return rest, 1, told[1]
    return text, 0, ""


def _delimiter(text: str) -> str:
    """What makes the most of the names of columns; without names, what stands in every one of the first rows."""
    first = _first(text, 1)
    if first:
        known = {mark: sum(map(bool, map(_column, _split(first[0], mark)))) for mark in DELIMITERS}
        best = max(DELIMITERS, key=lambda mark: known[mark])
        if known[best] > 1:
            return best
    rows = _first(text, SNIFFED)
    return next((mark for mark in DELIMITERS if rows and all(len(_split(row, mark)) > 1 for row in rows)), ",")


def _first(text: str, count: int) -> list[str]:
    return [line for line in _lines(text[:50_000]) if line.strip()][:count]


def _lines(text: str) -> io.StringIO:
    """Line by line, with the ends as they are: in a quoted cell they are content. Only \r and \n end a line; what else
    str.splitlines takes for an end may stand in a name or a reason."""
    return io.StringIO(text, newline="")


def _split(row: str, delimiter: str) -> list[str]:
    return next(csv.reader([row], delimiter=delimiter), [])


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            said = "a quotation mark is not closed" if "end of data" in str(error) else "a quotation mark is misplaced"
            said = "a cell is too long" if "larger than" in str(error) else said
            raise Unreadable(f"Row {number}: {said}, so nobody can tell where the row ends.") from None


def _column(title: str) -> str:
    plain = re.sub(r"[\s_-]+", " ", title).strip().lower()
    return next((name for name, known in COLUMNS.items() if plain in known), "")


def _check_header(header: list[str], names: list[str]) -> list[str]:
    for name in set(filter(None, names)):
        if names.count(name) > 1:
            raise Unreadable(f"Two columns are called {TITLES[name]}. Which one is meant?")
    if not any(name in WHO for name in names):
        raise Unreadable("No column says which customer: call one Organization id, External id or Name.")
    unused = [title.strip() for title, name in zip(header, names, strict=True) if not name and title.strip()]
    unused = [title for title in unused if title.lower() not in OURS]
    return [f"Not used: {', '.join(unused)}."] if unused else []


def _line(number: int, row: list[str], names: list[str], delimiter: str) -> Line:
    cells = {name: plain(cell) for name, cell in zip(names, row, strict=False) if name}
    line = Line(number, row, cells)
    if any(cell.strip() for cell in row[len(names) :]):
        line.problems.append(("", "It has more cells than there are columns. Put amounts with commas in quotes."))
    elif delimiter == "," and _was_split(row, names):
        line.problems.append(("amount", "A comma splits this amount. Put it in quotes, or write it without."))
    return line


def _was_split(row: list[str], names: list[str]) -> bool:
    """1,500 without quotes reads as 1 and 500."""
    place = names.index("amount") if "amount" in names else names.index("level") if "level" in names else len(row)
    pair = [cell.strip() for cell in row[place : place + 2]]
    return len(pair) == 2 and bool(re.fullmatch("[0-9]{1,3}", pair[0]) and re.fullmatch("[0-9]{3}", pair[1]))


def plain(text: str) -> str:
    """A cell without blanks around it, with one kind of line end whatever file or browser it came through, and without
    the apostrophe that our files put before what a spreadsheet would run as a formula."""
    text = re.sub(r"\r\n?", "\n", text.strip())
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA and text[1:2] else text
