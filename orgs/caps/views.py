"""The dialog that changes one customer's cap and refill rule: the form, what the change means, what became of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.htmx import htmx
from layers.outbox.verbs import AlreadyGiven
from orgs import queries
from orgs.caps.commands import UNKNOWN, ChangedMeanwhile, rules_of, set_caps, steps_of, waiting_for
from orgs.caps.forms import CapsForm, filled
from orgs.caps.picture import Picture
from orgs.caps.rules import CHANGE_CAPS, Rules, let_move, moves
from orgs.deciding import CannotChange
from orgs.dialogs import Dialog, wanted
from orgs.four_eyes import alone, foresee
from orgs.giving.claims import OurWallet
from orgs.models import Organization
from orgs.refill import Refills
from orgs.standing import Standing
from orgs.tenant import SealBroken, open_seal, refused, seal


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def caps(request: HttpRequest, organization_id: str) -> HttpResponse:
    """GET: the form or, with `?command=`, the state of one change. POST: records it; with `preview` only says what it
    would mean."""
    customer = get_object_or_404(queries.customers_with_money(), id=organization_id)
    dialog = _dialog(customer)
    if command := wanted(request, CHANGE_CAPS, customer.id):
        return dialog.tell(request, command, again="again" in request.GET)
    if request.method != "POST":
        now = rules_of(customer) or Rules()
        sealed = seal(request.user, customer.id, CHANGE_CAPS)
        return dialog.ask(request, _context(request, customer, CapsForm(initial=filled(now)), now, sealed))
    sealed = request.POST.get("seal", "")
    try:
        opened = open_seal(sealed, request.user, customer.id, CHANGE_CAPS)
    except SealBroken as broken:
        return refused(request, broken, dialog.address)
    form = CapsForm(request.POST)
    fits = form.is_valid()
    if "preview" in request.POST:
        return _preview(request, customer, dialog, form, sealed)
    if fits:
        numbers = {"shown": form.cleaned_data["shown"], "wanted": form.wanted}
        try:
            command = set_caps(request.user, customer, opened, **numbers, reason=form.cleaned_data["reason"])
        except AlreadyGiven as given:
            return dialog.answer(request, given.command, again=True)
        except ChangedMeanwhile as refusal:
            form = _anew(request, refusal)
        except CannotChange as refusal:
            form.add_error(None, str(refusal))
        else:
            return dialog.answer(request, command)
    return dialog.ask(request, _context(request, customer, form, form.wanted, sealed), status=422)


def _anew(request: HttpRequest, refusal: ChangedMeanwhile) -> CapsForm:
    """The same wishes over the numbers that hold now."""
    sent = request.POST.copy()
    sent["shown"] = refusal.now.key
    form = CapsForm(sent)
    form.add_error(None, str(refusal))
    return form


def _preview(request: HttpRequest, customer: Organization, dialog: Dialog, form: CapsForm, sealed: str) -> HttpResponse:
    context = _context(request, customer, form, form.wanted, sealed)
    if htmx(request):
        return render(request, "orgs/caps/_effect.html", context | {"dialog": dialog})
    return dialog.ask(request, context)


def _context(
    request: HttpRequest, customer: Organization, form: CapsForm, wished: Rules, sealed: str
) -> dict[str, Any]:
    """`wished`: what the form says."""
    standing, ours, steps = Standing(customer), OurWallet(queries.parent()), steps_of(customer) or [Rules()]
    now = steps[-1]
    changes = now.changes_to(wished)
    refills = Refills(standing, ours, wished)
    return {
        "customer": customer,
        "form": form,
        "seal": sealed,
        "standing": standing,
        "unknown": "" if standing.config else UNKNOWN,
        "on_its_way": standing.config is not None and now != Rules.of(standing.config),
        "waiting": waiting_for(customer),
        "moves": moves(now, changes),
        "alone": alone(request.user, "scheduled"),
        "second": foresee(request.user, let_move(steps, changes), "scheduled"),
        "picture": Picture(refills),
        "why": refills.why,
    }


def _dialog(customer: Organization) -> Dialog:
    back = reverse("orgs:detail", args=[customer.id])
    trail = [("Customers", reverse("orgs:list")), (customer.name, back)]
    address = reverse("orgs:caps", args=[customer.id])
    return Dialog(
        f"Cap and refill of {customer.name}", address, back, customer.name, "orgs/caps/_form.html", trail=trail
    )
