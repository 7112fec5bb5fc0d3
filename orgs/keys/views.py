"""The keys of one customer: the list, and the dialogs that mint, rotate and revoke one."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from common.paging import page
from layers.outbox.models import Command
from orgs import queries
from orgs.deciding import CannotChange
from orgs.dialogs import Dialog, wanted
from orgs.keys import handover, table
from orgs.keys import mint as minting
from orgs.keys import revoke as revoking
from orgs.keys import rotate as rotating
from orgs.keys.forms import MintForm, RevokeForm, RotateForm
from orgs.keys.models import ApiKey
from orgs.keys.scopes import ours
from orgs.models import Organization
from orgs.tenant import Seal

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
    dialog = _dialog(customer, address, "New API key", "_mint_form.html", result=ALONE, told=_came)
    if command := wanted(request, minting.MINT, customer.id):
        return dialog.tell(request, command)

    def give(opened: Seal, form: MintForm) -> Command:
        return minting.mint(request.user, customer, opened, _browser(request), **form.cleaned_data)

    held = ours()
    context = {"customer": customer, "known": held is not None}
    made_for = (customer.id, minting.MINT)
    return handover.equip(request, dialog.decide(request, made_for, partial(MintForm.of, held or []), give, context))


@require_http_methods(METHODS)
@never_cache
def rotate(request: HttpRequest, organization_id: str, key_id: str) -> HttpResponse:
    customer = customer_of(organization_id)
    key = _key(customer, key_id)
    address = reverse("orgs:rotate_key", args=[customer.id, key.id])
    dialog = _dialog(customer, address, f"Rotate {key.name}", "_rotate_form.html", result=ALONE, told=_came)
    if command := wanted(request, rotating.ROTATE, key.id):
        return dialog.tell(request, command)

    def give(opened: Seal, form: RotateForm) -> Command:
        reason = form.cleaned_data["reason"]
        return rotating.rotate(request.user, customer, key, opened, _browser(request), reason=reason)

    context = {"customer": customer, "row": table.rows(customer.id, [key])[0]}
    made_for = (customer.id, f"{rotating.ROTATE} {key.id}")
    return handover.equip(request, dialog.decide(request, made_for, RotateForm, give, context))


@require_http_methods(METHODS)
@never_cache
def revoke(request: HttpRequest, organization_id: str, key_id: str) -> HttpResponse:
    customer = customer_of(organization_id)
    key = _key(customer, key_id)
    address = reverse("orgs:revoke_key", args=[customer.id, key.id])
    dialog = _dialog(customer, address, f"Revoke {key.name}", "_revoke_form.html")
    if command := wanted(request, revoking.REVOKE, key.id):
        return dialog.tell(request, command)

    def give(opened: Seal, form: RevokeForm) -> Command:
        return revoking.revoke(request.user, customer, key, opened, reason=form.cleaned_data["reason"])

    context = {"customer": customer, "row": table.rows(customer.id, [key])[0]}
    made_for = (customer.id, f"{revoking.REVOKE} {key.id}")
    return dialog.decide(request, made_for, partial(RevokeForm, key), give, context)


def _browser(request: HttpRequest) -> handover.Browser:
    """A secret needs a browser that can open it. Raises CannotChange."""
    browser = handover.Browser.of(request)
    if browser is None:
        raise CannotChange("Your browser did not send the cookie that protects the secret. Allow it and send again.")
    return browser


def _came(command: Command) -> dict[str, Any]:
    """What the state of a command that makes a key shows of its secret."""
    return {"handover": getattr(command, "handover", None)}
