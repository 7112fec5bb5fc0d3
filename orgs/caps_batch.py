"""Giving a change of caps for many customers, following it, stopping it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from layers.outbox.models import FINAL, Command, State
from orgs.caps import CHANGE_CAPS, Changes, Rules, in_words
from orgs.caps_commands import record
from orgs.caps_models import CapBatch
from orgs.caps_plan import Plan
from orgs.lifecycle.common import CannotChange
from orgs.models import Organization
from orgs.tenant import Seal

NAMES = UUID("5b1f5a52-0c0b-4f0e-9d0c-6d6b6b0f4c11")  # of batches, so that one form makes one


class PlanChanged(CannotChange):
    """Some customers are not any more as they were shown. `plan`: as they are."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("Something changed since you looked. Nothing was recorded: look again, then give it.")
        self.plan = plan


def batch_of(seal: Seal) -> UUID:
    return uuid5(NAMES, seal.nonce)


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
    batch = CapBatch.objects.create(
        id=identifier,
        staff=staff,
        wish=dict(wish),
        reason=reason,
        size=len(plan.changing),
        left_out=[[row.id, row.name, row.problem] for row in plan.left_out],
    )
    for row in plan.changing:
        if row.customer:
            once = f"{CHANGE_CAPS}:{seal.nonce}:{row.id}"
            record(staff, row.customer, row.now, row.changes, once=once, reason=reason, batch=identifier)
    return batch, True


@transaction.atomic
def stop(batch: CapBatch, staff: Any) -> int:
    """Takes back what Layers cannot have seen. Returns how many. Those that are on their way go on."""
    waiting = commands(batch).filter(state__in=[State.HELD, State.QUEUED], sent_at__isnull=True)
    stopped = waiting.update(state=State.CANCELLED, finished_at=timezone.now())
    if stopped and batch.stopped_at is None:
        CapBatch.objects.filter(id=batch.id).update(stopped_by=staff, stopped_at=timezone.now())
    return stopped


def commands(batch: CapBatch) -> QuerySet[Command]:
    return Command.objects.filter(batch=batch.id)


@dataclass(frozen=True)
class Progress:
    """How many commands of a batch are in each state."""

    batch: CapBatch
    states: Counter[str]

    @classmethod
    def of(cls, batch: CapBatch) -> "Progress":
        rows = commands(batch).values_list("state").annotate(number=Count("id")).order_by()
        return cls(batch, Counter(dict(rows)))

    @cached_property
    def final(self) -> int:
        return sum(self.states[state] for state in FINAL)

    @property
    def is_over(self) -> bool:
        return self.final >= self.batch.size

    @property
    def can_stop(self) -> bool:
        return bool(self.states[State.HELD] + self.states[State.QUEUED])

    @property
    def tabs(self) -> list[tuple[str, str, int]]:
        """Each state that there is: its name in the address, its words, how many."""
        return [(state.value, str(state.label), self.states[state]) for state in State if self.states[state]]


def change_words(command: Command) -> str:
    """cap 5,000 → 8,000, without the customer's name."""
    return in_words(Rules(**command.payload["before"]), command.payload["set"])


def results(batch: CapBatch) -> Iterator[list[Any]]:
    """Every customer of the batch with what became of it, for a file."""
    names = ("payload", "target", "state", "failure", "detail", "request_id", "finished_at")
    rows = commands(batch).order_by("created_at", "id").only(*names).iterator(chunk_size=2000)
    for row in rows:
        said = [row.get_state_display(), row.explanation, row.detail, row.request_id, row.finished_at]
        yield [row.payload["customer"], row.target, change_words(row), *said]
    for left in batch.left_out_rows:
        yield [left["name"], left["id"], "", "Left out", left["why"], "", "", None]
