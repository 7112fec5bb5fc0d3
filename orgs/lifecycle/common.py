"""What all changes of a customer share: who may, what is refused, how an answer gets into the mirror."""

from datetime import datetime, timedelta

from layers.client import Layers, read
from layers.client.shapes import Organization as OrganizationShape
from layers.client.shapes import Raw
from layers.mirror.upsert import upsert
from layers.outbox.kinds import NotNow, Trace
from layers.outbox.models import Command, State
from layers.outbox.verbs import AlreadyGiven
from orgs.models import Organization
from orgs.outlook import weigh
from orgs.tenant import Seal

NEEDS = "dashboard.manage_customers"
CLOCKS_APART = timedelta(minutes=5)  # theirs and ours
LONGEST_REASON = 500  # characters; kept with us only


class CannotChange(NotNow):
    """Refused before anything was recorded; the message is what the person reads. `field`: of the form, which it is
    about; None for the whole."""

    field: str | None = None


def once(kind: str, seal: Seal) -> str:
    """One form, one decision."""
    return f"{kind}:{seal.nonce}"


def seal_again(command: Command) -> Seal:
    """The seal of the form that gave a command, for giving it again."""
    return Seal(command.organization_id, command.target, command.once.removeprefix(f"{command.kind}:"))


def not_twice(once: str) -> None:
    """A form that was used must find its command before anything else is said about it. Raises AlreadyGiven."""
    standing = Command.objects.filter(once=once).exclude(state__in=[State.FAILED, State.CANCELLED]).first()
    if standing:
        raise AlreadyGiven(standing)


def hold(customer_id: str, once: str) -> Organization:
    """The customer, locked until the decision is recorded. Of two presses of one form the second waits here for the
    first, so what the form gave is looked for behind the lock. Raises AlreadyGiven, and CannotChange for one that
    cannot change.
    """
    row = Organization.objects.select_for_update().exclude(parent_id="").filter(id=customer_id).first()
    not_twice(once)
    if row is None:
        raise CannotChange("We hold no copy of this customer any more.")
    if row.status == "archived":
        raise CannotChange("Archived customers stay as they are.")
    return row


def hold_ours(once: str) -> Organization:
    """Our own organization, for decisions about no customer; the same as `hold`."""
    row = Organization.objects.select_for_update().filter(parent_id="").first()
    not_twice(once)
    if row is None:
        raise CannotChange("We do not know our own organization yet. Wait for the first sync.")
    return row


def name_of(command: Command) -> str:
    return str(command.payload.get("customer") or command.target)


def take_in(organization_id: str, raw: Raw) -> None:
    """Puts an answer that is an organization, or a part of one, over our copy of it."""
    row = Organization.objects.filter(id=organization_id).first()
    known = dict(row.raw) if row else {}
    parent_id = read.text(raw, "parentOrganizationId") or (row.parent_id if row else "")
    upsert(
        Organization, [OrganizationShape.of(known | raw | {"id": organization_id, "parentOrganizationId": parent_id})]
    )
    weigh([organization_id])


def traced(client: Layers, command: Command) -> tuple[Raw, datetime | None]:
    """The customer as Layers has it, and when it was changed last."""
    raw = client.organization(command.target)
    return raw, read.moment(raw, "updatedAt")


def not_as_wished(command: Command, changed_at: datetime | None, found: str) -> Trace:
    """The wish does not show. Unchanged since before the first send: it never arrived. Else nobody can tell."""
    sent_at = command.sent_at or command.created_at
    if changed_at and changed_at < sent_at - CLOCKS_APART:
        return Trace(False, f"{found} Nothing was changed there since before this was sent.")
    return Trace(None, f"{found} Either this never arrived, or somebody changed it again since.")
