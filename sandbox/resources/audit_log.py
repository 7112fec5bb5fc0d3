"""The audit log of one organization (contract/control-plane.md, 7 Audit log)."""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from sandbox import ids
from sandbox.api import cursors, query
from sandbox.api.envelope import stamp
from sandbox.api.operations import Call, read
from sandbox.api.paths import uuid_of
from sandbox.models import AuditEvent


class NewestThenLowestId:
    """`occurredAt desc, eventId asc`: the one list whose ties break upwards."""

    name = "audit-log"
    tie_type: type[Any] = uuid.UUID

    def sort(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        return rows.order_by("-occurred_at", "event_id")

    def after(self, rows: QuerySet[Any, Any], moment: datetime, tie: Any) -> QuerySet[Any, Any]:
        # The first condition is what the index walks by; the second only trims rows of that one instant.
        return rows.filter(Q(occurred_at__lte=moment), Q(occurred_at__lt=moment) | Q(event_id__gt=tie))

    def key(self, row: Any) -> tuple[datetime, Any]:
        return row.occurred_at, row.event_id


#: Named tuples instead of instances, as in the content list.
ROW_COLUMNS = (
    "event_id",
    "event_type",
    "occurred_at",
    "request_id",
    "organization_id",
    "project_id",
    "api_key_id",
    "actor",
    "actor_type",
    "actor_organization_id",
    "actor_api_key_id",
    "data",
)
ORDER = NewestThenLowestId()


def show(event: AuditEvent) -> dict[str, Any]:
    return {
        "eventId": str(event.event_id),
        "eventType": event.event_type,
        "occurredAt": stamp(event.occurred_at),
        "requestId": event.request_id,
        "organizationId": ids.show("organization", event.organization_id),
        "projectId": ids.show_or_none("project", event.project_id),
        "apiKeyId": ids.show_or_none("api_key", event.api_key_id),
        "actor": event.actor,
        "actorType": event.actor_type,
        "actorOrganizationId": ids.show_or_none("organization", event.actor_organization_id),
        "actorApiKeyId": ids.show_or_none("api_key", event.actor_api_key_id),
        "data": event.data,
        "piiRedacted": False,
    }


@read(scope=None)
def list_events(call: Call) -> dict[str, Any]:
    """Of the key's organization, or of the child it acts for. `since` and `until` are inclusive."""
    events: QuerySet[Any, Any] = AuditEvent.objects.filter(organization=call.organization)
    limit = query.limit(call.query, 50, 200)
    if event_type := query.text(call.query, "eventType"):
        events = events.filter(event_type=event_type)
    if project := query.text(call.query, "projectId"):
        events = events.filter(project_id=uuid_of("project", "projectId", project))
    if api_key := query.text(call.query, "apiKeyId"):
        events = events.filter(api_key_id=uuid_of("api_key", "apiKeyId", api_key))
    if since := query.instant(call.query, "since"):
        events = events.filter(occurred_at__gte=since)
    if until := query.instant(call.query, "until"):
        events = events.filter(occurred_at__lte=until)
    return cursors.page(
        events.values_list(*ROW_COLUMNS, named=True), ORDER, show, limit=limit, cursor=query.text(call.query, "cursor")
    )
