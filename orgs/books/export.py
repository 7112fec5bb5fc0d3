"""A ledger as a file, of any length, in memory that does not grow.

One query: the running balance is a window over the index ledger_newest, read in its order, so that neither side keeps
or sorts the rows. The filter is applied after the window, because every row counts for the balance.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import BigIntegerField, F, Q, RowRange, Sum, Value, Window
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from orgs import queries
from orgs.books.filters import LedgerFilters
from orgs.books.kinds import kind_words
from orgs.books.running import beginning, sum_of_all
from orgs.books.snapshot import snapshot
from orgs.commands import COMMAND_ID

CHUNK = 2000  # rows in memory at once
HEADER = [
    "Time (UTC)",
    "Event id",
    "Kind",
    "Type",
    "Credits",
    "Balance",
    "Prepaid after, by Layers",
    "Description",
    "Format",
    "Project id",
    "Container id",
    "Job id",
    "Transfer id",
    "Other wallet",
    "Direction",
    "Command id",
]
COLUMNS = (
    "created_at",
    "id",
    "kind",
    "event_type",
    "credits",
    "balance",
    "balance_after",
    "description",
    "format",
    "project_id",
    "container_id",
    "workflow_id",
    "transfer_id",
    "counterparty_id",
    "direction",
    "command_id",
)
KIND = COLUMNS.index("kind")


def csv_rows(organization_id: str, filters: LedgerFilters) -> Iterator[list[Any]]:
    """Newest first; the columns of HEADER."""
    with snapshot():
        now = beginning(organization_id).before + sum_of_all(organization_id)
        newer = Window(
            Sum("credits"),
            order_by=[F("created_at").desc(), F("id").desc()],
            frame=RowRange(end=-1),
        )
        rows = queries.ledger(organization_id).annotate(
            balance=Cast(Value(now) - Coalesce(newer, 0), BigIntegerField()),
            command_id=KT(f"raw__metadata__{COMMAND_ID}"),
        )
        wanted = filters.everything
        if wanted:
            # Never true, but it names the window: without that the condition would be asked before it.
            rows = rows.filter(Q(balance__isnull=True) | wanted)
        for row in rows.order_by("-created_at", "-id").values_list(*COLUMNS).iterator(chunk_size=CHUNK):
            line = list(row)
            line[KIND] = kind_words(line[KIND])
            yield line
