"""What caused a ledger row: a job, a container, a transfer, a command of ours and whoever gave it.

A page of rows costs the same few queries, however many rows it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils.http import urlencode

from layers.outbox.models import Command, State
from orgs.books.kinds import RECLAIM, REFILL
from orgs.books.running import balances, beginning
from orgs.commands import COMMAND_ID
from orgs.lifecycle.archive import ARCHIVE
from orgs.models import LedgerEvent, Organization, Project
from orgs.queries import ledger


@dataclass(frozen=True)
class Entry:
    """A ledger row with what a page says besides. `balance`: credits in the wallet after it, as the rows add up;
    `is_sure` as in orgs.books.running.Balance.

    `words` say what caused it, "" where a job or a container does. `other`: the row of the same transfer on the other
    wallet, None while our copy of that ledger does not hold it.
    """

    row: LedgerEvent
    balance: int | None
    is_sure: bool = True
    words: str = ""
    command: Command | None = None
    other: LedgerEvent | None = None
    other_name: str = ""
    project_name: str = ""

    @property
    def other_address(self) -> str:
        return row_address(self.other) if self.other else ""

    @property
    def command_address(self) -> str:
        return reverse("commands:detail", args=[self.command.id]) if self.command else ""

    @property
    def says_otherwise(self) -> bool:
        """Whether Layers names other prepaid credits after this row than the rows add up to. Of several rows of one
        instant nobody knows which came first, so that is not said of them.
        """
        return self.is_sure and self.row.balance_after is not None and self.balance != self.row.balance_after


def row_address(row: LedgerEvent) -> str:
    return f"{reverse('orgs:ledger', args=[row.organization_id])}?{urlencode({'row': row.id})}"


def readable(rows: QuerySet[LedgerEvent]) -> QuerySet[LedgerEvent]:
    """The rows without the raw object, but with the command of ours that it names as `command_id`."""
    return rows.defer("raw").annotate(command_id=KT(f"raw__metadata__{COMMAND_ID}"))


def newest(organization: Organization, number: int) -> list[Entry]:
    rows = readable(ledger(organization.id)).order_by("-created_at", "-id")[:number]
    return entries(organization, list(rows), beginning(organization.id).before)


def entries(organization: Organization, rows: Sequence[LedgerEvent], before: int) -> list[Entry]:
    """The rows, from `readable`, with their balances and causes; `before` as in orgs.books.running.Beginning."""
    after = balances(organization.id, [row.id for row in rows], before)
    others, names, commands = _others(organization, rows), _names(rows), _commands(rows)
    found = []
    for row in rows:
        command = commands.get(_customer_of(row) if row.kind == RECLAIM else _named(row))
        entry = Entry(
            row=row,
            balance=after[row.id].credits if row.id in after else None,
            is_sure=row.id in after and after[row.id].is_sure,
            words=_words(row, command),
            command=command,
            other=others.get(row.transfer_id),
            other_name=names.get(row.counterparty_id, row.counterparty_id),
            project_name=names.get(row.project_id, row.project_id),
        )
        found.append(entry)
    return found


def _words(row: LedgerEvent, command: Command | None) -> str:
    if command:
        return f"{'Archived' if row.kind == RECLAIM else 'Allocated'} by {command.staff.name}"
    if row.kind == REFILL:
        return "Refill rule"
    if row.kind == RECLAIM:
        return "Archived, not from this desk"
    if row.event_type == "allocation":
        return "Not from this desk"
    return "Layers" if row.kind in ("grant", "purchase", "adjustment") else ""


def _named(row: LedgerEvent) -> str:
    return str(getattr(row, "command_id", None) or "")


def _customer_of(row: LedgerEvent) -> str:
    """The customer that credits were reclaimed from: on our ledger, where they came in, the other side."""
    return row.counterparty_id if row.credits > 0 else str(row.organization_id)


def _others(organization: Organization, rows: Sequence[LedgerEvent]) -> dict[str, LedgerEvent]:
    """The other wallet's row of each transfer, by transfer id."""
    transfers = {row.transfer_id for row in rows if row.transfer_id}
    if not transfers:
        return {}
    found = LedgerEvent.objects.filter(transfer_id__in=transfers).exclude(organization_id=organization.id)
    return {row.transfer_id: row for row in found.only("id", "organization_id", "transfer_id")}


def _names(rows: Sequence[LedgerEvent]) -> dict[str, str]:
    """Names of the other wallets and of the projects, by id."""
    wallets = {row.counterparty_id for row in rows} - {""}
    projects = {row.project_id for row in rows} - {""}
    names = dict(Organization.objects.filter(id__in=wallets).values_list("id", "name")) if wallets else {}
    return names | (dict(Project.objects.filter(id__in=projects).values_list("id", "name")) if projects else {})


def _commands(rows: Sequence[LedgerEvent]) -> dict[str, Command]:
    """Our commands by their own id, and those that archived a customer by the customer's."""
    ids = {one for row in rows if (one := _uuid(_named(row)))}
    archived = {_customer_of(row) for row in rows if row.kind == RECLAIM}
    if not ids and not archived:
        return {}
    asked = Q(id__in=ids) | Q(kind=ARCHIVE, target__in=archived, state=State.SUCCEEDED)
    found = Command.objects.filter(asked).select_related("staff")
    return {command.target if command.kind == ARCHIVE else str(command.id): command for command in found}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
