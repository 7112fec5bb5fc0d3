"""Moving credits between a parent's wallet and a child's. Nothing else writes ledger rows of an allocation.

Two wallets are always locked parent first, then child, so that no two moves wait for each other in a circle.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sandbox import clock, ids
from sandbox.api.errors import exhausted
from sandbox.models import CreditEvent, Wallet

Direction = Literal["allocate", "reclaim"]


@dataclass(frozen=True)
class Transfer:
    """A finished move. `event_id` is the parent's ledger row and, with its prefix, the transfer's id."""

    event_id: uuid.UUID
    created_at: datetime
    credits: int
    child: Wallet

    @property
    def note(self) -> dict[str, str | int]:
        """What the audit log says of it, on both sides."""
        return {
            "transferId": ids.show("transfer", self.event_id),
            "credits": self.credits,
            "organizationId": ids.show("organization", self.child.pk),
        }


def lock_pair(parent_id: uuid.UUID, child_id: uuid.UUID) -> tuple[Wallet, Wallet]:
    """Both wallets, held until the end of the caller's transaction."""
    parent = Wallet.objects.select_for_update().get(pk=parent_id)
    return parent, Wallet.objects.select_for_update().get(pk=child_id)


def allocate(
    parent_id: uuid.UUID,
    child_id: uuid.UUID,
    amount: int,
    *,
    description: str | None = None,
    metadata: dict[str, str] | None = None,
) -> Transfer:
    """Funds a child from the parent's prepaid credits, inside the caller's transaction.

    402 BILLING_EXHAUSTED when the parent's free prepaid credits do not cover it (contract/control-plane.md, 2).
    """
    parent, child = lock_pair(parent_id, child_id)
    if amount > parent.movable:
        raise exhausted(
            "balance",
            f"The parent wallet has {parent.movable} prepaid credits to give.",
            requested=amount,
            available=parent.movable,
        )
    return move(parent, child, amount, "allocate", description=description, metadata=metadata)


def reclaim(parent_id: uuid.UUID, child_id: uuid.UUID, description: str) -> Transfer | None:
    """Takes back what a child has neither spent nor reserved; None when that is nothing."""
    parent, child = lock_pair(parent_id, child_id)
    if child.movable == 0:
        return None
    return move(parent, child, child.movable, "reclaim", description=description)


def move(
    parent: Wallet,
    child: Wallet,
    amount: int,
    direction: Direction,
    *,
    description: str | None = None,
    metadata: dict[str, str] | None = None,
) -> Transfer:
    """Moves `amount` (above 0, and covered by the giver) between two locked wallets, with a row on each ledger."""
    into_child = amount if direction == "allocate" else -amount
    parent.prepaid_balance -= into_child
    child.prepaid_balance += into_child
    parent.save(update_fields=["prepaid_balance"])
    child.save(update_fields=["prepaid_balance"])
    moment = clock.now()
    event_id = uuid.uuid4()

    def row(wallet: Wallet, other: Wallet, row_id: uuid.UUID, credits: int) -> CreditEvent:
        return CreditEvent(
            event_id=row_id,
            organization_id=wallet.pk,
            credits=credits,
            event_type=CreditEvent.Type.ALLOCATION,
            balance_after_prepaid=wallet.prepaid_balance,
            usage_after_period=wallet.used_this_period,
            description=description,
            metadata=allocation_metadata(other.pk, event_id, metadata, direction),
            created_at=moment,
        )

    CreditEvent.objects.bulk_create(
        [row(parent, child, event_id, -into_child), row(child, parent, uuid.uuid4(), into_child)]
    )
    return Transfer(event_id, moment, amount, child)


def allocation_metadata(
    counterparty_id: uuid.UUID,
    transfer_id: uuid.UUID,
    metadata: dict[str, str] | None,
    direction: Direction = "allocate",
) -> dict[str, str]:
    """The caller's pairs, then the system's: a caller's `direction` is overridden, not refused."""
    return {
        **(metadata or {}),
        "direction": direction,
        "counterpartyOrgId": ids.show("organization", counterparty_id),
        "transferId": ids.show("transfer", transfer_id),
    }
