"""What every call needs from the database, without the costs that only add up here.

Fixed statements are prepared once a connection: the queryset's way of asking for a key, an organization or a project
costs four times what PostgreSQL needs for it. And times are read in C: a page of containers holds three hundred, which
took as long as all the rest of the call.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg.abc import Buffer
from psycopg.adapt import Loader


def one(sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> tuple[Any, ...] | None:
    """The first row of a statement whose text never varies; None when there is none. JSON comes as text."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql.encode(), params, prepare=True)
        return cursor.fetchone()


class Times(Loader):
    """timestamptz of a session in UTC, as every session of ours is."""

    #: Django replaces a loader of another zone.
    timezone = UTC

    def load(self, data: Buffer) -> datetime:
        return datetime.fromisoformat(str(data, "ascii"))


def tune(connection: DatabaseWrapper, **_: Any) -> None:
    """Receiver of `connection_created`."""
    connection.connection.adapters.register_loader("timestamptz", Times)
