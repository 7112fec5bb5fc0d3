"""What staff can do to a customer."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.db.models.fields.json import KT
from django.utils import timezone

from common.moments import ago
from layers.client import Answer, Layers, read
from layers.client.errors import Unreadable
from layers.client.shapes import LedgerEvent as LedgerRow
from layers.client.shapes import Page, Raw, Transfer
from layers.outbox.kinds import Kind, NotNow, Trace, register
from layers.outbox.models import OPEN, Command, State
from layers.outbox.verbs import give
from orgs.deciding import CLOCKS_APART, not_twice, once, seal_again
from orgs.four_eyes import CREDITS, MOVED_NOTHING, second_pair
from orgs.models import LedgerEvent, Organization, Wallet
from orgs.outlook import weigh
from orgs.queries import parent
from orgs.sync import wallet_scopes
from orgs.tenant import Seal

ALLOCATE = "credits.allocate"
COMMAND_ID = "partner_desk_command"  # in the metadata of an allocation, so that both ledgers can be searched for it
MOST_CREDITS = 10**12  # far above any wallet: a slip of the keyboard, not an amount
LONGEST_DESCRIPTION = 500  # characters
NAMED = KT(f"raw__metadata__{COMMAND_ID}")  # in the mirror; the index ledger_named_command is of it
NO_ALLOCATION = ("usage", "refund", "grant", "purchase", "adjustment")  # types of other rows of a ledger
JUST_NOW = timedelta(minutes=10)  # the same amount for the same customer so soon is asked about


class CannotAllocate(NotNow):
    """Refused before anything was recorded; the message is what the person reads."""


class GivenJustNow(CannotAllocate):
    """The same amount was given to the same customer a moment ago, from another form: in another tab, or by somebody
    else who saw the same. `command` is that one."""

    def __init__(self, command: Command) -> None:
        minutes = int((timezone.now() - command.created_at).total_seconds() // 60) + 1
        recent = f"less than {minutes} minute{'' if minutes == 1 else 's'} ago"
        when = recent if minutes <= 60 else ago(command.created_at)
        super().__init__(f"{command.staff.name} gave it {command.payload['credits']:,} credits {when}.")
        self.command = command


@transaction.atomic
def allocate(
    staff: Any,
    customer: Organization,
    seal: Seal,
    *,
    credits: int,
    description: str,
    metadata: Mapping[str, str] | None = None,
    once_more: bool = True,
    since: datetime | None = None,
) -> Command:
    """Moves `credits` (1 to MOST_CREDITS) from our prepaid balance to the customer's wallet.

    One form, one allocation: the seal's nonce makes a double click or a resubmitted form find the first command
    (raises AlreadyGiven). Raises CannotAllocate when the customer is archived, and when our prepaid balance, less what
    other allocations have claimed of it, cannot cover it; GivenJustNow, unless it is meant `once_more`, when the same
    was given `since` then, or just now. contract/control-plane.md, 2 Credits.
    """
    if not 1 <= credits <= MOST_CREDITS:
        raise ValueError(f"{credits} credits cannot be allocated")
    wish = once(ALLOCATE, seal)
    wallet = hold_our_wallet()
    not_twice(wish)
    if customer.status == "archived":
        raise CannotAllocate("Archived customers cannot be given credits.")
    free = free_prepaid(wallet)
    if free is not None and credits > free:
        raise CannotAllocate(f"Our prepaid balance covers {free:,} credits at most.")
    if not once_more and (twin := _twin(customer, credits, since or timezone.now() - JUST_NOW)):
        raise GivenJustNow(twin)
    return give(
        ALLOCATE,
        staff=staff,
        target=customer.id,
        organization_id=customer.id,
        once=wish,
        payload=payload_of(customer, credits, description, metadata),
        reason=description,
        second=second_pair(staff, credits, "single"),
    )


def payload_of(
    customer: Organization, credits: int, description: str, metadata: Mapping[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    """What an allocation keeps of what was asked."""
    kept = {"credits": credits, "description": description, "customer": customer.name, **more}
    return kept | ({"metadata": dict(metadata)} if metadata else {})


def hold_our_wallet() -> Wallet | None:
    """Held until the transaction ends, so that two people cannot both spend the same credits."""
    ours = parent()
    return Wallet.objects.select_for_update().filter(organization_id=ours.id).first() if ours else None


def _twin(customer: Organization, credits: int, since: datetime) -> Command | None:
    rows = Command.objects.filter(organization_id=customer.id, created_at__gt=since, kind=ALLOCATE)
    same = rows.filter(payload__credits=credits).exclude(MOVED_NOTHING).select_related("staff")
    return same.order_by("-created_at").first()


def free_prepaid(ours: Wallet | None) -> int | None:
    """Our prepaid credits that no allocation has claimed, never below 0; None when our balance is not known."""
    if ours is None or ours.prepaid is None:
        return None
    return max(0, ours.prepaid - on_their_way(ours))


def on_their_way(ours: Wallet) -> int:
    """Credits of allocations that our copy of our own wallet cannot show yet, those that wait for a second person
    included."""
    rows = Command.objects.filter(unseen(ours), kind=ALLOCATE)
    return int(rows.aggregate(total=Sum(CREDITS))["total"] or 0)


def unseen(wallet: Wallet) -> Q:
    """Commands that are open, or were done after the copy of this wallet was made."""
    return Q(state__in=OPEN) | Q(state=State.SUCCEEDED, finished_at__gt=wallet.remote_updated_at)


def allocation(staff: Any, customer: Organization, command_id: UUID) -> Command | None:
    """One allocation that this person gave to a customer."""
    rows = Command.objects.select_related("approval__decided_by")
    return rows.filter(id=command_id, kind=ALLOCATE, organization_id=customer.id, staff=staff).first()


def _words(command: Command) -> str:
    return f"Allocate {command.payload['credits']:,} credits to {command.payload['customer']}"


def _send(client: Layers, command: Command) -> Answer:
    answer = client.allocate(
        command.organization_id,
        command.payload["credits"],
        command.payload["description"],
        {**command.payload.get("metadata", {}), COMMAND_ID: str(command.id)},
        str(command.idempotency_key),
    )
    return replace(answer, body=answer.body | {"replayed": True}) if answer.replayed else answer


def _apply(command: Command, raw: Raw) -> None:
    transfer = Transfer.of(raw)
    if transfer.replayed or transfer.balance is None or transfer.available is None:
        return  # a replay tells the balance of back then; the refresh that follows tells today's
    now = timezone.now()
    Wallet.objects.filter(organization_id=command.organization_id).update(
        balance=transfer.balance, available=transfer.available, remote_updated_at=now, synced_at=now
    )
    weigh([command.organization_id])


def _trace(client: Layers, command: Command) -> Trace:
    """Both ledgers are searched for our command id, and so is our copy of them. Neither knows it: nothing moved. One
    alone: a person must look. Raises Unreadable, to be read again later, when a row that could be ours does not tell.
    """
    since, moved = (command.sent_at or command.created_at) - CLOCKS_APART, command.payload["credits"]
    known = {row.organization_id == command.organization_id: row.raw for row in _named_in_the_mirror(command)}
    theirs = _found(command, client.ledger(child=command.organization_id, since=since), moved, known.get(True))
    ours = _found(command, client.ledger(since=since), -moved, known.get(False))
    if ours and theirs:
        row = LedgerRow.of(command.organization_id, theirs)
        raw = {"id": row.transfer_id, "organizationId": command.organization_id, "allocated": row.credits}
        return Trace(True, "Both ledgers show it.", {**raw, "replayed": True})
    if ours or theirs:
        return Trace(
            None, f"Only {'our' if ours else 'the customer’s'} ledger shows it, so the two sides do not match."
        )
    return Trace(False, "Neither our ledger nor the customer’s shows it.")


def _found(command: Command, pages: Iterator[Page], moved: int, known: Raw | None) -> Raw | None:
    """The row of one ledger that names the command, else what is `known` of it. `moved`: its credits, signed."""
    doubtful = False
    for row in (row for page in pages for row in page.items):
        if read.text(read.mapping(row, "metadata"), COMMAND_ID) == str(command.id):
            return row
        could_be = read.number(row, "credits") in (moved, None) and row.get("eventType") not in NO_ALLOCATION
        doubtful |= could_be and not read.mapping(row, "metadata")
    if doubtful and known is None:
        raise Unreadable("Layers did not say whose a row of the ledger is.")
    return known


def _named_in_the_mirror(command: Command) -> QuerySet[LedgerEvent]:
    return LedgerEvent.objects.annotate(named=NAMED).filter(named=str(command.id))


def _scopes(command: Command) -> list[str]:
    ours = parent()
    return [*wallet_scopes(command.organization_id), *(wallet_scopes(ours.id) if ours else [])]


def _again(command: Command, staff: Any) -> Command:
    customer = Organization.objects.filter(id=command.organization_id).first()
    if customer is None:
        raise CannotAllocate("We hold no copy of this customer any more.")
    if _named_in_the_mirror(command).exists():
        raise CannotAllocate("A ledger shows that it did move credits. Mark it as looked at.")
    asked = {name: command.payload.get(name) for name in ("credits", "description", "metadata")}
    try:
        return allocate(staff, customer, seal_again(command), once_more=False, since=command.created_at, **asked)
    except GivenJustNow as twin:
        raise CannotAllocate(f"{twin} If it is meant once more, allocate on the customer's page.") from twin


register(Kind(ALLOCATE, "dashboard.allocate_credits", _words, _send, _apply, _again, _trace, scopes=_scopes))
