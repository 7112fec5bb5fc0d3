"""Lists as CSV files, sent while they are read, so that a long one needs no memory."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone

from common.moments import iso

PIECE = 250  # rows sent at once: a write for each would cost more than the rows
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Echo:
    """A file whose write hands the line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_file(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], *, delimiter: str = ","
) -> StreamingHttpResponse:
    """`name`-2026-06-11.csv with UTF-8 text (marked, so that Excel reads it), times in UTC as ISO 8601."""

    def pieces() -> Iterator[str]:
        writer = csv.writer(_Echo(), delimiter=delimiter)
        yield "\ufeff" + writer.writerow(header)
        lines = (writer.writerow([cell(value) for value in row]) for row in rows)
        while piece := "".join(islice(lines, PIECE)):
            yield piece

    filename = f"{name}-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        pieces(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "private, no-store"},
    )


def cell(value: Any) -> Any:
    """Numbers as they are, nothing as an empty cell, moments in UTC. Text that a spreadsheet would run as a formula is
    marked as text by an apostrophe.
    """
    if value is None or isinstance(value, int):
        return "" if value is None else value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if hasattr(value, "tzinfo"):
        return iso(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
