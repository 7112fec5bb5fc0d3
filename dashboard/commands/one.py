"""One command: what it is, and everything that happened to it."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from common.htmx import htmx
from dashboard.commands.lists import with_order
from dashboard.commands.rows import row
from dashboard.commands.timeline import timeline
from dashboard.queries import commands
from layers.client import read


@require_GET
@never_cache
def detail(request: HttpRequest, command_id: UUID) -> HttpResponse:
    """The whole story of one command; as a fragment its state, which asks again until it is final."""
    staff: Any = request.user
    command = get_object_or_404(with_order(commands(staff)), id=command_id)
    if htmx(request):
        return render(request, "components/command_state.html", {"command": command})
    context = {
        "command": command,
        "row": row(command, staff),
        "timeline": timeline(command),
        "payload": json.dumps(command.payload, indent=2, ensure_ascii=False),
        "answer": json.dumps(command.answer, indent=2, ensure_ascii=False) if command.answer else "",
        "verdict_id": read.text(command.answer or {}, "verdictId"),
    }
    return render(request, "dashboard/commands/one.html", context)
