"""The control row (models/control.py) as a request or a pass of the engine sees it: read once, by hand.

It is read before every answer, so it is one statement and no model instance; and models take their default times from
the clock, which reads it, so it cannot import them.
"""

from contextvars import ContextVar
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from sandbox import statements


@dataclass(frozen=True)
class State:
    """Fields as in `models.Control`."""

    world: str
    world_number: int
    clock_offset: timedelta
    frozen_at: datetime | None
    skipped: timedelta
    global_kill: bool
    audit_reads: bool
    faults_version: int


_COLUMNS = ", ".join(field.name for field in fields(State))
_READ = f"select {_COLUMNS} from sandbox_control where id = 1"  # noqa: S608 - names of our own
_MAKE = (
    "insert into sandbox_control"
    " (id, world, world_number, clock_offset, skipped, global_kill, audit_reads, faults_version)"
    " values (1, '', 0, interval '0', interval '0', false, false, 0) on conflict do nothing"
)

_seen: ContextVar[State | None] = ContextVar("sandbox_state", default=None)


def read() -> State:
    """Reads the row anew; makes it in an empty database."""
    row = statements.one(_READ)
    while row is None:
        with connection.cursor() as cursor:
            cursor.execute(_MAKE)
        row = statements.one(_READ)
    state = State(*row)
    _seen.set(state)
    return state


def current() -> State:
    """The row as this request or pass has read it."""
    return _seen.get() or read()


def change(**values: Any) -> State:
    """Writes some of the fields and reads the row again."""
    current()
    assignments = ", ".join(f"{name} = %s" for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"update sandbox_control set {assignments} where id = 1", list(values.values()))  # noqa: S608 - names of our own
    return read()


def faults_changed() -> State:
    """Tells every process to read the faults again (control/faults.py)."""
    with connection.cursor() as cursor:
        cursor.execute("update sandbox_control set faults_version = faults_version + 1 where id = 1")
    return read()
