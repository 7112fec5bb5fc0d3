"""The page that makes a customer. It waits for the answer of Layers and then leads to the new customer."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.htmx import htmx
from layers.outbox.models import Command
from layers.outbox.verbs import AlreadyGiven
from orgs import metadata, queries
from orgs.lifecycle import create as making
from orgs.lifecycle.common import CannotChange
from orgs.lifecycle.dialogs import Dialog, wanted
from orgs.lifecycle.forms import CreateForm, Pairs
from orgs.models import Organization
from orgs.tenant import SealBroken, open_seal, refused, seal


def _dialog() -> Dialog:
    back = reverse("orgs:list")
    return Dialog(
        "New customer", reverse("orgs:create"), back, "Customers", "orgs/lifecycle/_create_form.html",
        trail=[("Customers", back)],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def create(request: HttpRequest) -> HttpResponse:
    dialog = _dialog()
    if command := wanted(request, making.CREATE):
        return _told(request, dialog, command)
    ours = queries.parent()
    owner = ours.id if ours else ""
    if request.method != "POST":
        sealed = seal(request.user, owner, making.NEW)
        return dialog.ask(request, _context(CreateForm(), Pairs([]), sealed, ours))
    sealed = request.POST.get("seal", "")
    try:
        opened = open_seal(sealed, request.user, owner, making.NEW)
    except SealBroken as broken:
        return refused(request, broken, dialog.address)
    form, pairs = CreateForm(request.POST), Pairs.posted(request.POST)
    if "add" in request.POST:
        return dialog.ask(request, _context(CreateForm(initial=request.POST), pairs, sealed, ours))
    pairs.check({}, {metadata.OURS: "x" * 36})
    asks = False
    if form.judge(pairs):
        typed = form.cleaned_data
        try:
            command = making.create(
                request.user,
                opened,
                name=typed["name"],
                billing_email=typed["billing_email"],
                pairs=pairs.pairs,
                same_name=typed["same_name"],
            )
        except AlreadyGiven as given:
            return dialog.answer(request, given.command, again=True)
        except making.SameName as refusal:
            form.add_error("name", str(refusal))
            asks = True
        except CannotChange as refusal:
            form.add_error(None, str(refusal))
        else:
            return dialog.answer(request, command)
    return dialog.ask(request, _context(form, pairs, sealed, ours) | {"asks_same_name": asks}, status=422)


def _context(form: CreateForm, pairs: Pairs, sealed: str, ours: Organization | None) -> dict[str, Any]:
    limits = {"key": metadata.LONGEST_KEY, "value": metadata.LONGEST_VALUE, "keys": metadata.MOST_KEYS - 1}
    return {"form": form, "pairs": pairs, "seal": sealed, "limits": limits, "ours": ours}


def _told(request: HttpRequest, dialog: Dialog, command: Command) -> HttpResponse:
    """Once Layers has answered: the page of the new customer."""
    identifier = making.made(command)
    if not identifier:
        return dialog.tell(request, command, again="again" in request.GET)
    address = reverse("orgs:detail", args=[identifier])
    if htmx(request):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
