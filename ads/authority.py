"""Who may act alone: three axes, each off, draft or auto; unknown ones pass through (contract/ads.md, 1 to 3)."""

from dataclasses import dataclass
from datetime import datetime

from ads.models import Campaign, CampaignAuthority, Layer

AXES = {
    "creative": "ads and images",
    "tactical": "budget, bids, schedule, targeting",
    "structural": "create, pause, archive, delete",
}
MODES = ("off", "draft", "auto")
TONES = {"draft": "wait", "auto": "ok"}

# Which axis judges what, by a word of the action type. Action types are an open set, so this reads words and not
# whole names; keywords are judged as creative (contract/ads.md, 0).
AXIS_OF_WORD = {
    "creative": "creative",
    "keyword": "creative",
    "budget": "tactical",
    "bid": "tactical",
    "schedule": "tactical",
    "targeting": "tactical",
    "create": "structural",
    "pause": "structural",
    "resume": "structural",
    "archive": "structural",
    "delete": "structural",
}


@dataclass(frozen=True)
class Axis:
    name: str
    means: str
    mode: str

    @property
    def tone(self) -> str:
        return TONES.get(self.mode, "quiet")

    @property
    def choices(self) -> list[str]:
        """The known modes, and this one when it is not among them."""
        return list(MODES) if self.mode in MODES else [*MODES, self.mode]


@dataclass(frozen=True)
class Standing:
    """The authority as our copy has it now. `whose`: per_campaign, layer_defaults, or empty when none is known."""

    axes: list[Axis]
    whose: str
    at: datetime | None

    def mode(self, axis: str) -> str:
        return next((one.mode for one in self.axes if one.name == axis), "")


def axis_of(action_type: str) -> str:
    """The axis that judges an action of this type; empty for a type we do not know."""
    words = action_type.lower().replace("-", "_").split("_")
    for word, axis in AXIS_OF_WORD.items():
        if word in words or f"{word}s" in words:
            return axis
    return ""


def standing(campaign: Campaign | None, layer: Layer | None) -> Standing:
    """The campaign's own block where it is known, else the defaults of its layer."""
    own = _own(campaign)
    source: CampaignAuthority | Layer | None = own or layer
    if source is None:
        return Standing([], "", None)
    axes = [Axis(name, means, getattr(source, name)) for name, means in AXES.items()]
    return Standing(axes, (own.source or "per_campaign") if own else "layer_defaults", source.synced_at)


def _own(campaign: Campaign | None) -> CampaignAuthority | None:
    if campaign is None:
        return None
    try:
        return campaign.authority
    except CampaignAuthority.DoesNotExist:
        return None
