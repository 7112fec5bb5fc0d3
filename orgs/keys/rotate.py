"""Rotating a key: a new one takes its place, the old secret works 24 hours more (contract/control-plane.md, 5)."""

from typing import Any

from django.db import transaction

from layers.client import Answer, Layers, read
from layers.client.errors import Conflict, Unreadable
from layers.outbox.kinds import Kind, Trace, register
from layers.outbox.models import Command, Failure
from layers.outbox.proof import row_of, word
from layers.outbox.verbs import give
from orgs.deciding import CLOCKS_APART, CannotChange, once
from orgs.keys import common, handover
from orgs.keys.models import ApiKey
from orgs.models import Organization
from orgs.tenant import Seal

ROTATE = "keys.rotate"


@transaction.atomic
def rotate(
    staff: Any, customer: Organization, key: ApiKey, seal: Seal, browser: handover.Browser, *, reason: str
) -> Command:
    """Records a rotation. Raises AlreadyGiven, and CannotChange for a key that was rotated before or has ended."""
    wish = once(ROTATE, seal)
    row = common.live_key(customer.id, key.id, wish)
    common.not_under_way(ROTATE, row.id)
    if not row.can_rotate:
        raise CannotChange(f"{row.name} was rotated before. Rotate the key that took its place.")
    command = give(
        ROTATE,
        staff=staff,
        target=row.id,
        organization_id=customer.id,
        once=wish,
        payload=common.about(row, customer.name),
        reason=reason,
    )
    handover.begin(command, browser)
    return command


def _words(command: Command) -> str:
    return f"Rotate key {common.named(command)}"


def _send(client: Layers, command: Command) -> Answer:
    answer = client.rotate_key(command.organization_id, command.target, str(command.idempotency_key))
    return handover.take(command, answer)


def _agrees(command: Command, conflict: Conflict) -> bool:
    """Superseded, and an earlier send of ours may have done it: then it is done, and its secret is gone."""
    return command.attempts > 1 and bool(read.text(conflict.details, "supersededBy"))


def _trace(client: Layers, command: Command) -> Trace:
    keys = list(common.listed(client, command.organization_id))
    old = row_of(keys, "id", command.target)
    if old is None:
        return Trace(False, "Layers does not list the key any more.", failure=Failure.GONE)
    if old.get("rotatedAt", "") is None:
        return Trace(False, "Layers lists the key as never rotated.")
    rotated_at = read.moment(old, "rotatedAt")
    new = row_of(keys, "id", word(old, "supersededBy"))
    if rotated_at is None or new is None:
        raise Unreadable("Layers did not say when the key was rotated, or what took its place.")
    if rotated_at < (command.sent_at or command.created_at) - CLOCKS_APART:
        return Trace(False, "It was rotated before this was sent.", failure=Failure.DECIDED_ELSEWHERE)
    facts = "It was rotated, but the new secret was in the answer that was lost. Rotate the new key, or revoke it."
    return Trace(True, facts, {"apiKey": new, "supersededKey": old})


register(
    Kind(
        ROTATE,
        common.NEEDS,
        _words,
        _send,
        common.take_in_new,
        None,  # its secret goes to the browser that asks
        _trace,
        agrees=_agrees,
        scopes=common.scopes,
        patience=common.PATIENCE,
    )
)
