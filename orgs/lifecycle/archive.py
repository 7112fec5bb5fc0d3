"""Archiving a customer, for good (contract/control-plane.md, 1 Organizations)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from layers.client import Answer, Layers, read
from layers.client.shapes import Organization as OrganizationShape
from layers.client.shapes import Raw
from layers.mirror.scopes import scope_id
from layers.mirror.upsert import upsert
from layers.outbox.kinds import Kind, Trace, register
from layers.outbox.models import OPEN, Command
from layers.outbox.verbs import AlreadyGiven, give
from orgs.deciding import CLOCKS_APART, hold, name_of, once, seal_again
from orgs.lifecycle.common import NEEDS, not_as_wished, traced
from orgs.models import Organization
from orgs.outlook import weigh
from orgs.queries import parent
from orgs.sync import wallet_scopes
from orgs.tenant import Seal

ARCHIVE = "organizations.archive"


@dataclass(frozen=True)
class Returns:
    """What an archive would do to the credits, by our copy `as_of`. None: the wallet is not known."""

    credits: int | None
    reserved: int | None
    as_of: datetime | None

    @classmethod
    def of(cls, customer: Organization) -> "Returns":
        wallet = customer.known_wallet
        if wallet is None:
            return cls(None, None, None)
        return cls(wallet.available, wallet.reserved, wallet.synced_at)


@dataclass(frozen=True)
class Result:
    """What the answer says came of it; None where it does not say."""

    credits: int | None
    keys: int | None

    @classmethod
    def of(cls, answer: Raw | None) -> "Result":
        raw = answer or {}
        return cls(read.number(raw, "reclaimedCredits"), read.number(raw, "revokedApiKeys"))


@transaction.atomic
def archive(staff: Any, customer: Organization, seal: Seal, *, reason: str = "") -> Command:
    """Revokes its keys, takes its free credits back, never to be undone.

    Raises AlreadyGiven when the form was used or the same is on its way, CannotChange when it is archived.
    """
    wish = once(ARCHIVE, seal)
    row = hold(customer.id, wish)
    under_way = Command.objects.filter(target=row.id, kind=ARCHIVE, state__in=OPEN).first()
    if under_way:
        raise AlreadyGiven(under_way)
    return give(
        ARCHIVE,
        staff=staff,
        target=row.id,
        organization_id=row.id,
        once=wish,
        payload={"customer": row.name},
        reason=reason,
    )


def on_their_way(customer: Organization) -> int:
    """Decisions about the customer and what is in it that Layers has not answered yet."""
    return Command.objects.filter(organization_id=customer.id, state__in=OPEN).count()


def _words(command: Command) -> str:
    return f"Archive {name_of(command)}"


def _send(client: Layers, command: Command) -> Answer:
    return client.archive_organization(command.target, str(command.idempotency_key))


def _apply(command: Command, raw: Raw) -> None:
    """The answer is no organization: an id, the status, when, and two counts."""
    row = Organization.objects.filter(id=command.target).first()
    if row is None:
        return
    told = {name: raw[name] for name in ("status", "archivedAt") if name in raw}
    shape = OrganizationShape.of(row.raw | told | {"id": row.id, "parentOrganizationId": row.parent_id})
    # It is our newest news of it, though it carries no updatedAt.
    newest = max(row.remote_updated_at, shape.archived_at or row.remote_updated_at)
    upsert(Organization, [replace(shape, name=row.name, remote_updated_at=newest)])
    weigh([row.id])


def _trace(client: Layers, command: Command) -> Trace:
    raw, changed_at = traced(client, command)
    status = read.text(raw, "status", default="unknown")
    if status != "archived":
        return not_as_wished(command, changed_at, f"Layers shows it as {status}.")
    told = {name: raw.get(name) for name in ("id", "status", "archivedAt")}
    came_back = _reclaimed(client, command)
    return Trace(True, "Layers shows it as archived.", told | {"reclaimedCredits": came_back})


def _reclaimed(client: Layers, command: Command) -> int:
    """Credits that our own ledger shows as taken back from this customer since the command was sent."""
    since = (command.sent_at or command.created_at) - CLOCKS_APART
    total = 0
    for page in client.ledger(since=since):
        for row in page.items:
            of = read.mapping(row, "metadata")
            if read.text(of, "direction") == "reclaim" and read.text(of, "counterpartyOrgId") == command.target:
                total += abs(read.number(row, "credits") or 0)
    return total


def _scopes(command: Command) -> list[str]:
    ours = parent()
    both = [*wallet_scopes(command.target), *(wallet_scopes(ours.id) if ours else [])]
    return [*both, scope_id("audit", command.target)]


def _again(command: Command, staff: Any) -> Command:
    return archive(staff, Organization(id=command.target), seal_again(command), reason=command.reason)


register(Kind(ARCHIVE, NEEDS, _words, _send, _apply, _again, _trace, scopes=_scopes))
