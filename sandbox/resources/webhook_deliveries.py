"""What was sent to a webhook endpoint, and sending it again (contract/control-plane.md, 6)."""

from typing import Any

from django.db.models import QuerySet

from sandbox import ids
from sandbox.api import cursors, query
from sandbox.api.envelope import stamp, stamp_or_none
from sandbox.api.errors import invalid, not_found
from sandbox.api.operations import Call, read, write
from sandbox.models import WebhookDelivery
from sandbox.resources.webhook_endpoints import endpoint_of
from sandbox.rules import webhooks

BY_AGE = cursors.NewestFirst("webhook-deliveries")
Status = WebhookDelivery.Status
#: Named tuples instead of instances, and no payloads: the list does not print them.
ROW_COLUMNS = (
    "id",
    "endpoint_id",
    "event_id",
    "event_type",
    "status",
    "attempts",
    "next_attempt_at",
    "delivered_at",
    "abandoned_at",
    "response_status",
    "last_response_at",
    "last_error",
    "created_at",
)


def show(row: WebhookDelivery) -> dict[str, Any]:
    """`nextRetryAt` only while it waits; `lastErrorMessage` when no answer came to the last attempt."""
    return {
        "id": str(row.id),
        "endpointId": str(row.endpoint_id),
        "eventId": ids.show("event", row.event_id),
        "eventType": row.event_type,
        "status": row.status,
        "attempts": row.attempts,
        "nextRetryAt": stamp_or_none(row.next_attempt_at) if row.status == Status.PENDING else None,
        "deliveredAt": stamp_or_none(row.delivered_at),
        "abandonedAt": stamp_or_none(row.abandoned_at),
        "lastResponseStatus": row.response_status,
        "lastResponseAt": stamp_or_none(row.last_response_at),
        "lastErrorMessage": row.last_error,
        "createdAt": stamp(row.created_at),
    }


@read(scope=None)
def list_deliveries(call: Call) -> dict[str, Any]:
    rows: QuerySet[Any, Any] = WebhookDelivery.objects.filter(endpoint_id=endpoint_of(call).pk)
    if event_type := query.text(call.query, "eventType"):
        rows = rows.filter(event_type=event_type)
    if status := query.choice(call.query, "status", Status.values):
        rows = rows.filter(status=status)
    return cursors.page(
        rows.values_list(*ROW_COLUMNS, named=True),
        BY_AGE,
        show,
        limit=query.limit(call.query, 25, 100),
        cursor=query.text(call.query, "cursor"),
    )


@write(scope=None)
def replay_delivery(call: Call) -> dict[str, Any]:
    """200, not 202. A delivery of any state can be repeated, a repeat too."""
    wanted = ids.parse_bare_uuid(call.path_ids["deliveryId"])
    if wanted is None:
        raise invalid("deliveryId", "deliveryId must be a uuid.")
    known = WebhookDelivery.objects.select_related("endpoint")
    original = known.filter(pk=wanted, endpoint__organization=call.organization).first()
    if original is None:
        raise not_found("webhook delivery")
    again = webhooks.replay(original)
    note = {"deliveryId": str(original.pk), "replayDeliveryId": str(again.pk)}
    call.record("webhook_delivery.replayed", note)
    return {
        "originalDeliveryId": str(original.pk),
        "replayDeliveryId": str(again.pk),
        "scheduledAt": stamp(again.created_at),
    }
