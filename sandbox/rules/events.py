"""Telling partners what happened: one delivery for each endpoint that wants an event (contract/control-plane.md, 6)."""

import uuid
from typing import Any, Final

from django.db.models import Q

from sandbox import clock, ids
from sandbox.api.envelope import stamp
from sandbox.models import Organization, WebhookDelivery, WebhookEndpoint

API_VERSION: Final = "v1"
#: What `test` sends, to any endpoint.
PING: Final = "test.ping"
#: Every event there is; a subscription to another name is refused.
CATALOGUE: Final = (
    "job.completed",
    "job.failed",
    "job.canceled",
    "content.generated",
    "content.approved",
    "content.rejected",
    "post.scheduled",
    "post.published",
    "post.failed",
    "post.canceled",
    "social_account.connected",
    "social_account.needs_reauth",
    "social_account.revoked",
    "lease_request.assigned",
    "lease_request.rejected",
    PING,
    "ads.account.connected",
    "ads.account.disconnected",
    "ads.account.token_expired",
    "ads.optimizer.action",
    "ads.optimizer.run.completed",
    "ads.write.executed",
    "ads.write.denied",
    "ads.creative.flagged",
    "ads.creative.unlocked",
    "ads.policy.violation",
    "ads.budget.cap_exceeded",
    "approval.dispatched",
    "approval.dispatch_failed",
    "approval.approved",
    "approval.disapproved",
)


def emit(
    organization_id: uuid.UUID,
    event_type: str,
    data: dict[str, Any],
    project_id: uuid.UUID | None = None,
) -> None:
    """Enqueues an event inside the caller's transaction, for the organization's own endpoints and for its parent's
    `all_children` ones. `data` is completed with `organizationId`. Nothing for a suspended or archived organization,
    and nothing for a paused endpoint.
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
    event_id = ids.new_ulid()
    WebhookDelivery.objects.bulk_create(
        delivery(endpoint, organization_id, event_id, event_type, data)
        for endpoint in endpoints
        if event_type in endpoint.events
    )


def delivery(
    endpoint: WebhookEndpoint,
    organization_id: uuid.UUID,
    event_id: str,
    event_type: str,
    data: dict[str, Any],
    replay_of: uuid.UUID | None = None,
) -> WebhookDelivery:
    """An unsaved delivery that is due now. `replayOf` lies beside `data`, not in it, and names a delivery."""
    moment = clock.now()
    envelope: dict[str, Any] = {
        "id": ids.show("event", event_id),
        "type": event_type,
        "createdAt": stamp(moment),
        "apiVersion": API_VERSION,
        "data": {**data, "organizationId": ids.show("organization", organization_id)},
    }
    if replay_of is not None:
        envelope["replayOf"] = str(replay_of)
    return WebhookDelivery(
        endpoint=endpoint,
        organization_id=organization_id,
        event_id=event_id,
        event_type=event_type,
        payload=envelope,
        next_attempt_at=moment,
        replay_of=replay_of,
        created_at=moment,
    )
