"""What is asked about content."""

from django.db.models import QuerySet, Sum

from content.commands import KINDS
from content.models import WAITING, Container, QueueCount
from layers.outbox.models import OPEN, Command


def decided_here() -> QuerySet[Command]:
    """Decisions of ours that Layers has not confirmed yet; their items have left the queue already."""
    return Command.objects.filter(kind__in=KINDS, state__in=OPEN)


def queue() -> QuerySet[Container]:
    """What waits for a reviewer across all customers, oldest first."""
    undecided = Container.objects.filter(WAITING).exclude(id__in=decided_here().values("target"))
    return undecided.order_by("waiting_since", "id")


def waiting_count() -> int:
    total = QueueCount.objects.aggregate(total=Sum("waiting"))["total"] or 0
    return max(0, total - decided_here().count())
