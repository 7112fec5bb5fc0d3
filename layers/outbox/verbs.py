"""What people do with commands: give one, take it back, try it again. Each is guarded by one conditional UPDATE."""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from layers.outbox import tasks
from layers.outbox.kinds import kind_of
from layers.outbox.models import Command, State


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
) -> Command:
    """Records a decision and has it delivered after commit, or `hold` seconds later. Raises AlreadyGiven.

    Call it in the transaction that checks whether the decision is allowed.
    """
    kind_of(kind)  # an unknown kind must fail before anything is recorded
    command = Command(
        kind=kind,
        staff=staff,
        target=target,
        organization_id=organization_id,
        once=once,
        payload=payload or {},
        reason=reason,
        state=State.HELD if hold else State.QUEUED,
        not_before=timezone.now() + timedelta(seconds=hold),
    )
    try:
        with transaction.atomic():
            command.save(force_insert=True)
    except IntegrityError:
        standing = Command.objects.exclude(state__in=[State.FAILED, State.CANCELLED]).filter(once=once).first()
        if standing is None:
            raise
        raise AlreadyGiven(standing) from None
    _deliver_after_commit(command, hold)
    return command


def cancel(command_id: Any) -> bool:
    """Takes a command back. False when it is too late: a worker has it, or Layers may have seen it."""
    return bool(
        Command.objects.filter(
            id=command_id, state__in=[State.HELD, State.WAITING_APPROVAL, State.QUEUED], sent_at__isnull=True
        ).update(state=State.CANCELLED, finished_at=timezone.now())
    )


def retry(command_id: Any) -> bool:
    """Sends a failed command again, with its own key. False when it is not failed, or another stands in its place.

    Failed means that Layers has said no, so nothing of the earlier sends is left to be found: the clock of the key
    starts anew.
    """
    command = Command.objects.get(id=command_id)
    if not command.can_retry:
        return False
    try:
        with transaction.atomic():
            again = Command.objects.filter(id=command_id, state=State.FAILED).update(
                state=State.QUEUED, not_before=timezone.now(), failure="", detail="", sent_at=None, finished_at=None
            )
    except IntegrityError:
        return False
    if again:
        _deliver_after_commit(command, 0)
    return bool(again)


def _deliver_after_commit(command: Command, seconds: int) -> None:
    identifier = str(command.id)
    # robust: a broker that is down must not turn a recorded decision into an error; the sweep finds the row.
    transaction.on_commit(lambda: tasks.deliver.apply_async((identifier,), countdown=seconds), robust=True)
