"""Giving a change of caps for many customers. Following and stopping it: orgs/batches."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from layers.outbox.approving import SUBJECTS, Subject, ask
from layers.outbox.many import Wanted, give_many
from layers.outbox.models import Approval, Command
from orgs.batches.giving import PlanChanged, batch_of
from orgs.batches.models import Batch
from orgs.batches.second import agreed, not_agreed, waiting
from orgs.caps.commands import check_unchanged, payload_of
from orgs.caps.models import CapBatch
from orgs.caps.plan import Plan
from orgs.caps.rules import CHANGE_CAPS, Changes, Rules, in_words, wish_in_words
from orgs.deciding import CannotChange
from orgs.four_eyes import second_pair
from orgs.models import Organization
from orgs.tenant import Seal

CAP_BATCH = "caps"  # the kind of approval


@transaction.atomic
def give_batch(
    staff: Any, ids: list[str], wish: Changes, seal: Seal, *, shown: str, reason: str
) -> tuple[CapBatch, bool]:
    """Records a command for each customer that changes. `shown`: the digest of the plan that the person saw. Returns
    the batch, and whether it is new: a form that was used finds its own. Raises PlanChanged, CannotChange.
    """
    identifier = batch_of(seal)
    list(Organization.objects.select_for_update(no_key=True).filter(id__in=ids).order_by("id").values_list("id"))
    standing = CapBatch.objects.filter(id=identifier).first()
    if standing:
        return standing, False
    plan = Plan(ids, wish)
    if plan.digest != shown:
        raise PlanChanged(plan)
    if not plan.changing:
        raise CannotChange("Nothing would change.")
    batch = CapBatch(
        id=identifier,
        staff=staff,
        wish=dict(wish),
        reason=reason,
        size=len(plan.changing),
        left_out=[[row.id, row.name, row.problem] for row in plan.left_out],
    )
    second = second_pair(staff, plan.credits, "scheduled")
    batch.approval = ask(CAP_BATCH, str(identifier), _words(batch), second, requester=staff) if second else None
    batch.save(force_insert=True)
    wanted = [
        Wanted(
            target=row.id,
            once=f"{CHANGE_CAPS}:{seal.nonce}:{row.id}",
            payload=payload_of(row.customer, row.now, row.changes, row.credits),
            reason=reason,
        )
        for row in plan.changing
        if row.customer
    ]
    give_many(CHANGE_CAPS, wanted, staff=staff, batch=identifier, approval=batch.approval)
    return batch, True


def _words(batch: CapBatch) -> str:
    return f"Change {batch.size:,} customer{'' if batch.size == 1 else 's'}: {wish_in_words(batch.wish)}"


def _agreed(approval: Approval) -> None:
    check_unchanged(list(waiting(approval).order_by("created_at", "id")))
    agreed(approval)


SUBJECTS[CAP_BATCH] = Subject(_agreed, not_agreed)


def change_words(command: Command) -> str:
    """cap 5,000 → 8,000, without the customer's name."""
    return in_words(Rules(**command.payload["before"]), command.payload["set"])


def cells(command: Command) -> list[Any]:
    """One row of the results, up to what became of it."""
    return [command.payload["customer"], command.target, change_words(command)]


def left_out(batch: Batch) -> Iterator[list[Any]]:
    for left in batch.left_out_rows:
        yield [left["name"], left["id"], "", "Left out", left["why"], "", "", None]
