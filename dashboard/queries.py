"""What is asked about commands and requests for a second person, by who may see them."""

from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.utils import timezone

from dashboard.models import Staff
from layers.outbox.models import Approval, Command, Failure, State, Verdict

TO_SETTLE = Q(state__in=[State.FAILED, State.UNKNOWN], settled=False) & ~Q(
    failure__in=[Failure.DECIDED_ELSEWHERE, Failure.GONE]
)


def commands(staff: Staff) -> QuerySet[Command]:
    """Everyone sees their own commands, newest first; administrators see all."""
    rows = Command.objects.select_related("staff", "approval__decided_by").order_by("-created_at", "-id")
    return rows if staff.has_perm("dashboard.manage_staff") else rows.filter(staff=staff)


def to_settle(staff: Staff) -> QuerySet[Command]:
    """What a person must look at: failed and not decided anew, or unknown."""
    return commands(staff).filter(TO_SETTLE)


def approvals(staff: Staff) -> QuerySet[Approval]:
    """Requests that this person may read: those they could decide, their own, and all about customers for whoever sees
    customers."""
    seen = Q(requester=staff) | Q(needs__in=staff.get_all_permissions())
    if staff.has_perm("dashboard.view_customers"):
        seen |= ~Q(organization_id="")
    return Approval.objects.filter(seen).select_related("requester", "decided_by")


def waiting(staff: Staff) -> QuerySet[Approval]:
    """Requests that nobody has decided, oldest first."""
    return approvals(staff).filter(state=Verdict.WAITING).order_by("created_at", "id")


def waiting_for(staff: Staff) -> QuerySet[Approval]:
    """Requests of others that this person may decide now, oldest first."""
    mine = waiting(staff).filter(needs__in=staff.get_all_permissions(), expires_at__gt=timezone.now())
    return mine.exclude(requester=staff)


def rail_counts(staff: Staff) -> dict[str, int]:
    """What waits for this person in every page's rail: commands to settle, approvals. One query for both."""

    def count(name: str, rows: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
        bare = rows.order_by().select_related(None).annotate(name=Value(name)).values("name")
        return bare.annotate(found=Count("pk"))

    both = count("settle", to_settle(staff)).union(count("approvals", waiting_for(staff)), all=True)
    return {row["name"]: row["found"] for row in both}
