"""The dialog that moves credits to a customer: the form, the decision, and what became of it."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.htmx import htmx
from layers.client.shapes import Transfer
from layers.outbox.models import Command, State
from layers.outbox.verbs import AlreadyGiven
from orgs import metadata, queries
from orgs.commands import CannotAllocate, GivenJustNow, allocation
from orgs.commands import allocate as give_credits
from orgs.forms import AllocateForm
from orgs.four_eyes import alone
from orgs.giving.preview import Plan
from orgs.models import Organization
from orgs.pairs import Pairs
from orgs.standing import Standing
from orgs.tenant import SealBroken, open_seal, refused, seal

# contract/control-plane.md, 2: system keys beat ours. A trigger says that a refill rule gave it (orgs/books/kinds.py).
THEIRS = {"direction", "counterpartyOrgId", "transferId", "trigger"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def allocate(request: HttpRequest, organization_id: str) -> HttpResponse:
    """GET: the form (`?amount=` fills it) or, with `?command=`, the state of one allocation. POST: records it.

    For htmx the form is a dialog and the rest are its inside; without scripts all of them are pages.
    """
    customer = get_object_or_404(queries.customers_with_money(), id=organization_id)
    if request.method == "POST":
        return _record(request, customer)
    if "command" in request.GET:
        return _state(request, customer, _command(request, customer), request.GET.get("again", ""))
    form = AllocateForm(initial={"credits": request.GET.get("amount")})
    return _form(request, customer, form, Pairs([]), seal(request.user, customer.id, customer.id))


def _record(request: HttpRequest, customer: Organization) -> HttpResponse:
    sealed = request.POST.get("seal", "")
    try:
        opened = open_seal(sealed, request.user, customer.id, customer.id)
    except SealBroken as broken:
        return refused(request, broken, reverse("orgs:allocate", args=[customer.id]))
    form, pairs = AllocateForm(request.POST), Pairs.posted(request.POST)
    if "add" in request.POST:
        return _form(request, customer, AllocateForm(initial=request.POST), pairs, sealed)
    problem = _problem(pairs)
    if problem:
        form.add_error(None, problem)
    asks = False
    if form.is_valid():
        wanted = form.cleaned_data
        try:
            command = give_credits(request.user, customer, opened, metadata=pairs.pairs, **wanted)
        except AlreadyGiven as given:
            return _answer(request, customer, given.command, again=str(wanted["credits"]))
        except GivenJustNow as refusal:
            form.add_error("once_more", f"{refusal} Tick this if it is to get them once more.")
            asks = True
        except CannotAllocate as refusal:
            form.add_error("credits", str(refusal))
        else:
            return _answer(request, customer, command)
    return _form(request, customer, form, pairs, sealed, asks=asks, status=422)


def _problem(pairs: Pairs) -> str:
    """Notes at each row what Layers would not take, or would take and silently change."""
    pairs.check({}, {metadata.OURS: "x" * 36})
    for row in pairs.rows:
        if row.key in THEIRS and not row.key_problem:
            row.key_problem = "Layers writes this key itself: yours would be dropped, or taken for its own."
    marked = any(row.key_problem or row.value_problem for row in pairs.rows)
    return "Metadata: see the rows marked below." if marked else pairs.problem


def _form(
    request: HttpRequest,
    customer: Organization,
    form: AllocateForm,
    pairs: Pairs,
    sealed: str,
    *,
    asks: bool = False,
    status: int = 200,
) -> HttpResponse:
    standing = Standing(customer, queries.burn(customer))
    context = {
        "customer": customer,
        "form": form,
        "pairs": pairs,
        "limits": {"key": metadata.LONGEST_KEY, "value": metadata.LONGEST_VALUE, "keys": metadata.MOST_KEYS - 1},
        "seal": sealed,
        "plan": Plan(standing, queries.parent(), _readable(form)),
        "standing": standing,
        "alone": alone(request.user),
        "asks_once_more": asks,
    }
    fragment = htmx(request)
    shows_dialog = status == 200 and request.method != "POST"
    template = "orgs/_allocate_dialog.html" if shows_dialog else "orgs/_allocate_form.html"
    return render(request, template if fragment else "orgs/allocate.html", context, status=status)


def _readable(form: AllocateForm) -> int | None:
    """The amount in the form, for the preview; None when it holds none that could be meant."""
    try:
        return int(form.fields["credits"].clean(form["credits"].value()))
    except ValidationError:
        return None


def _command(request: HttpRequest, customer: Organization) -> Command:
    try:
        found = allocation(request.user, customer, UUID(request.GET["command"]))
    except ValueError:
        found = None
    if found is None:
        raise Http404("You gave no such allocation to this customer.")
    return found


def _answer(request: HttpRequest, customer: Organization, command: Command, again: str = "") -> HttpResponse:
    if htmx(request):
        return _state(request, customer, command, again)
    asked = QueryDict(mutable=True)
    asked.update({"command": str(command.id)} | ({"again": again} if again else {}))
    return redirect(f"{reverse('orgs:allocate', args=[customer.id])}?{asked.urlencode()}")


def _state(request: HttpRequest, customer: Organization, command: Command, again: str) -> HttpResponse:
    """What became of an allocation. `again`: the form had been used before, and this is the amount it asks for now."""
    amount = command.payload.get("credits")
    context = {
        "customer": customer,
        "command": command,
        "again": again,
        "other_amount": again if again and again != str(amount) else "",
        "metadata": command.payload.get("metadata") or {},
        "transfer_id": Transfer.of(command.answer or {}).id if command.state == State.SUCCEEDED else "",
    }
    if not htmx(request):
        return render(request, "orgs/allocation.html", context)
    # The answer to the form takes its place; later only the state is asked for.
    template = "orgs/_allocation.html" if request.method == "POST" else "orgs/_allocation_state.html"
    response = render(request, template, context)
    if command.state == State.SUCCEEDED:
        response["HX-Trigger"] = "wallet-changed"
    return response
