"""The life of a pending action (contract/ads.md, 4): seven days to decide, one decision, first one wins."""

import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from sandbox import clock, ids
from sandbox.api.errors import conflict, not_found
from sandbox.engine.source import Source
from sandbox.models import AdLayer, AuditEvent, PendingAction
from sandbox.rules.actors import Actor
from sandbox.rules.audit import system_row
from sandbox.rules.gate import Write, subject

LIFETIME: Final = timedelta(days=7)
EXPIRED = "No decision within seven days."


def queue(actor: Actor, write: Write) -> PendingAction:
    """A write that waits for a person, inside the caller's transaction."""
    moment = clock.now()
    return PendingAction.objects.create(
        id=ids.new_ulid(),
        layer=write.layer,
        campaign=write.campaign,
        action_type=write.action_type,
        entity_type=write.entity_type,
        entity_id=write.entity_id,
        entity_name=write.entity_name,
        current_value=write.before,
        new_value=write.after,
        rationale=write.rationale,
        detail=write.detail,
        change=write.change,
        actor_type=actor.kind,
        actor_organization_id=actor.organization_of(write.layer),
        actor_api_key_id=None if actor.key is None else actor.key.pk,
        created_at=moment,
        expires_at=moment + LIFETIME,
    )


def take(layer: AdLayer, action_id: str) -> PendingAction:
    """The action, locked, for a decision: the lock settles a race. 404 unknown, 409 decided or expired."""
    expire_due(clock.now(), layer)
    rows = PendingAction.objects.select_for_update(of=("self",)).select_related("campaign")
    action = rows.filter(pk=action_id, layer=layer).first()
    if action is None:
        raise not_found("pending action")
    if action.status != PendingAction.Status.PENDING:
        raise conflict(f"This action is {action.status} already.", {"status": action.status})
    return action


def decide(actor: Actor, action: PendingAction, decision: PendingAction.Status, words: dict[str, Any]) -> str:
    """Writes down a decision on a taken action; its verdict's id. Nothing reaches a platform before the tick.

    `words`: the comment of an approval, the reason of a rejection.
    """
    layer = action.layer
    action.status = decision
    action.decided_at = clock.now()
    action.save(update_fields=["status", "decided_at"])
    verdict_id = str(uuid.uuid4())
    actor.record(
        layer,
        f"ads.pending.{decision}",
        {
            "verdictId": verdict_id,
            "decision": "allow",
            "pendingId": ids.show("pending", action.pk),
            "actionType": action.action_type,
            **subject(layer, action.campaign),
            "change": {"from": action.current_value, "to": action.new_value},
            **words,
        },
    )
    return verdict_id


def expire_due(now: datetime, layer: AdLayer | None = None) -> None:
    """Rejects what nobody decided in time, of one layer or of all. Asked by the engine and before every look at the
    queue, so that no answer shows an action as pending whose time is over."""
    due = PendingAction.objects.filter(status=PendingAction.Status.PENDING, expires_at__lte=now)
    if layer is not None:
        due = due.filter(layer=layer)
    if not due.exists():
        return
    with transaction.atomic():
        actions = list(due.select_for_update(of=("self",)).select_related("campaign", "layer__project"))
        due.filter(pk__in=[action.pk for action in actions]).update(status=PendingAction.Status.REJECTED)
        AuditEvent.objects.bulk_create(
            system_row(
                action.layer.project.organization_id,
                "ads.pending.rejected",
                {
                    "pendingId": ids.show("pending", action.pk),
                    "actionType": action.action_type,
                    "reason": EXPIRED,
                    **subject(action.layer, action.campaign),
                },
                project_id=action.layer.project_id,
                occurred_at=action.expires_at,
            )
            for action in actions
        )


def _open() -> QuerySet[PendingAction]:
    return PendingAction.objects.filter(status=PendingAction.Status.PENDING)


EXPIRING = Source("pending actions expire", _open, "expires_at", expire_due)
