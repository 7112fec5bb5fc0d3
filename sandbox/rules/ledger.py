"""Moving credits between wallets. Nothing else writes ledger rows of an allocation."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sandbox import clock, ids
from sandbox.api.errors import exhausted
from sandbox.models import CreditEvent, Wallet


@dataclass(frozen=True)
class Transfer:
    """A finished move. `event_id` is the parent's ledger row and, with its prefix, the transfer's id."""

    event_id: uuid.UUID
    created_at: datetime
    child: Wallet


def allocate(
    parent_id: uuid.UUID,
    child_id: uuid.UUID,
    amount: int,
    *,
    description: str | None = None,
    metadata: dict[str, str] | None = None,
) -> Transfer:
    """Moves prepaid credits from the parent's wallet to a child's, inside the caller's transaction.

    402 BILLING_EXHAUSTED when the parent's free prepaid credits do not cover it (contract/control-plane.md, 2).
    """
    # Always in the same order, so that two moves never wait for each other in a circle.
    wallets = {
        wallet.pk: wallet
        for wallet in Wallet.objects.select_for_update().filter(pk__in=(parent_id, child_id)).order_by("pk")
    }
    parent, child = wallets[parent_id], wallets[child_id]
    if amount > parent.movable:
        raise exhausted(
            "balance",
            f"The parent wallet has {parent.movable} prepaid credits to give.",
            requested=amount,
            available=parent.movable,
        )
    moment = clock.now()
    event_id = uuid.uuid4()
    parent.prepaid_balance -= amount
    child.prepaid_balance += amount
    parent.save(update_fields=["prepaid_balance"])
    child.save(update_fields=["prepaid_balance"])
    CreditEvent.objects.bulk_create(
        [
            _row(parent, child, event_id, event_id, -amount, moment, description, metadata),
            _row(child, parent, uuid.uuid4(), event_id, amount, moment, description, metadata),
        ]
    )
    return Transfer(event_id, moment, child)


def _row(
    wallet: Wallet,
    other: Wallet,
    event_id: uuid.UUID,
    transfer_id: uuid.UUID,
    amount: int,
    moment: datetime,
    description: str | None,
    metadata: dict[str, str] | None,
) -> CreditEvent:
    return CreditEvent(
        event_id=event_id,
        organization_id=wallet.pk,
        credits=amount,
        event_type=CreditEvent.Type.ALLOCATION,
        balance_after_prepaid=wallet.prepaid_balance,
        usage_after_period=wallet.used_this_period,
        description=description,
        metadata=allocation_metadata(other.pk, transfer_id, metadata),
        created_at=moment,
    )


def allocation_metadata(
    counterparty_id: uuid.UUID, transfer_id: uuid.UUID, metadata: dict[str, str] | None
) -> dict[str, str]:
    """The caller's pairs, then the system's: a caller's `direction` is overridden, not refused."""
    return {
        **(metadata or {}),
        "direction": "allocate",
        "counterpartyOrgId": ids.show("organization", counterparty_id),
        "transferId": ids.show("transfer", transfer_id),
    }
