"""What every call needs from the database, without the costs that only add up here.

Fixed statements are prepared once a connection: the queryset's way of asking for a key, an organization or a project
costs four times what PostgreSQL needs for it. And times are read in C: a page of containers holds three hundred, which
took as long as all the rest of the call.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.models import QuerySet
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.rows import namedtuple_row


def one(sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> tuple[Any, ...] | None:
    """The first row of a statement whose text never varies; None when there is none. JSON comes as text."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql.encode(), params, prepare=True)
        return cursor.fetchone()


def rows(found: QuerySet[Any, Any]) -> list[Any]:
    """What `list` gives of a `values_list(..., named=True)`, with JSON decoded in C and no converter in between."""
    try:
        sql, params = found.query.sql_with_params()
    except EmptyResultSet:
        return []
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.cursor(row_factory=namedtuple_row) as cursor:
        cursor.adapters.register_loader("jsonb", Json)
        cursor.execute(sql, params)
        read: list[Any] = cursor.fetchall()
        return read


class Json(Loader):
    """jsonb as what it means."""

    def load(self, data: Buffer) -> Any:
        return msgspec.json.decode(data)


class Times(Loader):
    """timestamptz of a session in UTC, as every session of ours is."""

    #: Django replaces a loader of another zone.
    timezone = UTC

    def load(self, data: Buffer) -> datetime:
        return datetime.fromisoformat(str(data, "ascii"))


def tune(connection: DatabaseWrapper, **_: Any) -> None:
    """Receiver of `connection_created`."""
    connection.connection.adapters.register_loader("timestamptz", Times)
