"""The page of all commands, as a page, as the part of it that asks again, and as a file."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from common.htmx import htmx
from common.paging import page
from dashboard.commands.filters import CommandFilters
from dashboard.commands.lists import KEY, TABS, counts, with_order
from dashboard.commands.rows import Row, rows, stream
from dashboard.models import Staff
from orgs.export import csv_file

PAGE_SIZE = 50
REGION = "command-list"  # the id of the part that filters and the refresh swap
CSV_HEADER = (
    "Command id", "Given at (UTC)", "Given by", "Email", "Minded by", "Kind", "What", "Customer", "Customer id",
    "Target", "State", "Why", "What Layers said", "Tries", "First sent (UTC)", "Next try (UTC)", "Finished (UTC)",
    "Second person", "Reason", "Batch", "Request id",
)  # fmt: skip


@require_GET
@vary_on_headers("HX-Request")
def command_list(request: HttpRequest) -> HttpResponseBase:
    """`?view=` as in dashboard/commands/lists.py TABS, `?order=` newest or oldest, filters, `?format=csv`."""
    staff: Any = request.user
    asked = request.GET.get("view", "")
    view = asked if asked in TABS else ""
    tab = TABS[view]
    filters = CommandFilters(request.GET, staff)
    newest = {"newest": True, "oldest": False}.get(request.GET.get("order", ""), tab.newest_first)
    listed = filters.apply(tab.rows(staff))
    if request.GET.get("format") == "csv":
        ordered = with_order(listed).order_by(*[f"-{name}" if newest else name for name in KEY])
        return csv_file("commands", CSV_HEADER, _csv_rows(stream(ordered.iterator(chunk_size=2000), staff)))
    found = page(request, with_order(listed), KEY, PAGE_SIZE, newest_first=newest)
    shown = rows(found.rows, staff)
    numbers = counts(staff, filters.apply)
    context = {
        "view": view,
        "tab": tab,
        "tabs": [(key, one.name, numbers.get(key, "")) for key, one in TABS.items()],
        "filters": filters,
        "newest": newest,
        "page": found,
        "rows": shown,
        "moving": any(one.is_moving for one in shown) or (bool(numbers["sending"]) and view != "settled"),
        "acting": any(one.can for one in shown),
        "now": timezone.now(),
        "to_drop": [] if shown else filters.to_drop(tab.rows(staff)),
        "colleagues": Staff.objects.filter(is_active=True).order_by("first_name", "last_name", "id"),
    }
    whole = not htmx(request) or htmx(request).target != REGION
    return render(request, "dashboard/commands/list.html" if whole else "dashboard/commands/_list.html", context)


def _csv_rows(found: Iterator[Row]) -> Iterator[tuple[Any, ...]]:
    for one in found:
        command = one.command
        asked = command.approval
        yield (
            command.id, command.created_at, command.staff.name, command.staff.email,
            command.minder.name if command.minder else "", command.kind, command.words, one.customer,
            command.organization_id, command.target, command.get_state_display(), command.explanation, command.detail,
            command.attempts, command.sent_at, one.next_at, command.finished_at,
            f"{asked.get_state_display()}{f' by {asked.decided_by.name}' if asked.decided_by else ''}" if asked else "",
            command.reason, command.batch, command.request_id,
        )  # fmt: skip
