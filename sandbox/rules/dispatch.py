"""Approved actions reach their platform: at the optimizer's six-hour tick, or when somebody runs it earlier.

contract/ads.md, 4. An approved action does not expire; one that fails is over.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from sandbox import clock, ids
from sandbox.api.envelope import stamp_or_none
from sandbox.control import faults
from sandbox.engine.source import Source
from sandbox.models import AdLayer, Organization, PendingAction, Project
from sandbox.models.ads import tick_after
from sandbox.rules import effects, optimizer
from sandbox.rules.actors import OPTIMIZER, by_key
from sandbox.rules.creatives import UnsafeWrite
from sandbox.rules.events import emit
from sandbox.rules.gate import subject
from sandbox.rules.platforms import PlatformRefused

KILLED = "The customer's kill switch is on."
#: What is looked at again before an approved action is dispatched (assumed: nothing but the switch).
RECHECKS_KILL_SWITCH = True


def dispatch_approved(layer: AdLayer) -> list[PendingAction]:
    """Carries out what is approved on a layer, in the order it was asked for, inside the caller's transaction."""
    approved = PendingAction.objects.select_for_update(of=("self",)).select_related("campaign")
    actions = list(approved.filter(layer=layer, status=PendingAction.Status.APPROVED).order_by("created_at", "id"))
    for action in actions:
        action.layer = layer
        _finish(action, _attempt(action))
    return actions


def _attempt(action: PendingAction) -> str | None:
    """Why it failed, or None."""
    layer = action.layer
    if RECHECKS_KILL_SWITCH and layer.kill_switch:
        return KILLED
    if fault := faults.wanted("dispatch_fails", layer.platform):
        return str(fault["reason"])
    actor = by_key(action.actor_api_key_id)
    asked = effects.Asked(layer, action.action_type, action.entity_type, action.entity_id, action.change, actor.is_test)
    try:
        with transaction.atomic():
            effects.apply(asked)
    except (PlatformRefused, UnsafeWrite) as refusal:
        return refusal.message
    return None


def _finish(action: PendingAction, failure: str | None) -> None:
    layer = action.layer
    action.status = PendingAction.Status.DISPATCH_FAILED if failure else PendingAction.Status.DISPATCHED
    action.dispatched_at = None if failure else clock.now()
    action.dispatch_failure_reason = failure
    action.save(update_fields=["status", "dispatched_at", "dispatch_failure_reason"])
    told: dict[str, Any] = {
        "pendingId": ids.show("pending", action.pk),
        "actionType": action.action_type,
        "status": action.status,
        "dispatchedAt": stamp_or_none(action.dispatched_at),
        "dispatchFailureReason": failure,
    }
    change = {"from": action.current_value, "to": action.new_value}
    row = {**told, **subject(layer, action.campaign), "change": change, "reason": failure}
    OPTIMIZER.record(layer, f"ads.pending.{action.status}", row)
    emit(
        layer.project.organization_id,
        f"approval.{action.status}",
        {"projectId": ids.show("project", layer.project_id), "platform": layer.platform, **told},
        layer.project_id,
    )


# --- the tick


def _layers() -> QuerySet[AdLayer]:
    return AdLayer.objects.all()


def _tick_due(until: datetime) -> None:
    """Most layers have nothing to do at most ticks: those are moved on together, at the cost of one statement."""
    due = AdLayer.objects.filter(next_tick_at__lte=until).select_related("project__organization").order_by("pk")
    layers = list(due)
    approved = PendingAction.objects.filter(status=PendingAction.Status.APPROVED, layer__in=layers)
    waiting = set(approved.values_list("layer_id", flat=True))
    for layer in layers:
        if _is_held(layer):
            continue
        with clock.at(layer.next_tick_at):
            if layer.pk in waiting or optimizer.has_an_idea(layer):
                _tick(layer)
    due.model.objects.filter(pk__in=[layer.pk for layer in layers]).update(next_tick_at=tick_after(until))


def _is_held(layer: AdLayer) -> bool:
    """Scheduled work of a suspended customer waits until it is resumed (contract/control-plane.md, 1)."""
    project = layer.project
    return project.organization.status != Organization.Status.ACTIVE or project.status == Project.Status.ARCHIVED


@transaction.atomic
def _tick(layer: AdLayer) -> None:
    fresh = AdLayer.objects.select_for_update(of=("self",), no_key=True).select_related("project").get(pk=layer.pk)
    dispatched = dispatch_approved(fresh)
    optimizer.work(fresh, dispatched=dispatched)


TICKING = Source("ad layers tick", _layers, "next_tick_at", _tick_due)
