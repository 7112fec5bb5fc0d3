"""Single ads of Meta and TikTok and the creatives they show in turn (contract/ads.md, 10). Apple has no ads."""

import uuid
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from sandbox import ids
from sandbox.api.ad_paths import actor_of, ad_in, creative_in, held_layer, layer_with_ads
from sandbox.api.envelope import stamp
from sandbox.api.errors import not_found
from sandbox.api.operations import Answer, Call, write
from sandbox.resources.gated import gated
from sandbox.rules import ad_changes, creatives
from sandbox.rules.ad_changes import Verb

Words = Annotated[str, msgspec.Meta(max_length=4000)]


class CreativeBody(msgspec.Struct, rename="camel"):
    ads_content_id: str
    caption: Words | UnsetType = UNSET


class PruneBody(msgspec.Struct, rename="camel"):
    ads_content_id: str


class CommentBody(msgspec.Struct):
    comment: Words | None = None


@write(scope="ads:write:creative")
def push(call: Call) -> Answer:
    """Adds to the rotation; one that is in it already only gets the caption."""
    body = call.body(CreativeBody)
    layer = layer_with_ads(call)
    ad = ad_in(call, layer)
    creative = creative_in(layer, body.ads_content_id)
    return gated(call, ad_changes.push(layer, ad, str(creative.pk), body.caption or None))


@write(scope="ads:write:creative")
def replace(call: Call) -> Answer:
    """The active creative makes room for another. On draft that is two actions that wait, each for itself."""
    body = call.body(CreativeBody)
    layer = layer_with_ads(call)
    ad = ad_in(call, layer)
    creative = creative_in(layer, body.ads_content_id)
    return gated(call, ad_changes.replace(layer, ad, str(creative.pk), body.caption or None))


@write(scope="ads:write:creative")
def prune(call: Call) -> Answer:
    """404 for a creative that the ad does not show."""
    body = call.body(PruneBody)
    layer = layer_with_ads(call)
    ad = ad_in(call, layer)
    creative = creative_in(layer, body.ads_content_id)
    if not ad.rotation.filter(creative=creative).exists():
        raise not_found("creative in this ad")
    return gated(call, ad_changes.prune(layer, ad, str(creative.pk)))


@write(scope="ads:write:creative")
def unlock(call: Call) -> dict[str, Any]:
    """404 when it is not flagged. No axis is named for it and no platform hears of it, so the gate only notes it."""
    comment = call.body(CommentBody).comment
    layer = held_layer(call)
    creative = creative_in(layer, call.path_ids["adsContentId"])
    flag = creatives.open_flag(layer, creative.pk)
    if flag is None:
        raise not_found("flag on this creative")
    verdict_id = uuid.uuid4()
    moment = creatives.unlock(flag, actor_of(call), comment, verdict_id)
    return {
        "adsContentId": ids.show("ads_content", creative.pk),
        "unlockedAt": stamp(moment),
        "verdictId": str(verdict_id),
    }


def _lifecycle(verb: Verb) -> Any:
    @write(scope="ads:write:lifecycle")
    def handler(call: Call) -> Answer:
        layer = layer_with_ads(call)
        return gated(call, ad_changes.status(layer, ad_in(call, layer), verb))

    return handler


pause, resume, delete = _lifecycle("pause"), _lifecycle("resume"), _lifecycle("delete")
