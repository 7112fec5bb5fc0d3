"""Telling partners what happened: one delivery for each endpoint that wants an event (contract/control-plane.md, 6)."""

import uuid
from typing import Any

from django.db.models import Q

from sandbox import clock, ids
from sandbox.api.envelope import stamp
from sandbox.models import Organization, WebhookDelivery, WebhookEndpoint

API_VERSION = "2026-06-09"


def emit(
    organization_id: uuid.UUID,
    event_type: str,
    data: dict[str, Any],
    project_id: uuid.UUID | None = None,
) -> None:
    """Enqueues an event inside the caller's transaction, for the organization's own endpoints and for its parent's
    `all_children` ones. `data` is completed with `organizationId`. Nothing for a suspended or archived organization.
    """
    organization = Organization.objects.only("status", "parent_id").get(pk=organization_id)
    if organization.status != Organization.Status.ACTIVE:
        return
    mine = Q(organization_id=organization_id)
    if organization.parent_id is not None:
        mine |= Q(organization_id=organization.parent_id, scope=WebhookEndpoint.Scope.ALL_CHILDREN)
    endpoints = WebhookEndpoint.objects.filter(
        mine, Q(project_id__isnull=True) | Q(project_id=project_id), status=WebhookEndpoint.Status.ACTIVE
    )
    moment = clock.now()
    event_id = ids.new_ulid()
    envelope = {
        "id": ids.show("event", event_id),
        "type": event_type,
        "createdAt": stamp(moment),
        "apiVersion": API_VERSION,
        "data": {**data, "organizationId": ids.show("organization", organization_id)},
    }
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            endpoint=endpoint,
            event_id=event_id,
            event_type=event_type,
            payload=envelope,
            next_attempt_at=moment,
            created_at=moment,
        )
        for endpoint in endpoints
        if event_type in endpoint.events
    )
