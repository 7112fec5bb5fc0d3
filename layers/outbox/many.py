"""Commands of a batch, thousands at once: a handful of statements however many there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from layers.outbox import tasks
from layers.outbox.kinds import kind_of
from layers.outbox.models import UNSENT, Approval, Command, State, Step, What

AT_ONCE = 1_000  # rows of one INSERT


@dataclass(frozen=True)
class Wanted:
    """One command of a batch. `once` as in `verbs.give`."""

    target: str
    once: str
    payload: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


def give_many(
    kind: str, wanted: Iterable[Wanted], *, staff: Any, batch: UUID, approval: Approval | None = None
) -> list[Command]:
    """Records the commands of a batch, each about the customer that is its target, and has them delivered after commit.
    With `approval` they wait until that request is agreed to. Call it in the transaction that checks the decision and
    rules out that any `once` stands already: IntegrityError otherwise.
    """
    kind_of(kind)  # an unknown kind must fail before anything is recorded
    now = timezone.now()
    state = State.WAITING_APPROVAL if approval else State.QUEUED
    commands = [
        Command(
            kind=kind,
            staff=staff,
            minder=staff,
            target=one.target,
            organization_id=one.target,
            once=one.once,
            payload=one.payload,
            reason=one.reason,
            batch=batch,
            approval=approval,
            state=state,
            not_before=now,
            created_at=now + timedelta(microseconds=place),  # lists show them in the order they were given
        )
        for place, one in enumerate(wanted)
    ]
    Command.objects.bulk_create(commands, batch_size=AT_ONCE)
    if approval is None:
        start_after_commit()
    return commands


def start_after_commit() -> None:
    """The sweep would find them too, some seconds later."""
    transaction.on_commit(tasks.start_batches, robust=True)


@transaction.atomic
def take_back_many(batch: UUID, staff: Any, detail: str) -> int:
    """Cancels what Layers cannot have seen. Returns how many. `detail` says why."""
    unsent = Command.objects.filter(UNSENT, batch=batch).order_by("id").values_list("id", flat=True)
    asked = Q(state=State.WAITING_APPROVAL)  # no worker takes these: whoever holds one is done with it in a moment
    # Of the others, those that a worker claims at this moment are on their way.
    ids = [
        *unsent.filter(asked).select_for_update(of=("self",)),
        *unsent.exclude(asked).select_for_update(of=("self",), skip_locked=True),
    ]
    Command.objects.filter(id__in=ids).update(state=State.CANCELLED, detail=detail, finished_at=timezone.now())
    _note(ids, What.TAKEN_BACK, State.CANCELLED, staff, [detail] * len(ids))
    return len(ids)


def stand_in(old: Sequence[Command], new: Sequence[Command], staff: Any) -> None:
    """Each of `new` takes the place in its batch of the one of `old`, which had no effect and never will."""
    Command.objects.filter(id__in=[one.id for one in old]).update(replaced=True)
    _note([one.id for one in old], What.GIVEN_AGAIN, State.CANCELLED, staff, [str(one.id) for one in new])


def current(batch: UUID) -> Q:
    """The command that counts for each row of a batch."""
    return Q(batch=batch, replaced=False)


def _note(ids: Sequence[UUID], what: What, state: State, staff: Any, details: Sequence[str]) -> None:
    steps = [
        Step(command_id=identifier, what=what, state=state, staff=staff, detail=detail)
        for identifier, detail in zip(ids, details, strict=True)
    ]
    Step.objects.bulk_create(steps, batch_size=AT_ONCE)
