"""Auto-refill: a child's wallet is topped up from its parent's (contract/control-plane.md, 2 Credits).

The rule is looked at whenever something may have made it true: spending, a new rule, a new period, a resumed child,
credits that came back to the parent. Each look moves `refillAmount` once. A refill that the parent cannot pay, or
that the cap leaves no room for, waits for the next of those moments.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, QuerySet

from sandbox import clock
from sandbox.engine.source import Source
from sandbox.models import AuditEvent, Organization, Wallet
from sandbox.rules import ledger
from sandbox.rules.audit import system_row

#: A wallet that is still low after a refill is looked at again after this.
AGAIN: Final = timedelta(minutes=5)
#: How a refill is told from a transfer by hand, on both ledgers.
PAIRS: Final = {"trigger": "auto_refill"}


def describe(threshold: int) -> str:
    return f"Auto-refill: available fell below {threshold}."


def look_at(wallet: Wallet) -> None:
    """Has the rule of a locked wallet looked at, if it is low. The caller saves `refill_due_at`."""
    if wallet.is_low:
        wallet.refill_due_at = clock.now()


def look_at_children(parent_id: uuid.UUID) -> None:
    """After a parent's wallet has gained: its low children are looked at. The caller holds the parent's wallet."""
    Wallet.objects.filter(
        organization__parent_id=parent_id,
        refill_threshold__gt=F("included_remaining") + F("prepaid_balance") - F("reserved_credits"),
    ).update(refill_due_at=clock.now())


def _wallets() -> QuerySet[Wallet]:
    return Wallet.objects.all()


def _look_at_due(until: datetime) -> None:
    due: QuerySet[Any, Any] = Wallet.objects.filter(refill_due_at__lte=until).order_by("refill_due_at", "pk")
    for child_id, parent_id, moment in list(due.values_list("pk", "organization__parent_id", "refill_due_at")):
        with transaction.atomic(), clock.at(moment):
            _look(parent_id, child_id)


def _look(parent_id: uuid.UUID, child_id: uuid.UUID) -> None:
    parent, child = ledger.lock_pair(parent_id, child_id)
    child.refill_due_at = None
    amount = _amount(child)
    if 0 < amount <= parent.movable:
        done = ledger.move(
            parent, child, amount, "allocate", description=describe(child.refill_threshold or 0), metadata=PAIRS
        )
        AuditEvent.objects.bulk_create(
            system_row(organization_id, "credits.auto_refilled", dict(done.note))
            for organization_id in (parent_id, child_id)
        )
        if child.is_low:
            child.refill_due_at = clock.now() + AGAIN
    child.save(update_fields=["refill_due_at"])


def _amount(child: Wallet) -> int:
    """What the rule wants to move now: never more than a capped child may still spend this period."""
    # Asked under the wallet's lock: an archived child has given its credits back under it.
    status = Organization.objects.values_list("status", flat=True).get(pk=child.pk)
    if child.refill_amount is None or not child.is_low or status != Organization.Status.ACTIVE:
        return 0
    if child.monthly_credit_cap is None:
        return child.refill_amount
    room = child.monthly_credit_cap - child.used_this_period - child.balance
    return max(0, min(child.refill_amount, room))


REFILLING = Source("refills", _wallets, "refill_due_at", _look_at_due)
