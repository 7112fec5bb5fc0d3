"""What waits for a second person: two inboxes, what was decided, one request, and the decision."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from common.htmx import htmx
from common.paging import page
from dashboard.asked import about
from dashboard.forms import DecisionForm
from dashboard.models import Staff
from dashboard.queries import approvals, rail_counts, waiting, waiting_for
from layers.outbox import approving
from layers.outbox.kinds import NotNow
from layers.outbox.models import Approval, Verdict
from orgs import queries
from orgs.four_eyes import alone, rules
from orgs.tenant import SealBroken, open_seal, refused, seal

VIEWS = {"": "Waiting for me", "all": "All waiting", "decided": "Decided"}
PAGE_SIZE = 50
NAMED = 5  # of those who may decide


@require_GET
def approval_list(request: HttpRequest) -> HttpResponse:
    """`?view=` as in VIEWS. What waits: the oldest first, or `?order=newest`. What was decided: the last first."""
    staff: Any = request.user
    view = request.GET.get("view", "")
    view = view if view in VIEWS else ""
    newest = view == "decided" or request.GET.get("order") == "newest"
    rows, key = {
        "": (waiting_for(staff), ("created_at", "id")),
        "all": (waiting(staff), ("created_at", "id")),
        "decided": (approvals(staff).exclude(state=Verdict.WAITING), ("decided_at", "id")),
    }[view]
    context = {
        "page": page(request, rows, key, PAGE_SIZE, newest_first=newest),
        "views": list(VIEWS.items()),
        "view": view,
        "newest": newest,
        "rules": rules(),
        "alone": alone(staff) if staff.has_perm("dashboard.allocate_credits") else None,
    }
    return render(request, "dashboard/approvals.html", context)


@require_GET
@never_cache
def detail(request: HttpRequest, approval_id: UUID) -> HttpResponse:
    """One request. As a fragment: nothing while it waits, and how it was decided as soon as it was."""
    approval = _one(request, approval_id)
    if not htmx(request):
        return _page(request, approval, DecisionForm())
    if not approval.is_over:
        return HttpResponse(status=204)
    return render(request, "dashboard/_approval_decision.html", _context(request, approval, DecisionForm()))


@require_POST
@never_cache
def decide(request: HttpRequest, approval_id: UUID) -> HttpResponse:
    """`answer` is agree or refuse. Whoever was too late is told who was faster (409)."""
    approval = _one(request, approval_id)
    here = reverse("approvals:detail", args=[approval.id])
    try:
        open_seal(request.POST.get("seal", ""), request.user, approval.organization_id, str(approval.id))
    except SealBroken as broken:
        return refused(request, broken, here)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, approval, form, status=422)
    try:
        decided = approving.decide(approval.id, request.user, **form.decision)
    except (approving.OwnRequest, approving.NotAllowed) as forbidden:
        raise PermissionDenied(str(forbidden)) from None
    except NotNow as refusal:
        return _page(request, _one(request, approval_id), form, told=str(refusal), status=409)
    messages.success(request, f"{decided.get_state_display()}. {decided.words}")
    return redirect(here)


@require_POST
def withdraw(request: HttpRequest, approval_id: UUID) -> HttpResponse:
    approval = _one(request, approval_id)
    try:
        approving.take_back(approval.id, request.user)
    except approving.NotYours as forbidden:
        raise PermissionDenied(str(forbidden)) from None
    except approving.Decided as late:
        messages.warning(request, str(late))
    return redirect("approvals:detail", approval.id)


def _one(request: HttpRequest, approval_id: UUID) -> Approval:
    staff: Any = request.user
    return get_object_or_404(approvals(staff), id=approval_id)


def _page(
    request: HttpRequest, approval: Approval, form: DecisionForm, *, told: str = "", status: int = 200
) -> HttpResponse:
    context = _context(request, approval, form) | {"told": told}
    return render(request, "dashboard/approval.html", context, status=status)


def _context(request: HttpRequest, approval: Approval, form: DecisionForm) -> dict[str, Any]:
    staff: Any = request.user
    customer = queries.organizations().filter(id=approval.organization_id).first() if approval.organization_id else None
    return {
        "approval": approval,
        "about": about(approval),
        "customer": customer,
        "form": form,
        "mine": approval.requester_id == staff.pk,
        "may_decide": approval.may_be_decided_by(staff),
        "lost": not approval.is_over and not approval.requester.has_perm(approval.needs),
        "deciders": [] if approval.is_over else _deciders(approval),
        "seal": seal(staff, approval.organization_id, str(approval.id)),
        "more": rail_counts(staff).get("approvals", 0),
    }


def _deciders(approval: Approval) -> list[Staff]:
    """Colleagues who may decide, by name: one more than are named, to say that there are others."""
    able = Staff.objects.with_perm(approval.needs, backend="django.contrib.auth.backends.ModelBackend")
    return list(able.exclude(pk=approval.requester_id).order_by("first_name", "last_name", "id")[: NAMED + 1])
