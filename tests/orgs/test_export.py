from datetime import UTC, datetime

import pytest

from orgs.export import PIECE, cell, csv_file


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "\n=1"])
def test_text_that_a_spreadsheet_would_run_is_marked_as_text(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_numbers_stay_numbers_and_nothing_is_empty() -> None:
    assert [cell(-750), cell(0), cell(None), cell("")] == [-750, 0, "", ""]


def test_times_are_utc() -> None:
    assert cell(datetime(2026, 6, 11, 8, 12, 31, tzinfo=UTC)) == "2026-06-11T08:12:31Z"


def test_cells_with_commas_quotes_and_lines_are_quoted() -> None:
    body = b"".join(csv_file("x", ["a"], [['Salt, "wood"\nSauna']])).decode()
    assert body == '\ufeffa\r\n"Salt, ""wood""\nSauna"\r\n'


def test_rows_are_read_while_they_are_sent() -> None:
    read = []

    def rows() -> object:
        for number in range(3 * PIECE):
            read.append(number)
            yield [number]

    lines = iter(csv_file("x", ["n"], rows()))
    next(lines)
    assert read == []
    next(lines)
    assert len(read) == PIECE
