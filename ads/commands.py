"""What staff can do to a pending action: approve or reject it, once and for good (contract/ads.md, 4)."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ads.models import PendingAction
from layers.client import Answer, Layers, read
from layers.client.shapes import Raw
from layers.mirror.scopes import scope_id
from layers.outbox.kinds import Kind, register
from layers.outbox.models import Command
from layers.outbox.verbs import give

APPROVE, REJECT = "ads.approve", "ads.reject"
KINDS = (APPROVE, REJECT)
STATUS = {APPROVE: "approved", REJECT: "rejected"}


class NotPending(Exception):
    """The action was decided, dispatched or has expired."""


def approve(staff: Any, action: PendingAction, comment: str = "") -> Command:
    """Held for the undo window, then sent. Layers dispatches it later, at the optimizer's tick.

    Raises NotPending, and AlreadyGiven when somebody decided before.
    """
    return _decide(APPROVE, staff, action, comment)


def reject(staff: Any, action: PendingAction, reason: str) -> Command:
    """Like approve; the reason is required by the API and shown in the audit log and to the customer."""
    return _decide(REJECT, staff, action, reason)


@transaction.atomic
def _decide(kind: str, staff: Any, action: PendingAction, reason: str) -> Command:
    if action.status != "pending" or action.expires_at <= timezone.now():
        raise NotPending
    return give(
        kind,
        staff=staff,
        target=action.id,
        organization_id=action.organization_id,
        once=f"decide:{action.id}",
        payload={
            "act_as": action.organization.act_as,
            "project": action.project_id,
            "platform": action.platform,
            "action_type": action.action_type,
            "entity": action.entity_name,
        },
        reason=reason,
        hold=settings.UNDO_SECONDS,
    )


def _words(command: Command) -> str:
    verb = "Approve" if command.kind == APPROVE else "Reject"
    what = str(command.payload.get("action_type") or "an action").replace("_", " ")
    entity = command.payload.get("entity")
    return f"{verb} “{what}”" + (f" on {entity}" if entity else "")


def _send(client: Layers, command: Command) -> Answer:
    act = client.approve_action if command.kind == APPROVE else client.reject_action
    place = command.payload
    return act(
        place["project"],
        place["platform"],
        command.target,
        command.reason,
        str(command.idempotency_key),
        act_as=place["act_as"],
    )


def _apply(command: Command, raw: Raw) -> None:
    action = PendingAction.objects.select_for_update().get(id=command.target)
    action.status = read.text(raw, "status", default=STATUS[command.kind])
    action.raw = {**action.raw, "status": action.status, "verdictId": raw.get("verdictId")}
    # Our clock, now: a sync that asked before this answer knows less than the answer does.
    action.remote_updated_at = timezone.now()
    action.save(update_fields=["status", "raw", "remote_updated_at"])


def _scopes(command: Command) -> list[str]:
    return [scope_id("ads", command.payload["project"]), scope_id("audit", command.organization_id)]


for name in KINDS:
    register(Kind(name, _words, _send, _apply, scopes=_scopes))
