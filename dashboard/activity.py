"""Commands: what staff decided and what became of it."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from common.htmx import htmx
from common.paging import page
from dashboard.queries import TO_SETTLE, commands
from layers.client import read
from layers.outbox import verbs
from layers.outbox.kinds import KINDS, NotNow
from layers.outbox.models import OPEN, Approval, Command, State, Verdict
from orgs.models import Organization

VIEWS = {
    "": ("All", {}),
    "settle": ("To settle", TO_SETTLE),
    "sending": ("On their way", {"state__in": OPEN}),
    "failed": ("Failed", {"state": State.FAILED}),
    "done": ("Done", {"state": State.SUCCEEDED}),
}


@require_GET
def command_list(request: HttpRequest) -> HttpResponse:
    staff: Any = request.user
    view = request.GET.get("view", "")
    _, condition = VIEWS.get(view, VIEWS[""])
    rows = commands(staff)
    rows = rows.filter(**condition) if isinstance(condition, dict) else rows.filter(condition)
    found = page(request, rows, ("created_at", "id"), 50, newest_first=True)
    owners = Organization.objects.filter(id__in={command.organization_id for command in found.rows})
    names = dict(owners.values_list("id", "name"))
    context = {
        "page": found,
        "commands": [(command, names.get(command.organization_id, "")) for command in found.rows],
        "views": [(key, name) for key, (name, _) in VIEWS.items()],
        "view": view if view in VIEWS else "",
    }
    return render(request, "dashboard/commands.html", context)


@require_GET
@never_cache
def detail(request: HttpRequest, command_id: UUID) -> HttpResponse:
    """The whole story of one command; as a fragment its state, which asks again until it is final."""
    staff: Any = request.user
    command = get_object_or_404(commands(staff), id=command_id)
    if htmx(request):
        return render(request, "components/command_state.html", {"command": command})
    customer = Organization.objects.filter(id=command.organization_id).values_list("name", flat=True).first()
    context = {
        "command": command,
        "customer": customer or "",
        "timeline": _timeline(command),
        "payload": json.dumps(command.payload, indent=2, ensure_ascii=False),
        "answer": json.dumps(command.answer, indent=2, ensure_ascii=False) if command.answer else "",
        "verdict_id": read.text(command.answer or {}, "verdictId"),
    }
    return render(request, "dashboard/command.html", context)


def _timeline(command: Command) -> list[dict[str, Any]]:
    """Steps of components/timeline.html: what is known of its way, oldest first."""
    steps: list[dict[str, Any]] = [{"words": f"{command.staff.name} decided", "at": command.created_at, "tone": "info"}]
    if command.approval:
        steps += _second_person(command.approval)
    if command.sent_at:
        steps.append({"words": "First sent to Layers", "at": command.sent_at, "tone": "info"})
    if command.state == State.CANCELLED:
        return [*steps, _ended(command) | {"at": command.finished_at}]
    now = {"words": command.get_state_display(), "note": command.explanation, "tone": command.tone}
    if command.is_final:
        return [*steps, now | {"at": command.finished_at}]
    # Held and waiting commands have a moment when they go out; one that is sending has not.
    later = command.not_before if command.state not in (State.SENDING, State.WAITING_APPROVAL) else None
    return [*steps, now | {"state": "now", "at": later}, {"words": "Layers answers", "state": "next"}]


def _second_person(asked: Approval) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = [
        {"words": "A second person was asked", "at": asked.created_at, "note": asked.why, "tone": "wait"}
    ]
    if asked.state == Verdict.APPROVED and asked.decided_by:
        agreed = {"words": f"{asked.decided_by.name} agreed", "at": asked.decided_at, "note": asked.comment}
        steps.append(agreed | {"tone": "ok"})
    return steps


def _ended(command: Command) -> dict[str, Any]:
    """How a cancelled one ended: nobody agreed, or it was taken back."""
    asked = command.approval
    if asked and asked.state == Verdict.REFUSED and asked.decided_by:
        return {"words": f"{asked.decided_by.name} refused", "note": asked.comment, "tone": "stop"}
    if asked and asked.state == Verdict.EXPIRED:
        return {"words": "Expired", "note": "Nobody decided in time.", "tone": "quiet"}
    return {"words": "Taken back", "tone": "quiet"}


@require_POST
def cancel(request: HttpRequest, command_id: UUID) -> HttpResponse:
    command = _own(request, command_id)
    if not verbs.cancel(command.id, request.user):
        messages.warning(request, "Too late: it may have reached Layers already.")
    return _state(request, command.id)


@require_POST
def retry(request: HttpRequest, command_id: UUID) -> HttpResponse:
    command = _own(request, command_id)
    try:
        command = verbs.give_again(command.id, request.user)
    except NotNow as refusal:
        messages.warning(request, str(refusal))
    return _state(request, command.id)


@require_POST
def settle(request: HttpRequest, command_id: UUID) -> HttpResponse:
    command = _own(request, command_id)
    if not verbs.settle(command.id, request.user):
        messages.warning(request, "It needs nobody any more.")
    return _state(request, command.id)


def _own(request: HttpRequest, command_id: UUID) -> Command:
    """The command, for who may see it and may still do what it does: a person who changed desks may not."""
    staff: Any = request.user
    command = get_object_or_404(commands(staff), id=command_id)
    kind = KINDS.get(command.kind)
    if kind is None or not staff.has_perm(kind.needs):
        raise PermissionDenied("Your role does not include this decision any more.")
    return command


def _state(request: HttpRequest, command_id: UUID) -> HttpResponse:
    if not htmx(request):
        return redirect("commands:detail", command_id)
    staff: Any = request.user
    command = get_object_or_404(commands(staff), id=command_id)
    return render(request, "components/command_state.html", {"command": command})
