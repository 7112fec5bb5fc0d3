"""The rules that ask for a second person: what holds, what is proposed, and what held before."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.htmx import htmx
from common.paging import page
from dashboard.forms import RulesForm
from dashboard.models import Staff
from layers.outbox.kinds import NotNow
from layers.outbox.models import Approval
from orgs.four_eyes import rules as current_rules
from orgs.four_eyes_models import FourEyesRules
from orgs.four_eyes_rules import LIMITS, RULES, SETS_RULES, changes, limits, propose, said
from orgs.tenant import SealBroken, open_seal, refused, seal

PAGE_SIZE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def rules(request: HttpRequest) -> HttpResponse:
    """GET: all of it. POST: `step=preview` says what would change, anything else proposes it."""
    held = current_rules()
    if request.method != "POST":
        return _page(request, held, RulesForm(initial=limits(held)))
    form = RulesForm(request.POST)
    if htmx(request):
        return render(request, "dashboard/_rules_preview.html", _preview(held, form))
    try:
        # The form was filled in over these rules: when others hold meanwhile, its change is not what was meant.
        open_seal(request.POST.get("seal", ""), request.user, "", _target(held))
    except SealBroken as broken:
        return refused(request, broken, reverse("approvals:rules"))
    if not form.is_valid():
        return _page(request, held, form, status=422)
    if request.POST.get("step") == "preview":
        return _page(request, held, form)
    try:
        approval = propose(request.user, form.cleaned_data)
    except NotNow as refusal:
        form.add_error(None, str(refusal))
        return _page(request, held, form, status=422)
    messages.success(request, "Proposed. It holds when another administrator agrees.")
    return redirect("approvals:detail", approval.id)


def _target(held: FourEyesRules | None) -> str:
    return f"rules over {held.pk if held else 'none'}"


def _page(request: HttpRequest, held: FourEyesRules | None, form: RulesForm, status: int = 200) -> HttpResponse:
    staff: Any = request.user
    versions = page(request, FourEyesRules.objects.select_related("proposed_by"), ("id",), PAGE_SIZE, newest_first=True)
    asked = Approval.objects.filter(kind=RULES, subject__in=[str(row.pk) for row in versions.rows])
    approval_of = {one.subject: one for one in asked.select_related("decided_by")}
    others = Staff.objects.with_perm(SETS_RULES, backend="django.contrib.auth.backends.ModelBackend")
    context = {
        "held": held,
        "now": _told(held),
        "page": versions,
        "history": [(row, approval_of.get(str(row.pk)), _told(row)) for row in versions.rows],
        "names": list(LIMITS.values()),
        "proposal": Approval.objects.filter(kind=RULES, state="waiting").select_related("requester").first(),
        "form": form,
        "seal": seal(staff, "", _target(held)),
        "is_only": not others.exclude(pk=staff.pk).exists(),
    }
    return render(request, "dashboard/approval_rules.html", context | _preview(held, form), status=status)


def _told(version: FourEyesRules | None) -> list[tuple[str, str]]:
    return [(LIMITS[name], said(value)) for name, value in limits(version).items()]


def _preview(held: FourEyesRules | None, form: RulesForm) -> dict[str, Any]:
    if not form.is_bound or not form.is_valid():
        return {"changes": None, "form": form}
    found = [one for one in changes(limits(held), form.cleaned_data) if one.is_one]
    return {"changes": found, "form": form}
