"""The page and the file of a month's statement."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from orgs import queries
from orgs.books.months import Month
from orgs.books.standing import was_read_whole
from orgs.books.statement import Statement, months_of, statement
from orgs.export import csv_file

HEADER = ["Customer", "Organization id", "Month (UTC)", "Part", "Kind", "Project", "Project id", "Rows", "Credits"]


@require_GET
def show(request: HttpRequest, organization_id: str) -> HttpResponseBase:
    """`?month=2026-10`, without it this month; `?format=csv` sends the lines."""
    customer = get_object_or_404(queries.organizations(), id=organization_id)
    month = Month.read(request.GET.get("month", "")) or Month.now()
    found = statement(customer, month)
    if request.GET.get("format") == "csv":
        return csv_file(f"statement-{month}", HEADER, _csv_rows(found))
    months = months_of(customer)
    context = {
        "customer": customer,
        "statement": found,
        "months": months if month in months else sorted([*months, month], reverse=True),
        "newer": month.next if month < months[0] else None,
        "older": month.previous if month > months[-1] else None,
        "is_whole": was_read_whole(customer.id),
        "age": queries.copy_age("ledger", customer.id),
    }
    return render(request, "orgs/books/statement.html", context)


def _csv_rows(found: Statement) -> Iterator[list[Any]]:
    for line in found.lines():
        yield [found.organization.name, found.organization.id, str(found.month), *line]
