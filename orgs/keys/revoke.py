"""Revoking a key, at once and for good (contract/control-plane.md, 5 Child API keys)."""

from typing import Any

from django.db import transaction

from layers.client import Answer, Layers
from layers.client.shapes import Raw
from layers.outbox.kinds import Kind, Trace, register
from layers.outbox.models import Command, Failure
from layers.outbox.proof import row_of, word
from layers.outbox.verbs import give
from orgs.deciding import once, seal_again
from orgs.keys import common
from orgs.keys.handover import key_of
from orgs.keys.models import ApiKey
from orgs.models import Organization
from orgs.tenant import Seal

REVOKE = "keys.revoke"


@transaction.atomic
def revoke(staff: Any, customer: Organization, key: ApiKey, seal: Seal, *, reason: str = "") -> Command:
    """Records it. Raises AlreadyGiven, and CannotChange for a key that has ended."""
    wish = once(REVOKE, seal)
    row = common.live_key(customer.id, key.id, wish)
    common.not_under_way(REVOKE, row.id)
    return give(
        REVOKE,
        staff=staff,
        target=row.id,
        organization_id=customer.id,
        once=wish,
        payload=common.about(row, customer.name),
        reason=reason,
    )


def _words(command: Command) -> str:
    return f"Revoke key {common.named(command)}"


def _send(client: Layers, command: Command) -> Answer:
    """A repeat changes nothing, so it needs no memory of the first."""
    return client.revoke_key(command.organization_id, command.target, str(command.idempotency_key))


def _apply(command: Command, raw: Raw) -> None:
    common.take_in(command, key_of(raw))


def _trace(client: Layers, command: Command) -> Trace:
    row = row_of(common.listed(client, command.organization_id), "id", command.target)
    if row is None:
        return Trace(False, "Layers does not list the key any more.", failure=Failure.GONE)
    status = word(row, "status")
    return Trace(status == "revoked", f"Layers lists the key as {status}.", {"apiKey": row})


def _again(command: Command, staff: Any) -> Command:
    said = command.payload
    customer = Organization(id=command.organization_id, name=str(said.get("customer") or command.organization_id))
    return revoke(staff, customer, ApiKey(id=command.target), seal_again(command), reason=command.reason)


register(Kind(REVOKE, common.NEEDS, _words, _send, _apply, _again, _trace, scopes=common.scopes))
