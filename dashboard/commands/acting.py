"""What people do with commands from the list and from their pages: one at a time, or many."""

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common.htmx import htmx
from dashboard.commands.forms import HandOverForm, PicksForm
from dashboard.commands.lists import with_order
from dashboard.commands.rows import hands_over, minds, row
from dashboard.queries import commands
from layers.outbox import verbs
from layers.outbox.kinds import NotNow
from layers.outbox.models import Command

Verb = Callable[[Command, Any], None]  # raises NotNow, with the sentence for the person
NOT_THEIRS = "Whoever minds this command does that, while their role includes it. You can take it over."


def _hurry(command: Command, staff: Any) -> None:
    if not verbs.hurry(command.id, staff):
        raise NotNow("It does not wait for its next try any more.")


def _cancel(command: Command, staff: Any) -> None:
    if not verbs.cancel(command.id, staff):
        raise NotNow("Too late: it may have reached Layers already.")


def _again(command: Command, staff: Any) -> None:
    verbs.give_again(command.id, staff)


def _settle(command: Command, staff: Any) -> None:
    if not verbs.settle(command.id, staff):
        raise NotNow("It needs nobody any more.")


#: What one press does, and how it is said of many.
ACTIONS: dict[str, tuple[Verb, str]] = {
    "hurry": (_hurry, "sent now"),
    "cancel": (_cancel, "taken back"),
    "again": (_again, "given again"),
    "settle": (_settle, "looked at"),
}


@require_POST
def hurry(request: HttpRequest, command_id: UUID) -> HttpResponse:
    return _one(request, command_id, _hurry)


@require_POST
def cancel(request: HttpRequest, command_id: UUID) -> HttpResponse:
    return _one(request, command_id, _cancel)


@require_POST
def settle(request: HttpRequest, command_id: UUID) -> HttpResponse:
    return _one(request, command_id, _settle)


@require_POST
def retry(request: HttpRequest, command_id: UUID) -> HttpResponse:
    """The same decision once more, as a new command; the answer shows that one."""
    command = _theirs(request, command_id)
    shown = command.id
    try:
        again = verbs.give_again(command.id, request.user)
        if _in_a_list(request, command.id):
            messages.success(request, f"Given again: {again.words}")
        else:
            shown = again.id
    except NotNow as refusal:
        messages.warning(request, str(refusal))
    return _state(request, shown)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def hand_over(request: HttpRequest, command_id: UUID) -> HttpResponse:
    """The form that names the colleague, as a dialog or a page, and what it sends."""
    staff: Any = request.user
    command = get_object_or_404(commands(staff), id=command_id)
    if not hands_over(staff, command):
        raise PermissionDenied("Your role does not include what this command does.")
    form = HandOverForm(request.POST or None, reader=staff, command=command)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.hand_over(command.id, staff, form.cleaned_data["to"], form.cleaned_data["note"])
        except NotNow as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{form.cleaned_data['to'].name} minds it now.")
            return _back(request)
    template = "dashboard/commands/_hand_over.html" if htmx(request) else "dashboard/commands/hand_over.html"
    context = {
        "row": row(command, staff),
        "form": form,
        "next": request.POST.get("next", "") or htmx(request).current_url,
    }
    return render(request, template, context, status=422 if form.errors else 200)


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """The same for many, each by its own rules. Says how many it did and what kept it from the rest."""
    staff: Any = request.user
    form = PicksForm(request.POST)
    if not form.is_valid():
        messages.warning(request, form.problem)
        return _back(request)
    able, verb, said = _action(form.cleaned_data)
    done, left = 0, Counter[str]()
    for command in commands(staff).filter(id__in=form.picks):
        if not able(staff, command):
            left[NOT_THEIRS] += 1
            continue
        try:
            verb(command, staff)
        except NotNow as refusal:
            left[str(refusal)] += 1
        else:
            done += 1
    if done:
        messages.success(request, f"{done} {said}.")
    for words, number in left.most_common(3):
        messages.warning(request, f"{number} not: {words}")
    return _back(request)


def _action(asked: dict[str, Any]) -> tuple[Callable[[Any, Command], bool], Verb, str]:
    """Who may, what it does, and how it is said of many."""
    if asked["do"] in ACTIONS:
        return minds, *ACTIONS[asked["do"]]

    def hand(command: Command, staff: Any) -> None:
        verbs.hand_over(command.id, staff, asked["to"], asked["note"])

    return hands_over, hand, "handed over"


def _one(request: HttpRequest, command_id: UUID, verb: Verb) -> HttpResponse:
    command = _theirs(request, command_id)
    try:
        verb(command, request.user)
    except NotNow as refusal:
        messages.warning(request, str(refusal))
    return _state(request, command.id)


def _theirs(request: HttpRequest, command_id: UUID) -> Command:
    """The command, for who may see it (404) and minds it (403)."""
    staff: Any = request.user
    command = get_object_or_404(commands(staff), id=command_id)
    if not minds(staff, command):
        raise PermissionDenied(NOT_THEIRS)
    return command


def _in_a_list(request: HttpRequest, command_id: UUID) -> bool:
    return bool(htmx(request)) and htmx(request).target == f"row-{command_id}"


def _state(request: HttpRequest, command_id: UUID) -> HttpResponse:
    """Its row where the press came from a list, its state where it came from another page."""
    if not htmx(request):
        return redirect("commands:detail", command_id)
    staff: Any = request.user
    command = get_object_or_404(with_order(commands(staff)), id=command_id)
    if _in_a_list(request, command_id):
        return render(request, "dashboard/commands/_row.html", {"row": row(command, staff), "said": True})
    return render(request, "components/command_state.html", {"command": command})


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that asked. Dialogs name it; an answer to htmx has the browser load it."""
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()})
    return redirect(asked if safe else "commands:list")
