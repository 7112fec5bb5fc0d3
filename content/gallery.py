"""The gallery: many containers at once, by status, and one decision for several of them."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from common.paging import page
from content import queries
from content.decisions import Outcome, decide_one
from content.forms import HAVE_MEDIA, KINDS, REJECT, DecisionForm, GalleryForm
from content.models import Container
from content.reasons import REASONS
from layers.outbox.verbs import cancel
from orgs.models import Organization
from orgs.tenant import SealBroken, open_seal, seal

SIZE = 40
CHOICES = 200  # customers and projects offered in a list; any other can stand in the address


@require_GET
@never_cache
def gallery(request: HttpRequest) -> HttpResponse:
    """One page of one view. Waiting is oldest first, as on the desk; the others are newest first."""
    staff: Any = request.user
    chosen = GalleryForm(request.GET).chosen
    waiting = chosen["status"] == "waiting"
    filters = {name: chosen[name] for name in ("customer", "project", "kind")}
    rows = queries.gallery(chosen["status"], **filters)
    key = queries.KEY if waiting else ("created_at", "id")
    shown = page(request, rows.select_related("organization"), key, SIZE, newest_first=not waiting)
    may_decide = waiting and staff.has_perm("dashboard.review_content")
    held = list(queries.held(staff).order_by("not_before"))
    context = {
        "page": shown,
        "words": f"{len(shown.rows)} shown, {'oldest' if waiting else 'newest'} first",
        "back": "Older" if waiting else "Newer",
        "on": "Newer" if waiting else "Older",
        "tiles": [(row, seal(staff, row.owner_id, row.id) if may_decide else "") for row in shown.rows],
        "chosen": chosen,
        "narrowed": any(filters.values()),
        "unfiltered": f"?status={chosen['status']}",
        "kinds": KINDS if chosen["status"] in HAVE_MEDIA else [],
        "views": [(name, label) for name, (label, _) in queries.VIEWS.items()],
        "waiting_count": queries.waiting_count(),
        "customers": _customers(chosen["customer"]),
        "projects": queries.projects_of(chosen["customer"], CHOICES) if chosen["customer"] else [],
        "reasons": REASONS,
        "may_decide": may_decide and bool(shown.rows),
        "held": held,
        "first_sync": not shown.rows and queries.first_sync_runs(),
    }
    return render(request, "content/gallery.html", context)


@require_POST
def decide_many(request: HttpRequest) -> HttpResponse:
    """One decision for each picked container, each with its own seal and its own command; says what came of each."""
    form = DecisionForm(request.POST)
    picked = list(dict.fromkeys(request.POST.getlist("pick")))
    if not form.is_valid():
        messages.warning(request, form.problem)
    elif not picked:
        messages.warning(request, "Nothing was selected, so nothing was decided.")
    elif len(picked) > SIZE:
        messages.warning(request, f"Nothing was decided: at most {SIZE} at once.")
    else:
        rejects = form.cleaned_data["decision"] == REJECT
        # What stands in the field for the reason is no note to an approval.
        words = form.cleaned_data["words"] if rejects else ""
        counted = _decide_each(request, picked, form.cleaned_data["decision"], words)
        verb = "rejected" if rejects else "approved"
        note = messages.success if set(counted) == {"given"} else messages.warning
        note(request, _tally(counted, verb))
    return _back(request)


@require_POST
def undo_many(request: HttpRequest) -> HttpResponse:
    """Takes back those of the person's decisions that are still held and named in the form."""
    named = set(request.POST.getlist("command"))
    mine = [command for command in queries.held(request.user) if str(command.id) in named]
    back = sum(cancel(command.id, request.user) for command in mine)
    late = len(named) - back
    said = [f"{back} taken back." if back else "", f"{late} could not be taken back: too late." if late else ""]
    (messages.warning if late else messages.success)(request, " ".join(filter(None, said)) or "Nothing was held.")
    return _back(request)


def _decide_each(request: HttpRequest, picked: list[str], decision: str, words: str) -> Counter[str]:
    staff: Any = request.user
    known = {row.id: row for row in queries.containers().filter(id__in=[one for one in picked if "\0" not in one])}
    return Counter(
        _decide(staff, known.get(one), request.POST.get(f"seal-{one}", ""), decision, words) for one in picked
    )


def _decide(staff: Any, item: Container | None, sealed: str, decision: str, words: str) -> str:
    if item is None:
        return "missing"
    try:
        open_seal(sealed, staff, item.owner_id, item.id)
    except SealBroken:
        return "broken"
    outcome: Outcome = decide_one(staff, item, decision, words)
    if outcome.command:
        return "given"
    return "decided" if outcome.decided else "stopped"


def _tally(counted: Counter[str], verb: str) -> str:
    """5 approved, 1 was decided already."""
    said = {
        "given": ("{n} {verb}", "{n} {verb}"),
        "decided": ("{n} was decided already", "{n} were decided already"),
        "stopped": ("{n} does not wait any more", "{n} do not wait any more"),
        "broken": ("{n} had a form that is too old or was changed", "{n} had a form that is too old or was changed"),
        "missing": ("{n} is not here any more", "{n} are not here any more"),
    }
    parts = [said[name][counted[name] != 1].format(n=counted[name], verb=verb) for name in said if counted[name]]
    return f"{', '.join(parts)}."


def _customers(chosen: str) -> list[tuple[str, str, int]]:
    """(id, name, waiting) of the customers to choose from, by name; the chosen one is always among them."""
    rows = queries.busiest_customers(CHOICES)
    found = {
        row.organization_id: (row.organization.name if row.organization else row.organization_id, row.waiting)
        for row in rows
    }
    if chosen and chosen not in found:
        owner = Organization.objects.filter(id=chosen).first()
        found[chosen] = (owner.name if owner else chosen, 0)
    return sorted(((key, name, waiting) for key, (name, waiting) in found.items()), key=lambda row: row[1].casefold())


def _back(request: HttpRequest) -> HttpResponse:
    """To the page the form was on: the same filters, the same place."""
    query = request.POST.get("back", "")
    return redirect(f"{reverse('content:gallery')}{'?' if query else ''}{query}")
