"""Writing the audit log (contract/control-plane.md, 7 Audit log)."""

import uuid
from datetime import datetime
from typing import Any

from sandbox import clock
from sandbox.models import ApiKey, AuditEvent


def record_key_use(
    key: ApiKey,
    request_id: str,
    organization_id: uuid.UUID,
    event_type: str,
    data: dict[str, Any],
    project_id: uuid.UUID | None = None,
) -> AuditEvent:
    """A row caused by a key. When a parent key acts for a child, the row lies in the child's log and the actor fields
    name the parent: that difference is the only trace of who really wrote."""
    return AuditEvent.objects.create(
        organization_id=organization_id,
        event_type=event_type,
        request_id=request_id,
        project_id=project_id,
        api_key_id=key.pk,
        actor="partner_api",
        actor_type="partner",
        actor_organization_id=key.organization_id,
        actor_api_key_id=key.pk,
        data=data,
    )


def system_row(
    organization_id: uuid.UUID,
    event_type: str,
    data: dict[str, Any],
    project_id: uuid.UUID | None = None,
    occurred_at: datetime | None = None,
) -> AuditEvent:
    """An unsaved row nobody asked for: an expiry, a dispatch."""
    return AuditEvent(
        organization_id=organization_id,
        event_type=event_type,
        occurred_at=occurred_at or clock.now(),
        project_id=project_id,
        actor="system",
        actor_type="system",
        data=data,
    )
