"""The life of a pending action (contract/ads.md, 4): seven days to decide, one decision, first one wins."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Min

from sandbox import ids
from sandbox.engine.source import Source
from sandbox.models import AdLayer, AuditEvent, PendingAction
from sandbox.rules.audit import system_row
from sandbox.rules.gate import subject

LIFETIME: Final = timedelta(days=7)
EXPIRED = "No decision within seven days."


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


def _next_expiry() -> datetime | None:
    waiting = PendingAction.objects.filter(status=PendingAction.Status.PENDING)
    found: datetime | None = waiting.aggregate(first=Min("expires_at"))["first"]
    return found


EXPIRING = Source("pending actions expire", _next_expiry, expire_due)
