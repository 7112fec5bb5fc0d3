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

from orgs import queries
from orgs.batches.giving import PlanChanged
from orgs.batches.progress import Progress, taken_back
from orgs.batches.views import Look, show, stopped
from orgs.caps.batch import cells, change_words, give_batch, left_out
from orgs.caps.forms import BulkForm
from orgs.caps.models import CapBatch
from orgs.caps.plan import MOST_CUSTOMERS, Plan
from orgs.caps.rules import CHANGE_CAPS
from orgs.customers.selection import Selection
from orgs.deciding import CannotChange
from orgs.export import csv_file
from orgs.four_eyes import foresee
from orgs.giving.claims import OurWallet
from orgs.tenant import SealBroken, open_seal, refused, seal

SHOWN = 100  # rows of each part of a preview; the file has all
RECENT = 5
TOO_MANY = f"Only the first {MOST_CUSTOMERS:,} of those selected are here: at most so many at once."
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


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bulk(request: HttpRequest) -> HttpResponseBase:
    """The form, for a selection of orgs/customers/selection.py in the address or in a POST without `ids`. A POST of the
    form shows what would change, as a page or with `csv` as a file; with `give` it is recorded.
    """
    if request.method != "POST" or "ids" not in request.POST:
        chosen = Selection.from_request(request)
        ids = chosen.found(MOST_CUSTOMERS)
        note = chosen.problem or (TOO_MANY if ids[MOST_CUSTOMERS:] else "")
        return _form(request, BulkForm(initial={"ids": "\n".join(ids[:MOST_CUSTOMERS])}), note=note)
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


def _form(
    request: HttpRequest, form: BulkForm, plan: Plan | None = None, *, status: int = 200, note: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "plan": plan,
        "note": note,
        "shown": SHOWN,
        "second": foresee(request.user, plan.credits, "scheduled") if plan else None,
        "movable": OurWallet(queries.parent()).movable if plan else None,
        "seal": seal(request.user, "", _target(plan.digest)) if plan else "",
        "recent": CapBatch.objects.select_related("staff").order_by("-created_at", "-id")[:RECENT],
    }
    return render(request, "orgs/caps/many.html", context, status=status)


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


def _more(request: HttpRequest, batch: CapBatch, progress: Progress) -> dict[str, Any]:
    """What was stopped can be previewed anew: its numbers may be others by now, and the limits of whoever gives it."""
    stopped = progress.batch.stopped_at and not progress.can_stop
    ids = list(taken_back(batch).order_by("created_at").values_list("target", flat=True)) if stopped else []
    fields = [*BulkForm.fields_of(ids, batch.wish), ("reason", batch.reason)]
    return {"may_stop": True, "anew": {"number": len(ids), "fields": fields} if ids else None}


LOOK = Look(
    route="orgs:cap_batch",
    page="orgs/caps/batch.html",
    rows="orgs/caps/_rows.html",
    filename="caps",
    header=["Name", "Organization id", "Change"],
    cells=cells,
    left_out=left_out,
    words=change_words,
    more=_more,
)


@require_GET
@never_cache
@vary_on_headers("HX-Request")
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponseBase:
    """How far it is, and what became of each customer; `?state=` shows one state, `?format=csv` sends all."""
    return show(
        request,
        get_object_or_404(CapBatch.objects.select_related("staff", "stopped_by", "approval"), id=batch_id),
        LOOK,
    )


@require_POST
def stop_batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    return stopped(request, get_object_or_404(CapBatch, id=batch_id), LOOK)
