"""Files of any length: how fast they are sent, and that the memory of the process that sends them does not grow.

The ledger of one wallet that has 1,000,000 rows at SCALE 1, as a signed-in person asks for it, and the rebilling file
of everybody. Memory is what this process holds (VmRSS), looked at before the file and at every 5,000 rows of it.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client

from bench.rows import START

OWNER = "org_long"
LOOK = 5_000
HEAD = [
    "| file | rows | rows a second | bytes | memory before | highest | growth |",
    "|---|---:|---:|---:|---:|---:|---:|",
]


@dataclass(frozen=True)
class File:
    """Memory in MB."""

    name: str
    rows: int
    seconds: float
    bytes: int
    before: float
    highest: float

    @property
    def line(self) -> str:
        return (
            f"| {self.name} | {self.rows:,} | {self.rows / self.seconds:,.0f} | {self.bytes:,} "
            f"| {self.before:.1f} MB | {self.highest:.1f} MB | {self.highest - self.before:+.1f} MB |"
        )


def table(client: Client, scale: float) -> list[str]:
    rows = max(1_000, int(1_000_000 * scale))
    long_ledger(rows)
    month = f"{START:%Y-%m}"
    files = [
        ("ledger of one wallet", f"/customers/{OWNER}/ledger/?format=csv", rows),
        ("the same, one kind only", f"/customers/{OWNER}/ledger/?format=csv&type=allocation", rows // 20),
        ("rebilling of all customers", f"/customers/rebilling/?format=csv&month={month}&markup=10&price=0.01", 0),
    ]
    return [*HEAD, *(send(client, name, address, expected).line for name, address, expected in files)]


def long_ledger(rows: int) -> None:
    """One more customer, with all the rows in its own ledger."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO orgs_organization (id, parent_id, name, status, metadata, billing_email, raw, "
            "remote_updated_at, synced_at) VALUES (%s, 'org_0', 'Long', 'active', '{}', '', '{}', now(), now())",
            [OWNER],
        )
        cursor.execute(
            "INSERT INTO orgs_ledgerevent (id, organization_id, project_id, credits, event_type, format, container_id, "
            "workflow_id, balance_after, description, transfer_id, counterparty_id, direction, created_at, raw, "
            "remote_updated_at, synced_at) SELECT 'long_' || n, %(owner)s, 'prj_' || n %% 7, "
            "CASE WHEN n %% 20 = 0 THEN 5000 ELSE -50 END, CASE WHEN n %% 20 = 0 THEN 'allocation' ELSE 'usage' END, "
            "'slideshow-builder', 'cnt_' || n, 'job_' || n, NULL, '', '', '', '', "
            "%(start)s::timestamptz + n * interval '9 seconds', '{}', now(), now() FROM generate_series(1, %(rows)s) n",
            {"owner": OWNER, "start": START, "rows": rows},
        )
        cursor.execute("VACUUM (ANALYZE) orgs_ledgerevent")


def send(client: Client, name: str, address: str, expected: int) -> File:
    """Reads the file to its end without keeping it. It must have the `expected` rows besides its head (0: any)."""
    memory = [resident()]
    response = client.get(address)
    if response.status_code != 200:
        raise SystemExit(f"{name}: {address} answered {response.status_code}, so there is nothing to measure.")
    started = time.perf_counter()
    lines = size = 0
    for piece in _pieces(response):
        lines, size = lines + piece.count(b"\n"), size + len(piece)
        if lines >= LOOK * len(memory):
            memory.append(resident())
    seconds = time.perf_counter() - started
    rows = lines - 1
    if expected and rows != expected:
        raise SystemExit(f"{name}: {rows:,} rows were sent, not {expected:,}.")
    return File(name, rows, seconds, size, memory[0], max([*memory, resident()]))


def _pieces(response: Any) -> Iterator[bytes]:
    yield from response
    response.close()


def resident() -> float:
    """Memory of this process in MB."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
