"""What is asked about commands, by who may see them."""

from django.db.models import Q, QuerySet

from dashboard.models import Staff
from layers.outbox.models import Command, Failure, State

TO_SETTLE = Q(state__in=[State.FAILED, State.UNKNOWN], settled=False) & ~Q(
    failure__in=[Failure.DECIDED_ELSEWHERE, Failure.GONE]
)


def commands(staff: Staff) -> QuerySet[Command]:
    """Everyone sees their own commands, newest first; administrators see all."""
    rows = Command.objects.select_related("staff").order_by("-created_at", "-id")
    return rows if staff.has_perm("dashboard.manage_staff") else rows.filter(staff=staff)


def to_settle(staff: Staff) -> QuerySet[Command]:
    """What a person must look at: failed and not decided anew, or unknown."""
    return commands(staff).filter(TO_SETTLE)
