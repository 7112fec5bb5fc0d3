"""The sandbox's lists: pages of 100 rows through its running server, beside a bare response of the same server.

The floor is `GET /healthz`: a fixed body from a Django view, behind the same middleware, which reads one row.
"""

import http.client
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg

from sandbox.world.keys import PARENT_KEY
from stack.children import Children
from stack.piece import Piece
from stack.sandbox import Sandbox
from stack.web_server import HOST
from tests.running import free_port, fresh_database

ROUNDS = 150
FLOOR = "bare response"

#: name, path, the project with most rows of it: its organization, itself and a platform.
LISTS = [
    ("containers", "/v1/projects/{project}/content", "sandbox_container c on c.project_id = p.id", "null"),
    (
        "campaigns",
        "/v1/projects/{project}/ads/campaigns",
        "sandbox_adlayer l on l.project_id = p.id join sandbox_campaign c on c.layer_id = l.id",
        "l.platform",
    ),
    (
        "pending actions",
        "/v1/projects/{project}/ads/{platform}/pending",
        "sandbox_adlayer l on l.project_id = p.id"
        " join sandbox_pendingaction c on c.layer_id = l.id and c.status = 'pending'",
        "l.platform",
    ),
    (
        "scheduled posts",
        "/v1/projects/{project}/scheduled-posts",
        "sandbox_scheduledpost c on c.project_id = p.id",
        "null",
    ),
]


@dataclass
class Page:
    """One list and how long each of its answers took, in milliseconds."""

    name: str
    path: str
    child: str | None = None
    times: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        return sorted(self.times)[round(len(self.times) * 0.95) - 1]


@dataclass(frozen=True)
class BusySandbox(Sandbox):
    """The product's sandbox with its largest world."""

    def preparation(self) -> list[Piece]:
        migrate, seed = super().preparation()
        return [migrate, replace(seed, command=[*seed.command, "--world", "busy"])]


def table() -> list[str]:
    """The lines of the table, measured in turns so that a slow moment hits every list alike."""
    with running() as sandbox, psycopg.connect(sandbox.database_url, autocommit=True) as database:
        pages = [Page(FLOOR, "/healthz"), *(page for page in lists(database))]
        database.execute("vacuum analyze")
        connection = http.client.HTTPConnection(HOST, sandbox.port)
        for number in range(-10, ROUNDS):
            for page in pages:
                took = ask(connection, page)
                if number >= 0:
                    page.times.append(took)
    floor = pages[0].median
    return [
        "| measure | median | p95 | unit | ratio to bare |",
        "|---|---:|---:|---|---:|",
        *(f"| {page.name} | {page.median:.2f} | {page.p95:.2f} | ms | {page.median / floor:.1f} |" for page in pages),
    ]


@contextmanager
def running() -> Iterator[Sandbox]:
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        sandbox = BusySandbox(Path(folder), free_port(), fresh_database("sandbox_bench"), env)
        with Children(log_dir=Path(folder) / "log") as children:
            children.run(sandbox.preparation())
            children.wait_ready(*children.start(sandbox.piece()))
            yield sandbox


def lists(database: "psycopg.Connection[Any]") -> Iterator[Page]:
    yield Page("organizations", "/v1/organizations?limit=100")
    yield Page("ledger", "/v1/credits/events?limit=100")
    yield Page("audit log", "/v1/audit-log?limit=100")
    for name, path, rows, platform in LISTS:
        most = (
            f"select p.organization_id, p.id, {platform}, min(c.id::text), count(*)"  # noqa: S608 - names of our own
            " from sandbox_project p"
            f" join sandbox_organization o on o.id = p.organization_id and o.status = 'active' join {rows}"
            " group by 1, 2, 3 order by 5 desc limit 1"
        )
        found = database.execute(most.encode()).fetchone()
        if not found:
            raise SystemExit(f"The world has no {name}.")
        organization, project, shown, row, count = found
        if count < 100:
            copy(database, rows.split(" c on ")[0].split()[-1], row, 100 - count)
        yield Page(name, path.format(project=project, platform=shown) + "?limit=100", f"org_{organization}")


def copy(database: "psycopg.Connection[Any]", table: str, row: str, times: int) -> None:
    """More rows like this one: no project of the world has a hundred of them."""
    names = "select column_name, data_type from information_schema.columns where table_name = %s"
    columns = dict(database.execute(names, [table]).fetchall())
    # A bare ULID may be made of hexadecimal digits.
    new_id = "gen_random_uuid()" if columns["id"] == "uuid" else "lpad(upper(to_hex(n)), 26, '0')"
    others = ", ".join(f'"{name}"' for name in columns if name != "id")
    statement = (
        f"insert into {table} (id, {others}) select {new_id}, {others}"  # noqa: S608 - names of our own
        f" from {table}, generate_series(1, {times}) n where id::text = %s"
    )
    database.execute(statement.encode(), [row])


def ask(connection: http.client.HTTPConnection, page: Page) -> float:
    headers = {"Authorization": f"Bearer {PARENT_KEY}"}
    if page.child:
        headers["X-Layers-Organization"] = page.child
    started = time.perf_counter()
    connection.request("GET", page.path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    took = (time.perf_counter() - started) * 1000
    if answer.status != 200 or (page.name != FLOOR and body.count(b'"createdAt"') + body.count(b'"occurredAt"') < 100):
        raise SystemExit(f"{page.name}: {page.path} answered {answer.status} {body[:300]!r}, not 100 rows.")
    return took


if __name__ == "__main__":
    sys.stdout.write("\n".join([*table(), ""]))
