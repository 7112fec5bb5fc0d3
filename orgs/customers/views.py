"""The list of customers: one page of it, its file, how many match, and what a person arranges in it."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from common.htmx import htmx
from common.paging import page
from orgs import queries
from orgs.customers import saved, worklists
from orgs.customers.columns import COLUMNS, Column, chosen, drawn, header, lines
from orgs.customers.filters import CustomerFilters
from orgs.customers.models import ListSettings, Pin, SavedView
from orgs.customers.rows import Row
from orgs.customers.sorting import ORDERS
from orgs.export import csv_file
from orgs.models import Organization

PAGE_SIZE = 50
MOST_PINS = 20
LIST = "orgs:list"


@require_GET
@vary_on_headers("HX-Request")
def customer_list(request: HttpRequest) -> HttpResponseBase:
    """The customers that the address asks for: as a page, as the part that filters swap, as a file (`format=csv`), or
    how many they are (`format=count`). The bare address opens on the view of the person or of their role.
    """
    staff: Any = request.user
    own = ListSettings.objects.filter(staff=staff).select_related("opens_on").first()
    if not request.GET and (first := saved.opening(staff, own)):
        return redirect(f"{reverse(LIST)}?{first}")
    filters = CustomerFilters(request.GET)
    columns = chosen(own.columns if own else [])
    rows = filters.apply(queries.customers_listed())
    match request.GET.get("format"):
        case "csv":
            return csv_file("customers", header(columns), lines(rows, filters, columns))
        case "count":
            return HttpResponse(str(rows.count()), content_type="text/plain")
    context = _listed(request, filters, rows if any(one.name == "tags" for one in columns) else rows.defer("metadata"))
    context["drawn"] = [(row, drawn(row, columns)) for row in context["rows"]]
    context |= {"filters": filters, "columns": columns} | _views(request, filters, own, columns)
    return render(request, "orgs/customers/_list.html" if htmx(request) else "orgs/customers/list.html", context)


def _listed(request: HttpRequest, filters: CustomerFilters, rows: Any) -> dict[str, Any]:
    """One page; what is pinned stands on top of the first and nowhere else."""
    staff: Any = request.user
    pins = set(Pin.objects.filter(staff=staff).values_list("organization_id", flat=True))
    order = filters.order
    placed = rows.exclude(order.unplaced) if order.unplaced else rows
    listed = placed.exclude(id__in=pins) if pins else placed
    found = page(request, listed, order.key, PAGE_SIZE, newest_first=filters.descending)
    is_first, is_last = not found.previous_url, not found.next_url
    pinned = list(rows.filter(id__in=pins).order_by("name", "id")) if pins and is_first else []
    counts = worklists.counts()
    shown = len(pinned) + len(found.rows)
    return {
        "page": found,
        "rows": [*_rows(pinned, pinned=True), *_rows(found.rows)],
        "counts": counts,
        "work_lists": [(one, counts[one.name], one.name == filters.work_list) for one in worklists.WORK_LISTS.values()],
        "work_list": worklists.WORK_LISTS[filters.work_list],
        "matching": _matching(filters, counts, shown if is_first and is_last else None),
        "shown": _shown(shown, is_first and is_last, ORDERS[filters.sort_word]),
        "unplaced": bool(order.unplaced and rows.filter(order.unplaced).exists()),
        "to_drop": [] if shown else filters.to_drop(queries.customers()),
        "orders": list(ORDERS.items()),
    }


def _rows(customers: Iterable[Organization], pinned: bool = False) -> list[Row]:
    return [Row(customer, pinned) for customer in customers]


def _shown(number: int, is_all: bool, order: str) -> str:
    return f"{number} customer{'' if number == 1 else 's'}{'' if is_all else ' on this page'}, {order.lower()}"


def _matching(filters: CustomerFilters, counts: dict[str, int], shown: int | None) -> int | None:
    """How many match, where that is known without counting."""
    if filters.only_list and not filters.ignored:
        return counts[filters.work_list]
    return shown if not filters.order.unplaced else None


def _views(
    request: HttpRequest, filters: CustomerFilters, own: ListSettings | None, columns: list[Column]
) -> dict[str, Any]:
    staff: Any = request.user
    views = list(saved.seen_by(staff).select_related("owner"))
    open_view = next((one for one in views if str(one.pk) == request.GET.get("view")), None)
    return {
        "views": [(one, saved.address(one)) for one in views],
        "view": open_view,
        "view_changed": open_view is not None and open_view.asks != filters.asks,
        "view_gone": bool(request.GET.get("view")) and open_view is None,
        "may_change_view": open_view is not None and saved.may_change(staff, open_view),
        "opens_here": open_view is not None and own is not None and own.opens_on_id == open_view.pk,
        "all_columns": [(one, one in columns) for one in COLUMNS.values()],
    }


# --- what a person arranges


@require_POST
def choose_columns(request: HttpRequest) -> HttpResponse:
    """Keeps which columns this person sees; none, or `usual`, is the usual ones."""
    staff: Any = request.user
    names = [] if "usual" in request.POST else [name for name in request.POST.getlist("column") if name in COLUMNS]
    ListSettings.objects.update_or_create(staff=staff, defaults={"columns": names})
    return redirect(back(request))


@require_POST
def pin(request: HttpRequest, organization_id: str) -> HttpResponse:
    """Keeps a customer on top for this person; `off` lets it go."""
    staff: Any = request.user
    customer = get_object_or_404(queries.customers(), id=organization_id)
    pins = Pin.objects.filter(staff=staff)
    if "off" in request.POST:
        pins.filter(organization=customer).delete()
    elif pins.count() < MOST_PINS:
        pins.get_or_create(staff=staff, organization=customer)
    else:
        return HttpResponse(f"You have {MOST_PINS} on top. Let one go first.", status=400, content_type="text/plain")
    if htmx(request):
        return HttpResponse(status=204, headers={"HX-Trigger": "customers-changed"})
    return redirect(back(request))


def back(request: HttpRequest) -> str:
    """The list as it was; never an address elsewhere."""
    to = request.POST.get("back", "")
    home = reverse(LIST)
    return to if to.startswith(home) and url_has_allowed_host_and_scheme(to, allowed_hosts=None) else home


def view_of(request: HttpRequest, view_id: Any) -> SavedView:
    """A view that this person sees, or 404."""
    return get_object_or_404(saved.seen_by(request.user), pk=view_id)
