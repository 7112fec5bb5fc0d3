"""What a second person's word does to the commands of a batch."""

from django.db.models import QuerySet
from django.utils import timezone

from layers.outbox.kinds import NotNow
from layers.outbox.many import start_after_commit
from layers.outbox.models import Approval, Command, State


def waiting(approval: Approval) -> QuerySet[Command]:
    """What of the batch waits for this request."""
    return Command.objects.filter(batch=approval.subject, state=State.WAITING_APPROVAL, approval=approval)


def agreed(approval: Approval) -> None:
    """They go on their way. NotNow when none waits any more."""
    if not waiting(approval).update(state=State.QUEUED, not_before=timezone.now()):
        raise NotNow("It was taken back meanwhile.")
    start_after_commit()


def not_agreed(approval: Approval) -> None:
    waiting(approval).update(state=State.CANCELLED, detail=approval.outcome, finished_at=timezone.now())
