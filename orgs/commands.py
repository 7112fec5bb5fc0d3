"""What staff can do to a customer."""

from typing import Any

from django.utils import timezone

from layers.client import Answer, Layers
from layers.client.shapes import Raw, Transfer
from layers.outbox.kinds import Kind, register
from layers.outbox.models import Command
from layers.outbox.verbs import give
from orgs.models import Organization, Wallet
from orgs.queries import parent
from orgs.sync import wallet_scopes
from orgs.tenant import Seal

ALLOCATE = "credits.allocate"


def allocate(staff: Any, customer: Organization, seal: Seal, *, credits: int, description: str) -> Command:
    """Moves `credits` (a positive whole number) from our prepaid balance to the customer's wallet.

    One form, one allocation: the seal's nonce makes a double click or a resubmitted form find the first command
    (raises AlreadyGiven). contract/control-plane.md, 2 Credits.
    """
    return give(
        ALLOCATE,
        staff=staff,
        target=customer.id,
        organization_id=customer.id,
        once=f"{ALLOCATE}:{seal.nonce}",
        payload={"credits": credits, "description": description, "customer": customer.name},
        reason=description,
    )


def _words(command: Command) -> str:
    return f"Allocate {command.payload['credits']:,} credits to {command.payload['customer']}"


def _send(client: Layers, command: Command) -> Answer:
    # Our command id travels along, so both ledgers can be searched for it when an answer is lost.
    return client.allocate(
        command.organization_id,
        command.payload["credits"],
        command.payload["description"],
        {"partner_desk_command": str(command.id)},
        str(command.idempotency_key),
    )


def _apply(command: Command, raw: Raw) -> None:
    transfer = Transfer.of(raw)
    if transfer.replayed or transfer.balance is None or transfer.available is None:
        return  # a replay tells the balance of back then; the refresh that follows tells today's
    now = timezone.now()
    Wallet.objects.filter(organization_id=command.organization_id).update(
        balance=transfer.balance, available=transfer.available, remote_updated_at=now, synced_at=now
    )


def _scopes(command: Command) -> list[str]:
    ours = parent()
    return [*wallet_scopes(command.organization_id), *(wallet_scopes(ours.id) if ours else [])]


register(Kind(ALLOCATE, _words, _send, _apply, scopes=_scopes))
