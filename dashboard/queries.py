"""What is asked about commands and requests for a second person, by who may see them."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.utils import timezone

from dashboard.models import Staff
from layers.outbox.kinds import KINDS
from layers.outbox.models import UNFINISHED, Approval, Command, Failure, State, Verdict
from orgs.books.tieout.models import TieState, TransferCount

CUSTOMERS = "dashboard.view_customers"
#: Failures that leave nothing to do.
HOPELESS = Q(failure__in=[Failure.DECIDED_ELSEWHERE, Failure.GONE])
TO_SETTLE = Q(state__in=[State.FAILED, State.UNKNOWN], settled=False) & ~HOPELESS
#: What a desk's commands are seen with. Those of all other desks are about customers.
SEEN_WITH = {"content": "dashboard.view_content", "ads": "dashboard.view_ads"}


def seen_kinds(staff: Staff) -> list[str]:
    """Kinds of command that this person may give, or whose desk they may read."""
    return [
        name
        for name, kind in KINDS.items()
        if staff.has_perm(kind.needs) or staff.has_perm(SEEN_WITH.get(name.partition(".")[0], CUSTOMERS))
    ]


def commands(staff: Staff) -> QuerySet[Command]:
    """Newest first: all of the kinds that this person sees, and whatever they gave or mind. Administrators see all."""
    rows = Command.objects.select_related("staff", "minder", "approval__decided_by").order_by("-created_at", "-id")
    kinds = seen_kinds(staff)
    if len(kinds) == len(KINDS) or staff.has_perm("dashboard.manage_staff"):
        return rows
    return rows.filter(Q(kind__in=kinds) | Q(staff=staff) | Q(minder=staff))


def sees(staff: Staff, command: Command) -> bool:
    """Whether the page of this command opens for this person: the rule of `commands`."""
    own = staff.pk in (command.staff_id, command.minder_id)
    return own or staff.has_perm("dashboard.manage_staff") or command.kind in seen_kinds(staff)


def to_settle(staff: Staff) -> QuerySet[Command]:
    """What this person must look at: what they mind and failed, or is unknown, or was handed to them while it was held.
    Administrators have what people left behind who cannot sign in any more."""
    handed = Q(state=State.HELD) & ~Q(minder=F("staff"))
    rows = commands(staff).filter(UNFINISHED).filter(TO_SETTLE | handed)
    whose = Q(minder=staff)
    if staff.has_perm("dashboard.manage_staff"):
        whose |= Q(minder__in=Staff.objects.filter(is_active=False).values("pk"))
    return rows.filter(whose)


def approvals(staff: Staff) -> QuerySet[Approval]:
    """Requests that this person may read: those they could decide, their own, and all about customers for whoever sees
    customers."""
    seen = Q(requester=staff) | Q(needs__in=staff.get_all_permissions())
    if staff.has_perm(CUSTOMERS):
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
    """What waits for this person in every page's rail: commands to settle, approvals, transfers that do not match. One
    query for all."""

    def count(name: str, rows: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
        bare = rows.order_by().select_related(None).annotate(name=Value(name)).values("name")
        return bare.annotate(found=Count("pk"))

    counts: list[Any] = [count("approvals", waiting_for(staff))]
    if staff.has_perm("dashboard.close_books"):
        odd = TransferCount.objects.filter(state=TieState.EXCEPTION).annotate(name=Value("unmatched")).values("name")
        counts.append(odd.annotate(found=Sum("transfers")))
    found = count("settle", to_settle(staff)).union(*counts, all=True)
    return {row["name"]: row["found"] for row in found}
