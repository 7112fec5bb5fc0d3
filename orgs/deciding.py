"""What all decisions about customers share: one form gives one command, its customer is held, and what is refused."""

from datetime import timedelta

from layers.outbox.kinds import NotNow
from layers.outbox.models import Command, State
from layers.outbox.verbs import AlreadyGiven
from orgs.models import Organization
from orgs.tenant import Seal

CLOCKS_APART = timedelta(minutes=5)  # theirs and ours


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
