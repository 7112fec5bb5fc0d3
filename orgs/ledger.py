"""The ledger of one wallet, page by page."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from common.paging import page, page_after
from orgs import queries
from orgs.export import csv_file
from orgs.forms import LedgerFilters
from orgs.models import LedgerEvent
from orgs.standing import Standing

KEY = ("created_at", "id")
PAGE_SIZE = 50
CSV_HEADER = [
    "Time (UTC)",
    "Event id",
    "Type",
    "Credits",
    "Balance after",
    "Description",
    "Format",
    "Project id",
    "Container id",
    "Job id",
    "Transfer id",
    "Counterparty id",
    "Direction",
]
CSV_COLUMNS = (
    "created_at",
    "id",
    "event_type",
    "credits",
    "balance_after",
    "description",
    "format",
    "project_id",
    "container_id",
    "workflow_id",
    "transfer_id",
    "counterparty_id",
    "direction",
)


@require_GET
def ledger(request: HttpRequest, organization_id: str) -> HttpResponseBase:
    """Newest first. `?row=` opens the page that starts at one row and marks it; `?format=csv` sends all rows."""
    customer = get_object_or_404(queries.organizations(), id=organization_id)
    filters = LedgerFilters(request.GET)
    rows = filters.apply(queries.ledger(customer.id))
    if request.GET.get("format") == "csv":
        return csv_file("ledger", CSV_HEADER, _csv_rows(rows))
    marked = _marked(request, customer.id)
    if marked and not request.GET.keys() & {"after", "before"}:
        newer = rows.filter(TupleGreaterThan(tuple(map(F, KEY)), (marked.created_at, marked.id))).order_by(*KEY).first()
        if newer:
            return redirect(f"{reverse('orgs:ledger', args=[customer.id])}{page_after(request, newer, KEY)}#row")
    found = page(request, rows.defer("raw"), KEY, PAGE_SIZE, newest_first=True)
    context = {
        "customer": customer,
        "standing": Standing(customer),
        "filters": filters,
        "page": found,
        "to_drop": [] if found.rows else filters.to_drop(queries.ledger(customer.id)),
        "marked": marked,
        "missing": request.GET.get("row", "") if marked is None else "",
        "age": queries.copy_age("ledger", customer.id),
    }
    return render(request, "orgs/ledger.html", context)


def _marked(request: HttpRequest, organization_id: str) -> LedgerEvent | None:
    wanted = request.GET.get("row", "").replace("\x00", "")
    return queries.ledger(organization_id).filter(id=wanted).defer("raw").first() if wanted else None


def _csv_rows(rows: QuerySet[LedgerEvent]) -> Iterator[tuple[Any, ...]]:
    return rows.order_by("-created_at", "-id").values_list(*CSV_COLUMNS).iterator(chunk_size=2000)
