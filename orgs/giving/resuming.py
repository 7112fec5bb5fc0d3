"""Going on with a batch that was stopped: which of its rows still may, and giving those."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from layers.outbox.many import Wanted, give_many, stand_in
from layers.outbox.models import Command
from orgs import queries
from orgs.batches.progress import taken_back
from orgs.commands import ALLOCATE, free_prepaid, hold_our_wallet
from orgs.four_eyes import MOVED_NOTHING
from orgs.giving.batch import ask_second, check_covered
from orgs.giving.claims import coming
from orgs.giving.models import AllocationBatch
from orgs.models import Organization

GIVEN_SINCE = "given credits since the stop"
ARCHIVED = "archived"
ENOUGH = "topped up otherwise"
UNKNOWN = "wallet not known"


@dataclass(frozen=True)
class Resumable:
    """What of a batch was stopped before it was sent. `going`: the rows that go on, with what each gets; `staying`: why
    the others do not, with how many."""

    going: list[tuple[Command, int]]
    staying: Counter[str]

    @classmethod
    def of(cls, batch: AllocationBatch) -> "Resumable":
        """What was given to a customer after the stop took the place of its row. A row with a level gets what is still
        missing to it, and never more than it was stopped with."""
        rows = list(_stopped(batch))
        before = _before([row.target for row in rows if row.payload.get("level")])
        found = cls([], Counter())
        for row in rows:
            level, credits = row.payload.get("level"), int(row.payload["credits"])
            if level and row.target in before:
                credits = min(credits, level - before[row.target])
            if row.is_archived:
                found.staying[ARCHIVED] += 1
            elif row.was_given_since:
                found.staying[GIVEN_SINCE] += 1
            elif level and row.target not in before:
                found.staying[UNKNOWN] += 1
            elif credits <= 0:
                found.staying[ENOUGH] += 1
            else:
                found.going.append((row, credits))
        return found

    @property
    def number(self) -> int:
        return len(self.going)

    @property
    def credits(self) -> int:
        return sum(credits for _, credits in self.going)

    @property
    def largest(self) -> int:
        return max((credits for _, credits in self.going), default=0)

    @property
    def why_others_stay(self) -> str:
        """archived (1), given credits since the stop (2); empty when all go on."""
        return ", ".join(f"{why} ({number:,})" for why, number in self.staying.items())


def _stopped(batch: AllocationBatch) -> QuerySet[Any]:
    since = Command.objects.filter(
        kind=ALLOCATE, organization_id=OuterRef("organization_id"), created_at__gt=OuterRef("finished_at")
    ).exclude(MOVED_NOTHING)
    archived = Organization.objects.filter(id=OuterRef("organization_id"), status="archived")
    rows = taken_back(batch)
    return rows.annotate(is_archived=Exists(archived), was_given_since=Exists(since)).order_by("created_at", "id")


def _before(ids: list[str]) -> dict[str, int]:
    """What these customers have available, with what is on its way; those whose wallet is not known are not in it."""
    if not ids:
        return {}
    customers = list(queries.customers_with_money().filter(id__in=ids))
    on_way = coming(customers)
    known = {row.id: wallet.available for row in customers if (wallet := row.known_wallet)}
    return {
        identifier: available + (on_way[identifier].total if identifier in on_way else 0)
        for identifier, available in known.items()
        if available is not None
    }


@transaction.atomic
def resume(batch: AllocationBatch, staff: Any) -> int:
    """Gives what was stopped, as this person's decision: for our wallet and for four eyes it is a batch of its own.
    `batch` is as the person saw it: one that was stopped or resumed since is left alone. Returns how many; 0 when
    somebody was faster. Raises CannotAllocate.

    Each row gets a command with a key of its own and the `once` of the stopped one, which is never sent: a row has one
    command that can take effect, whatever was pressed how often.
    """
    wallet = hold_our_wallet()
    held = AllocationBatch.objects.select_for_update(of=("self",)).get(id=batch.id)
    if held.stop_seen != batch.stop_seen:
        return 0
    found = Resumable.of(held)
    if not found.going:
        return 0
    check_covered(free_prepaid(wallet), found.credits)
    customers = f"{found.number:,} customer{'' if found.number == 1 else 's'}"
    words = f"Resume a batch: allocate {found.credits:,} credits to {customers}"
    approval = ask_second(batch, staff, found.credits, found.largest, words)
    wanted = [
        Wanted(one.target, one.once, one.payload | {"credits": credits}, one.reason) for one, credits in found.going
    ]
    new = give_many(ALLOCATE, wanted, staff=staff, batch=batch.id, approval=approval)
    stand_in([one for one, _ in found.going], new, staff)
    changes = {"resumed_by": staff, "resumed_at": timezone.now()} | ({"approval": approval} if approval else {})
    AllocationBatch.objects.filter(id=batch.id).update(**changes)
    return found.number
