"""The ads gate: may this write happen, must a person agree, or is it denied (contract/ads.md, 1 to 3).

Every decision leaves one audit row with a `verdictId`, whoever asked and whatever the answer.
"""

import uuid
from dataclasses import dataclass
from typing import Any, Literal

from sandbox import ids
from sandbox.models import AdLayer, Campaign
from sandbox.models.ads import Mode

Axis = Literal["creative", "tactical", "structural"]
AXES: tuple[Axis, ...] = ("creative", "tactical", "structural")
Decision = Literal["allow", "queue_for_approval", "deny"]

EVENT_OF_DECISION: dict[Decision, str] = {
    "allow": "ads.write.executed",
    "queue_for_approval": "ads.write.queued",
    "deny": "ads.write.denied",
}


def axis_of(action_type: str) -> Axis:
    """Which axis judges an action. Action types are an open set: what is neither a creative nor a whole thing being
    made, stopped or removed is tactical (contract/ads.md, 1)."""
    if action_type.endswith("_creative"):
        return "creative"
    started = action_type.split("_", 1)[0]
    return "structural" if started in {"create", "pause", "resume", "archive", "delete"} else "tactical"


@dataclass(frozen=True)
class Verdict:
    """One gate decision. `reason` is set on a denial and on a queueing."""

    verdict_id: uuid.UUID
    decision: Decision
    axis: Axis
    reason: str | None

    @property
    def event_type(self) -> str:
        return EVENT_OF_DECISION[self.decision]

    def data(self, layer: AdLayer, campaign: Campaign, change: dict[str, Any]) -> dict[str, Any]:
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


def judge(layer: AdLayer, campaign: Campaign, axis: Axis) -> Verdict:
    """The kill switch first: it outranks every axis."""
    verdict_id = uuid.uuid4()
    if layer.kill_switch:
        return Verdict(verdict_id, "deny", axis, "kill_switch_active")
    mode = authority(layer, campaign)[axis]
    if mode == Mode.OFF:
        return Verdict(verdict_id, "deny", axis, "authority_axis_off")
    if mode == Mode.DRAFT:
        return Verdict(verdict_id, "queue_for_approval", axis, "authority_axis_draft")
    return Verdict(verdict_id, "allow", axis, None)
