"""Suspending a customer and resuming it (contract/control-plane.md, 1 Organizations)."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from layers.client import Answer, Layers, read
from layers.client.shapes import Raw
from layers.mirror.scopes import scope_id
from layers.outbox.kinds import Kind, Trace, register
from layers.outbox.models import OPEN, Command
from layers.outbox.verbs import AlreadyGiven, give
from orgs.deciding import CannotChange, hold, name_of, once, seal_again
from orgs.lifecycle.common import NEEDS, not_as_wished, take_in, traced
from orgs.models import Organization
from orgs.sync import wallet_scopes
from orgs.tenant import Seal

SUSPEND, RESUME = "organizations.suspend", "organizations.resume"
WANTS = {SUSPEND: "suspended", RESUME: "active"}
VERBS = {SUSPEND: "Suspend", RESUME: "Resume"}


def suspend(staff: Any, customer: Organization, seal: Seal, *, reason: str = "") -> Command:
    """Its own keys answer 503 from then on; nothing is generated or published until it is resumed.

    Raises AlreadyGiven when the form was used or the same is on its way, CannotChange when it is so already.
    """
    return _set(SUSPEND, staff, customer, seal, reason)


def resume(staff: Any, customer: Organization, seal: Seal, *, reason: str = "") -> Command:
    """What was held continues. Raises as `suspend` does."""
    return _set(RESUME, staff, customer, seal, reason)


@transaction.atomic
def _set(kind: str, staff: Any, customer: Organization, seal: Seal, reason: str) -> Command:
    wish = once(kind, seal)
    row = hold(customer.id, wish)
    under_way = _under_way(row.id)
    if under_way and under_way.kind == kind:
        raise AlreadyGiven(under_way)
    if not under_way and row.status == WANTS[kind]:
        raise CannotChange(f"{row.name} is {row.status} already.")
    return give(
        kind,
        staff=staff,
        target=row.id,
        organization_id=row.id,
        once=wish,
        payload={"customer": row.name},
        reason=reason,
    )


def _under_way(customer_id: str) -> Command | None:
    """The newest change of status that is still to come."""
    rows = Command.objects.filter(target=customer_id, kind__in=WANTS, state__in=OPEN)
    return rows.order_by("-created_at").first()


def _words(command: Command) -> str:
    return f"{VERBS[command.kind]} {name_of(command)}"


def _send(client: Layers, command: Command) -> Answer:
    call: Callable[[str, str], Answer] = (
        client.suspend_organization if command.kind == SUSPEND else client.resume_organization
    )
    return call(command.target, str(command.idempotency_key))


def _apply(command: Command, raw: Raw) -> None:
    take_in(command.target, raw)


def _trace(client: Layers, command: Command) -> Trace:
    raw, changed_at = traced(client, command)
    status = read.text(raw, "status", default="unknown")
    if status == WANTS[command.kind]:
        return Trace(True, f"Layers shows it as {status}.", raw)
    return not_as_wished(command, changed_at, f"Layers shows it as {status}.")


def _scopes(command: Command) -> list[str]:
    """A refill that was held back comes with the resumption."""
    return [*wallet_scopes(command.target), scope_id("audit", command.target)]


def _again(command: Command, staff: Any) -> Command:
    customer = Organization(id=command.target)
    return _set(command.kind, staff, customer, seal_again(command), command.reason)


for _kind in WANTS:
    register(Kind(_kind, NEEDS, _words, _send, _apply, _again, _trace, scopes=_scopes))
