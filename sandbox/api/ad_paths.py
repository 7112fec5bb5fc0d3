"""Ads in the path turned into rows (contract/ads.md, 8): 422 for a malformed id, 404 for one that is not there."""

from sandbox.api.errors import not_found
from sandbox.api.operations import Call
from sandbox.api.paths import layer_of, ulid_of, uuid_of
from sandbox.models import Ad, AdLayer, AdSet, Campaign, Container
from sandbox.rules.actors import Actor


def actor_of(call: Call) -> Actor:
    return Actor("partner", call.key, call.request_id)


def held_layer(call: Call) -> AdLayer:
    """The layer of a write, held to its end: no switch turns between the judgement and the effect."""
    return hold(layer_of(call))


def hold(layer: AdLayer) -> AdLayer:
    return AdLayer.objects.select_for_update(of=("self",), no_key=True).select_related("project").get(pk=layer.pk)


def layer_with_ads(call: Call) -> AdLayer:
    """The layer of a path about single ads. Apple has none, so there is no such path."""
    if call.path_ids["platform"] == AdLayer.Platform.APPLE:
        raise not_found("path")
    return held_layer(call)


def campaign_in(call: Call, layer: AdLayer) -> Campaign:
    wanted = ulid_of("campaign", "campaignId", call.path_ids["campaignId"])
    campaign = Campaign.objects.select_related("account").filter(pk=wanted, layer=layer).first()
    if campaign is None:
        raise not_found("campaign")
    return campaign


def ad_set_in(call: Call, layer: AdLayer, name: str = "adsetId") -> AdSet:
    wanted = ulid_of("ad_set", name, call.path_ids[name])
    ad_set = AdSet.objects.select_related("campaign__account").filter(pk=wanted, layer=layer).first()
    if ad_set is None:
        raise not_found("ad set")
    return ad_set


def ad_in(call: Call, layer: AdLayer) -> Ad:
    wanted = ulid_of("ad", "adId", call.path_ids["adId"])
    ad = Ad.objects.select_related("campaign__account", "ad_set").filter(pk=wanted, layer=layer).first()
    if ad is None:
        raise not_found("ad")
    return ad


def creative_in(layer: AdLayer, text: str) -> Container:
    """A finished creative of the layer's project by its adc_ id, from the path or a body."""
    wanted = uuid_of("ads_content", "adsContentId", text)
    finished = Container.objects.filter(status=Container.Status.COMPLETED, project_id=layer.project_id)
    creative = finished.filter(pk=wanted).first()
    if creative is None:
        raise not_found("creative")
    return creative
