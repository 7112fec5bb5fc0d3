"""What is asked about content."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils import timezone

from content.commands import KINDS
from content.models import DECIDED, FAILED, IN_FLIGHT, WAITING, Container, QueueCount
from layers.mirror.models import Freshness
from layers.outbox.models import OPEN, Command, State
from orgs.models import Project

KEY = ("waiting_since", "id")


def containers() -> QuerySet[Container]:
    """All content. Whoever may see content may see all customers' content."""
    return Container.objects.select_related("organization", "project")


def decided_here() -> QuerySet[Command]:
    """Decisions of ours that Layers has not confirmed yet; their items have left the queue already."""
    return Command.objects.filter(kind__in=KINDS, state__in=OPEN)


def queue() -> QuerySet[Container]:
    """What waits for a reviewer across all customers, oldest first."""
    undecided = Container.objects.filter(WAITING).exclude(id__in=decided_here().values("target"))
    return undecided.order_by(*KEY)


def waiting_count() -> int:
    total = QueueCount.objects.aggregate(total=Sum("waiting"))["total"] or 0
    # A decision on its way may be about an item that the mirror already knows as decided.
    still = Container.objects.filter(WAITING, id__in=decided_here().values("target")).count()
    return max(0, total - still)


def later(than: Container) -> QuerySet[Container]:
    """The queue behind a container, whether that one still waits or not."""
    return queue().filter(TupleGreaterThan(tuple(F(name) for name in KEY), (than.waiting_since, than.id)))


def earlier(than: Container) -> QuerySet[Container]:
    """The queue before a container, the nearest first."""
    before = queue().filter(TupleLessThan(tuple(F(name) for name in KEY), (than.waiting_since, than.id)))
    return before.order_by(*[f"-{name}" for name in KEY])


def oldest() -> Container | None:
    return queue().select_related("organization", "project").first()


def next_after(decided: Container) -> Container | None:
    """What to look at when one is decided: the one behind it, from the start again after the last."""
    return later(decided).select_related("organization", "project").first() or oldest()


def last_held(staff: Any) -> Command | None:
    """This person's newest decision that can still be taken back."""
    return held(staff).order_by("-created_at", "-id").first()


def held(staff: Any) -> QuerySet[Command]:
    now = timezone.now()
    return Command.objects.filter(staff=staff, kind__in=KINDS, state=State.HELD, not_before__gt=now)


def decided_since(staff: Any, start: datetime) -> int:
    """How many items this person has decided."""
    given = Command.objects.filter(staff=staff, kind__in=KINDS, created_at__gte=start)
    return given.exclude(state=State.CANCELLED).count()


def first_sync_runs() -> bool:
    """Whether some project's content was never read yet, so that an empty queue proves nothing."""
    row = Freshness.objects.filter(resource="content").first()
    return row is None or row.oldest_at is None


VIEWS: dict[str, tuple[str, Q]] = {
    "waiting": ("Waiting", WAITING),
    "approved": ("Approved", DECIDED & Q(approval_status="approved")),
    "rejected": ("Rejected", DECIDED & Q(approval_status="rejected")),
    "making": ("In progress", IN_FLIGHT),
    "failed": ("Failed", FAILED),
}


def gallery(view: str, *, customer: str = "", project: str = "", kind: str = "") -> QuerySet[Container]:
    """The containers of one of VIEWS, narrowed. `waiting` leaves out what is decided here, as the queue does."""
    rows = queue() if view == "waiting" else Container.objects.filter(VIEWS[view][1])
    chosen = {"organization_id": customer, "project_id": project, "kind": kind}
    return rows.filter(**{name: value for name, value in chosen.items() if value})


def busiest_customers(limit: int) -> list[QueueCount]:
    """Customers with content, the longest queue first."""
    return list(QueueCount.objects.select_related("organization").order_by("-waiting", "organization_id")[:limit])


def projects_of(customer: str, limit: int) -> list[Project]:
    return list(Project.objects.filter(organization_id=customer).order_by("name", "id")[:limit])
