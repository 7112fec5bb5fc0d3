"""Making a customer (contract/control-plane.md, 1 Organizations).

Nobody knows its id before Layers has answered. So the command is about our own organization and has a target of its own
until then; the answer puts the customer into the mirror and the command into its story. Our command id travels in the
metadata (the key `partner_desk_command`): it tells an answer that was lost.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models.fields.json import KT

from layers.client import Answer, Layers, read
from layers.client.errors import Unreadable
from layers.client.shapes import Raw
from layers.mirror.scopes import follow, scope_id
from layers.outbox.kinds import Kind, Trace, register
from layers.outbox.models import OPEN, Command, State
from layers.outbox.verbs import give
from orgs import metadata
from orgs.deciding import CLOCKS_APART, CannotChange, hold_ours, once, seal_again
from orgs.lifecycle.common import NEEDS, take_in
from orgs.models import Organization
from orgs.queries import parent
from orgs.sync import PER_CUSTOMER
from orgs.tenant import Seal

CREATE = "organizations.create"
NEW = "new"  # what the seal of the form names as its target


class SameName(CannotChange):
    """There is one of this name. Layers allows a second one, so the person is asked."""

    field = "same_name"


@transaction.atomic
def create(
    staff: Any,
    seal: Seal,
    *,
    name: str,
    billing_email: str = "",
    pairs: dict[str, str] | None = None,
    same_name: bool = False,
) -> Command:
    """Records a new customer; the forms have checked each value. Raises AlreadyGiven, SameName, CannotChange."""
    wish = once(CREATE, seal)
    ours = hold_ours(wish)
    if problem := metadata.whole_problem({**(pairs or {}), metadata.OURS: str(uuid4())}):
        raise CannotChange(problem)
    if not same_name and _exists(name):
        raise SameName(f"There is a customer called {name} already.")
    body: Raw = {"name": name}
    if billing_email:
        body["billingEmail"] = billing_email
    if pairs:
        body["metadata"] = pairs
    return give(
        CREATE,
        staff=staff,
        target=f"new:{uuid4()}",
        organization_id=ours.id,
        once=wish,
        payload={"customer": name, "body": body, "same_name": same_name},
    )


def made(command: Command) -> str:
    """The id of the customer that a command has made; empty until Layers has answered."""
    return read.text(command.answer or {}, "id") if command.state == State.SUCCEEDED else ""


def _exists(name: str) -> bool:
    coming = Command.objects.filter(kind=CREATE, state__in=OPEN).annotate(said=KT("payload__customer"))
    return Organization.objects.filter(name=name).exclude(parent_id="").exists() or coming.filter(said=name).exists()


def _words(command: Command) -> str:
    return f"Create customer {command.payload.get('customer', '')}"


def _send(client: Layers, command: Command) -> Answer:
    body = dict(command.payload["body"])
    body["metadata"] = {**body.get("metadata", {}), metadata.OURS: str(command.id)}
    return client.create_organization(body, str(command.idempotency_key))


def _apply(command: Command, raw: Raw) -> None:
    identifier = read.text(raw, "id")
    if not identifier:
        return
    # Its list of children names its parent; an answer that does not is about a child all the same.
    take_in(identifier, {"parentOrganizationId": command.organization_id} | raw)
    for resource in PER_CUSTOMER:
        follow(resource, [identifier], organization_id=identifier)
    command.organization_id = identifier
    Command.objects.filter(id=command.id).update(organization_id=identifier)


def _trace(client: Layers, command: Command) -> Trace:
    """Newest first, so the list is read back to the time of the first send. Raises Unreadable when one made since then
    comes without the metadata that would tell."""
    since, doubtful = (command.sent_at or command.created_at) - CLOCKS_APART, False
    for row in _children(client):
        created_at = read.moment(row, "createdAt")
        if created_at and created_at < since:
            break
        if read.text(read.mapping(row, "metadata"), metadata.OURS) == str(command.id):
            return Trace(True, "It is in the list of customers, with our command in its metadata.", row)
        doubtful |= not isinstance(row.get("metadata"), dict)
    if doubtful:
        raise Unreadable("Layers did not say the metadata of a customer.")
    return Trace(False, "No customer made since then carries our command in its metadata.")


def _children(client: Layers) -> Iterator[Raw]:
    for page in client.organizations():
        yield from page.items


def _scopes(command: Command) -> list[str]:
    """Those of the customer, once it is known."""
    ours = parent()
    if ours is None or command.organization_id == ours.id:
        return []
    return [scope_id(resource, command.organization_id) for resource in PER_CUSTOMER]


def _again(command: Command, staff: Any) -> Command:
    ours = parent()
    seal = seal_again(command)
    body = command.payload["body"]
    return create(
        staff,
        Seal(ours.id if ours else "", NEW, seal.nonce),
        name=body["name"],
        billing_email=body.get("billingEmail", ""),
        pairs=body.get("metadata"),
        same_name=bool(command.payload.get("same_name")),
    )


register(Kind(CREATE, NEEDS, _words, _send, _apply, _again, _trace, scopes=_scopes))
