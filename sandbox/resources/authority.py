"""Who may change what: a campaign's axes and a layer's defaults (contract/ads.md, 2 and 3)."""

from typing import Any

from sandbox import ids
from sandbox.api.envelope import stamp_or_none
from sandbox.api.operations import Call, read
from sandbox.api.paths import campaign_of, layer_of
from sandbox.models import AdLayer, Campaign
from sandbox.rules import gate


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
