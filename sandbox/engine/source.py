"""One kind of thing that falls due, and the question what falls due next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet


@dataclass(frozen=True)
class Source:
    """`rows`: everything of this kind that is still to be done; it must not depend on the time it is asked.
    `moment`: the column that says when; null is never.

    `run(moment)`: carries out everything due at or before `moment`, each in a transaction of its own and inside
    `clock.at(<the moment it was due>)`, so that rows and events carry that time. It must take what it has done out of
    `rows` or move it on, or time would stand still.
    """

    name: str
    rows: Callable[[], QuerySet[Any]]
    moment: str
    run: Callable[[datetime], None]


def next_moments(sources: Sequence[Source]) -> list[tuple[datetime, Source]]:
    """When each source has its next thing to do, those without one left out. One statement for all: it is asked
    before every step that time takes."""
    questions = [_first(source) for source in sources]
    with connection.cursor() as cursor:
        columns = ", ".join(f"({sql})" for sql, _ in questions)
        cursor.execute(f"select {columns}", [param for _, params in questions for param in params])
        row = cursor.fetchone() or ()
    return [(moment, source) for moment, source in zip(row, sources, strict=True) if moment is not None]


def next_moment(source: Source) -> datetime | None:
    return next((moment for moment, _ in next_moments([source])), None)


@cache
def _first(source: Source) -> tuple[str, tuple[Any, ...]]:
    """The earliest moment as SQL, written once."""
    known = source.rows().filter(**{f"{source.moment}__isnull": False})
    query = known.order_by(source.moment).values_list(source.moment)[:1].query
    sql, params = query.sql_with_params()
    return sql, tuple(params)
