"""The queue of ad changes that wait for a person (contract/ads.md, 4 Pending actions)."""

from typing import Annotated, Any

import msgspec
from django.db.models import QuerySet

from sandbox import clock, ids
from sandbox.api import cursors, query
from sandbox.api.ad_paths import actor_of
from sandbox.api.envelope import stamp, stamp_or_none
from sandbox.api.errors import invalid
from sandbox.api.operations import Call, read, write
from sandbox.api.paths import layer_of, ulid_of
from sandbox.models import AdLayer, PendingAction
from sandbox.rules import pending

BY_AGE = cursors.NewestFirst("pending", tie_type=str)
#: The types one can filter by. Rows may hold others.
FILTERABLE = (
    "pause_ad",
    "pause_adset",
    "update_budget",
    "push_creative",
    "replace_creative",
    "update_targeting",
    "update_schedule",
    "prune_creative",
)
#: Named tuples instead of instances, as in the content list.
COLUMNS = (
    "id",
    "action_type",
    "entity_type",
    "entity_id",
    "entity_name",
    "current_value",
    "new_value",
    "rationale",
    "detail",
    "status",
    "created_at",
    "expires_at",
    "dispatched_at",
    "dispatch_failure_reason",
)
# Made once: naming the columns takes longer than filtering by them.
ACTIONS: QuerySet[Any, Any] = PendingAction.objects.values_list(*COLUMNS, named=True)


def show(action: Any, platform: str) -> dict[str, Any]:
    """A row of COLUMNS."""
    return {
        "pendingId": ids.show("pending", action.id),
        "actionType": action.action_type,
        "entityType": action.entity_type,
        "entityId": action.entity_id,
        "entityName": action.entity_name,
        "platform": platform,
        "currentValue": action.current_value,
        "newValue": action.new_value,
        "rationale": action.rationale,
        "proposedAction": {"detail": action.detail},
        "status": action.status,
        "createdAt": stamp(action.created_at),
        "expiresAt": stamp(action.expires_at),
        "dispatchedAt": stamp_or_none(action.dispatched_at),
        "dispatchFailureReason": action.dispatch_failure_reason,
    }


def _queue_of(call: Call) -> AdLayer:
    """The layer in the path, with overdue actions expired first."""
    layer = layer_of(call)
    pending.expire_due(clock.now(), layer)
    return layer


@read(scope="ads:read")
def list_pending(call: Call) -> dict[str, Any]:
    """Without `status` only what still waits."""
    limit = query.limit(call.query, 50, 200)
    statuses = query.choices(call.query, "status", PendingAction.Status.values) or [PendingAction.Status.PENDING]
    action_type = query.choice(call.query, "actionType", FILTERABLE)
    layer = _queue_of(call)
    actions = ACTIONS.filter(layer=layer, status__in=statuses)
    if action_type:
        actions = actions.filter(action_type=action_type)
    return cursors.page(
        actions,
        BY_AGE,
        lambda action: show(action, layer.platform),
        limit=limit,
        cursor=query.text(call.query, "cursor"),
    )


@read(scope="ads:read")
def count_pending(call: Call) -> dict[str, Any]:
    layer = _queue_of(call)
    return {"count": PendingAction.objects.filter(layer=layer, status=PendingAction.Status.PENDING).count()}


Words = Annotated[str, msgspec.Meta(max_length=4000)]


class ApproveBody(msgspec.Struct):
    comment: Words | msgspec.UnsetType = msgspec.UNSET


class RejectBody(msgspec.Struct):
    reason: Words


@write(scope="ads:write:pending")
def approve(call: Call) -> dict[str, Any]:
    """Records the decision. Nothing reaches the platform before the optimizer's next tick: `dispatched` is false."""
    return _decide(call, PendingAction.Status.APPROVED, {"comment": call.body(ApproveBody).comment or None})


@write(scope="ads:write:pending")
def reject(call: Call) -> dict[str, Any]:
    reason = call.body(RejectBody).reason
    if not reason.strip():
        raise invalid("reason", "reason is empty.")
    return _decide(call, PendingAction.Status.REJECTED, {"reason": reason})


def _decide(call: Call, decision: PendingAction.Status, words: dict[str, Any]) -> dict[str, Any]:
    """404 for an unknown id, 409 CONFLICT for one that is decided or expired."""
    wanted = ulid_of("pending", "pendingId", call.path_ids["pendingId"])
    layer = layer_of(call)
    action = pending.take(layer, wanted)
    action.layer = layer
    verdict_id = pending.decide(actor_of(call), action, decision, words)
    return {
        "pendingId": ids.show("pending", action.pk),
        "status": decision,
        "dispatched": False,
        "dispatchedAt": None,
        "verdictId": verdict_id,
    }
