"""The life of a pending action (contract/ads.md, 4): seven days to decide, one decision, first one wins."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from sandbox import ids
from sandbox.models import AdLayer, AuditEvent, PendingAction
from sandbox.rules.audit import system_row
from sandbox.rules.gate import subject

LIFETIME: Final = timedelta(days=7)
EXPIRED = "No decision within seven days."


def expire_due(layer: AdLayer, now: datetime) -> None:
    """Rejects what nobody decided in time. Asked before every look at the queue, so time needs no worker here."""
    due = PendingAction.objects.filter(layer=layer, status=PendingAction.Status.PENDING, expires_at__lte=now)
    if not due.exists():
        return
    with transaction.atomic():
        actions = list(due.select_for_update(of=("self",)).select_related("campaign"))
        due.filter(pk__in=[action.pk for action in actions]).update(status=PendingAction.Status.REJECTED)
        AuditEvent.objects.bulk_create(
            system_row(
                layer.project.organization_id,
                "ads.pending.rejected",
                {
                    "pendingId": ids.show("pending", action.pk),
                    "actionType": action.action_type,
                    "reason": EXPIRED,
                    **subject(layer, action.campaign),
                },
                project_id=layer.project_id,
                occurred_at=action.expires_at,
            )
            for action in actions
        )
