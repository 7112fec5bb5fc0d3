"""Every write of ads goes through here: judged once, carried out, queued or denied, and told (contract/ads.md, 1).

A decision leaves exactly one row with its verdict, whatever the answer and whoever asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction

from sandbox import ids
from sandbox.api.errors import ApiError, authority_denied, platform_rejected, unsafe_write
from sandbox.models import PendingAction
from sandbox.rules import effects, pending
from sandbox.rules.actors import Actor
from sandbox.rules.creatives import UnsafeWrite
from sandbox.rules.events import emit
from sandbox.rules.gate import Verdict, Write, judge
from sandbox.rules.platforms import PlatformRefused

PLATFORM_REJECTED = "ads.write.platform_rejected"
WORDS_OF_REASON = {
    "partner_consent_missing": "The customer has not agreed to writes by partners.",
    "kill_switch_active": "The customer has stopped every write on this platform.",
    "authority_escalation": "A partner cannot raise its own authority above the customer's defaults.",
    "partner_policy_refused": "The customer keeps changes of these defaults to itself.",
}

Apply = Callable[[], list[dict[str, Any]] | None]


@dataclass(frozen=True)
class Outcome:
    """What came of a write. `error` is the refusal to answer with; `results` are the outcomes of a bulk's items."""

    verdict: Verdict
    error: ApiError | None = None
    queued: tuple[PendingAction, ...] = ()
    results: list[dict[str, Any]] = field(default_factory=list)


def perform(actor: Actor, write: Write, apply: Apply | None = None) -> Outcome:
    """Judges a write and does what follows, inside the caller's transaction.

    `apply` replaces the effect that the action's name stands for. What no platform hears of (axis None) has no webhook
    when it is allowed.
    """
    asked = _asked(actor, write)
    verdict = judge(actor, write)
    if verdict.decision == "deny":
        return _deny(actor, write, verdict, _denied(write, verdict))
    if write.axis == "creative":
        try:
            effects.check(asked)
        except UnsafeWrite as problem:
            return _unsafe(actor, write, verdict, problem)
    if verdict.decision == "queue_for_approval":
        return _queue(actor, write, verdict)
    try:
        with transaction.atomic():
            results = (apply or (lambda: effects.apply(asked)))()
    except PlatformRefused as refusal:
        record(actor, write, verdict, PLATFORM_REJECTED, platformCode=refusal.code, platformReason=refusal.message)
        return Outcome(verdict, platform_rejected(refusal.code, refusal.message, str(verdict.verdict_id)))
    record(actor, write, verdict, write.logged_as or verdict.event_type)
    if write.axis is not None:
        _tell(actor, write, verdict)
    return Outcome(verdict, results=results or [])


def _asked(actor: Actor, write: Write) -> effects.Asked:
    return effects.Asked(
        write.layer, write.action_type, write.entity_type, write.entity_id, write.change, actor.is_test
    )


def _denied(write: Write, verdict: Verdict) -> ApiError:
    details = {"decision": verdict.decision, "verdictId": str(verdict.verdict_id)}
    if verdict.axis is not None:
        details["axis"] = verdict.axis
    reason = str(verdict.reason)
    words = WORDS_OF_REASON.get(reason, f"The {verdict.axis} axis is off for this {write.entity_type}.")
    return authority_denied(reason, words, details)


def _deny(actor: Actor, write: Write, verdict: Verdict, error: ApiError) -> Outcome:
    record(actor, write, verdict, verdict.event_type)
    _tell(actor, write, verdict)
    return Outcome(verdict, error)


def _unsafe(actor: Actor, write: Write, verdict: Verdict, problem: UnsafeWrite) -> Outcome:
    denied = replace(verdict, decision="deny", reason=problem.code.lower())
    details = {"decision": "deny", "axis": denied.axis, "verdictId": str(denied.verdict_id), **problem.details}
    return _deny(actor, write, denied, unsafe_write(problem.code, problem.message, details))


def _queue(actor: Actor, write: Write, verdict: Verdict) -> Outcome:
    actions = tuple(pending.queue(actor, part) for part in write.queued_as or (write,))
    shown = [ids.show("pending", action.pk) for action in actions]
    more: dict[str, Any] = {"pendingIds": shown} if len(shown) > 1 else {}
    record(actor, write, verdict, verdict.event_type, pendingId=shown[0], **more)
    return Outcome(verdict, queued=actions)


def record(actor: Actor, write: Write, verdict: Verdict, event_type: str, **more: Any) -> None:
    """The one row of a decision."""
    change = {"actionType": write.action_type, "from": write.before, "to": write.after}
    entity = {"entityType": write.entity_type, "entityId": write.entity_id, "entityName": write.entity_name}
    actor.record(write.layer, event_type, {**verdict.data(write.layer, write.campaign, change), **entity, **more})


def _tell(actor: Actor, write: Write, verdict: Verdict) -> None:
    """A queued write has no webhook; a denied one does every time."""
    layer = write.layer
    emit(
        layer.project.organization_id,
        verdict.event_type,
        {
            "projectId": ids.show("project", layer.project_id),
            "platform": layer.platform,
            "verdictId": str(verdict.verdict_id),
            "decision": verdict.decision,
            "reason": verdict.reason,
            "axis": verdict.axis,
            "entityType": write.entity_type,
            "entityId": write.entity_id,
            "actor": actor.reference(layer),
        },
        layer.project_id,
    )
