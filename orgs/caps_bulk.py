"""The pages that change caps and refill rules of many customers: choose, look, give, follow, stop."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from common.htmx import htmx
from common.paging import page
from layers.outbox.models import State
from orgs import queries
from orgs.caps import CHANGE_CAPS
from orgs.caps_batch import PlanChanged, Progress, change_words, commands, give_batch, results, stop
from orgs.caps_forms import BulkForm
from orgs.caps_models import CapBatch
from orgs.caps_plan import MOST_CUSTOMERS, Plan
from orgs.export import csv_file
from orgs.forms import CustomerFilters
from orgs.lifecycle.common import CannotChange
from orgs.refill import Refills
from orgs.tenant import SealBroken, open_seal, refused, seal

SHOWN = 100  # rows of each part of a preview; the file has all
PAGE_SIZE = 50
RECENT = 5
PLAN_HEADER = [
    "Name",
    "Organization id",
    "Cap now",
    "Cap then",
    "Line now",
    "Line then",
    "Adds now",
    "Adds then",
    "Left out",
]
RESULT_HEADER = [
    "Name",
    "Organization id",
    "Change",
    "State",
    "Explanation",
    "What Layers said",
    "Request id",
    "Finished",
]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bulk(request: HttpRequest) -> HttpResponseBase:
    """GET: the form, for `?id=` (as many as there are) or for the customers that the list's filters leave. POST: shows
    what would change, as a page or with `csv` as a file; with `give` it is recorded.
    """
    if request.method != "POST":
        return _form(request, BulkForm(initial={"ids": "\n".join(_chosen(request))}))
    form = BulkForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=422)
    ids, wish = form.cleaned_data["ids"], form.wish
    if "give" in request.POST:
        return _give(request, form, ids)
    plan = Plan(ids, wish)
    if "csv" in request.POST:
        return csv_file("caps-preview", PLAN_HEADER, _plan_rows(plan))
    return _form(request, form, plan)


def _chosen(request: HttpRequest) -> list[str]:
    if "id" in request.GET:
        return request.GET.getlist("id")[: MOST_CUSTOMERS + 1]
    filters = CustomerFilters(request.GET)
    if not request.GET:
        return []
    rows = filters.apply(queries.customers_with_money()).exclude(status="archived").order_by("name", "id")
    return list(rows.values_list("id", flat=True)[: MOST_CUSTOMERS + 1])


def _form(
    request: HttpRequest, form: BulkForm, plan: Plan | None = None, *, status: int = 200, note: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "plan": plan,
        "note": note,
        "shown": SHOWN,
        "movable": Refills.movable(queries.parent()) if plan else None,
        "seal": seal(request.user, "", _target(plan.digest)) if plan else "",
        "recent": CapBatch.objects.select_related("staff").order_by("-created_at", "-id")[:RECENT],
    }
    return render(request, "orgs/cap_bulk.html", context, status=status)


def _target(digest: str) -> str:
    """What the seal of a preview is for: exactly these customers with exactly these numbers."""
    return f"{CHANGE_CAPS}:{digest}"


def _give(request: HttpRequest, form: BulkForm, ids: list[str]) -> HttpResponse:
    shown = request.POST.get("shown", "")
    try:
        opened = open_seal(request.POST.get("seal", ""), request.user, "", _target(shown))
    except SealBroken as broken:
        return refused(request, broken, reverse("orgs:bulk_caps"))
    try:
        batch, is_new = give_batch(
            request.user, ids, form.wish, opened, shown=shown, reason=form.cleaned_data["reason"]
        )
    except PlanChanged as refusal:
        return _form(request, form, refusal.plan, status=422, note=str(refusal))
    except CannotChange as refusal:
        form.add_error(None, str(refusal))
        return _form(request, form, Plan(ids, form.wish), status=422)
    if not is_new:
        messages.info(request, "Given already. Nothing was recorded a second time.")
    return redirect("orgs:cap_batch", batch.id)


def _plan_rows(plan: Plan) -> Iterator[list[Any]]:
    for row in plan.rows:
        pairs = [(getattr(row.now, name), getattr(row.after, name)) for name in ("cap", "line", "amount")]
        yield [row.name, row.id, *(value for pair in pairs for value in pair), row.problem]


@require_GET
@never_cache
@vary_on_headers("HX-Request")
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponseBase:
    """How far it is, and what became of each customer; `?state=` shows one state, `?format=csv` sends all."""
    row = get_object_or_404(CapBatch.objects.select_related("staff", "stopped_by"), id=batch_id)
    if request.GET.get("format") == "csv":
        return csv_file("caps", RESULT_HEADER, results(row))
    progress, state = Progress.of(row), request.GET.get("state", "")
    rows = commands(row).filter(state=state) if state in State.values else commands(row)
    found = page(request, rows, ("created_at", "id"), PAGE_SIZE, newest_first=False)
    context = {
        "batch": row,
        "progress": progress,
        "state": state,
        "page": found,
        "rows": [(command, change_words(command)) for command in found.rows],
    }
    return render(request, "orgs/_cap_batch.html" if htmx(request) else "orgs/cap_batch.html", context)


@require_POST
def stop_batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    row = get_object_or_404(CapBatch, id=batch_id)
    stopped = stop(row, request.user)
    if stopped:
        messages.info(request, f"{stopped:,} taken back. Those already on their way go on.")
    else:
        messages.warning(request, "Too late: none of them can be taken back any more.")
    return redirect("orgs:cap_batch", row.id)
