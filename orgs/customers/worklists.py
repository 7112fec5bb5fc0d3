"""The work lists of the customers: what each holds, in the words that Home uses too, and how many that are.

The figures behind them are kept: flags of a customer by orgs/outlook.py, counts by triggers (migration 0005). Only what
is stale depends on the clock alone, so that is counted when it is read, from one end of an index.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Value
from django.utils import timezone

from layers.mirror.resources import REGISTRY
from orgs.customers.models import CustomerCount
from orgs.models import Outlook
from orgs.standing import NEAR_CAP, SHORT

ALL = "all"


@dataclass(frozen=True)
class WorkList:
    """`means` says who is in it; `done` what an empty one tells."""

    name: str
    words: str
    means: str
    done: str
    condition: Callable[[], Q]


def stale_before() -> datetime:
    return timezone.now() - REGISTRY["wallet"].limit


DRY = WorkList(
    "dry",
    "Run dry soon",
    f"Active, nothing refills them by itself, and they are empty or last less than {SHORT} days.",
    f"Every active customer lasts {SHORT} days or more, or is refilled.",
    lambda: Q(outlook__runs_dry_soon=True),
)
NEAR = WorkList(
    "near",
    f"Over {NEAR_CAP}% of cap",
    f"Active, and {NEAR_CAP}% or more of this period's cap is used.",
    "Nobody is near a cap.",
    lambda: Q(outlook__near_cap=True),
)
WORK_LISTS = {
    one.name: one
    for one in (
        WorkList(ALL, "All", "Every customer.", "", Q),
        DRY,
        NEAR,
        WorkList(
            "blocked",
            "Refill blocked",
            "A refill is due and does not come: the cap leaves no room, or our wallet cannot cover it.",
            "Every refill that is due can come.",
            lambda: ~Q(outlook__blocked="") & Q(outlook__isnull=False),
        ),
        WorkList(
            "suspended", "Suspended", "Suspended at Layers.", "Nobody is suspended.", lambda: Q(status="suspended")
        ),
        WorkList(
            "stale",
            "Stale",
            "Our copy of the wallet is older than its limit, or was never read.",
            "Every wallet was read a short while ago.",
            lambda: Q(outlook__read_at__lt=stale_before()),
        ),
        WorkList("archived", "Archived", "Closed for good.", "Nobody is archived.", lambda: Q(status="archived")),
    )
}


def counts() -> dict[str, int]:
    """Customers in each work list, by name; and `active`. One query of a few rows, however many customers there are."""
    stale = Outlook.objects.filter(read_at__lt=stale_before()).order_by().values(name=Value("stale"))
    kept = CustomerCount.objects.values_list("name", "customers")
    found = dict(kept.union(stale.annotate(customers=Count("*")).values_list("name", "customers"), all=True))
    return {name: found.get(name, 0) for name in (*WORK_LISTS, "active")}
