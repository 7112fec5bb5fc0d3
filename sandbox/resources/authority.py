"""Who may change what: a campaign's axes, a layer's defaults, the optimizer's kinds of writes (contract/ads.md, 1-3).

Changes of these go through the gate themselves.
"""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from sandbox import ids
from sandbox.api.ad_paths import actor_of, campaign_in, held_layer, hold
from sandbox.api.envelope import stamp_or_none
from sandbox.api.errors import invalid, not_found
from sandbox.api.operations import Answer, Call, read, write
from sandbox.api.paths import campaign_of, layer_of, uuid_of
from sandbox.models import AdLayer, Campaign
from sandbox.rules import ad_writes, gate, policy
from sandbox.rules.ad_writes import Apply
from sandbox.rules.gate import Write

Mode = Literal["off", "draft", "auto"]


class Axes(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Partial: an axis that is not sent keeps its mode."""

    creative: Mode | UnsetType = UNSET
    tactical: Mode | UnsetType = UNSET
    structural: Mode | UnsetType = UNSET

    def wanted(self, name: str) -> dict[str, str]:
        wanted: dict[str, str] = msgspec.to_builtins(self)
        if not wanted:
            raise invalid(name, f"{name} names no axis.")
        return wanted


class AuthorityPatch(msgspec.Struct):
    authority: Axes


class DefaultsPatch(msgspec.Struct, forbid_unknown_fields=True):
    """Strict: a kill switch in it is refused, whatever it is called."""

    defaults: Axes


class WriteClassesPatch(msgspec.Struct, rename="camel"):
    write_classes: dict[str, bool]


def _modified(source: AdLayer | Campaign) -> dict[str, Any]:
    """When and by whom; nulls when it never was."""
    by = None
    if source.modified_by is not None:
        by = {
            "actorType": source.modified_by,
            "actorOrganizationId": ids.show_or_none("organization", source.modified_by_organization_id),
            "actorApiKeyId": ids.show_or_none("api_key", source.modified_by_api_key_id),
        }
    return {"lastModifiedAt": stamp_or_none(source.modified_at), "lastModifiedBy": by}


@read(scope="ads:read")
def get_campaign_authority(call: Call) -> dict[str, Any]:
    """The effective modes, and whether they are the campaign's own or the layer's."""
    layer = layer_of(call)
    campaign = campaign_of(call, layer)
    pinned = campaign.tactical is not None
    return {
        "campaignId": ids.show("campaign", campaign.pk),
        "platform": layer.platform,
        "authority": gate.authority(layer, campaign),
        "source": "per_campaign" if pinned else "layer_defaults",
        **_modified(campaign if pinned else layer),
    }


@write(scope="ads:write:policy")
def patch_campaign_authority(call: Call) -> Answer | dict[str, Any]:
    """Pins the campaign. A partner may lower it, or raise it as far as the layer's defaults go."""
    wanted = call.body(AuthorityPatch).authority.wanted("authority")
    layer = held_layer(call)
    campaign = campaign_in(call, layer)
    actor = actor_of(call)
    outcome = _change(
        call,
        _policy_write(
            layer,
            campaign,
            "update_authority",
            before=gate.authority(layer, campaign),
            after=wanted,
            refusal=lambda: "authority_escalation" if policy.raises(layer, campaign, wanted) else None,
        ),
        lambda: policy.pin(actor, layer, campaign, wanted),
    )
    if isinstance(outcome, Answer):
        return outcome
    shown = gate.authority(layer, campaign)
    return {"campaignId": ids.show("campaign", campaign.pk), "authority": shown, "verdictId": outcome}


@read(scope="ads:read")
def get_defaults(call: Call) -> dict[str, Any]:
    """The kill switch under both spellings that the documents use."""
    layer = layer_of(call)
    return {
        "layerId": ids.show("layer", layer.pk),
        "platform": layer.platform,
        "defaults": gate.authority(layer),
        "kill_switch_active": layer.kill_switch,
        "killSwitchActive": layer.kill_switch,
        **_modified(layer),
    }


@write(scope="ads:write:policy")
def patch_defaults(call: Call) -> Answer | dict[str, Any]:
    """Refused as a whole where the customer keeps the defaults to itself."""
    wanted = call.body(DefaultsPatch).defaults.wanted("defaults")
    layer = held_layer(call)
    actor = actor_of(call)
    outcome = _change(
        call,
        _policy_write(layer, None, "update_defaults", gate.authority(layer), wanted, lambda: _kept(layer)),
        lambda: policy.set_defaults(actor, layer, wanted),
    )
    if isinstance(outcome, Answer):
        return outcome
    shown = {"layerId": ids.show("layer", layer.pk), "platform": layer.platform, "defaults": gate.authority(layer)}
    return {**shown, "verdictId": outcome}


@write(scope="ads:write:policy")
def patch_write_classes(call: Call) -> Answer | dict[str, Any]:
    """Not under a project: the layer's own id is in the path."""
    wanted = call.body(WriteClassesPatch).write_classes
    layer_id = uuid_of("layer", "layerId", call.path_ids["layerId"])
    found = AdLayer.objects.filter(pk=layer_id, project__organization=call.organization).first()
    if found is None:
        raise not_found("ad layer")
    layer = hold(found)
    if not wanted or not wanted.keys() <= layer.write_classes.keys():
        raise invalid("writeClasses", f"writeClasses names some of {', '.join(layer.write_classes)}.")
    outcome = _change(
        call,
        _policy_write(layer, None, "update_write_classes", layer.write_classes, wanted, lambda: _kept(layer)),
        lambda: policy.set_write_classes(layer, wanted),
    )
    if isinstance(outcome, Answer):
        return outcome
    return {"layerId": ids.show("layer", layer.pk), "writeClasses": layer.write_classes, "verdictId": outcome}


def _kept(layer: AdLayer) -> str | None:
    return None if layer.partner_may_set_policy else "partner_policy_refused"


def _policy_write(
    layer: AdLayer,
    campaign: Campaign | None,
    action_type: str,
    before: dict[str, Any],
    after: dict[str, Any],
    refusal: Any,
) -> Write:
    """A change that no axis judges."""
    return Write(
        layer=layer,
        campaign=campaign,
        action_type=action_type,
        entity_type="layer" if campaign is None else "campaign",
        entity_id=ids.show("layer", layer.pk) if campaign is None else ids.show("campaign", campaign.pk),
        entity_name=None if campaign is None else campaign.name,
        axis=None,
        before={name: before[name] for name in after},
        after=after,
        refusal=refusal,
        logged_as="ads.authority.updated",
    )


def _change(call: Call, asked: Write, apply: Any) -> Answer | str:
    """The refusal, or the verdict's id of a change that was made."""
    made: Apply = apply
    outcome = ad_writes.perform(actor_of(call), asked, made)
    return call.refuse(outcome.error) if outcome.error is not None else str(outcome.verdict.verdict_id)
