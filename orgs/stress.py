"""Refills of all customers: which are blocked, and what our wallet would be short of if they all came.

Two questions, both answered from what orgs/outlook.py keeps for each customer: every rule fires tonight, each once; and
every customer has a week like the worst of its last 30 days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from common.paging import page
from orgs import queries
from orgs.export import csv_file
from orgs.giving.claims import OurWallet
from orgs.models import Outlook
from orgs.refill import Refills
from orgs.standing import Standing

PAGE_SIZE = 50
BLOCKED, TONIGHT, WEEK = ~Q(blocked=""), Q(next_refill__gt=0), Q(week_refills__gt=0)


@dataclass(frozen=True)
class View:
    """One order of the customers: its words, which are in it, the columns of its index."""

    words: str
    condition: Q
    key: tuple[str, ...]
    newest_first: bool = True


VIEWS = {
    "week": View("Most in a worst week", WEEK, ("week_refills", "organization_id")),
    "tonight": View("Most tonight", TONIGHT, ("next_refill", "organization_id")),
    "dry": View("Runs dry first", TONIGHT & Q(runs_dry_at__isnull=False), ("runs_dry_at", "organization_id"), False),
    "blocked": View("Blocked now", BLOCKED, ("organization_id",), False),
}
CSV_HEADER = [
    "Name",
    "Organization id",
    "Status",
    "Available",
    "Reserved",
    "Used this period",
    "Monthly cap",
    "Refill below",
    "Refill adds",
    "Moves if it fired now",
    "Spent in its worst week of 30 days",
    "Moves in such a week",
    "Runs dry at this pace",
    "Why no refill",
    "Wallet as of",
]


@dataclass(frozen=True)
class Demand:
    """Credits that so many customers would take out of our wallet, which can move `ours` (None: not known)."""

    credits: int
    customers: int
    ours: int | None

    @property
    def short(self) -> int:
        return max(0, self.credits - self.ours) if self.ours is not None else 0

    @property
    def left(self) -> int | None:
        return None if self.ours is None else max(0, self.ours - self.credits)

    @property
    def tone(self) -> str:
        return "stop" if self.short else "ok" if self.ours is not None else "wait"


@dataclass(frozen=True)
class Stress:
    tonight: Demand
    week: Demand
    blocked: int
    weighed_at: datetime | None


def stress(ours: OurWallet) -> Stress:
    """One query over what is kept, and one for what our wallet can move."""
    found = Outlook.objects.aggregate(
        tonight=Sum("next_refill", default=0),
        tonight_customers=Count("pk", filter=TONIGHT),
        week=Sum("week_refills", default=0),
        week_customers=Count("pk", filter=WEEK),
        blocked=Count("pk", filter=BLOCKED),
        weighed_at=Max("weighed_at"),
    )
    return Stress(
        Demand(int(found["tonight"]), found["tonight_customers"], ours.movable),
        Demand(int(found["week"]), found["week_customers"], ours.movable),
        found["blocked"],
        found["weighed_at"],
    )


@require_GET
def refills(request: HttpRequest) -> HttpResponseBase:
    """The stress test, and the customers in the order that `?view=` asks for. `?format=csv` sends all of them."""
    name = request.GET.get("view", "")
    view = VIEWS.get(name, VIEWS["week"])
    ours = OurWallet(queries.parent())
    rows = _outlooks().filter(view.condition)
    if request.GET.get("format") == "csv":
        order = [f"-{column}" if view.newest_first else column for column in view.key]
        return csv_file("refills", CSV_HEADER, _csv_rows(rows.order_by(*order), ours))
    found = page(request, rows, view.key, PAGE_SIZE, newest_first=view.newest_first)
    tested = stress(ours)
    counts = {"week": tested.week.customers, "tonight": tested.tonight.customers, "blocked": tested.blocked}
    context = {
        "ours": ours,
        "stress": tested,
        "views": [(key, one.words, counts.get(key), one is view) for key, one in VIEWS.items()],
        "view": view,
        "page": found,
        "rows": [(row, Refills(Standing(row.organization), ours)) for row in found.rows],
    }
    return render(request, "orgs/refills.html", context)


def _outlooks() -> QuerySet[Outlook]:
    rows = Outlook.objects.select_related("organization__wallet", "organization__credit_config")
    raw = ("organization__raw", "organization__metadata", "organization__wallet__raw")
    return rows.defer(*raw, "organization__credit_config__raw")


def _csv_rows(rows: QuerySet[Outlook], ours: OurWallet) -> Iterator[list[Any]]:
    for row in rows.iterator(chunk_size=2000):
        customer = row.organization
        wallet, rules = customer.known_wallet, Refills(Standing(customer), ours)
        of_wallet = [getattr(wallet, name, None) for name in ("available", "reserved", "used_this_period")]
        numbers = [rules.rules.cap, rules.rules.line, rules.rules.amount]
        kept = [row.next_refill, row.worst_week, row.week_refills, row.runs_dry_at]
        as_of = getattr(wallet, "synced_at", None)
        yield [customer.name, customer.id, customer.status, *of_wallet, *numbers, *kept, rules.why.words, as_of]
