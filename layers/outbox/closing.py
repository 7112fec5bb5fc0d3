"""How a command leaves `sending`: one conditional UPDATE, so that only the worker whose claim it still is can do it."""

import random
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from layers.client.shapes import Raw
from layers.outbox.kinds import kind_of
from layers.outbox.models import Command, Failure, State, Step, What

LONGEST_PAUSE = timedelta(seconds=30)


@transaction.atomic
def close(command: Command, state: State, *, what: What = What.TRIED, **changes: Any) -> None:
    """Writes the end of a try and what became of it. A row that is not ours any more (its lease ended, another worker
    has it) stays untouched: it is asked again with the same key, which tells no less than we know."""
    mine = Command.objects.filter(id=command.id, attempts=command.attempts, state=command.state)
    if mine.update(state=state, claimed_at=None, **changes):
        told = {name: changes.get(name, "") for name in ("failure", "detail", "request_id")}
        _note(Step(command=command, what=what, began=command.claimed_at, state=state, **told))


def _note(step: Step) -> None:
    """Keeps the step; one that ended like the one just before it is counted there."""
    last = Step.objects.filter(command_id=step.command_id).last() if step.command.attempts > 1 else None
    if last is None or any(
        getattr(last, name) != getattr(step, name) for name in ("what", "state", "failure", "detail")
    ):
        step.save()
        return
    Step.objects.filter(id=last.id).update(times=F("times") + 1, at=step.at, request_id=step.request_id)


def pause(command: Command, state: State, failure: Failure, request_id: str = "") -> None:
    """To be looked at again in a moment."""
    close(
        command, state, failure=failure, request_id=request_id, not_before=timezone.now() + back_off(command.attempts)
    )


def back_off(attempts: int) -> timedelta:
    """Doubles with each attempt. The upper half is chance: what failed together does not return together."""
    longest = min(LONGEST_PAUSE, timedelta(seconds=2 ** min(attempts, 6)))
    return longest * random.uniform(0.5, 1)  # noqa: S311  spread, not secrecy


@transaction.atomic
def done(
    command: Command,
    raw: Raw,
    *,
    request_id: str,
    detail: str = "",
    answer: Raw | None = None,
    what: What = What.TRIED,
) -> None:
    """It took effect: `raw` goes into the mirror, and what failed before with the same aim is answered by this.

    `answer` is kept in the row where that is not `raw` itself.
    """
    now = timezone.now()  # before `apply`: what that writes shows this command already
    kind_of(command.kind).apply(command, raw)
    close(
        command,
        State.SUCCEEDED,
        what=what,
        failure="",
        detail=detail,
        request_id=request_id,
        answer=raw if answer is None else answer,
        finished_at=now,
    )
    _settle_earlier(command)


def _settle_earlier(command: Command) -> None:
    rows = Command.objects.filter(target=command.target, once=command.once, state=State.FAILED, settled=False)
    earlier = list(rows)
    if earlier:
        rows.update(settled=True)
        anew = {"what": What.DECIDED_ANEW, "state": State.FAILED, "detail": str(command.id)}
        Step.objects.bulk_create([Step(command=one, failure=one.failure, **anew) for one in earlier])


def failed(
    command: Command,
    failure: Failure,
    detail: str,
    request_id: str,
    answer: Raw | None = None,
    what: What = What.TRIED,
) -> None:
    """It had no effect."""
    close(
        command,
        State.FAILED,
        what=what,
        failure=failure,
        detail=detail,
        request_id=request_id,
        answer=answer,
        finished_at=timezone.now(),
    )
