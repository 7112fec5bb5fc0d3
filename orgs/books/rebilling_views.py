"""The page that shows what a rebilling file will hold, and the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Count, DecimalField, F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Round
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from orgs.books.kinds import MOVES, is_used, kind_words, meaning
from orgs.books.months import Month
from orgs.books.rebilling import DIGITS, Line, Rebilling, Terms, file_of
from orgs.customers.selection import Selection
from orgs.export import csv_file
from orgs.models import Organization

LARGEST = 10
MONTHS = 24  # of the choice; the address takes any


class TermsForm(forms.Form):
    """All optional. A form that is not valid shows why, and sends no file."""

    markup = forms.DecimalField(
        label="Markup", required=False, min_value=-100, max_value=100_000, max_digits=12, decimal_places=4
    )
    price = forms.DecimalField(
        label="Price per credit", required=False, min_value=0, max_value=1_000_000, max_digits=16, decimal_places=8
    )
    currency = forms.RegexField(
        r"^[A-Za-z]{3}$", label="Currency", required=False, error_messages={"invalid": "Three letters, like EUR."}
    )

    @property
    def terms(self) -> Terms:
        found = self.cleaned_data
        return Terms(found.get("markup"), found.get("price"), (found.get("currency") or "").upper())


@dataclass(frozen=True)
class Kind:
    """What a kind adds up to over all chosen customers."""

    kind: str
    credits: int
    rows: int
    customers: int

    @property
    def words(self) -> str:
        return kind_words(self.kind)

    @property
    def meaning(self) -> str:
        return meaning(self.kind)

    @property
    def is_used(self) -> bool:
        return is_used(self.kind)


@require_http_methods(["GET", "HEAD", "POST"])
def rebilling(request: HttpRequest) -> HttpResponseBase:
    """`month=2026-10`, without it the last one that is over; customers as orgs.customers.selection says, all without;
    `markup`, `price` and `currency`; `format=csv` sends the file. POST is for selections that no address can hold:
    nothing is changed.
    """
    asked = request.POST if request.method == "POST" else request.GET
    month = Month.read(asked.get("month", "")) or Month.now().previous
    selection = Selection.from_request(request)
    form = TermsForm({name: asked.get(name, "") for name in TermsForm.base_fields})
    terms = form.terms if form.is_valid() else Terms()
    wanted = Rebilling(month, selection, terms)
    if asked.get("format") == "csv" and form.is_valid():
        return csv_file(f"rebilling-{month}", _header(terms), _csv_rows(wanted))
    kinds = _kinds(wanted)
    used = sum(kind.credits for kind in kinds if kind.is_used)
    context = {
        "month": month,
        "months": _months(month),
        "selection": selection,
        "form": form,
        "terms": terms,
        "kinds": kinds,
        "used": used,
        "billed": terms.billed(used),
        "amount": _amount(wanted),
        "largest": _largest(wanted),
        "everyone": urlencode({name: asked.get(name, "") for name in ("month", *form.fields)}),
    }
    return render(request, "orgs/books/rebilling.html", context, status=200 if form.is_valid() else 422)


def _header(terms: Terms) -> list[str]:
    header = [
        "Line",
        "Customer",
        "Organization id",
        "Project",
        "Project id",
        "Customer's own id",
        "Kind",
        "Month (UTC)",
    ]
    header += ["Rows", "Credits used"]
    header += ["Credits with markup"] if terms.markup is not None else []
    return header + ([f"Amount {terms.currency}".strip()] if terms.price is not None else [])


def _csv_rows(wanted: Rebilling) -> Iterator[list[Any]]:
    terms, month = wanted.terms, str(wanted.month)
    for one in file_of(wanted):
        if isinstance(one, Line):
            project = one.project or "No project"
            cells = ["Used", one.customer, one.customer_id, project, one.project_id, one.external_id]
            row = [*cells, kind_words(one.kind), month, one.rows, one.credits]
            billed, amount = terms.billed(one.credits), terms.amount(one.credits)
        else:
            row = [one.name, one.words, "", "", "", "", "", month, one.rows, one.credits]
            billed, amount = one.billed, one.amount
        yield row + ([billed] if terms.markup is not None else []) + ([amount] if terms.price is not None else [])


def _months(month: Month) -> list[Month]:
    found = [Month.now()]
    while len(found) < MONTHS:
        found.append(found[-1].previous)
    return found if month in found else sorted([*found, month], reverse=True)


def _kinds(wanted: Rebilling) -> list[Kind]:
    """What was used first, most first; then what is not rebilled."""
    sums = (
        wanted.months()
        .order_by()
        .values("kind")
        .annotate(
            credits=Sum(F("credits_out") - F("credits_in")),
            rows=Sum(F("rows_in") + F("rows_out")),
            customers=Count("organization_id", distinct=True),
        )
    )
    found = [Kind(one["kind"], int(one["credits"]), int(one["rows"]), one["customers"]) for one in sums]
    return sorted(found, key=lambda kind: (not kind.is_used, -kind.credits, kind.kind))


def _amount(wanted: Rebilling) -> Decimal | None:
    """What the file's amounts add up to: of lines that are rounded one by one, as there."""
    if wanted.terms.price is None:
        return None
    rate = wanted.terms.price * (100 + (wanted.terms.markup or 0)) / 100
    numeric = DecimalField(max_digits=DIGITS, decimal_places=20)
    exact = Cast(F("credits_out") - F("credits_in"), numeric) * Cast(Value(rate), numeric)
    used = wanted.months().exclude(kind__in=MOVES)
    return used.aggregate(total=Sum(Round(exact, precision=2, output_field=numeric)))["total"] or Decimal(0)


def _largest(wanted: Rebilling) -> list[dict[str, Any]]:
    name = Organization.objects.filter(id=OuterRef("organization_id")).values("name")
    used = wanted.months().exclude(kind__in=MOVES).order_by().values("organization_id")
    used = used.annotate(credits=Sum(F("credits_out") - F("credits_in")), rows=Sum(F("rows_in") + F("rows_out")))
    used = used.annotate(name=Coalesce(Subquery(name), "organization_id"))
    return [dict(one) for one in used.order_by("-credits", "organization_id")[:LARGEST]]
