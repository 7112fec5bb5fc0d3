"""The pages of the tie-out: the list, a transfer's three sides, accepting, withdrawing, reading both ledgers again."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from common.htmx import htmx
from common.paging import page
from layers.mirror.models import Freshness, Scope
from layers.mirror.scopes import scope_id
from layers.outbox.models import Command
from orgs import queries
from orgs.asking import ask_again
from orgs.books.tieout import judging
from orgs.books.tieout.accepting import CannotWithdraw, about_own, facts_shown, holding, may_withdraw
from orgs.books.tieout.accepting import accept as accept_all
from orgs.books.tieout.accepting import withdraw as withdraw_acceptance
from orgs.books.tieout.filters import ALL, STATES, TransferFilters
from orgs.books.tieout.models import LONGEST_NOTE, Acceptance, Oddity, Origin, TieState, Transfer, TransferCount
from orgs.books.tieout.words import Advice, advice
from orgs.export import csv_file
from orgs.models import LedgerEvent
from orgs.tenant import SealBroken, open_seal, refused, seal

PAGE_SIZE = 50
KEY = ("at", "key")
ACCEPT = "books.accept"  # what a form that accepts is sealed for; it may be about several customers
CSV_HEADER = [
    "Time (UTC)",
    "Transfer id",
    "Customer",
    "Organization id",
    "From",
    "State",
    "Kind",
    "Our command (credits)",
    "Our ledger (credits)",
    "Customer ledger (credits)",
    "Off by",
    "Command id",
    "Waits for",
]


class NoteForm(forms.Form):
    note = forms.CharField(
        label="Note",
        max_length=LONGEST_NOTE,
        error_messages={
            "required": "Say why.",
            "max_length": "At most %(limit_value)d characters; this has %(show_value)d.",
        },
    )


@require_GET
def tie_out(request: HttpRequest) -> HttpResponseBase:
    """Newest first. `?state=` as in STATES, what does not match by default; `?format=csv` sends all of them."""
    filters = TransferFilters(request.GET)
    rows = filters.apply(_transfers().filter(filters.in_tab))
    if request.GET.get("format") == "csv":
        return csv_file("tie-out", CSV_HEADER, _csv_rows(rows))
    counts = list(TransferCount.objects.filter(transfers__gt=0))
    found = page(request, rows, KEY, PAGE_SIZE, newest_first=True)
    staff: Any = request.user
    context = {
        "filters": filters,
        "page": found,
        "rows": [(row, facts_shown(row)) for row in found.rows],
        "standing": judging.of_counts(counts),
        "tabs": [(key, words, _in_tab(counts, key), key == filters.tab) for key, words in STATES.items()],
        "kinds": [(kind, words) for kind, words in Oddity.choices if any(row.kind == kind for row in counts)],
        "origins": Origin.choices,
        "age": Freshness.objects.filter(resource="ledger").first(),
        "seal": seal(staff, "", ACCEPT),
        "accepts": filters.tab == TieState.EXCEPTION and staff.has_perm("dashboard.close_books"),
        "to_drop": [] if found.rows else filters.to_drop(_transfers().filter(filters.in_tab)),
    }
    return render(request, "orgs/books/tie_out.html", context)


def _transfers() -> QuerySet[Transfer]:
    return Transfer.objects.select_related("organization").defer("organization__raw", "organization__metadata")


def _in_tab(counts: list[TransferCount], tab: str) -> int:
    return sum(row.transfers for row in counts if tab in (ALL, row.state))


def _csv_rows(rows: QuerySet[Transfer]) -> Iterator[list[Any]]:
    for row in rows.order_by("-at", "-key").iterator(chunk_size=2000):
        words = [row.get_origin_display(), row.get_state_display(), row.get_kind_display() if row.kind else ""]
        name = row.organization.name if row.organization else ""
        sides = [row.ordered, row.ours, row.theirs, row.off]
        yield [
            row.at,
            row.transfer_id or row.key,
            name,
            row.organization_id,
            *words,
            *sides,
            row.command_id,
            row.awaits,
        ]


@dataclass(frozen=True)
class Sides:
    """One transfer with what is behind it: a few rows."""

    row: Transfer

    @cached_property
    def commands(self) -> list[Command]:
        """Ours that name it or were told it."""
        told = Command.objects.filter(id=self.row.command_id) if self.row.command_id else Command.objects.none()
        if self.row.transfer_id:
            told |= Command.objects.filter(kind="credits.allocate", answer__id=self.row.transfer_id)
        return list(told.select_related("staff").order_by("created_at", "id"))

    @cached_property
    def _lines(self) -> list[LedgerEvent]:
        rows = LedgerEvent.objects.filter(transfer_id=self.row.transfer_id) if self.row.transfer_id else None
        if rows is None:
            rows = LedgerEvent.objects.filter(id=self.row.key.removeprefix("row:"))
        return list(rows.defer("raw").order_by("created_at", "id"))

    @cached_property
    def our_id(self) -> str:
        ours = queries.parent()
        return ours.id if ours else ""

    @property
    def ours(self) -> list[LedgerEvent]:
        return [line for line in self._lines if line.organization_id == self.our_id]

    @property
    def theirs(self) -> list[LedgerEvent]:
        return [line for line in self._lines if line.organization_id != self.our_id]

    @cached_property
    def scopes(self) -> dict[str, Scope]:
        """Of both ledgers, by organization."""
        ids = [scope_id("ledger", one) for one in (self.our_id, self.row.organization_id) if one]
        return {scope.key: scope for scope in Scope.objects.filter(id__in=ids)}

    @property
    def our_scope(self) -> Scope | None:
        return self.scopes.get(self.our_id)

    @property
    def their_scope(self) -> Scope | None:
        return self.scopes.get(self.row.organization_id or "")

    @property
    def advice(self) -> Advice | None:
        return advice(self.row.kind)

    @cached_property
    def acceptance(self) -> Acceptance | None:
        return holding(self.row)

    @cached_property
    def withdrawn(self) -> list[Acceptance]:
        """Acceptances that were taken back, the last first."""
        found = Acceptance.objects.filter(key=self.row.key, withdrawn_at__isnull=False)
        return list(found.select_related("staff", "withdrawn_by").order_by("-withdrawn_at"))

    @property
    def awaited(self) -> str:
        """Whose ledger must be read: ours or theirs; rule, where it is the customer's refill rule."""
        if self.row.awaits.startswith("wallet:"):
            return "rule"
        return "ours" if self.row.awaits == scope_id("ledger", self.our_id) else "theirs"


@require_GET
@never_cache
def transfer(request: HttpRequest, key: str) -> HttpResponse:
    """The three sides of one transfer, as a dialog or a page."""
    row = get_object_or_404(_transfers(), key=key)
    return _show(request, row, NoteForm())


def _show(request: HttpRequest, row: Transfer, form: NoteForm, status: int = 200) -> HttpResponse:
    staff: Any = request.user
    sides = Sides(row)
    closes = staff.has_perm("dashboard.close_books")
    is_own = closes and row.state == TieState.EXCEPTION and bool(about_own(staff, {row.key}))
    context = {
        "row": row,
        "sides": sides,
        "facts": facts_shown(row),
        "form": form,
        "seal": seal(staff, "", ACCEPT),
        "is_own": is_own,
        "accepts": closes and row.state == TieState.EXCEPTION and not is_own,
        "withdraws": closes and sides.acceptance is not None and may_withdraw(staff, sides.acceptance),
    }
    template = "orgs/books/_transfer_dialog.html" if htmx(request) else "orgs/books/transfer.html"
    return render(request, template, context, status=status)


@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """`pick` is `<facts> <key>` of each transfer as it was shown; `note` says why they are all right."""
    staff: Any = request.user
    back = request.POST.get("back", "")
    home = reverse("books:tie_out")
    back = back if back.startswith(home) else home
    try:
        open_seal(request.POST.get("seal", ""), staff, "", ACCEPT)
    except SealBroken as broken:
        return refused(request, broken, back)
    form = NoteForm(request.POST)
    picked = [pick.partition(" ")[::2] for pick in request.POST.getlist("pick")[:PAGE_SIZE]]
    if not form.is_valid():
        messages.warning(request, " ".join(map(str, form.errors.get("note", []))))
    elif not picked:
        messages.warning(request, "Choose the transfers first.")
    else:
        done, changed, own = accept_all(staff, [(key, facts) for facts, key in picked], form.cleaned_data["note"])
        if done:
            messages.success(request, f"{done:,} transfer{'' if done == 1 else 's'} accepted.")
        if changed:
            messages.warning(request, f"{changed:,} changed since you looked. Look again.")
        if own:
            words = f"{own:,} about commands of your own: a colleague accepts {'it' if own == 1 else 'them'}."
            messages.warning(request, f"{words} Left as {'it is' if own == 1 else 'they are'}.")
    return redirect(back)


@require_POST
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """`note` says why it is not all right after all."""
    staff: Any = request.user
    back = reverse("books:transfer", args=[key])
    try:
        open_seal(request.POST.get("seal", ""), staff, "", ACCEPT)
    except SealBroken as broken:
        return refused(request, broken, back)
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.warning(request, " ".join(map(str, form.errors.get("note", []))))
        return redirect(back)
    try:
        withdraw_acceptance(staff, key, form.cleaned_data["note"])
    except CannotWithdraw as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "Withdrawn. It does not match again.")
    return redirect(back)


@require_POST
def read_again(request: HttpRequest, key: str) -> HttpResponse:
    """Has both ledgers read whole, on the queue where people wait."""
    row = get_object_or_404(Transfer, key=key)
    ours = queries.parent()
    ids = [scope_id("ledger", one) for one in (ours.id if ours else "", row.organization_id) if one]
    words = "Both ledgers are read again, from their beginning. This shows here in a few seconds."
    return ask_again(request, ids, words, reverse("books:transfer", args=[key]), whole=True)
