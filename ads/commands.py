"""What staff can do to a pending action: approve or reject it, once and for good (contract/ads.md, 4)."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ads.models import Layer, PendingAction
from ads.sync import DECIDED
from common.wording import words
from layers.client import Answer, Layers, read
from layers.client.errors import Conflict
from layers.client.shapes import Raw
from layers.mirror.scopes import scope_id
from layers.outbox.kinds import Kind, NotNow, Trace, register
from layers.outbox.models import OPEN, Command, Failure
from layers.outbox.proof import row_of, word
from layers.outbox.verbs import cancel, give
from orgs.models import Organization

APPROVE, REJECT = "ads.approve", "ads.reject"
KINDS = (APPROVE, REJECT)
STATUS = {APPROVE: "approved", REJECT: "rejected"}
# What an action may be by the time that the decision on it has been made.
FULFILLED = {APPROVE: {"approved", "dispatched", "dispatch_failed"}, REJECT: {"rejected"}}


class NotPending(NotNow):
    """The action was decided, dispatched or has expired."""

    def __init__(self) -> None:
        super().__init__("This action does not wait for a decision any more.")


class SwitchedOff(NotNow):
    """The customer's kill switch for this platform is on: nothing approved would go out. Only they can release it."""

    def __init__(self) -> None:
        super().__init__("The customer's kill switch is on. Only they can release it.")


class NotYours(Exception):
    """Somebody else decided. `command` is theirs."""

    def __init__(self, command: Command) -> None:
        super().__init__("A decision is taken back by whoever made it.")
        self.command = command


def approve(staff: Any, action: PendingAction, comment: str = "") -> Command:
    """Held for the undo window, then sent. Layers dispatches it later, at the optimizer's tick.

    Raises NotPending, SwitchedOff, and AlreadyGiven when one of us decided before.
    """
    return _decide(APPROVE, staff, action, comment)


def reject(staff: Any, action: PendingAction, reason: str) -> Command:
    """Like approve; the reason is required by the API and shown in the audit log and to the customer."""
    return _decide(REJECT, staff, action, reason)


def take_back(staff: Any, action: PendingAction) -> bool:
    """Undoes one's own decision while it is held. False when it is too late, or there is none. Raises NotYours."""
    given = Command.objects.filter(kind__in=KINDS, target=action.id, state__in=OPEN).select_related("staff").first()
    if given is None:
        return False
    if given.staff_id != staff.pk and not staff.has_perm("dashboard.manage_staff"):
        raise NotYours(given)
    return cancel(given.id, staff)


@transaction.atomic
def _decide(kind: str, staff: Any, action: PendingAction, reason: str) -> Command:
    if action.status != "pending" or action.is_expired:
        raise NotPending
    if Layer.objects.filter(id=action.layer_id, kill_switch_active=True).exists():
        raise SwitchedOff
    owner = Organization.objects.filter(id=action.organization_id).first()
    return give(
        kind,
        staff=staff,
        target=action.id,
        organization_id=str(action.organization_id),
        once=f"decide:{action.id}",
        payload={
            # A customer whose own row has not arrived yet is a child: ours is the first that is fetched.
            "act_as": owner.act_as if owner else action.organization_id,
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
    what = words(command.payload.get("action_type") or "an action").lower()
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


def _agrees(command: Command, conflict: Conflict) -> bool:
    """Decided the same way elsewhere; what was approved may be dispatched by now."""
    return str(conflict.details.get("status")) in FULFILLED[command.kind]


def _trace(client: Layers, command: Command) -> Trace:
    """There is no read of one action, so its queue is searched in every status."""
    place = command.payload
    statuses = ["pending", "approved", *DECIDED]
    pages = client.pending_actions(place["project"], place["platform"], statuses, act_as=place["act_as"])
    raw = row_of((row for page in pages for row in page.items), "pendingId", command.target)
    if raw is None:
        return Trace(False, "Layers does not list this action any more.", failure=Failure.GONE)
    status = word(raw, "status")
    if status in FULFILLED[command.kind]:
        return Trace(True, f"Layers shows the action as {words(status).lower()}.", raw)
    if status == "pending":
        return Trace(False, "Layers shows the action as still waiting for a decision.")
    return Trace(False, f"Layers shows the action as {words(status).lower()}.", failure=Failure.DECIDED_ELSEWHERE)


def _scopes(command: Command) -> list[str]:
    return [scope_id("ads", command.payload["project"]), scope_id("audit", command.organization_id)]


def _again(command: Command, staff: Any) -> Command:
    action = PendingAction.objects.filter(id=command.target).first()
    if action is None:
        raise NotPending
    return _decide(command.kind, staff, action, command.reason)


for name in KINDS:
    register(Kind(name, "dashboard.decide_ads", _words, _send, _apply, _again, _trace, _agrees, _scopes))
