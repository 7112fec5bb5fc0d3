"""Changing who may change what: a campaign's authority and a layer's defaults (contract/ads.md, 1 to 3)."""

from typing import Any

from sandbox import clock
from sandbox.models import AdLayer, Campaign
from sandbox.rules.actors import Actor
from sandbox.rules.gate import AXES, RANK, authority


def raises(layer: AdLayer, campaign: Campaign | None, wanted: dict[str, str]) -> bool:
    """Whether some axis would rise above the layer's default. Lowering is never a raise, wherever it starts."""
    defaults = authority(layer)
    current = defaults if campaign is None else authority(layer, campaign)
    return any(RANK[mode] > max(RANK[defaults[axis]], RANK[current[axis]]) for axis, mode in wanted.items())


def pin(actor: Actor, layer: AdLayer, campaign: Campaign, wanted: dict[str, str]) -> None:
    """Axes not wanted keep what holds now, so that a campaign on the defaults leaves them as a whole."""
    for axis, mode in {**authority(layer, campaign), **wanted}.items():
        setattr(campaign, axis, mode)
    _stamp(actor, layer, campaign, *AXES)


def set_defaults(actor: Actor, layer: AdLayer, wanted: dict[str, str]) -> None:
    for axis, mode in wanted.items():
        setattr(layer, axis, mode)
    _stamp(actor, layer, layer, *wanted)


def set_write_classes(layer: AdLayer, wanted: dict[str, bool]) -> None:
    layer.write_classes = {**layer.write_classes, **wanted}
    layer.save(update_fields=["write_classes"])


def _stamp(actor: Actor, layer: AdLayer, changed: AdLayer | Campaign, *fields: str) -> None:
    by: dict[str, Any] = {
        "modified_at": clock.now(),
        "modified_by": actor.kind,
        "modified_by_organization_id": actor.organization_of(layer),
        "modified_by_api_key_id": None if actor.key is None else actor.key.pk,
    }
    for name, value in by.items():
        setattr(changed, name, value)
    names = [name.removesuffix("_id") if name.endswith("organization_id") else name for name in by]
    changed.save(update_fields=[*fields, *names])
