"""What only Layers' own staff can do: book credits that nobody bought through the API, lift a kill.

contract/control-plane.md, 2 Credits (ledger types) and 3 Kill switches.
"""

import uuid

from django.db import transaction

from sandbox.api.errors import conflict
from sandbox.models import ApiKey, CreditEvent, Wallet
from sandbox.rules import refill


@transaction.atomic
def book(
    organization_id: uuid.UUID, event_type: CreditEvent.Type, credits: int, description: str | None
) -> CreditEvent:
    """A purchase, a grant or an adjustment of a wallet's prepaid credits, with its ledger row.

    409 CONFLICT when an adjustment downwards would take credits that are spent or reserved.
    """
    wallet = Wallet.objects.select_for_update().get(pk=organization_id)
    if credits < 0 and -credits > wallet.movable:
        raise conflict(f"Only {wallet.movable} credits can be taken away.", {"available": wallet.movable})
    wallet.prepaid_balance += credits
    refill.look_at(wallet)
    wallet.save(update_fields=["prepaid_balance", "refill_due_at"])
    refill.look_at_children(wallet.pk)
    return CreditEvent.objects.create(
        organization_id=wallet.pk,
        credits=credits,
        event_type=event_type,
        balance_after_prepaid=wallet.prepaid_balance,
        usage_after_period=wallet.used_this_period,
        description=description,
    )


def lift_kill(key: ApiKey) -> None:
    """Ends the kill of a locked key; one that was revoked before it was killed stays revoked."""
    if key.killed_at is None:
        return
    if key.revoked_at == key.killed_at:
        key.revoked_at = None
    key.killed_at = None
    key.save(update_fields=["killed_at", "revoked_at"])
