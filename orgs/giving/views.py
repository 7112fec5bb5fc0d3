"""The pages that give credits to many customers: choose, look, give, follow, stop, resume; and a list of them."""

import csv
import io
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

from common.paging import page
from orgs.batches.giving import PlanChanged
from orgs.batches.progress import BATCH, Progress, with_outcome
from orgs.batches.views import Look, show, stopped
from orgs.commands import CannotAllocate
from orgs.customers.selection import Selection
from orgs.export import csv_file
from orgs.four_eyes import foresee
from orgs.giving.batch import cells, give_batch, left_out, moved, transfer_id
from orgs.giving.forms import BatchForm
from orgs.giving.models import AllocationBatch
from orgs.giving.plan import Plan
from orgs.giving.resuming import Resumable, resume
from orgs.giving.sheet import MOST_ROWS
from orgs.tenant import SealBroken, open_seal, refused, seal

SHOWN = 100  # rows of each part of a preview; the file has all
RECENT = 5
PAGE_SIZE = 50
MAY_GIVE = "dashboard.allocate_credits"
NOTHING_LEFT = "Nothing was left to resume: somebody was faster, or what was stopped was given otherwise."
PLAN_HEADER = [
    "Row",
    "Organization id",
    "Name",
    "Available now",
    "On its way",
    "Amount",
    "Available then",
    "Description",
    "Problem",
]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def give(request: HttpRequest) -> HttpResponseBase:
    """GET, or a POST from the list of customers: the form, with the customers selected there as its rows, or with
    `?format=csv` these as a file to fill in. POST of the form: what each would get, as a page or with `csv` as a file
    (`all`, or the rows with `problems` as they came); with `give` it is recorded.
    """
    if request.method != "POST" or "way" not in request.POST:
        return _start(request)
    form = BatchForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, status=422)
    if "give" in request.POST:
        return _give(request, form)
    plan = Plan(form.sheet, form.wish)
    if request.POST.get("csv") == "all":
        return csv_file("allocations-preview", PLAN_HEADER, _plan_rows(plan))
    if request.POST.get("csv") == "problems":
        header = [*form.sheet.header, "Problem"]
        return csv_file("allocations-to-correct", header, _problem_rows(plan), delimiter=form.sheet.delimiter)
    return _form(request, form, plan)


def _start(request: HttpRequest) -> HttpResponseBase:
    selection = Selection.from_request(request)
    if request.GET.get("format") == "csv":
        header = ["Organization id", "Name", "Available", "Amount", "Description"]
        return csv_file(
            "allocations", header, _to_fill_in(selection if selection else Selection(match="status=active"))
        )
    if not selection:
        return _form(request, BatchForm())
    ids = selection.found(MOST_ROWS)
    note = (
        f"Only the first {MOST_ROWS:,} of those selected are here: at most so many at once." if ids[MOST_ROWS:] else ""
    )
    initial = {"rows": _as_rows(ids[:MOST_ROWS]), "way": AllocationBatch.Way.SAME}
    return _form(request, BatchForm(initial=initial), note=selection.problem or note)


def _as_rows(ids: list[str]) -> str:
    names = dict(Selection(ids=tuple(ids)).rows().values_list("id", "name"))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["organization id", "name", "amount"])
    writer.writerows([identifier, names.get(identifier, ""), ""] for identifier in ids)
    return text.getvalue()


def _to_fill_in(selection: Selection) -> Iterator[list[Any]]:
    rows = selection.rows().exclude(status="archived").order_by("name", "id")
    for row in rows.values_list("id", "name", "wallet__available").iterator(chunk_size=2000):
        yield [*row, None, ""]


def _form(
    request: HttpRequest, form: BatchForm, plan: Plan | None = None, *, status: int = 200, note: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "plan": plan,
        "note": note,
        "shown": SHOWN,
        "second": foresee(request.user, plan.total, "batch", largest=plan.largest) if plan and plan.total else None,
        "seal": seal(request.user, "", _target(plan.digest)) if plan else "",
        "recent": _batches()[:RECENT],
    }
    return render(request, "orgs/giving/give.html", context, status=status)


def _target(digest: str) -> str:
    """What the seal of a preview is for: exactly these customers with exactly these amounts."""
    return f"{BATCH}:{digest}"


def _give(request: HttpRequest, form: BatchForm) -> HttpResponse:
    shown = request.POST.get("shown", "")
    try:
        opened = open_seal(request.POST.get("seal", ""), request.user, "", _target(shown))
    except SealBroken as broken:
        return refused(request, broken, reverse("orgs:give"))
    try:
        batch, is_new = give_batch(request.user, form.sheet, form.wish, opened, shown=shown)
    except PlanChanged as refusal:
        return _form(request, form, refusal.plan, status=422, note=str(refusal))
    except CannotAllocate as refusal:
        form.add_error(None, str(refusal))
        return _form(request, form, Plan(form.sheet, form.wish), status=422)
    if not is_new:
        messages.info(request, "Given already. Nothing was recorded a second time.")
    return redirect("orgs:allocation_batch", batch.id)


def _plan_rows(plan: Plan) -> Iterator[list[Any]]:
    for row in plan.rows:
        now = row.before - row.coming.total if row.before is not None else None
        money = [now, row.coming.total or None, row.credits or None, row.after]
        yield [row.number, row.id, row.name, *money, row.description, row.why]


def _problem_rows(plan: Plan) -> Iterator[list[Any]]:
    """As they came, delimiter included, so that the corrected file says the same of everything else."""
    width = len(plan.sheet.header)
    for row in plan.refused:
        yield [*row.line.raw, *[""] * (width - len(row.line.raw)), row.why]


# --- what was given


def _batches() -> Any:
    rows = with_outcome(AllocationBatch.objects.select_related("staff", "approval"))
    return rows.defer("left_out").order_by("-created_at", "-id")


@require_GET
def batches(request: HttpRequest) -> HttpResponse:
    """All batches, the last first; `?mine=1` one's own."""
    rows = _batches().filter(staff=request.user) if request.GET.get("mine") else _batches()
    found = page(request, rows, ("created_at", "id"), PAGE_SIZE, newest_first=True)
    return render(request, "orgs/giving/batches.html", {"page": found, "mine": bool(request.GET.get("mine"))})


def _more(request: HttpRequest, batch: AllocationBatch, progress: Progress) -> dict[str, Any]:
    may_give = request.user.has_perm(MAY_GIVE)
    found = Resumable.of(batch) if may_give and batch.stopped_at and not progress.can_stop else None
    second = foresee(request.user, found.credits, "batch", largest=found.largest) if found and found.going else None
    return {
        "may_stop": may_give,
        "moved": moved(batch),
        "resume": found,
        "seal": seal(request.user, "", _resumed(batch)),
        "second": second,
    }


def _resumed(batch: AllocationBatch) -> str:
    """A page that shows another stop than the last one resumes nothing: the back button neither."""
    return f"resume:{batch.id}:{batch.stop_seen}"


LOOK = Look(
    route="orgs:allocation_batch",
    page="orgs/giving/batch.html",
    rows="orgs/giving/_rows.html",
    filename="allocations",
    header=["Row", "Name", "Organization id", "Credits", "Description", "Transfer id"],
    cells=cells,
    left_out=left_out,
    words=transfer_id,
    more=_more,
)


@require_GET
@never_cache
@vary_on_headers("HX-Request")
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponseBase:
    """How far it is, and what became of each row; `?state=` shows one state, `?format=csv` sends all."""
    rows = AllocationBatch.objects.select_related("staff", "stopped_by", "resumed_by", "approval")
    return show(request, get_object_or_404(rows, id=batch_id), LOOK)


@require_POST
def stop_batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    return stopped(request, get_object_or_404(AllocationBatch, id=batch_id), LOOK)


@require_POST
def resume_batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    found = get_object_or_404(AllocationBatch, id=batch_id)
    try:
        open_seal(request.POST.get("seal", ""), request.user, "", _resumed(found))
    except SealBroken as broken:
        return refused(request, broken, reverse("orgs:allocation_batch", args=[found.id]))
    try:
        number = resume(found, request.user)
    except CannotAllocate as refusal:
        messages.error(request, str(refusal))
    else:
        messages.info(request, f"{number:,} go on." if number else NOTHING_LEFT)
    return redirect("orgs:allocation_batch", found.id)
