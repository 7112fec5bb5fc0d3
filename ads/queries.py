"""What is asked about ads."""

from django.db.models import QuerySet, Sum
from django.utils import timezone

from ads.commands import KINDS
from ads.models import PENDING, PendingAction, QueueCount
from layers.outbox.models import OPEN, Command


def decided_here() -> QuerySet[Command]:
    """Decisions of ours that Layers has not confirmed yet; their actions have left the queue already."""
    return Command.objects.filter(kind__in=KINDS, state__in=OPEN)


def queue() -> QuerySet[PendingAction]:
    """Actions that wait for a decision across all customers and platforms, first to expire first."""
    pending = PendingAction.objects.filter(PENDING, expires_at__gt=timezone.now())
    return pending.exclude(id__in=decided_here().values("target")).order_by("expires_at", "id")


def waiting_count() -> int:
    total = QueueCount.objects.aggregate(total=Sum("waiting"))["total"] or 0
    return max(0, total - decided_here().count())
