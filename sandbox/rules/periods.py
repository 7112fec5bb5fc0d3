"""Billing periods: calendar months in UTC (contract/control-plane.md, 2 Credits).

At the end of one the included credits are whole again and the count of what was used, which a monthly cap is held
against, starts anew. Prepaid credits and reservations stay. No ledger row: the ledger follows the prepaid balance.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from sandbox import clock
from sandbox.engine.source import Source
from sandbox.models import Wallet


def month_of(moment: datetime) -> tuple[datetime, datetime]:
    """(first moment of its month, first moment of the next one)."""
    start = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return start, (start + timedelta(days=32)).replace(day=1)


def _wallets() -> QuerySet[Wallet]:
    return Wallet.objects.all()


def _roll_over(until: datetime) -> None:
    ended = Wallet.objects.filter(period_end__lte=until)
    for end in sorted(set(ended.values_list("period_end", flat=True))):
        with transaction.atomic(), clock.at(end):
            _begin(end)


def _begin(moment: datetime) -> None:
    """The next period of every wallet whose last one ended at `moment`."""
    due = Wallet.objects.filter(period_end=moment)
    # Parents first, like every lock on more than one wallet (rules/ledger.py).
    in_order = due.select_for_update(of=("self",)).order_by(F("organization__parent_id").asc(nulls_first=True), "pk")
    wallets = list(in_order.values_list("pk", flat=True))
    start, end = month_of(moment)
    held = Wallet.objects.filter(pk__in=wallets)
    held.update(included_remaining=F("included_this_period"), used_this_period=0, period_start=start, period_end=end)
    # Under a fresh cap there is room for a refill again.
    held.filter(refill_threshold__isnull=False).update(refill_due_at=moment)


ROLLING_OVER = Source("billing periods", _wallets, "period_end", _roll_over)
