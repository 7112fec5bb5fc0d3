"""The keys of one customer: the list, and the dialogs that mint, rotate and revoke one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from common.paging import page
from layers.outbox.models import Command
from layers.outbox.verbs import AlreadyGiven
from orgs import queries
from orgs.keys import handover, table
from orgs.keys import mint as minting
from orgs.keys import revoke as revoking
from orgs.keys import rotate as rotating
from orgs.keys.forms import MintForm, RevokeForm, RotateForm
from orgs.keys.models import ApiKey
from orgs.keys.scopes import ours
from orgs.lifecycle.common import CannotChange
from orgs.lifecycle.dialogs import Dialog, wanted
from orgs.models import Organization
from orgs.tenant import SealBroken, open_seal, refused, seal

METHODS = ["GET", "HEAD", "POST"]
PAGE_SIZE = 50
ALONE = "orgs/keys/_secret_offer.html"


def customer_of(organization_id: str) -> Organization:
    return get_object_or_404(queries.organizations().exclude(parent_id=""), id=organization_id)


def _key(customer: Organization, key_id: str) -> ApiKey:
    """Of this customer; a key of anybody else is not found."""
    return get_object_or_404(table.keys_of(customer.id), id=key_id)


def _dialog(customer: Organization, address: str, title: str, form: str, **options: Any) -> Dialog:
    back = reverse("orgs:keys", args=[customer.id])
    trail = [
        ("Customers", reverse("orgs:list")),
        (customer.name, reverse("orgs:detail", args=[customer.id])),
        ("API keys", back),
    ]
    return Dialog(title, address, back, "API keys", f"orgs/keys/{form}", trail=trail, **options)


@require_GET
def keys(request: HttpRequest, organization_id: str) -> HttpResponse:
    customer = customer_of(organization_id)
    every = request.GET.get("show") == "all"
    found = table.keys_of(customer.id)
    shown = page(
        request, found if every else table.live(found), ("created_at", "id"), PAGE_SIZE, newest_first=True
    )  # fmt: skip
    context = {
        "customer": customer,
        "every": every,
        "page": shown,
        "rows": table.rows(customer.id, shown.rows),
        "age": queries.copy_age("keys", customer.id),
    }
    return render(request, "orgs/keys/list.html", context)


@require_http_methods(METHODS)
@never_cache
def mint(request: HttpRequest, organization_id: str) -> HttpResponse:
    customer = customer_of(organization_id)
    address = reverse("orgs:mint_key", args=[customer.id])
    dialog = _dialog(customer, address, "New API key", "_mint_form.html", result=ALONE)
    if command := wanted(request, minting.MINT, customer.id):
        return dialog.tell(request, command, again="again" in request.GET, context=_came(command))
    held = ours()
    context: dict[str, Any] = {"customer": customer, "known": held is not None}
    if request.method != "POST":
        context |= {"form": MintForm(held or []), "seal": seal(request.user, customer.id, minting.MINT)}
        return handover.equip(request, dialog.ask(request, context))
    sealed = request.POST.get("seal", "")
    try:
        opened = open_seal(sealed, request.user, customer.id, minting.MINT)
    except SealBroken as broken:
        return refused(request, broken, dialog.address)
    form = MintForm(held or [], request.POST)
    if "preset" in request.POST:
        # Without scripts: the same form, with the boxes of the preset ticked.
        typed = {name: request.POST.get(name, "") for name in ("name", "env")}
        filled = MintForm(held or [], initial=typed | {"scopes": form.of_preset(request.POST["preset"])})
        return handover.equip(request, dialog.ask(request, context | {"form": filled, "seal": sealed}))
    browser = handover.Browser.of(request)
    if form.is_valid() and _keeps_cookies(form, browser):
        try:
            command = minting.mint(request.user, customer, opened, browser, **form.cleaned_data)  # type: ignore[arg-type]
        except AlreadyGiven as given:
            return dialog.answer(request, given.command, again=True)
        except minting.NameTaken as taken:
            form.add_error("name", str(taken))
        except CannotChange as refusal:
            form.add_error(None, str(refusal))
        else:
            return handover.equip(request, dialog.answer(request, command))
    return handover.equip(request, dialog.ask(request, context | {"form": form, "seal": sealed}, status=422))


@require_http_methods(METHODS)
@never_cache
def rotate(request: HttpRequest, organization_id: str, key_id: str) -> HttpResponse:
    customer = customer_of(organization_id)
    key = _key(customer, key_id)
    dialog = _dialog(
        customer,
        reverse("orgs:rotate_key", args=[customer.id, key.id]),
        f"Rotate {key.name}",
        "_rotate_form.html",
        result=ALONE,
    )
    if command := wanted(request, rotating.ROTATE, key.id):
        return dialog.tell(request, command, again="again" in request.GET, context=_came(command))
    context: dict[str, Any] = {"customer": customer, "row": table.rows(customer.id, [key])[0]}
    target = f"{rotating.ROTATE} {key.id}"
    if request.method != "POST":
        context |= {"form": RotateForm(), "seal": seal(request.user, customer.id, target)}
        return handover.equip(request, dialog.ask(request, context))
    sealed = request.POST.get("seal", "")
    try:
        opened = open_seal(sealed, request.user, customer.id, target)
    except SealBroken as broken:
        return refused(request, broken, dialog.address)
    form, browser = RotateForm(request.POST), handover.Browser.of(request)
    if form.is_valid() and _keeps_cookies(form, browser):
        try:
            command = rotating.rotate(request.user, customer, key, opened, browser, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        except AlreadyGiven as given:
            return dialog.answer(request, given.command, again=True)
        except CannotChange as refusal:
            form.add_error(None, str(refusal))
        else:
            return handover.equip(request, dialog.answer(request, command))
    return handover.equip(request, dialog.ask(request, context | {"form": form, "seal": sealed}, status=422))


@require_http_methods(METHODS)
@never_cache
def revoke(request: HttpRequest, organization_id: str, key_id: str) -> HttpResponse:
    customer = customer_of(organization_id)
    key = _key(customer, key_id)
    address = reverse("orgs:revoke_key", args=[customer.id, key.id])
    dialog = _dialog(customer, address, f"Revoke {key.name}", "_revoke_form.html")
    if command := wanted(request, revoking.REVOKE, key.id):
        return dialog.tell(request, command, again="again" in request.GET)
    context: dict[str, Any] = {"customer": customer, "row": table.rows(customer.id, [key])[0]}
    target = f"{revoking.REVOKE} {key.id}"
    if request.method != "POST":
        context |= {"form": RevokeForm(key), "seal": seal(request.user, customer.id, target)}
        return dialog.ask(request, context)
    sealed = request.POST.get("seal", "")
    try:
        opened = open_seal(sealed, request.user, customer.id, target)
    except SealBroken as broken:
        return refused(request, broken, dialog.address)
    form = RevokeForm(key, request.POST)
    if form.is_valid():
        try:
            command = revoking.revoke(request.user, customer, key, opened, reason=form.cleaned_data["reason"])
        except AlreadyGiven as given:
            return dialog.answer(request, given.command, again=True)
        except CannotChange as refusal:
            form.add_error(None, str(refusal))
        else:
            return dialog.answer(request, command)
    return dialog.ask(request, context | {"form": form, "seal": sealed}, status=422)


def _keeps_cookies(form: MintForm | RotateForm, browser: handover.Browser | None) -> bool:
    """A secret needs a browser that can open it. Adds what to do to the form where there is none."""
    if browser is None:
        form.add_error(None, "Your browser did not send the cookie that protects the secret. Allow it and send again.")
    return browser is not None


def _came(command: Command) -> dict[str, Any]:
    """What the state of a command that makes a key shows of its secret."""
    return {"handover": getattr(command, "handover", None)}
