"""Gathers what is known of transfers: ledger rows, commands, when ledgers were read. A few queries for any number."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.db.models.fields.json import KT
from django.utils import timezone

from layers.client import read
from layers.mirror.models import Scope
from layers.mirror.scopes import scope_id
from layers.outbox.models import Command, State
from orgs.books.kinds import RECLAIM, REFILL
from orgs.books.tieout.models import Acceptance, Books, RefillLimit
from orgs.books.tieout.rules import COMMAND_KEY, ROW_KEY, Facts, Line, Order
from orgs.commands import ALLOCATE, COMMAND_ID
from orgs.lifecycle.archive import ARCHIVE, Result
from orgs.models import LedgerEvent

MOVING = (ALLOCATE, ARCHIVE)
NAMED = f"raw__metadata__{COMMAND_ID}"


@dataclass(frozen=True)
class Known:
    """A command of ours, and how its transfer is found: by the id that it was told, or as the credits that came back
    from a customer that it archived. Ledger rows that name the command are found without."""

    order: Order
    told: str
    reclaims: bool


class Gathered:
    """Transfers that belong together: whatever shares a command with one of `keys` is gathered with it."""

    def __init__(self, keys: Iterable[str], our_id: str) -> None:
        self.keys = set(keys)
        self._our_id = our_id
        self._lines: dict[str, list[Line]] = {}
        self._known: dict[UUID, Known] = {}
        new = set(self.keys)
        while new:
            new = self._gather(new)
            self.keys |= new

    def facts(self) -> list[Facts]:
        """One for each key that something is known of."""
        orders: dict[str, list[Order]] = defaultdict(list)
        for identifier, transfers in self._transfers().items():
            for key in transfers or [f"{COMMAND_KEY}{identifier}"]:
                orders[key].append(replace(self._known[identifier].order, transfers=tuple(transfers)))
        opened_at = Books.objects.values_list("opened_at", flat=True).first()
        now, read_at, limits = timezone.now(), self._read_at(), self._refill_limits()
        accepted: dict[str, set[str]] = defaultdict(set)
        holding = Acceptance.objects.filter(key__in=self.keys, withdrawn_at__isnull=True)
        for key, facts in holding.values_list("key", "facts"):
            accepted[key].add(facts)
        found = [
            Facts(
                key,
                sorted(self._lines.get(key, []), key=lambda line: (line.at, line.id)),
                sorted(orders[key], key=lambda order: (order.at, str(order.id))),
                self._our_id,
                now,
                read_at,
                opened_at,
                accepted=frozenset(accepted[key]),
            )
            for key in sorted(self.keys)
            if key in self._lines or key in orders
        ]
        return [replace(facts, refill_limit=limits.get(facts.customer_id, 0)) for facts in found]

    def _gather(self, keys: set[str]) -> set[str]:
        """Reads what these keys are about, and returns those that it leads to."""
        for key, line in _lines(keys, self._our_id):
            self._lines.setdefault(key, []).append(line)
        lines = [line for key in keys for line in self._lines.get(key, [])]
        marked = {_uuid(key.removeprefix(COMMAND_KEY)) for key in keys if key.startswith(COMMAND_KEY)}
        ids = marked | {_uuid(line.command_id) for line in lines}
        customers = {line.customer_id for line in lines if line.is_reclaim}
        new = {one.order.id: one for one in _commands(ids - self._known.keys(), keys, customers)}
        new = {identifier: one for identifier, one in new.items() if identifier not in self._known}
        self._known |= new
        # One that turned out never to have been sent is not known any more, but rows may have been judged by it.
        dropped = {one for one in marked if one} - self._known.keys()
        return ({f"{COMMAND_KEY}{identifier}" for identifier in new} | _led_to(new.values(), dropped)) - self.keys

    def _transfers(self) -> dict[UUID, list[str]]:
        """The transfers of each command, the first first."""
        found: dict[UUID, set[str]] = {identifier: set() for identifier in self._known}
        archives: dict[str, list[UUID]] = defaultdict(list)
        for identifier, one in self._known.items():
            if one.told:
                found[identifier].add(one.told)
            if one.reclaims:
                archives[one.order.organization_id].append(identifier)
        for key, lines in self._lines.items():
            for line in lines:
                named = [_uuid(line.command_id), *(archives[line.customer_id] if line.is_reclaim else ())]
                for identifier in named:
                    if identifier in found:
                        found[identifier].add(key)
        return {identifier: sorted(keys, key=self._first) for identifier, keys in found.items()}

    def _first(self, key: str) -> tuple[bool, datetime | None, str]:
        at = min((line.at for line in self._lines.get(key, [])), default=None)
        return (at is None, at, key)

    def _read_at(self) -> dict[str, datetime | None]:
        lines = [line for of_key in self._lines.values() for line in of_key]
        wallets = {self._our_id} | {line.customer_id for line in lines}
        wallets |= {one.order.organization_id for one in self._known.values()}
        wanted = [scope_id(resource, wallet) for wallet in wallets for resource in ("ledger", "wallet")]
        return dict(Scope.objects.filter(id__in=wanted).values_list("id", "synced_at"))

    def _refill_limits(self) -> dict[str, int]:
        """By customer, of those whose credits say that a rule moved them."""
        customers = {line.customer_id for lines in self._lines.values() for line in lines if line.is_refill}
        limits = RefillLimit.objects.filter(organization_id__in=customers)
        return dict(limits.values_list("organization_id", "credits")) if customers else {}


def _lines(keys: Collection[str], our_id: str) -> Iterator[tuple[str, Line]]:
    """Ledger rows with their keys."""
    rows = LedgerEvent.objects.filter(
        Q(transfer_id__in=[key for key in keys if not key.startswith((COMMAND_KEY, ROW_KEY))])
        | Q(id__in=[key.removeprefix(ROW_KEY) for key in keys if key.startswith(ROW_KEY)], transfer_id="")
    )
    columns = ("id", "transfer_id", "organization_id", "counterparty_id", "credits", "direction", "kind", "created_at")
    for identifier, transfer_id, owner, counterparty, credits, direction, kind, at, command_id in rows.values_list(
        *columns, KT(NAMED)
    ):
        is_ours = owner == our_id
        yield (
            transfer_id or f"{ROW_KEY}{identifier}",
            Line(
                id=identifier,
                organization_id=owner or "",
                is_ours=is_ours,
                into=-credits if is_ours else credits,
                at=at,
                counterparty_id=counterparty,
                command_id=command_id or "",
                is_refill=kind == REFILL,
                is_reclaim=direction == RECLAIM,
            ),
        )


def _commands(ids: Collection[UUID | None], keys: Collection[str], archived: Collection[str]) -> list[Known]:
    """Commands that may have moved credits: by id, by the transfer they were told, by the customer they archived."""
    sent = Q(sent_at__isnull=False) | Q(state=State.SUCCEEDED)
    rows = Command.objects.filter(sent, kind__in=MOVING).annotate(told=KT("answer__id"))
    return [
        _known(command)
        for found in (
            rows.filter(id__in=[one for one in ids if one]),
            rows.filter(kind=ALLOCATE, told__in=keys),
            rows.filter(kind=ARCHIVE, target__in=archived),
        )
        for command in found
        if command.kind == ALLOCATE or command.state not in (State.FAILED, State.CANCELLED)
    ]


def _known(command: Command) -> Known:
    if command.kind == ARCHIVE:
        came_back = Result.of(command.answer).credits
        into, told = None if came_back is None else -came_back, ""
    else:
        into, told = read.number(command.payload, "credits"), read.text(command.answer or {}, "id")
    at = command.sent_at or command.finished_at or command.created_at
    order = Order(
        id=command.id,
        organization_id=command.organization_id,
        into=into,
        state=command.state,
        failure=command.failure,
        at=at,
        over_at=command.finished_at or at,
    )
    return Known(order, told, command.kind == ARCHIVE)


def _led_to(known: Collection[Known], dropped: Collection[UUID]) -> set[str]:
    """Keys of transfers that these commands made, or whose rows name one of them."""
    if not known and not dropped:
        return set()
    rows = LedgerEvent.objects.annotate(named=KT(NAMED))
    customers = [one.order.organization_id for one in known if one.reclaims]
    found = {one.told for one in known if one.told}
    for part in (
        rows.filter(named__in=[*(str(one.order.id) for one in known), *map(str, dropped)]),
        rows.filter(direction=RECLAIM, counterparty_id__in=customers),
        rows.filter(direction=RECLAIM, organization_id__in=customers),
    ):
        found |= {key or f"{ROW_KEY}{identifier}" for key, identifier in part.values_list("transfer_id", "id")}
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
