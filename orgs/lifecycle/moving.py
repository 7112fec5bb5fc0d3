"""The guided page that moves our own projects to new customers: choose, preview, move, and what came of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.htmx import htmx
from common.paging import page
from layers.outbox.models import Command, State
from layers.outbox.verbs import AlreadyGiven
from orgs import queries
from orgs.deciding import CannotChange
from orgs.dialogs import Dialog, wanted
from orgs.lifecycle import migrate as moves
from orgs.lifecycle.plan import Line, Plan, filled
from orgs.models import Organization, Project
from orgs.tenant import SealBroken, open_seal, refused, seal

PAGE_SIZE = 100
FILLS = {"each": "A customer for each project", "external": "A customer for each external id"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def migrate(request: HttpRequest) -> HttpResponse:
    if command := wanted(request, moves.MIGRATE):
        return _told(request, command)
    ours = queries.parent()
    if request.method != "POST" or ours is None:
        return _choose(request, ours)
    if "plan" not in request.POST:
        return _preview(request, ours)
    sealed = request.POST.get("seal", "")
    try:
        opened = open_seal(sealed, request.user, ours.id, moves.MIGRATE)
    except SealBroken as broken:
        return refused(request, broken, reverse("orgs:migrate"))
    plan = Plan.signed_in(ours.id, request.POST["plan"])
    try:
        command = moves.migrate(request.user, opened, plan.names)
    except AlreadyGiven as given:
        return _dialog().answer(request, given.command, again=True)
    except CannotChange as refusal:
        return _show(request, ours, plan, sealed, str(refusal))
    return _dialog().answer(request, command)


def _choose(request: HttpRequest, ours: Organization | None, lines: list[Line] | None = None) -> HttpResponse:
    """A page of our own projects, each with room for the name of its new customer."""
    rows = queries.projects(ours.id) if ours else Project.objects.none()
    text = request.GET.get("q", "").strip().replace("\x00", "")
    if text:
        rows = rows.filter(name__icontains=text)
    found = page(request, rows, ("name", "id"), PAGE_SIZE, newest_first=False)
    fill = request.GET.get("fill", "")
    asked = {"q": text} if text else {}
    context = {
        "step": 1,
        "ours": ours,
        "page": found,
        "q": text,
        "age": queries.copy_age("projects", ours.id) if ours else None,
        "lines": filled(ours.id if ours else "", found.rows, fill) if lines is None else lines,
        "problems": [line for line in lines or [] if line.problem],
        "nothing_chosen": lines is not None and not any(line.name for line in lines),
        "fills": [(f"?{urlencode({**asked, 'fill': key})}", words, key == fill) for key, words in FILLS.items()],
    }
    return render(request, "orgs/lifecycle/migrate.html", context, status=200 if lines is None else 422)


def _preview(request: HttpRequest, ours: Organization) -> HttpResponse:
    plan = Plan.posted(ours.id, request.POST)
    if "back" in request.POST or not plan.fits:
        chosen = {line.project.id: line for line in plan.lines}
        shown = queries.projects(ours.id).filter(id__in=request.POST.getlist("project"))
        return _choose(request, ours, [chosen.get(row.id, Line(row)) for row in shown])
    return _show(request, ours, plan, seal(request.user, ours.id, moves.MIGRATE))


def _show(request: HttpRequest, ours: Organization, plan: Plan, sealed: str, problem: str = "") -> HttpResponse:
    context = {"step": 2, "ours": ours, "plan": plan, "seal": sealed, "problem": problem}
    return render(request, "orgs/lifecycle/migrate.html", context, status=422 if problem else 200)


def _dialog() -> Dialog:
    back = reverse("orgs:list")
    title, address = "Move projects to new customers", reverse("orgs:migrate")
    return Dialog(title, address, back, "Customers", "orgs/lifecycle/migrate.html", trail=[("Customers", back)])


def _told(request: HttpRequest, command: Command) -> HttpResponse:
    made = moves.NewCustomer.all_of(command.answer) if command.state == State.SUCCEEDED else []
    names = {project for child in made for project in child.projects} | set(moves.busy_projects(command))
    named = dict(Project.objects.filter(id__in=names).values_list("id", "name"))
    known = set(Organization.objects.filter(id__in=[child.id for child in made]).values_list("id", flat=True))
    context: dict[str, Any] = {
        "step": 3,
        "dialog": _dialog(),
        "command": command,
        "again": "again" in request.GET,
        "made": [(child, [(one, named.get(one, one)) for one in child.projects], child.id in known) for child in made],
        "busy": [(one, named.get(one, one)) for one in moves.busy_projects(command)],
    }
    template = "orgs/lifecycle/_migrate_state.html" if htmx(request) else "orgs/lifecycle/migrate.html"
    return render(request, template, context)
