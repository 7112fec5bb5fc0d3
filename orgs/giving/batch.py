"""Giving credits to many customers at once. Going on after a stop: resuming.py. Following it: orgs/batches."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Sum

from layers.client.shapes import Transfer
from layers.outbox.approving import SUBJECTS, Subject, ask
from layers.outbox.kinds import NotNow
from layers.outbox.many import Wanted, give_many
from layers.outbox.models import Approval, Command, State
from orgs.batches.giving import PlanChanged, batch_of
from orgs.batches.models import Batch
from orgs.batches.progress import BATCH, commands
from orgs.batches.second import agreed, not_agreed
from orgs.commands import ALLOCATE, CannotAllocate, free_prepaid, hold_our_wallet, on_their_way, payload_of
from orgs.four_eyes import CREDITS, second_pair
from orgs.giving.models import AllocationBatch
from orgs.giving.plan import Plan, Wish
from orgs.giving.sheet import Sheet
from orgs.tenant import Seal


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
    check_covered(free_prepaid(wallet), plan.total)
    batch = AllocationBatch(
        id=batch_of(seal),
        staff=staff,
        reason=wish.reason,
        way=wish.way,
        size=len(plan.giving),
        credits=plan.total,
        left_out=[[row.id, row.name, row.why, row.number] for row in plan.left_out],
    )
    batch.approval = ask_second(batch, staff, plan.total, plan.largest, batch.words)
    batch.save(force_insert=True)
    wanted = [
        Wanted(
            target=row.customer.id,
            once=f"{ALLOCATE}:{seal.nonce}:{row.customer.id}",
            payload=payload_of(row.customer, row.credits, row.description, row=row.number, level=row.level),
            reason=row.description,
        )
        for row in plan.giving
        if row.customer
    ]
    give_many(ALLOCATE, wanted, staff=staff, batch=batch.id, approval=batch.approval)
    return batch, True


def check_covered(free: int | None, credits: int) -> None:
    """Raises CannotAllocate when our wallet does not cover all of them."""
    if free is None:
        raise CannotAllocate("Our prepaid balance is not known yet.")
    if credits > free:
        raise CannotAllocate(f"Our prepaid balance covers {free:,} credits; these are {credits:,}.")


def ask_second(batch: AllocationBatch, staff: Any, credits: int, largest: int, words: str) -> Approval | None:
    """The request for a second person, where the rules ask for one. `largest`: what one customer gets at most."""
    second = second_pair(staff, credits, "batch", largest=largest)
    return ask(BATCH, str(batch.id), words, second, requester=staff) if second else None


# --- what a second person said


def _agreed(approval: Approval) -> None:
    """NotNow when nothing of it waits any more, or our wallet has become too small for all that is claimed of it."""
    wallet = hold_our_wallet()
    if wallet is None or wallet.prepaid is None or on_their_way(wallet) > wallet.prepaid:
        raise NotNow("Our prepaid balance does not cover it any more.")
    agreed(approval)


SUBJECTS[BATCH] = Subject(_agreed, not_agreed)


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
