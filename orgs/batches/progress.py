"""Following a batch and stopping it: the same for every kind of batch."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from layers.outbox.approving import withdraw
from layers.outbox.many import current, take_back_many
from layers.outbox.models import FINAL, OPEN, Approval, Command, Failure, State
from orgs.batches.models import Batch

BATCH = "batch"  # the kind of approval
STOPPED = "Stopped with its batch, before it was sent."
LOOKED_AT = (State.FAILED, Failure.KEY_EXPIRED)
Kind = TypeVar("Kind", bound=Batch)


def commands(batch: Batch) -> QuerySet[Command]:
    """What stands for each row of a batch, in no order."""
    return Command.objects.filter(current(batch.id))


def taken_back(batch: Batch) -> QuerySet[Command]:
    """Only what was taken back with the whole batch and never left us; not what somebody took back by itself."""
    return commands(batch).filter(state=State.CANCELLED, sent_at__isnull=True, detail=STOPPED)


@transaction.atomic
def stop(batch: Batch, staff: Any) -> int:
    """Takes back what Layers cannot have seen, and what a second person was asked about it: the whole batch, or a row
    that was tried again. Returns how many. Those that are on their way go on."""
    waiting = Command.objects.filter(batch=batch.id, state=State.WAITING_APPROVAL)
    # First: who decides about a request holds it before the commands.
    withdraw(Approval.objects.filter(id__in=waiting.values("approval")), staff)
    stopped = take_back_many(batch.id, staff, STOPPED)
    if stopped:
        type(batch)._default_manager.filter(id=batch.id).update(stopped_by=staff, stopped_at=timezone.now())
    return stopped


def with_outcome(rows: QuerySet[Kind]) -> QuerySet[Any]:
    """Batches for a list, each with what is said of it there: one probe of an index for each, however large it is."""

    def some(*states: State) -> Exists:
        return Exists(Command.objects.filter(batch=OuterRef("id"), replaced=False, state__in=states))

    return rows.annotate(
        waits=some(State.WAITING_APPROVAL),
        runs=some(*[state for state in OPEN if state != State.WAITING_APPROVAL]),
        failed=some(State.FAILED),
        cancelled=some(State.CANCELLED),
    )


@dataclass(frozen=True)
class Progress:
    """How many commands of a batch are in each state. `looked_at`: of those that failed, the ones that a person closed
    without anybody knowing whether they took effect."""

    batch: Batch
    states: Counter[str]
    looked_at: int

    @classmethod
    def of(cls, batch: Batch) -> "Progress":
        rows = commands(batch).values_list("state", "failure").annotate(number=Count("id")).order_by()
        states: Counter[str] = Counter()
        for state, _, number in rows:
            states[state] += number
        looked_at = sum(number for state, failure, number in rows if (state, failure) == LOOKED_AT)
        return cls(batch, states, looked_at)

    @cached_property
    def final(self) -> int:
        return sum(self.states[state] for state in FINAL)

    @property
    def waits(self) -> int:
        return self.states[State.WAITING_APPROVAL]

    @property
    def failed(self) -> int:
        """Without effect."""
        return self.states[State.FAILED] - self.looked_at

    @property
    def is_over(self) -> bool:
        return self.final >= self.batch.size

    @property
    def can_stop(self) -> bool:
        return bool(self.states[State.HELD] + self.states[State.QUEUED] + self.waits)

    @property
    def tabs(self) -> list[tuple[str, str, int]]:
        """Each state that there is: its name in the address, its words, how many."""
        return [(state.value, str(state.label), self.states[state]) for state in State if self.states[state]]
