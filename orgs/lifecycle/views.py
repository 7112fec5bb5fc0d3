"""The dialogs of one customer: change it, suspend it, resume it, archive it."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from layers.outbox.models import Command
from orgs import metadata, queries
from orgs.dialogs import Dialog, ReasonForm, wanted
from orgs.keys.table import LiveKeys
from orgs.lifecycle import archive as archiving
from orgs.lifecycle import edit as editing
from orgs.lifecycle import status as standing
from orgs.lifecycle.forms import ArchiveForm, EditForm
from orgs.models import Organization
from orgs.tenant import Seal

METHODS = ["GET", "HEAD", "POST"]


def _customer(organization_id: str) -> Organization:
    return get_object_or_404(queries.organizations().exclude(parent_id=""), id=organization_id)


def _dialog(customer: Organization, name: str, title: str, form: str, **options: Any) -> Dialog:
    back = reverse("orgs:detail", args=[customer.id])
    trail = [("Customers", reverse("orgs:list")), (customer.name, back)]
    address = reverse(f"orgs:{name}", args=[customer.id])
    return Dialog(title, address, back, customer.name, f"orgs/lifecycle/{form}", trail=trail, **options)


@require_http_methods(METHODS)
@never_cache
def suspend(request: HttpRequest, organization_id: str) -> HttpResponse:
    customer = _customer(organization_id)
    dialog = _dialog(customer, "suspend", f"Suspend {customer.name}", "_suspend_form.html")
    return _with_reason(request, customer, dialog, standing.SUSPEND, standing.suspend, ReasonForm)


@require_http_methods(METHODS)
@never_cache
def resume(request: HttpRequest, organization_id: str) -> HttpResponse:
    customer = _customer(organization_id)
    dialog = _dialog(customer, "resume", f"Resume {customer.name}", "_resume_form.html")
    return _with_reason(request, customer, dialog, standing.RESUME, standing.resume, ReasonForm)


@require_http_methods(METHODS)
@never_cache
def archive(request: HttpRequest, organization_id: str) -> HttpResponse:
    customer = _customer(organization_id)
    dialog = _dialog(
        customer,
        "archive",
        f"Archive {customer.name}",
        "_archive_form.html",
        result="orgs/lifecycle/_archive_result.html",
        told=lambda command: {"result": archiving.Result.of(command.answer)},
    )
    make_form = partial(ArchiveForm, customer)
    return _with_reason(request, customer, dialog, archiving.ARCHIVE, archiving.archive, make_form)


def _with_reason(
    request: HttpRequest, customer: Organization, dialog: Dialog, kind: str, verb: Any, make_form: Any
) -> HttpResponse:
    """A decision without more to type than why."""
    if command := wanted(request, kind, customer.id):
        return dialog.tell(request, command)

    def give(opened: Seal, form: ReasonForm) -> Command:
        return verb(request.user, customer, opened, reason=form.cleaned_data["reason"])

    context = {
        "customer": customer,
        "returns": archiving.Returns.of(customer),
        "on_their_way": archiving.on_their_way(customer),
        "live": LiveKeys.of(customer),
    }
    return dialog.decide(request, (customer.id, kind), make_form, give, context)


@require_http_methods(METHODS)
@never_cache
def edit(request: HttpRequest, organization_id: str) -> HttpResponse:
    """Name, billing email, metadata. The form carries what it was filled with; only what differs from that is sent."""
    customer = _customer(organization_id)
    dialog = _dialog(customer, "edit", f"Edit {customer.name}", "_edit_form.html")
    if command := wanted(request, editing.CHANGE, customer.id):
        return dialog.tell(request, command)

    def give(opened: Seal, form: EditForm) -> Command:
        return editing.change(request.user, customer, opened, form.changes)

    limits = {"key": metadata.LONGEST_KEY, "value": metadata.LONGEST_VALUE, "keys": metadata.MOST_KEYS}
    context = {"customer": customer, "limits": limits}
    return dialog.decide(request, (customer.id, editing.CHANGE), partial(EditForm.of, customer), give, context)
