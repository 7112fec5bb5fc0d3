"""What people do with commands: give one, take it back, give it again, have it tried now, look at it, hand it over."""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from layers.outbox import tasks
from layers.outbox.approving import SUBJECTS, Ask, Subject, ask, withdraw
from layers.outbox.kinds import NotNow, kind_of
from layers.outbox.models import UNSENT, Approval, Command, Failure, State, Step, What

COMMAND = "command"  # the kind of approval


class AlreadyGiven(Exception):
    """The same decision exists. `command` is the one that stands."""

    def __init__(self, command: Command) -> None:
        super().__init__("This was decided already.")
        self.command = command


def give(
    kind: str,
    *,
    staff: Any,
    target: str,
    organization_id: str,
    once: str,
    payload: dict[str, Any] | None = None,
    reason: str = "",
    hold: int = 0,
    second: Ask | None = None,
) -> Command:
    """Records a decision and has it delivered after commit, or `hold` seconds later. Raises AlreadyGiven.

    With `second` it waits until a second person has agreed. Call it in the transaction that checks whether the decision
    is allowed.
    """
    kind_of(kind)  # an unknown kind must fail before anything is recorded
    command = Command(
        kind=kind,
        staff=staff,
        minder=staff,
        target=target,
        organization_id=organization_id,
        once=once,
        payload=payload or {},
        reason=reason,
        state=State.WAITING_APPROVAL if second else State.HELD if hold else State.QUEUED,
        not_before=timezone.now() + timedelta(seconds=hold),
    )
    try:
        with transaction.atomic():
            if second:
                about = {"requester": staff, "organization_id": organization_id}
                command.approval = ask(COMMAND, str(command.id), command.words, second, **about)
            command.save(force_insert=True)
    except IntegrityError:
        standing = Command.objects.exclude(state__in=[State.FAILED, State.CANCELLED]).filter(once=once).first()
        if standing is None:
            raise
        raise AlreadyGiven(standing) from None
    if not second:
        _deliver_after_commit(command, hold)
    return command


@transaction.atomic
def cancel(command_id: Any, staff: Any) -> bool:
    """Takes a command back, and its request for a second person when nothing else waits for that. False when it is too
    late: a worker has it, or Layers may have seen it."""
    request = Approval.objects.filter(id__in=Command.objects.filter(id=command_id).values("approval"))
    asked = list(request.select_for_update())  # first: who decides about the request holds it before the command
    now = timezone.now()
    taken_back = Command.objects.filter(UNSENT, id=command_id).update(state=State.CANCELLED, finished_at=now)
    if taken_back:
        Step.objects.create(command_id=command_id, what=What.TAKEN_BACK, state=State.CANCELLED, staff=staff)
        if asked:
            others = Command.objects.filter(approval=OuterRef("id"), state=State.WAITING_APPROVAL)
            withdraw(request.filter(~Exists(others)), staff)
    return bool(taken_back)


@transaction.atomic
def give_again(command_id: Any, staff: Any) -> Command:
    """The same decision once more, as a new command of this person. Raises NotNow when it cannot be.

    A new one with a key of its own, because Layers keeps its refusals too: asked with the old key it would repeat the
    old answer for a day (contract/control-plane.md, 3 Idempotency). Failed means that the old one had no effect: see
    how layers/outbox/delivery.py closes a row.
    """
    failed = Command.objects.select_for_update().get(id=command_id)
    repeat = kind_of(failed.kind).again
    if repeat is None or not failed.can_retry:
        raise NotNow("It cannot be given again: it is not failed any more, was decided anew, or only its form can.")
    try:
        again = repeat(failed, staff)
    except AlreadyGiven as standing:
        raise NotNow("It cannot be given again: another decision stands.") from standing
    _settle(failed.id, What.GIVEN_AGAIN, staff, detail=str(again.id))
    if failed.batch:
        # What the batch knows of the row (orgs/giving: its place in the list, its level) stays with it.
        Command.objects.filter(id=again.id).update(batch=failed.batch, payload=failed.payload | again.payload)
        Command.objects.filter(id=failed.id).update(replaced=True)
    return again


@transaction.atomic
def settle(command_id: Any, staff: Any) -> bool:
    """A person has looked at a failure, or at the target of a command that nobody can ask about any more."""
    return _settle(command_id, What.LOOKED_AT, staff)


def _settle(command_id: Any, what: What, staff: Any, detail: str = "") -> bool:
    now, lost = timezone.now(), {"state": State.UNKNOWN, "failure": Failure.KEY_EXPIRED}
    rows = Command.objects.filter(id=command_id, settled=False)
    closed = rows.filter(**lost).update(state=State.FAILED, settled=True, finished_at=now)
    if not closed and not rows.filter(state=State.FAILED).update(settled=True):
        return False
    Step.objects.create(command_id=command_id, what=what, state=State.FAILED, staff=staff, detail=detail)
    return True


@transaction.atomic
def hurry(command_id: Any, staff: Any) -> bool:
    """Has the next try made now instead of when its pause is over. False when it does not wait for one any more."""
    command = Command.objects.select_for_update(of=("self",)).get(id=command_id)
    if not command.can_hurry:
        return False
    Command.objects.filter(id=command_id).update(not_before=timezone.now())
    now = {"state": command.state, "failure": command.failure}
    Step.objects.create(command=command, what=What.HURRIED, staff=staff, **now)
    _deliver_after_commit(command, 0)
    return True


@transaction.atomic
def hand_over(command_id: Any, staff: Any, to: Any, note: str) -> None:
    """From now on `to` minds it. Raises NotNow: it needs nobody any more, is theirs already, or is none they may do."""
    command = Command.objects.select_for_update(of=("self",)).get(id=command_id)
    if not command.is_unfinished:
        raise NotNow("It needs nobody any more.")
    if command.minder_id == to.pk:
        raise NotNow(f"{to.name} minds it already.")
    if not to.has_perm(kind_of(command.kind).needs):  # nor has a person who was switched off
        raise NotNow(f"{to.name} may not do this.")
    Command.objects.filter(id=command_id).update(minder=to)
    now = {"state": command.state, "failure": command.failure}
    Step.objects.create(command=command, what=What.HANDED_OVER, staff=staff, to=to, detail=note, **now)


def _deliver_after_commit(command: Command, seconds: int) -> None:
    identifier = str(command.id)
    # robust: a broker that is down must not turn a recorded decision into an error; the sweep finds the row.
    transaction.on_commit(lambda: tasks.deliver.apply_async((identifier,), countdown=seconds), robust=True)


def _agreed(approval: Approval) -> None:
    """The second person agreed: the command goes on its way. NotNow when it was taken back meanwhile, or must not be
    sent any more."""
    waiting = Command.objects.filter(id=approval.subject, state=State.WAITING_APPROVAL)
    command = waiting.select_for_update(of=("self",)).first()
    if command is None:
        raise NotNow("It was taken back meanwhile.")
    kind_of(command.kind).check(command)
    waiting.update(state=State.QUEUED, not_before=timezone.now())
    if command.batch is None:
        _deliver_after_commit(command, 0)


def _not_agreed(approval: Approval) -> None:
    Command.objects.filter(id=approval.subject, state=State.WAITING_APPROVAL).update(
        state=State.CANCELLED, detail=approval.outcome, finished_at=timezone.now()
    )


SUBJECTS[COMMAND] = Subject(_agreed, _not_agreed)
