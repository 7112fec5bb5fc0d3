"""The review desk: one item on stage, the queue beside it, and a decision that brings the next one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import push_url, trigger_client_event

from common.htmx import htmx
from content import line, queries
from content.commands import KINDS
from content.decisions import Outcome, decide_one
from content.forms import DecisionForm
from content.models import Container
from content.stage import around_the_stage, on_stage
from layers.outbox.models import Command
from layers.outbox.verbs import cancel
from orgs.tenant import SealBroken, open_seal, refused

TOO_LATE = "Too late: it is on its way to Layers, or there already. It cannot be taken back."


@require_GET
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """The oldest item that waits, or the word that nothing does. `?later=` or `?earlier=` an id: more of the queue."""
    stretch = None
    if "later" in request.GET:
        stretch = line.behind(_container(request.GET["later"]))
    elif "earlier" in request.GET:
        stretch = line.before(_container(request.GET["earlier"]))
    if stretch and htmx(request):
        return render(request, "content/_entries.html", {"line": stretch})
    first = _container(stretch.entries[0].container.id) if stretch and stretch.entries else queries.oldest()
    return _show(request, first, stretch=stretch)


@require_GET
@never_cache
def container(request: HttpRequest, container_id: str) -> HttpResponse:
    """The desk with this item on stage; one that does not wait is shown with its decision. htmx may ask for the queue
    around it alone."""
    item = _container(container_id)
    if htmx(request) and htmx(request).target == "queue-list":
        return render(
            request, "content/_entries.html", {"line": line.around(item, waits=_waits(item)), "container": item}
        )
    return _show(request, item)


@require_POST
def decide(request: HttpRequest, container_id: str) -> HttpResponse:
    """Records the decision, held for the undo window, and shows what is next; also when somebody was faster."""
    staff: Any = request.user
    item = _container(container_id)
    try:
        open_seal(request.POST.get("seal", ""), staff, item.owner_id, item.id)
    except SealBroken as broken:
        return refused(request, broken, reverse("content:container", args=[item.id]))
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _show(request, item, said=form.problem, status=422)
    outcome = decide_one(staff, item, form.cleaned_data["decision"], form.cleaned_data["words"])
    return _move_on(request, item, outcome)


@require_POST
def undo(request: HttpRequest, command_id: UUID) -> HttpResponse:
    """Takes the person's own decision back while it is held; the item is on stage again."""
    command = get_object_or_404(Command, id=command_id, staff=request.user, kind__in=KINDS)
    if cancel(command.id, request.user):
        item = _container(command.target)
        if not htmx(request):
            return redirect("content:container", item.id)
        shown = _show(request, item, said="Taken back. Nothing was sent.", tone="ok", queue_again=True)
        return push_url(shown, reverse("content:container", args=[item.id]))
    if not htmx(request):
        messages.warning(request, TOO_LATE)
        return redirect("content:desk")
    return trigger_client_event(HttpResponse(status=204), "toast", {"tone": "wait", "text": TOO_LATE})


def _container(container_id: str) -> Container:
    if "\x00" in container_id:  # from a query string; PostgreSQL would refuse the question
        raise Http404
    return get_object_or_404(queries.containers(), id=container_id)


def _waits(item: Container) -> bool:
    return queries.queue().filter(id=item.id).exists()


def _move_on(request: HttpRequest, decided: Container, outcome: Outcome) -> HttpResponse:
    following = queries.next_after(decided)
    address = reverse("content:container", args=[following.id]) if following else reverse("content:desk")
    if not htmx(request):
        if outcome.sentence:
            messages.add_message(request, messages.SUCCESS if outcome.command else messages.WARNING, outcome.sentence)
        return redirect(address)
    tone = "ok" if outcome.command else "wait"
    return push_url(_show(request, following, said=outcome.sentence, tone=tone, gone=decided), address)


def _show(request: HttpRequest, item: Container | None, *, status: int = 200, **more: Any) -> HttpResponse:
    """The whole page, or for htmx what changes on it: stage, facts, counts, and what `more` says.

    said, tone: a sentence about what just happened. gone: the entry that leaves the queue. queue_again: the queue is
    drawn anew around the item. stretch: the part of the queue to list.
    """
    context = {**around_the_stage(request.user), **(on_stage(request.user, item) if item else {}), **more}
    fragment = bool(htmx(request))
    if not fragment or more.get("queue_again"):
        stretch = more.get("stretch") or line.around(item, waits=bool(context.get("waits")))
        context["line"] = stretch
    if item is None:
        context["first_sync"] = queries.first_sync_runs()
    return render(request, "content/_turned.html" if fragment else "content/desk.html", context, status=status)
