"""What the dialogs about customers share: a form, the decision it gives, and what became of it.

For htmx the form is a dialog and the rest are its inside; without scripts all of them are pages of the same address.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from common.htmx import htmx
from layers.outbox.models import Command, State
from layers.outbox.verbs import AlreadyGiven
from orgs.deciding import CannotChange
from orgs.tenant import Seal, SealBroken, open_seal, refused, seal

TOO_LONG = "At most %(limit_value)d characters; this has %(show_value)d."
LONGEST_REASON = 500  # characters; kept with us only


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=LONGEST_REASON,
        help_text="For our own record; Layers does not get it.",
        error_messages={"max_length": TOO_LONG},
    )


@dataclass(frozen=True)
class Dialog:
    """`form` and `result` are templates; `back` is the page behind it, which is called `back_words`.

    `told`: what `result` shows of a command. `leads`: the address of what a command has made, if that is a page of its
    own; empty until there is one.
    """

    title: str
    address: str
    back: str
    back_words: str
    form: str
    result: str = "orgs/lifecycle/_no_result.html"
    trail: list[tuple[str, str]] = field(default_factory=list)
    told: Callable[[Command], dict[str, Any]] = lambda command: {}
    leads: Callable[[Command], str] = lambda command: ""

    def decide(
        self,
        request: HttpRequest,
        made_for: tuple[str, str],
        make_form: Callable[..., forms.Form],
        give: Callable[[Seal, Any], Command],
        context: dict[str, Any],
    ) -> HttpResponse:
        """The form, or what a posted one gives.

        `made_for`: the organization and the target in its seal. `make_form`: from what was posted, or from nothing; it
        leaves a form unbound that was posted by a button which only fills it in. `give`: the verb, from the opened seal
        and the valid form; raises AlreadyGiven, CannotChange. `context`: what the form's template takes besides.
        """
        if request.method != "POST":
            return self.ask(request, {**context, "form": make_form(), "seal": seal(request.user, *made_for)})
        sealed = request.POST.get("seal", "")
        try:
            opened = open_seal(sealed, request.user, *made_for)
        except SealBroken as broken:
            return refused(request, broken, self.address)
        form = make_form(request.POST)
        if form.is_valid():
            try:
                return self.answer(request, give(opened, form))
            except AlreadyGiven as given:
                return self.answer(request, given.command, again=True)
            except CannotChange as refusal:
                form.add_error(refusal.field, str(refusal))
        return self.ask(request, {**context, "form": form, "seal": sealed}, status=422 if form.is_bound else 200)

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

    def tell(self, request: HttpRequest, command: Command, *, again: bool = False) -> HttpResponse:
        """What became of a command."""
        if address := self.leads(command):
            return HttpResponse(headers={"HX-Redirect": address}) if htmx(request) else redirect(address)
        shown = {"dialog": self, "command": command, "again": again or "again" in request.GET, **self.told(command)}
        if not htmx(request):
            return render(request, "orgs/lifecycle/page.html", shown | {"inside": "orgs/lifecycle/_told.html"})
        # The answer to the form takes its place; later only the state is asked for.
        template = "orgs/lifecycle/_told.html" if request.method == "POST" else "orgs/lifecycle/_state.html"
        response = render(request, template, shown)
        if command.state == State.SUCCEEDED:
            response["HX-Trigger"] = "wallet-changed"
        return response


def wanted(request: HttpRequest, kind: str, target: str = "") -> Command | None:
    """The command that `?command=` asks about, of this kind and target, by whomever: a dialog opens only for those who
    may give its kind, and they see all of it. None without the question; raises Http404."""
    if "command" not in request.GET:
        return None
    try:
        rows = Command.objects.filter(id=UUID(request.GET["command"]), kind=kind)
    except ValueError:
        raise Http404("This is no id of a decision.") from None
    rows = rows.filter(target=target) if target else rows
    command = rows.select_related("staff").first()
    if command is None:
        raise Http404("There is no such decision.")
    return command
