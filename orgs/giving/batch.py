"""Giving credits to many customers at once, and giving what was stopped after all. Following it: orgs/batches."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import BigIntegerField, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone

from layers.client.shapes import Transfer
from layers.outbox.approving import SUBJECTS, Subject, ask
from layers.outbox.kinds import NotNow
from layers.outbox.many import Wanted, give_many, stand_in, start_after_commit
from layers.outbox.models import Approval, Command, State
from orgs.batches.models import Batch
from orgs.batches.progress import BATCH, STOPPED, commands
from orgs.commands import ALLOCATE, CannotAllocate, free_prepaid, hold_our_wallet, on_their_way, payload_of
from orgs.four_eyes import second_pair
from orgs.giving.models import AllocationBatch
from orgs.giving.plan import Plan, Wish
from orgs.giving.sheet import Sheet
from orgs.models import Organization
from orgs.tenant import Seal

NAMES = UUID("c0a1f3a6-61f0-4b8e-8f0e-2f0c1d7a9b52")  # of batches, so that one form makes one
CREDITS = Cast(KT("payload__credits"), BigIntegerField())


class PlanChanged(CannotAllocate):
    """Some rows are not any more as they were shown. `plan`: as they are."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("Something changed since you looked. Nothing was recorded: look again, then allocate.")
        self.plan = plan


def batch_of(seal: Seal) -> UUID:
    return uuid5(NAMES, seal.nonce)


@transaction.atomic
def give_batch(staff: Any, sheet: Sheet, wish: Wish, seal: Seal, *, shown: str) -> tuple[AllocationBatch, bool]:
    """Records one allocation for each row that gets something. `shown`: the digest of the plan that the person saw.
    Returns the batch, and whether it is new: a form that was used finds its own. Raises PlanChanged, CannotAllocate.

    Our wallet is held, so what it covers and what is on its way cannot change between looking and recording.
    """
    wallet = hold_our_wallet()
    standing = AllocationBatch.objects.filter(id=batch_of(seal)).first()
    if standing:
        return standing, False
    plan = Plan(sheet, wish)
    if plan.digest != shown:
        raise PlanChanged(plan)
    if plan.problem:
        raise CannotAllocate(plan.problem)
    _check_covered(free_prepaid(wallet), plan.total)
    batch = AllocationBatch(
        id=batch_of(seal),
        staff=staff,
        reason=wish.reason,
        way=wish.way,
        size=len(plan.giving),
        credits=plan.total,
        left_out=[[row.id, row.name, row.why, row.number] for row in plan.left_out],
    )
    batch.approval = _asked(batch, staff, plan.total)
    batch.save(force_insert=True)
    wanted = [
        Wanted(
            target=row.customer.id,
            once=f"{ALLOCATE}:{seal.nonce}:{row.customer.id}",
            payload=payload_of(row.customer, row.credits, row.description, row=row.number),
            reason=row.description,
        )
        for row in plan.giving
        if row.customer
    ]
    give_many(ALLOCATE, wanted, staff=staff, batch=batch.id, approval=batch.approval)
    return batch, True


def _check_covered(free: int | None, credits: int) -> None:
    if free is None:
        raise CannotAllocate("Our prepaid balance is not known yet.")
    if credits > free:
        raise CannotAllocate(f"Our prepaid balance covers {free:,} credits; these are {credits:,}.")


def _asked(batch: AllocationBatch, staff: Any, credits: int, words: str = "") -> Approval | None:
    second = second_pair(staff, credits, "batch")
    return ask(BATCH, str(batch.id), words or batch.words, second, requester=staff) if second else None


# --- going on after a stop


@dataclass(frozen=True)
class Resumable:
    """What of a batch was stopped before it was sent."""

    number: int
    credits: int

    @classmethod
    def of(cls, batch: AllocationBatch) -> "Resumable":
        found = _stopped(batch).aggregate(credits=Sum(CREDITS))["credits"]
        return cls(_stopped(batch).count() if found else 0, int(found or 0))


def _stopped(batch: AllocationBatch) -> QuerySet[Command]:
    """Only what was taken back with the whole batch and never left us; not what somebody took back by itself."""
    return commands(batch).filter(state=State.CANCELLED, sent_at__isnull=True, detail=STOPPED)


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
    archived = Organization.objects.filter(status="archived").values("id")
    old = list(_stopped(batch).exclude(organization_id__in=archived).order_by("created_at", "id"))
    if not old:
        return 0
    credits = sum(int(one.payload["credits"]) for one in old)
    _check_covered(free_prepaid(wallet), credits)
    words = f"Resume a batch: allocate {credits:,} credits to {len(old):,} customer{'' if len(old) == 1 else 's'}"
    approval = _asked(batch, staff, credits, words)
    wanted = [Wanted(one.target, one.once, one.payload, one.reason) for one in old]
    new = give_many(ALLOCATE, wanted, staff=staff, batch=batch.id, approval=approval)
    stand_in(old, new, staff)
    changes = {"resumed_by": staff, "resumed_at": timezone.now()} | ({"approval": approval} if approval else {})
    AllocationBatch.objects.filter(id=batch.id).update(**changes)
    return len(old)


# --- what a second person said


def _agreed(approval: Approval) -> None:
    """NotNow when nothing of it waits any more, or our wallet has become too small for all that is claimed of it."""
    wallet = hold_our_wallet()
    if wallet is None or wallet.prepaid is None or on_their_way(wallet) > wallet.prepaid:
        raise NotNow("Our prepaid balance does not cover it any more.")
    waiting = Command.objects.filter(batch=approval.subject, state=State.WAITING_APPROVAL, approval=approval)
    if not waiting.update(state=State.QUEUED, not_before=timezone.now()):
        raise NotNow("It was taken back meanwhile.")
    start_after_commit()


def _not_agreed(approval: Approval) -> None:
    who = f" by {approval.decided_by.name}" if approval.decided_by else ""
    detail = f"{approval.get_state_display()}{who}. {approval.comment}".strip()
    waiting = Command.objects.filter(batch=approval.subject, state=State.WAITING_APPROVAL, approval=approval)
    waiting.update(state=State.CANCELLED, detail=detail, finished_at=timezone.now())


SUBJECTS[BATCH] = Subject(_agreed, _not_agreed)


# --- its page


def moved(batch: AllocationBatch) -> int:
    """Credits of those that Layers has confirmed."""
    found = commands(batch).filter(state=State.SUCCEEDED).aggregate(credits=Sum(CREDITS))["credits"]
    return int(found or 0)


def transfer_id(command: Command) -> str:
    return Transfer.of(command.answer or {}).id if command.state == State.SUCCEEDED else ""


def cells(command: Command) -> list[Any]:
    """One row of the results, up to what became of it."""
    asked = command.payload
    first = [asked.get("row"), asked["customer"], command.target, asked["credits"], asked["description"]]
    return [*first, transfer_id(command)]


def left_out(batch: Batch) -> Iterator[list[Any]]:
    for identifier, name, why, row in batch.left_out:
        yield [row, name, identifier, None, "", "", "Left out", why, "", "", None]
