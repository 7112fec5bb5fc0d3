"""Moving our own flat projects to new customers, all or nothing (contract/control-plane.md, 1 Organizations)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from layers.client import Answer, Layers, read
from layers.client.errors import Conflict, Invalid, KeyReused
from layers.client.shapes import Raw
from layers.mirror.scopes import follow, scope_id
from layers.outbox.kinds import Kind, Trace, register
from layers.outbox.models import OPEN, Command, State
from layers.outbox.verbs import give
from orgs.deciding import CLOCKS_APART, CannotChange, hold_ours, once, seal_again
from orgs.lifecycle.common import NEEDS, take_in
from orgs.models import Project
from orgs.sync import PER_CUSTOMER
from orgs.tenant import Seal

MIGRATE = "organizations.migrate"
MOST_NAMED = 5


@dataclass(frozen=True)
class NewCustomer:
    """One of those an answer says were made."""

    id: str
    name: str
    projects: list[str]

    @classmethod
    def all_of(cls, answer: Raw | None) -> "list[NewCustomer]":
        rows = read.items(answer or {}, "children")
        found = [cls(read.text(row, "id"), read.text(row, "name"), _ids(row)) for row in rows]
        return sorted(found, key=lambda child: child.name)


def busy_projects(command: Command) -> list[str]:
    """Ids of the projects whose running jobs stopped the move, where Layers named them."""
    return _ids(read.mapping(command.answer or {}, "details")) if command.state == State.FAILED else []


def _ids(row: Raw) -> list[str]:
    found = row.get("projectIds")
    return [str(one) for one in found] if isinstance(found, list) else []


@transaction.atomic
def migrate(staff: Any, seal: Seal, mapping: Mapping[str, str]) -> Command:
    """Moves each project (id) to a new customer (name); equal names share one.

    Raises AlreadyGiven when the form was used, CannotChange when another migration is on its way or a project is not
    ours any more.
    """
    wish = once(MIGRATE, seal)
    ours = hold_ours(wish)
    if not mapping:
        raise CannotChange("There is nothing to move.")
    if Command.objects.filter(target=ours.id, kind=MIGRATE, state__in=OPEN).exists():
        raise CannotChange("Another move is on its way. Wait until it is done.")
    held = set(Project.objects.filter(organization_id=ours.id, id__in=mapping).values_list("id", flat=True))
    if gone := mapping.keys() - held:
        raise CannotChange(not_ours(gone))
    return give(
        MIGRATE,
        staff=staff,
        target=ours.id,
        organization_id=ours.id,
        once=wish,
        payload={"mapping": dict(mapping)},
    )


def not_ours(gone: Collection[str]) -> str:
    """Which projects (ids) cannot be moved, by the names we know."""
    named = Project.objects.filter(id__in=gone).order_by("name").values_list("name", flat=True)
    said = [*named[:MOST_NAMED]] or sorted(gone)[:MOST_NAMED]
    more = f" and {len(gone) - len(said)} more" if len(gone) > len(said) else ""
    return f"Not our own any more: {', '.join(said)}{more}."


def _words(command: Command) -> str:
    mapping = command.payload.get("mapping", {})
    number, names = len(mapping), len(set(mapping.values()))
    return f"Move {number} project{'' if number == 1 else 's'} to {names} new customer{'' if names == 1 else 's'}"


def _send(client: Layers, command: Command) -> Answer:
    try:
        return client.migrate_projects(command.payload["mapping"], str(command.idempotency_key))
    except KeyReused:
        raise
    except Conflict as busy:
        # A running job, not another decision: nothing has moved, and it may be given again.
        raise Invalid(busy.status, busy.code, busy.message, busy.request_id, busy.details) from busy


def _apply(command: Command, raw: Raw) -> None:
    """Rows of the new customers, as far as the answer tells, and their projects under them."""
    command.answer = raw  # for what is fetched next
    for child in NewCustomer.all_of(raw):
        if not child.id:
            continue
        take_in(child.id, {"parentOrganizationId": command.target, "name": child.name, "status": "active"})
        Project.objects.filter(id__in=child.projects).update(organization_id=child.id)
        for resource in PER_CUSTOMER:
            follow(resource, [child.id], organization_id=child.id)


def _trace(client: Layers, command: Command) -> Trace:
    """One transaction: the new customers with exactly these projects are there, or none is."""
    mapping: dict[str, str] = command.payload["mapping"]
    since = (command.sent_at or command.created_at) - CLOCKS_APART
    found = []
    for name in dict.fromkeys(mapping.values()):
        wanted = {project for project, to in mapping.items() if to == name}
        if child := _child_with(client, name, wanted, since):
            found.append({"id": child, "name": name, "projectIds": sorted(wanted)})
    if not found:
        return Trace(False, "No new customer holds these projects.")
    if len(found) < len(set(mapping.values())):
        return Trace(None, f"Only {len(found)} of the new customers are there.")
    return Trace(True, "All new customers hold their projects.", {"projectsMoved": len(mapping), "children": found})


def _child_with(client: Layers, name: str, projects: set[str], since: Any) -> str:
    """The id of a child of that name, made since then, that holds these projects; empty when there is none."""
    for page in client.organizations():
        for row in page.items:
            created_at = read.moment(row, "createdAt")
            if created_at and created_at < since:
                return ""
            if read.text(row, "name") == name and projects <= _projects_of(client, read.text(row, "id")):
                return read.text(row, "id")
    return ""


def _projects_of(client: Layers, child: str) -> set[str]:
    return {read.text(row, "id") for page in client.projects(act_as=child) for row in page.items}


def _scopes(command: Command) -> list[str]:
    made = [child.id for child in NewCustomer.all_of(command.answer)]
    return [
        scope_id("organizations"),
        *(scope_id(resource, child) for child in [command.target, *made] for resource in ("projects", "wallet")),
    ]


def _again(command: Command, staff: Any) -> Command:
    return migrate(staff, seal_again(command), command.payload["mapping"])


register(Kind(MIGRATE, NEEDS, _words, _send, _apply, _again, _trace, scopes=_scopes))
