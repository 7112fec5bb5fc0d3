"""The ledger of one wallet, page by page."""

from django.db.models import F
from django.db.models.fields.tuple_lookups import TupleGreaterThan
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from common.paging import page, page_after
from orgs import queries
from orgs.books.causes import entries, readable
from orgs.books.export import HEADER, csv_rows
from orgs.books.filters import LedgerFilters
from orgs.books.standing import LedgerStanding
from orgs.export import csv_file
from orgs.models import LedgerEvent
from orgs.standing import Standing

KEY = ("created_at", "id")
PAGE_SIZE = 50


@require_GET
def ledger(request: HttpRequest, organization_id: str) -> HttpResponseBase:
    """Newest first. `?row=` opens the page that starts at one row and marks it; `?format=csv` sends all rows."""
    customer = get_object_or_404(queries.organizations(), id=organization_id)
    filters = LedgerFilters(request.GET, customer)
    if request.GET.get("format") == "csv":
        return csv_file("ledger", HEADER, csv_rows(customer.id, filters))
    rows = filters.apply(queries.ledger(customer.id))
    marked = _marked(request, customer.id)
    if marked and not request.GET.keys() & {"after", "before"}:
        newer = rows.filter(TupleGreaterThan(tuple(map(F, KEY)), (marked.created_at, marked.id))).order_by(*KEY).first()
        if newer:
            return redirect(f"{reverse('orgs:ledger', args=[customer.id])}{page_after(request, newer, KEY)}#row")
    found = page(request, readable(rows), KEY, PAGE_SIZE, newest_first=True)
    books = LedgerStanding.of(customer)
    context = {
        "customer": customer,
        "standing": Standing(customer),
        "books": books,
        "filters": filters,
        "page": found,
        "entries": entries(customer, found.rows, books.before),
        "to_drop": [] if found.rows else filters.to_drop(queries.ledger(customer.id)),
        "marked": marked,
        "missing": request.GET.get("row", "") if marked is None else "",
        "age": queries.copy_age("ledger", customer.id),
    }
    return render(request, "orgs/books/ledger.html", context)


def _marked(request: HttpRequest, organization_id: str) -> LedgerEvent | None:
    wanted = request.GET.get("row", "").replace("\x00", "")
    return queries.ledger(organization_id).filter(id=wanted).defer("raw").first() if wanted else None
