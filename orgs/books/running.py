"""Running balances: what a wallet held after each of its ledger rows, whichever rows are shown.

A balance is what was there before the first row we hold, plus every row up to this one. What was there before is read
off the first row, which names the prepaid credits after it (contract/control-plane.md, 2 Credits). Rows of one instant
are ordered by their id, as everywhere.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Sum

from orgs.books.ledger_models import LedgerDay
from orgs.models import LedgerEvent

# The days before are kept sums. Within the days on the page rows are added up from the index ledger_newest alone.
AFTER = """
    WITH shown AS (
        SELECT id, created_at, (created_at AT TIME ZONE 'UTC')::date AS day
        FROM orgs_ledgerevent WHERE id = ANY(%(ids)s)
    ),
    days AS (SELECT day, max(created_at) AS until FROM shown GROUP BY day),
    before AS (
        SELECT day, (
            SELECT coalesce(sum(kept.credits), 0) FROM orgs_ledgerday AS kept
            WHERE kept.organization_id = %(organization_id)s AND kept.day < days.day
        ) AS credits FROM days
    ),
    within AS (
        SELECT within_day.id, before.credits + within_day.credits AS balance, within_day.peers
        FROM days JOIN before USING (day) CROSS JOIN LATERAL (
            SELECT id, sum(credits) OVER (ORDER BY created_at, id) AS credits,
                count(*) OVER (PARTITION BY created_at) AS peers
            FROM orgs_ledgerevent
            WHERE organization_id = %(organization_id)s
              AND created_at >= days.day::timestamp AT TIME ZONE 'UTC' AND created_at <= days.until
        ) AS within_day
    )
    SELECT id, balance, peers FROM within JOIN shown USING (id)
"""


@dataclass(frozen=True)
class Beginning:
    """`at`: the oldest row we hold, None without rows. `before`: what the wallet held before it. Other than 0: no row
    says where that came from.
    """

    at: datetime | None = None
    before: int = 0


def beginning(organization_id: str) -> Beginning:
    rows = LedgerEvent.objects.filter(organization_id=organization_id)
    oldest = rows.order_by("created_at").values("created_at")[:1]
    first = rows.filter(created_at=oldest).order_by("id").values_list("created_at", "credits", "balance_after")
    told = list(first)
    if not told:
        return Beginning()
    return Beginning(told[0][0], first_balance([(credits, after) for _, credits, after in told if after is not None]))


@dataclass(frozen=True)
class Balance:
    """Credits in the wallet after a row. `is_sure`: no other row shares its instant, so nobody orders it otherwise."""

    credits: int
    is_sure: bool


def balances(organization_id: str, ids: Sequence[str], before: int) -> dict[str, Balance]:
    """The balance after each of these rows of one wallet, by row id; `before` as in Beginning. One query."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(AFTER, {"organization_id": organization_id, "ids": list(ids)})
        return {row_id: Balance(before + int(total), peers == 1) for row_id, total, peers in cursor.fetchall()}


def first_balance(rows: Sequence[tuple[int, int]]) -> int:
    """The balance before the rows of one instant, given as (credits, balance after) in an order that nobody knows: the
    one from which none of them leads back. 0 when there are none.
    """
    before = Counter(after - credits for credits, after in rows)
    starts = before - Counter(after for _, after in rows)
    return next(iter(starts or before), 0)


def sum_before(organization_id: str, day: date) -> int:
    """What the rows of all days (UTC) before this one add up to."""
    kept = LedgerDay.objects.filter(organization_id=organization_id, day__lt=day)
    return int(kept.aggregate(total=Sum("credits"))["total"] or 0)


def sum_of_all(organization_id: str) -> int:
    kept = LedgerDay.objects.filter(organization_id=organization_id)
    return int(kept.aggregate(total=Sum("credits"))["total"] or 0)
