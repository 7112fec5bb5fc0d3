"""The ads gate: may this write happen, must a person agree, or is it denied (contract/ads.md, 1 to 3).

Here it is judged; `ad_writes.py` carries the judgement out and leaves its one row in the audit log.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sandbox import ids
from sandbox.models import AdLayer, Campaign
from sandbox.models.ads import Mode
from sandbox.rules.actors import Actor

Axis = Literal["creative", "tactical", "structural"]
AXES: tuple[Axis, ...] = ("creative", "tactical", "structural")
Decision = Literal["allow", "queue_for_approval", "deny"]

EVENT_OF_DECISION: dict[Decision, str] = {
    "allow": "ads.write.executed",
    "queue_for_approval": "ads.write.queued",
    "deny": "ads.write.denied",
}
RANK: Final[dict[str, int]] = {Mode.OFF: 0, Mode.DRAFT: 1, Mode.AUTO: 2}

#: Which axis judges which change; what stands elsewhere in the documents is one line to flip. The reference pages
#: put targeting under creative; the write model, which outranks them, under tactical.
_AXIS: dict[str, Axis] = {
    "update_budget": "tactical",
    "update_targeting": "tactical",
    "update_schedule": "tactical",
    "update_keyword_bid": "tactical",
    "push_creative": "creative",
    "replace_creative": "creative",
    "prune_creative": "creative",
    "add_keywords": "creative",
    "update_keywords": "creative",
    "remove_keywords": "creative",
    "create_campaign": "structural",
    "duplicate_adset": "structural",
}
_STRUCTURAL = ("pause_", "resume_", "archive_", "delete_")


def axis_of(action_type: str) -> Axis:
    """Which axis judges an action. Action types are an open set: what is unknown is tactical."""
    return "structural" if action_type.startswith(_STRUCTURAL) else _AXIS.get(action_type, "tactical")


@dataclass(frozen=True)
class Write:
    """A change that somebody asks for: of what, from what, to what, and which axis judges it.

    `axis` None: no axis allows or forbids it (a change of policy, the start of a run); no platform hears of it.
    `refusal`: why it is denied although its axis would not deny it (a partner raises its own authority).
    `change` is what effects.py reads.
    """

    layer: AdLayer
    campaign: Campaign | None
    action_type: str
    entity_type: str
    entity_id: str
    entity_name: str | None
    axis: Axis | None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    change: dict[str, Any] = field(default_factory=dict)
    #: The same in the platform's own words.
    detail: dict[str, Any] = field(default_factory=dict)
    #: Its row in the log when it is allowed; writes that a platform accepted are `ads.write.executed`.
    logged_as: str | None = None
    rationale: str = "Requested through the Partner API."
    refusal: Callable[[], str | None] = lambda: None
    #: What waits for approval instead of the write as a whole (a replace waits as two).
    queued_as: tuple["Write", ...] = ()


@dataclass(frozen=True)
class Verdict:
    """One gate decision. `reason` is set on a denial and on a queueing."""

    verdict_id: uuid.UUID
    decision: Decision
    axis: Axis | None
    reason: str | None

    @property
    def event_type(self) -> str:
        return EVENT_OF_DECISION[self.decision]

    def data(self, layer: AdLayer, campaign: Campaign | None, change: dict[str, Any]) -> dict[str, Any]:
        """What the audit row says of it."""
        return {
            "verdictId": str(self.verdict_id),
            "decision": self.decision,
            "reason": self.reason,
            "axis": self.axis,
            **subject(layer, campaign),
            "change": change,
        }


def subject(layer: AdLayer, campaign: Campaign | None) -> dict[str, Any]:
    """Which platform and campaign an audit row is about."""
    return {
        "platform": layer.platform,
        "layerId": ids.show("layer", layer.pk),
        "campaignId": None if campaign is None else ids.show("campaign", campaign.pk),
        "campaignName": None if campaign is None else campaign.name,
    }


def authority(layer: AdLayer, campaign: Campaign | None = None) -> dict[str, str]:
    """The effective modes: the campaign's own when pinned, else the layer's defaults."""
    source = campaign if campaign is not None and campaign.tactical is not None else layer
    return {axis: getattr(source, axis) for axis in AXES}


def judge(actor: Actor, write: Write) -> Verdict:
    """First match wins: no consent, kill switch, axis off, a refusal of the write's own, axis draft."""
    decision, reason = _judge(actor, write)
    return Verdict(uuid.uuid4(), decision, write.axis, reason)


def _judge(actor: Actor, write: Write) -> tuple[Decision, str | None]:
    layer = write.layer
    if actor.kind == "partner" and not layer.partner_consent:
        return "deny", "partner_consent_missing"
    if layer.kill_switch:
        return "deny", "kill_switch_active"
    mode = Mode.AUTO if write.axis is None else authority(layer, write.campaign)[write.axis]
    if mode == Mode.OFF:
        return "deny", "authority_axis_off"
    if reason := write.refusal():
        return "deny", reason
    if mode == Mode.DRAFT:
        return "queue_for_approval", "authority_axis_draft"
    return "allow", None
