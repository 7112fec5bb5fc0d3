"""The audit logs of all organizations as one list, and one event with everything we know of it."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from common.paging import page
from orgs import queries
from orgs.forms import AuditFilters

KEY = ("occurred_at", "id")
PAGE_SIZE = 50
SAME_REQUEST = 20
# Suggestions while one types; the set is open (contract/control-plane.md, 7 Audit log).
EVENT_TYPES = (
    "ads.pending.approved",
    "ads.pending.rejected",
    "ads.write.denied",
    "ads.write.executed",
    "ads.write.queued",
    "api.request",
    "auth.key_rejected",
    "auth.scope_denied",
    "credits.allocated",
    "credits.reclaimed",
    "kill_switch.released",
    "kill_switch.tripped",
    "organization.resumed",
    "organization.suspended",
)


@require_GET
def log(request: HttpRequest) -> HttpResponse:
    filters = AuditFilters(request.GET)
    found = page(request, filters.apply(queries.audit_events().defer("raw")), KEY, PAGE_SIZE, newest_first=True)
    context = {
        "filters": filters,
        "event_types": EVENT_TYPES,
        "page": found,
        "to_drop": [] if found.rows else filters.to_drop(queries.audit_events()),
    }
    return render(request, "orgs/audit.html", context)


@require_GET
def event(request: HttpRequest, event_id: str) -> HttpResponse:
    found = get_object_or_404(queries.audit_events(), id=event_id)
    context: dict[str, Any] = {
        "event": found,
        "raw": json.dumps(found.raw, indent=2, ensure_ascii=False),
        "age": queries.copy_age("audit", found.organization_id or ""),
        "related": [],
    }
    if found.request_id:
        same = queries.audit_events().filter(request_id=found.request_id).exclude(id=found.id).defer("raw")
        context["related"] = same.order_by("-occurred_at", "-id")[:SAME_REQUEST]
    return render(request, "orgs/event.html", context)
