"""The ads desk: the queue of actions that wait for a person, one action, and deciding."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ads import queries
from ads.commands import NotYours, take_back
from ads.decisions import decide as decide_one
from ads.decisions import named, opened, summary
from ads.forms import ActionFilters, DecisionForm
from ads.history import timeline
from ads.models import PendingAction
from ads.rows import Row, row, rows
from common.htmx import htmx
from common.paging import page
from layers.outbox.queries import of_target
from orgs.tenant import SealBroken, refused

PAGE_SIZE = 30
SENDING_SHOWN = 10


@dataclass(frozen=True)
class View:
    """One tab: what it lists and by which key, which is an index of the model."""

    name: str
    rows: Callable[[], QuerySet[PendingAction]]
    key: tuple[str, str] = ("settled_at", "id")
    newest_first: bool = True
    counted: bool = True


BY_EXPIRY = ("expires_at", "id")
VIEWS = {
    "": View("Pending", queries.queue, BY_EXPIRY, newest_first=False, counted=False),
    "expiring": View("Expiring", queries.expiring, BY_EXPIRY, newest_first=False),
    "approved": View("Approved, on their way", lambda: queries.settled("approved")),
    "failed": View("Dispatch failed", lambda: queries.settled("dispatch_failed")),
    "decided": View("Decided", queries.settled, counted=False),
}


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    name = request.GET.get("view", "")
    view = VIEWS.get(name, VIEWS[""])
    filters = ActionFilters(request.GET)
    listed = filters.apply(view.rows()).select_related("organization", "project")
    found = page(request, listed, view.key, PAGE_SIZE, newest_first=view.newest_first)
    shown = rows(found.rows, request.user)
    waiting = queries.waiting_count()
    context = {
        "view": name if name in VIEWS else "",
        "tabs": _tabs(filters, waiting),
        "filters": filters,
        "page": found,
        "rows": shown,
        "pending": not view.newest_first,
        "switches": _switches(shown),
        "sending": queries.decided_here().select_related("staff").order_by("-created_at")[:SENDING_SHOWN],
        "to_drop": [] if shown else filters.to_drop(view.rows()),
        "waiting": waiting,
    }
    return render(request, "ads/queue.html", context)


def _tabs(filters: ActionFilters, waiting: int) -> list[dict[str, str]]:
    """With filters on, no counts: those of all customers would be beside the point."""
    counts: dict[str, str] = {}
    if not filters.active:
        counts = {key: queries.count_some(view.rows()) for key, view in VIEWS.items() if view.counted}
        counts[""] = f"{waiting:,}" if waiting else ""
    return [{"view": key, "name": view.name, "count": counts.get(key, "")} for key, view in VIEWS.items()]


def _switches(shown: list[Row]) -> list[dict[str, Any]]:
    """Kill switches that block rows of this page, each with how many, and since when and why where that is known."""
    blocked: dict[str, dict[str, Any]] = {}
    for one in shown:
        if one.is_open and one.blocked and one.layer:
            found = blocked.setdefault(one.layer.id, {"row": one, "layer": one.layer, "count": 0})
            found["count"] += 1
    tripped = queries.trips([switch["layer"] for switch in blocked.values()]) if blocked else {}
    return [switch | {"trip": tripped.get(layer)} for layer, switch in blocked.items()]


@require_GET
@never_cache
def action(request: HttpRequest, action_id: str) -> HttpResponse:
    """One action with everything. For htmx: `?part=reject` the dialog that asks for a reason, else its row."""
    found = row(_action(action_id), request.user)
    if htmx(request):
        if request.GET.get("part") == "reject":
            return render(request, "ads/_reject.html", {"row": found, "form": DecisionForm()})
        return render(request, "ads/_row.html", {"row": found})
    return _page(request, found, DecisionForm())


def _page(request: HttpRequest, found: Row, form: DecisionForm, status: int = 200) -> HttpResponse:
    commands = list(of_target(found.action.id)[:50])
    context = {
        "row": found,
        "form": form,
        "commands": commands,
        "timeline": timeline(found, commands),
        "siblings": f"{reverse('ads:queue')}?{urlencode({'entity': found.action.entity_id})}",
        "detail": json.dumps(_detail(found.action), indent=2, ensure_ascii=False),
        "raw": json.dumps(found.action.raw, indent=2, ensure_ascii=False),
    }
    return render(request, "ads/action.html", context, status=status)


def _detail(found: PendingAction) -> object:
    proposed = found.raw.get("proposedAction")
    return proposed.get("detail") if isinstance(proposed, dict) else proposed


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Approves or rejects the picked actions. A row answers itself; many, and forms without scripts, lead back."""
    back = _back(request)
    try:
        picked = opened(request.POST.getlist("pick"), request.user)
    except SealBroken as broken:
        return refused(request, broken, back)
    if not picked:
        messages.info(request, "Nothing was selected.")
        return redirect(back)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _ask_again(request, picked, form, back)
    wanted = form.cleaned_data
    outcomes = [decide_one(request.user, one, wanted["decision"], wanted["reason"]) for one in picked]
    first = outcomes[0]
    if len(outcomes) > 1:
        level = messages.SUCCESS if all(one.command for one in outcomes) else messages.WARNING
        messages.add_message(request, level, summary(outcomes, wanted["decision"]))
    elif first.command is None:
        messages.warning(request, first.sentence)
    elif not htmx(request):
        messages.success(request, named(first.command, first.action))
    return _answer(request, first.action.id, back)


def _ask_again(request: HttpRequest, picked: list[PendingAction], form: DecisionForm, back: str) -> HttpResponse:
    if len(picked) > 1:
        messages.error(request, form.problem)
        return redirect(back)
    found = row(_action(picked[0].id), request.user)
    if htmx(request):
        return render(request, "ads/_reject.html", {"row": found, "form": form}, status=422)
    return _page(request, found, form, status=422)


@require_POST
def undo(request: HttpRequest, action_id: str) -> HttpResponse:
    found = _action(action_id)
    try:
        if take_back(request.user, found):
            messages.success(request, "Taken back. It waits for a decision again.")
        else:
            messages.warning(request, "Too late: it may have reached Layers already.")
    except NotYours as theirs:
        messages.warning(request, f"{theirs.command.staff.name} decided this, so only they can take it back.")
    return _answer(request, found.id, _back(request))


def _answer(request: HttpRequest, action_id: str, back: str) -> HttpResponse:
    """For htmx the row as it now stands, which finds its place by itself; otherwise the page it came from."""
    if not htmx(request):
        return redirect(back)
    found = row(_action(action_id), request.user)
    response = render(request, "ads/_row.html", {"row": found, "swap": True})
    response["HX-Trigger"] = "close-dialog"
    return response


def _action(action_id: str) -> PendingAction:
    return get_object_or_404(PendingAction.objects.select_related("organization", "project"), id=action_id)


def _back(request: HttpRequest) -> str:
    """Where the form was; only addresses of our own."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if safe else reverse("ads:queue")
