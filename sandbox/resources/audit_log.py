"""The audit log of one organization (contract/control-plane.md, 7 Audit log)."""

from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet

from sandbox import ids
from sandbox.api import cursors, query
from sandbox.api.envelope import stamp
from sandbox.api.operations import Call, read
from sandbox.api.paths import uuid_of
from sandbox.models import AuditEvent


class NewestThenLowestId:
    """`occurredAt desc, eventId asc`: the one list whose ties break upwards."""

    name = "audit-log"

    def sort(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        return rows.order_by("-occurred_at", "event_id")

    def after(self, rows: "QuerySet[Any]", moment: datetime, tie: Any) -> "QuerySet[Any]":
        # The first condition is what the index walks by; the second only trims rows of that one instant.
        return rows.filter(Q(occurred_at__lte=moment), Q(occurred_at__lt=moment) | Q(event_id__gt=tie))

    def key(self, row: Model) -> tuple[datetime, Any]:
        assert isinstance(row, AuditEvent)  # noqa: S101 - the list below is of nothing else
        return row.occurred_at, row.event_id


ORDER = NewestThenLowestId()


def show(event: AuditEvent) -> dict[str, Any]:
    return {
        "eventId": str(event.pk),
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
    events = AuditEvent.objects.filter(organization=call.organization)
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
    return cursors.page(events, ORDER, show, limit=limit, cursor=query.text(call.query, "cursor"))
