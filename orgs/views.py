"""Customers: the list, one customer, one project. Pages read the mirror; only tasks and commands speak to Layers."""

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers
from kombu.exceptions import OperationalError

from common.htmx import htmx
from common.paging import Page, page
from layers.mirror import link
from layers.mirror.scopes import scope_id
from layers.mirror.tasks import refresh as fetch_again
from orgs import metadata, queries
from orgs.attention import attention
from orgs.cap_outlook import CapOutlook
from orgs.charts import WalletChart
from orgs.export import csv_file
from orgs.forms import SORTS, CustomerFilters
from orgs.models import Organization, Project
from orgs.notes import NoteForm, notes_about
from orgs.refill import Refills
from orgs.standing import Standing
from orgs.sync import PER_CUSTOMER

PAGE_SIZE = 50
PROJECTS_SHOWN = 50
NEWEST = 10
# Saved work lists: name in the totals, words, and the filters they stand for.
WORK_LISTS: list[tuple[str, str, dict[str, str]]] = [
    ("all", "All", {}),
    ("low", "Need credits", {"status": "active", "wallet": "low"}),
    ("near", "Near cap", {"status": "active", "cap": "near"}),
    ("unruled", "No refill rule", {"status": "active", "refill": "off"}),
    ("suspended", "Suspended", {"status": "suspended"}),
]
SORT_KEYS = {
    "name": ("name", "id"),
    "available": ("wallet__available", "wallet__organization_id"),
    "runway": ("outlook__runs_dry_at", "outlook__organization_id"),
}
# What has no place in an order: these are left out of it.
UNPLACED = {"available": queries.WALLET_UNKNOWN, "runway": queries.RUNWAY_UNKNOWN}


@require_GET
@vary_on_headers("HX-Request")
def customer_list(request: HttpRequest) -> HttpResponseBase:
    """All customers, or the work list that the filters in the address ask for. Also as CSV, and as a fragment."""
    filters = CustomerFilters(request.GET)
    rows = filters.apply(queries.customers_with_money().select_related("outlook"))
    if request.GET.get("format") == "csv":
        return csv_file("customers", CSV_HEADER, _csv_rows(rows))
    unplaced = UNPLACED.get(filters.sort_by)
    ordered = rows.exclude(unplaced) if unplaced else rows
    found = page(request, ordered, SORT_KEYS[filters.sort_by], PAGE_SIZE, newest_first=filters.descending)
    totals = queries.customer_totals()
    on = {name: filters.value(name) for name in ("status", "cap", "wallet", "refill") if filters.value(name)}
    context = {
        "filters": filters,
        "orders": list(SORTS.items()),
        "page": found,
        "standings": [Standing(row) for row in found.rows],
        "totals": totals,
        "work_lists": [(words, _address(asks), totals[name], asks == on) for name, words, asks in WORK_LISTS],
        "shown": _shown(found, filters.sort_by),
        "unplaced": filters.sort_by if unplaced and rows.filter(unplaced).exists() else "",
        "to_drop": [] if found.rows else filters.to_drop(queries.customers_with_money()),
    }
    template = "orgs/_customers.html" if htmx(request) else "orgs/list.html"
    return render(request, template, context)


def _shown(found: Page[Organization], sort_by: str) -> str:
    number = len(found.rows)
    part = " on this page" if found.next_url or found.previous_url else ""
    return f"{number} customer{'' if number == 1 else 's'}{part}, by {sort_by}"


def _address(asks: dict[str, str]) -> str:
    return f"?{urlencode(asks)}" if asks else ""


CSV_HEADER = [
    "Name",
    "Organization id",
    "Status",
    "Available",
    "Reserved",
    "Balance",
    "Used this period",
    "Period ends",
    "Monthly cap",
    "Refill below",
    "Refill adds",
    "Wallet as of",
]


def _csv_rows(rows: Any) -> Iterator[list[Any]]:
    for row in rows.order_by("name", "id").iterator(chunk_size=2000):
        wallet, config = row.known_wallet, row.known_config
        of_wallet = [getattr(wallet, name, None) for name in ("available", "reserved", "balance", "used_this_period")]
        of_config = [getattr(config, name, None) for name in ("monthly_cap", "refill_threshold", "refill_amount")]
        ends, read = getattr(wallet, "period_end", None), getattr(wallet, "synced_at", None)
        yield [row.name, row.id, row.status, *of_wallet, ends, *of_config, read]


@require_GET
def detail(request: HttpRequest, organization_id: str) -> HttpResponse:
    """One customer, or our own organization: where its credits are, what it owns and what we decided about it."""
    customer = get_object_or_404(queries.organizations(), id=organization_id)
    standing, ours = Standing(customer, queries.burn(customer)), queries.parent()
    projects = list(queries.projects(customer.id)[: PROJECTS_SHOWN + 1])
    context = {
        "customer": customer,
        "standing": standing,
        "cap_outlook": CapOutlook.of_standing(standing),
        "attention": attention(standing, ours, queries.unsettled(customer.id)),
        "refills": Refills(standing, ours),
        "metadata": metadata.shown(customer.metadata),
        "notes": notes_about(customer),
        "note_form": NoteForm(),
        "chart": WalletChart(queries.history(customer), standing.config.refill_threshold if standing.config else None),
        "ledger": queries.ledger(customer.id).defer("raw").order_by("-created_at", "-id")[:NEWEST],
        "ledger_age": queries.copy_age("ledger", customer.id),
        "projects": projects[:PROJECTS_SHOWN],
        "more_projects": len(projects) > PROJECTS_SHOWN,
        "commands": queries.commands_about(customer.id)[:NEWEST],
    }
    return render(request, "orgs/detail.html", context)


@require_GET
def project(request: HttpRequest, project_id: str) -> HttpResponse:
    found = get_object_or_404(Project.objects.select_related("organization"), id=project_id)
    age = queries.copy_age("projects", found.organization_id or "")
    return render(request, "orgs/project.html", {"project": found, "age": age})


@require_POST
def refresh(request: HttpRequest, organization_id: str) -> HttpResponse:
    """Asks Layers again for all we copy of one organization, on the queue where people wait."""
    customer = get_object_or_404(Organization, id=organization_id)
    tone, words = _ask_again(customer)
    if htmx(request):
        said = {"toast": {"tone": tone, "text": words}, "wallet-changed": True}
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(said)})
    messages.add_message(request, messages.INFO if tone == "info" else messages.WARNING, words)
    return redirect("orgs:detail", customer.id)


def _ask_again(customer: Organization) -> tuple[str, str]:
    try:
        for resource in PER_CUSTOMER:
            fetch_again.delay(scope_id(resource, customer.id))
    except OperationalError:
        return "wait", "Nobody could be asked: our own queue does not answer. Try again in a minute."
    if link.state().down_since:
        return "wait", "Layers does not answer at the moment. It is asked again, until then this is our copy."
    return "info", "Layers is asked for the wallet, ledger, projects and audit log. They show here in a few seconds."
