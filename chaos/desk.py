"""What our desk says became of each command: its own table, read by SQL."""

from dataclasses import dataclass
from typing import Any

import psycopg

COMMANDS = """
select id::text, kind, target, state, failure, detail, payload, once, attempts
from outbox_command order by created_at, id
"""
OPEN = """
select count(*), count(*) filter (where state = 'unknown'), count(*) filter (where state = 'succeeded')
from outbox_command where state not in ('failed', 'cancelled') and failure <> 'key_expired'
"""


@dataclass(frozen=True)
class Row:
    """A command as the desk shows it."""

    id: str
    kind: str
    target: str
    state: str
    failure: str
    detail: str
    payload: dict[str, Any]
    once: str
    attempts: int

    @property
    def handed_over(self) -> bool:
        """Nobody can tell, and a person has the facts."""
        return self.state == "unknown" and self.failure == "key_expired" and bool(self.detail)

    @property
    def is_closed(self) -> bool:
        return self.state in ("succeeded", "failed", "cancelled") or self.handed_over

    @property
    def words(self) -> str:
        what = {key: self.payload[key] for key in ("credits", "set") if key in self.payload}
        said = " ".join(part for part in (self.state, self.failure, self.detail) if part)
        return f"{self.kind} {self.id} of {self.target} {what}: {said} after {self.attempts} tries"


def read(database_url: str) -> list[Row]:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(COMMANDS).fetchall()
    return [Row(*row) for row in rows]


def still_open(database_url: str) -> int | None:
    """Commands that are not closed and not handed to a person; None while the database does not answer."""
    try:
        with psycopg.connect(database_url, connect_timeout=3) as connection:
            row = connection.execute(OPEN).fetchone()
    except psycopg.OperationalError:
        return None
    return int(row[0] - row[2]) if row else 0
