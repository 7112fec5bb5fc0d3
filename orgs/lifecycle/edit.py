"""Changing a customer's name, billing email and metadata: only what changed is sent (contract/control-plane.md, 1)."""

from typing import Any

from django.db import transaction

from layers.client import Answer, Layers, read
from layers.client.shapes import Raw
from layers.mirror.scopes import scope_id
from layers.outbox.kinds import Kind, Trace, register
from layers.outbox.models import Command
from layers.outbox.verbs import give
from orgs import metadata
from orgs.deciding import CannotChange, hold, name_of, once, seal_again
from orgs.lifecycle.common import NEEDS, not_as_wished, take_in, traced
from orgs.models import Organization
from orgs.tenant import Seal

CHANGE = "organizations.change"
LONGEST_NAME = 128  # characters
LONGEST_EMAIL = 254


@transaction.atomic
def change(staff: Any, customer: Organization, seal: Seal, changes: Raw) -> Command:
    """`changes` is what is sent: `name`, `billingEmail` (None clears), `metadata` ("" unsets a key, None clears all).

    The forms have checked each value; here it is checked what the metadata would be after the merge. Raises
    AlreadyGiven when the form was used, CannotChange.
    """
    wish = once(CHANGE, seal)
    row = hold(customer.id, wish)
    if not changes:
        raise CannotChange("Nothing was changed.")
    sent = changes.get("metadata")
    if sent:
        after = metadata.merged({str(key): str(value) for key, value in row.metadata.items()}, sent)
        if problem := metadata.whole_problem(after):
            raise CannotChange(problem)
    return give(
        CHANGE,
        staff=staff,
        target=row.id,
        organization_id=row.id,
        once=wish,
        payload={"customer": row.name, "changes": changes},
    )


def _words(command: Command) -> str:
    changes = command.payload.get("changes", {})
    said = []
    if "name" in changes:
        said.append(f"name to {changes['name']}")
    if "billingEmail" in changes:
        said.append(f"billing email to {changes['billingEmail']}" if changes["billingEmail"] else "no billing email")
    if "metadata" in changes:
        sent = changes["metadata"]
        said.append("no metadata" if sent is None else f"metadata {', '.join(sent)}")
    return f"Change {name_of(command)}: {'; '.join(said)}"


def _send(client: Layers, command: Command) -> Answer:
    return client.patch_organization(command.target, command.payload["changes"], str(command.idempotency_key))


def _apply(command: Command, raw: Raw) -> None:
    take_in(command.target, raw)


def _trace(client: Layers, command: Command) -> Trace:
    raw, changed_at = traced(client, command)
    if _shows(raw, command.payload["changes"]):
        return Trace(True, "Layers shows it as wished.", raw)
    return not_as_wished(command, changed_at, "Layers does not show it.")


def _shows(raw: Raw, changes: Raw) -> bool:
    """Whether an organization is as the change wanted it."""
    if "name" in changes and read.text(raw, "name") != changes["name"]:
        return False
    if "billingEmail" in changes and read.text(raw, "billingEmail") != (changes["billingEmail"] or ""):
        return False
    if "metadata" not in changes:
        return True
    stored, sent = read.mapping(raw, "metadata"), changes["metadata"]
    if sent is None:
        return not stored
    return all(stored.get(key, "") == value for key, value in sent.items())


def _scopes(command: Command) -> list[str]:
    return [scope_id("audit", command.target)]


def _again(command: Command, staff: Any) -> Command:
    return change(staff, Organization(id=command.target), seal_again(command), command.payload["changes"])


register(Kind(CHANGE, NEEDS, _words, _send, _apply, _again, _trace, scopes=_scopes))
