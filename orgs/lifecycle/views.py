"""The dialogs of one customer: change it, suspend it, resume it, archive it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from layers.outbox.models import State
from layers.outbox.verbs import AlreadyGiven
from orgs import metadata, queries
from orgs.keys.table import LiveKeys
from orgs.lifecycle import archive as archiving
from orgs.lifecycle import edit as editing
from orgs.lifecycle import status as standing
from orgs.lifecycle.common import CannotChange
from orgs.lifecycle.dialogs import Dialog, wanted
from orgs.lifecycle.forms import ArchiveForm, EditForm, Pairs, ReasonForm, Shown
from orgs.models import Organization
from orgs.tenant import SealBroken, open_seal, refused, seal

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
    result = "orgs/lifecycle/_archive_result.html"
    dialog = _dialog(customer, "archive", f"Archive {customer.name}", "_archive_form.html", result=result)

    def form(*data: Any) -> ArchiveForm:
        return ArchiveForm(customer, *data)

    return _with_reason(request, customer, dialog, archiving.ARCHIVE, archiving.archive, form)


def _with_reason(
    request: HttpRequest, customer: Organization, dialog: Dialog, kind: str, give: Any, make_form: Any
) -> HttpResponse:
    """A decision without more to type than why; `give` is its verb."""
    if command := wanted(request, kind, customer.id):
        found = {"result": archiving.Result.of(command.answer)} if command.state == State.SUCCEEDED else {}
        return dialog.tell(request, command, again="again" in request.GET, context=found)
    returns = {
        "customer": customer,
        "returns": archiving.Returns.of(customer),
        "on_their_way": archiving.on_their_way(customer),
        "live": LiveKeys.of(customer),
    }
    if request.method != "POST":
        return dialog.ask(request, {**returns, "form": make_form(), "seal": seal(request.user, customer.id, kind)})
    sealed = request.POST.get("seal", "")
    try:
        opened = open_seal(sealed, request.user, customer.id, kind)
    except SealBroken as broken:
        return refused(request, broken, dialog.address)
    form = make_form(request.POST)
    if form.is_valid():
        try:
            command = give(request.user, customer, opened, reason=form.cleaned_data["reason"])
        except AlreadyGiven as given:
            return dialog.answer(request, given.command, again=True)
        except CannotChange as refusal:
            form.add_error(None, str(refusal))
        else:
            return dialog.answer(request, command)
    return dialog.ask(request, {**returns, "form": form, "seal": sealed}, status=422)


@require_http_methods(METHODS)
@never_cache
def edit(request: HttpRequest, organization_id: str) -> HttpResponse:
    """Name, billing email, metadata. The form carries what it was filled with; only what differs from that is sent."""
    customer = _customer(organization_id)
    dialog = _dialog(customer, "edit", f"Edit {customer.name}", "_edit_form.html")
    if command := wanted(request, editing.CHANGE, customer.id):
        return dialog.tell(request, command, again="again" in request.GET)
    if request.method != "POST":
        shown = Shown.of(customer)
        form = EditForm(initial={"name": shown.name, "billing_email": shown.billing_email})
        sealed = seal(request.user, customer.id, editing.CHANGE)
        return dialog.ask(request, _edit_context(customer, form, Pairs.of(shown.metadata), shown, sealed))
    sealed = request.POST.get("seal", "")
    try:
        opened = open_seal(sealed, request.user, customer.id, editing.CHANGE)
    except SealBroken as broken:
        return refused(request, broken, dialog.address)
    form, pairs = EditForm(request.POST), Pairs.posted(request.POST)
    shown = Shown.read(request.POST.get("shown", ""), customer)
    if "add" in request.POST:
        return dialog.ask(request, _edit_context(customer, EditForm(initial=request.POST), pairs, shown, sealed))
    pairs.check(shown.metadata, {str(key): str(value) for key, value in customer.metadata.items()})
    if form.judge(pairs, needed="clear" not in request.POST):
        changes = shown.changes(form, pairs)
        overtaken = shown.overtaken(customer, changes)
        for name, words in overtaken:
            form.add_error(name or None, words)
        if overtaken:
            shown = Shown.of(customer)
        else:
            try:
                return dialog.answer(request, editing.change(request.user, customer, opened, changes))
            except AlreadyGiven as given:
                return dialog.answer(request, given.command, again=True)
            except CannotChange as refusal:
                form.add_error(None, str(refusal))
    return dialog.ask(request, _edit_context(customer, form, pairs, shown, sealed), status=422)


def _edit_context(customer: Organization, form: EditForm, pairs: Pairs, shown: Shown, sealed: str) -> dict[str, Any]:
    return {
        "customer": customer,
        "form": form,
        "pairs": pairs,
        "shown": shown.signed,
        "seal": sealed,
        "limits": {"key": metadata.LONGEST_KEY, "value": metadata.LONGEST_VALUE, "keys": metadata.MOST_KEYS},
    }
