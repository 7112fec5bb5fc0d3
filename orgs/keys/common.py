"""What all decisions about keys share: who may, which key, and how an answer gets into the mirror."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from layers.client import Layers, read
from layers.client.key_shapes import ApiKey as KeyShape
from layers.client.shapes import Raw
from layers.mirror.scopes import scope_id
from layers.mirror.upsert import upsert
from layers.outbox.models import OPEN, Command
from layers.outbox.verbs import AlreadyGiven
from orgs.deciding import CannotChange, hold
from orgs.keys.handover import key_of
from orgs.keys.models import ApiKey, Handover

NEEDS = "dashboard.manage_keys"
GRACE = timedelta(hours=24)  # how long the old secret of a rotated key works
#: A secret goes to a browser that waits for it. A command that could not be sent for so long is not sent any more.
PATIENCE = timedelta(minutes=30)


def live_key(customer_id: str, key_id: str, once: str) -> ApiKey:
    """A key of the customer that still opens something, its customer held. Raises AlreadyGiven, CannotChange."""
    hold(customer_id, once)
    key = ApiKey.objects.filter(id=key_id, organization_id=customer_id).first()
    if key is None:
        raise CannotChange("We hold no copy of this key any more.")
    if not key.is_live:
        raise CannotChange(f"{key.name} does not work any more.")
    return key


def not_under_way(kind: str, key_id: str) -> None:
    """Raises AlreadyGiven when the same is on its way already."""
    standing = Command.objects.filter(target=key_id, kind=kind, state__in=OPEN).first()
    if standing:
        raise AlreadyGiven(standing)


def about(key: ApiKey, customer: str) -> dict[str, Any]:
    """What the record of a decision says of a key."""
    return {"customer": customer, "name": key.name, "prefix": key.prefix}


def named(command: Command) -> str:
    """“Feed” of Morrow Journal."""
    said = command.payload
    return f"“{said.get('name') or command.target}” of {said.get('customer') or command.organization_id}"


def take_in(command: Command, *raws: Raw) -> None:
    """Puts keys of an answer into the mirror."""
    at = timezone.now()
    upsert(ApiKey, [KeyShape.of(command.organization_id, raw, at) for raw in raws if read.text(raw, "id")])


def take_in_new(command: Command, raw: Raw) -> None:
    """The answer to a command that made a key: the key, and the one it took the place of."""
    new = key_of(raw)
    take_in(command, new, read.mapping(raw, "supersededKey"))
    Handover.objects.filter(command=command).update(key_id=read.text(new, "id"))


def listed(client: Layers, customer_id: str) -> Iterator[Raw]:
    """The keys of a customer as Layers has them now, newest first."""
    for page in client.child_keys(customer_id):
        yield from page.items


def scopes(command: Command) -> list[str]:
    return [scope_id("keys", command.organization_id), scope_id("audit", command.organization_id)]
