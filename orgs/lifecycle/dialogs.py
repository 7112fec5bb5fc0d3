"""What the dialogs of this desk share: a form, the decision it gives, and what became of it.

For htmx the form is a dialog and the rest are its inside; without scripts all of them are pages of the same address.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from common.htmx import htmx
from layers.outbox.models import Command, State


@dataclass(frozen=True)
class Dialog:
    """`form` and `result` are templates; `back` is the page behind it, which is called `back_words`."""

    title: str
    address: str
    back: str
    back_words: str
    form: str
    result: str = "orgs/lifecycle/_no_result.html"
    trail: list[tuple[str, str]] = field(default_factory=list)

    def ask(self, request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """The form. A refused one (422) takes the place of the one that was sent."""
        context = context | {"dialog": self}
        if not htmx(request):
            return render(request, "orgs/lifecycle/page.html", context | {"inside": self.form}, status=status)
        template = "orgs/lifecycle/_dialog.html" if request.method == "GET" else self.form
        return render(request, template, context, status=status)

    def answer(self, request: HttpRequest, command: Command, *, again: bool = False) -> HttpResponse:
        """To a form that gave a command, now or before (`again`)."""
        if htmx(request):
            return self.tell(request, command, again=again)
        return redirect(f"{self.address}?command={command.id}{'&again=1' if again else ''}")

    def tell(
        self, request: HttpRequest, command: Command, *, again: bool = False, context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What became of a command."""
        shown = {"dialog": self, "command": command, "again": again, **(context or {})}
        if not htmx(request):
            return render(request, "orgs/lifecycle/page.html", shown | {"inside": "orgs/lifecycle/_told.html"})
        # The answer to the form takes its place; later only the state is asked for.
        template = "orgs/lifecycle/_told.html" if request.method == "POST" else "orgs/lifecycle/_state.html"
        response = render(request, template, shown)
        if command.state == State.SUCCEEDED:
            response["HX-Trigger"] = "wallet-changed"
        return response


def wanted(request: HttpRequest, kind: str, target: str = "") -> Command | None:
    """The command that `?command=` asks about: of this kind and target, given by this person or, for those who may
    see everybody's, by anybody. None without the question; raises Http404."""
    if "command" not in request.GET:
        return None
    try:
        rows = Command.objects.filter(id=UUID(request.GET["command"]), kind=kind)
    except ValueError:
        raise Http404("This is no id of a decision.") from None
    rows = rows.filter(target=target) if target else rows
    staff: Any = request.user
    if not staff.has_perm("dashboard.manage_staff"):
        rows = rows.filter(staff=staff)
    command = rows.select_related("staff").first()
    if command is None:
        raise Http404("You gave no such decision.")
    return command
