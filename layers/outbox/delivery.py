"""Delivery of commands: claim in a short transaction, call outside any, close in one. At least once, effect once.

A worker may die at any line. Before the claim commits nothing happened; after it the row says `sending`, and once its
lease is over it is sent again with the same idempotency key, which Layers answers without a second effect
(contract/control-plane.md, 3 Idempotency). Past the key's window nothing is sent: it is read what became of it
(tracing.py).
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from layers.client import Answer, Layers
from layers.client.errors import (
    AnswerLost,
    Conflict,
    Forbidden,
    Invalid,
    KeyReused,
    KillSwitch,
    LayersError,
    Missing,
    NotSent,
    OutOfCredits,
    RateLimited,
    Refused,
    ServerFault,
    Spent,
    Unauthenticated,
    Unreadable,
)
from layers.client.retry import proves_no_effect
from layers.mirror import link, scopes
from layers.mirror.tasks import refresh
from layers.outbox import tracing
from layers.outbox.closing import back_off, close, done, failed, pause
from layers.outbox.kinds import kind_of
from layers.outbox.models import DUE, Command, Failure, State, Step, What
from layers.outbox.queries import goes_behind

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=settings.OUTBOX_LEASE)  # longer than a write with all its immediate retries
KEY_WINDOW = timedelta(seconds=settings.OUTBOX_KEY_WINDOW)  # the API keeps keys 24 h
PATIENCE = timedelta(hours=20)  # how long a command is tried while Layers cannot be reached
NOT_SENT: dict[str, Any] = {"sent_at": None, "sent_with": ""}

FAILED_BY: list[tuple[type[Refused], Failure]] = [
    (KillSwitch, Failure.SWITCHED_OFF),
    (Unauthenticated, Failure.KEY_REJECTED),
    (Forbidden, Failure.NOT_ALLOWED),
    (OutOfCredits, Failure.NOT_ENOUGH_CREDITS),
    (Missing, Failure.GONE),
    (Conflict, Failure.DECIDED_ELSEWHERE),
    (Invalid, Failure.REFUSED),
    (Refused, Failure.REFUSED),
]


@dataclass(frozen=True)
class Claim:
    """A command that is this worker's now. `sent_before`: when an earlier try may have reached Layers. `traces`: it is
    only to be read what became of it."""

    command: Command
    sent_before: datetime | None
    traces: bool


def due(limit: int, *, batches: bool = False) -> list[str]:
    """Ids of commands whose time has come, oldest first: single ones, or those of batches. The rows of a batch, which
    are due at one moment, are in the order they were given.

    Only the first of each target: the others cannot go yet, and enough of them would fill the list for ever, so that
    not even what they wait for were in it.
    """
    rows = _deliverable().filter(batch__isnull=not batches).order_by("not_before", "created_at")
    return [str(identifier) for identifier in rows.values_list("id", flat=True)[:limit]]


def next_of(command_id: Any) -> str | None:
    """The id of another single command of the same target, if one can go now."""
    target = Command.objects.filter(id=command_id).values("target")
    rows = _deliverable().filter(target__in=target, batch__isnull=True).exclude(id=command_id).order_by("created_at")
    identifier = rows.values_list("id", flat=True).first()
    return str(identifier) if identifier else None


def release_abandoned() -> int:
    """Rows whose worker died while sending become `unknown` and due. Returns how many."""
    now = timezone.now()
    lost = {"state": State.UNKNOWN, "failure": Failure.ANSWER_LOST}
    with transaction.atomic():
        rows = Command.objects.select_for_update(skip_locked=True, of=("self",))
        found = list(rows.filter(state=State.SENDING, claimed_at__lt=now - LEASE))
        if found:
            Command.objects.filter(id__in=[one.id for one in found]).update(**lost, not_before=now)
            stopped = [Step(command=one, what=What.ABANDONED, began=one.claimed_at, **lost) for one in found]
            Step.objects.bulk_create(stopped)
    return len(found)


def deliver(client: Layers, command_id: Any) -> bool:
    """Sends one command if it is due, first of its target and not taken: whether it was. Safe to call at any time."""
    claim = _claim(command_id)
    if claim is None:
        return False
    command = claim.command
    if claim.traces:
        tracing.trace(client, command)
    else:
        _send(client, claim)
    changed = kind_of(command.kind).scopes(command)
    if command.batch:
        # Thousands in a row: their scopes come up in the next sweep, each once, instead of once a command.
        scopes.ask(changed)
        return True
    for scope in changed:
        refresh.delay(scope)
    return True


def _send(client: Layers, claim: Claim) -> None:
    command, now = claim.command, timezone.now()
    patience = kind_of(command.kind).patience
    if patience and not claim.sent_before and now - command.created_at > patience:
        close(command, State.FAILED, failure=Failure.TOO_LATE, finished_at=now, **NOT_SENT)
        return
    try:
        answer = kind_of(command.kind).send(client, command)
    except LayersError as error:
        log.warning("command %s %s: %s %s", command.kind, command.id, error, error.request_id)
        link.note_failure(error)
        _settle_error(claim, error)
    except Exception:
        # Ours, and before or after the call: the row must not hang in `sending` until its lease is over.
        log.exception("command %s %s could not be sent", command.kind, command.id)
        pause(command, State.UNKNOWN, Failure.FAULT)
    else:
        link.note_answer()
        _succeed(command, answer)


def _deliverable() -> QuerySet[Command]:
    """Those whose time has come and that no earlier one of their target holds back."""
    rows = Command.objects.filter(state__in=DUE, not_before__lte=timezone.now()).exclude(failure=Failure.KEY_EXPIRED)
    return rows.filter(~goes_behind())


def _claim(command_id: Any) -> Claim | None:
    now, api_key = timezone.now(), link.key_mark()
    with transaction.atomic():
        command = _deliverable().select_for_update(skip_locked=True, of=("self",)).filter(id=command_id).first()
        if command is None:
            return None
        claim = Claim(command, sent_before=command.sent_at, traces=command.failure == Failure.LOOKING)
        # Layers keeps its answers for each API key apart: under another one the same key would be a new decision.
        is_known = command.sent_with == api_key and (command.sent_at or now) >= now - KEY_WINDOW
        if command.sent_at and not claim.traces and not is_known:
            tracing.begin(command)
            return None
        if not command.sent_at:
            command.sent_at, command.sent_with = now, api_key
        command.state, command.claimed_at, command.failure = State.SENDING, now, ""
        command.attempts += 1
        command.save(update_fields=["state", "claimed_at", "sent_at", "sent_with", "attempts", "failure"])
    return claim


def _succeed(command: Command, answer: Answer) -> None:
    try:
        done(command, answer.body, request_id=answer.request_id)
    except Exception:
        # It did take effect. Asked again with the same key, Layers gives the same answer; until then it is unknown.
        log.exception("command %s %s: the answer could not be applied", command.kind, command.id)
        pause(command, State.UNKNOWN, Failure.FAULT, answer.request_id)


def _settle_error(claim: Claim, error: LayersError) -> None:
    command = claim.command
    if isinstance(error, NotSent):
        _wait(claim, Failure.UNREACHABLE, error)
    elif isinstance(error, RateLimited | Spent):
        _wait(claim, Failure.BUSY, error)
    elif isinstance(error, AnswerLost | Unreadable | ServerFault | KeyReused) or _leaves_it_open(claim, error):
        # KeyReused: the row never changes, so a key in use is in use by an earlier send of ours that still runs.
        pause(command, State.UNKNOWN, Failure.ANSWER_LOST, error.request_id)
    elif isinstance(error, Conflict) and kind_of(command.kind).agrees(command, error):
        # Somebody decided the same before us: the wish is fulfilled, and the row says that it was not by us.
        words = "The same decision had been made before this arrived."
        done(command, {}, request_id=error.request_id, detail=words, answer=_told(error))
    elif isinstance(error, Refused):
        failure = next(failure for kind, failure in FAILED_BY if isinstance(error, kind))
        failed(command, failure, error.message, error.request_id, _told(error))


def _told(error: Refused) -> dict[str, Any]:
    return {"code": error.code, "details": error.details}


def _leaves_it_open(claim: Claim, error: LayersError) -> bool:
    """An earlier send may have taken effect, and this answer does not tell. The row must not read "failed" then.

    A conflict that names the state of the target tells; one that agrees with us is taken as done.
    """
    if not claim.sent_before or proves_no_effect(error):
        return False
    told = isinstance(error, Conflict) and (error.details or kind_of(claim.command.kind).agrees(claim.command, error))
    return not told


def _wait(claim: Claim, failure: Failure, error: LayersError) -> None:
    """This call had no effect. The row goes back to what it was before; after hours of patience it fails plainly."""
    command, now = claim.command, timezone.now()
    if claim.sent_before:
        pause(command, State.UNKNOWN, Failure.ANSWER_LOST, error.request_id)
        return
    if _is_out_of_patience(command, now):
        close(command, State.FAILED, failure=failure, detail=str(error), finished_at=now, **NOT_SENT)
        return
    wait = back_off(command.attempts)
    if isinstance(error, RateLimited | Spent) and error.retry_after is not None:
        wait = timedelta(seconds=error.retry_after)
    close(
        command,
        State.QUEUED,
        failure=failure,
        request_id=error.request_id,
        not_before=now + wait,
        **NOT_SENT,
    )


def _is_out_of_patience(command: Command, now: datetime) -> bool:
    """A kind's own patience is about the person who waits. Ours begins with the first try: a command may have stood for
    days before that, until a second person agreed or what went before it was known."""
    own = kind_of(command.kind).patience
    if own:
        return now - command.created_at > own
    first = command.steps.filter(what=What.TRIED).values_list("began", flat=True).first()
    return first is not None and now - first > PATIENCE
