"""Personas from what is there: clones and reference images (contract/content.md, 11)."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from sandbox import clock, ids
from sandbox.api.envelope import stamp
from sandbox.api.operations import Answer, Call, write
from sandbox.api.paths import INFLUENCER_LOCKED, influencer_of
from sandbox.models import AppMedia, Influencer, Project
from sandbox.resources.influencers import SCOPE, AgeRange, Gender, Name, Voice, changes, started
from sandbox.rules import app_media, influencers
from sandbox.rules.generation import refuse_archived


class Overrides(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    gender: Gender | UnsetType = UNSET
    age_range: AgeRange | UnsetType = UNSET
    brand_voice: Voice | UnsetType = UNSET
    language: str | UnsetType = UNSET


class CloneBody(msgspec.Struct, forbid_unknown_fields=True):
    name: Name
    overrides: Overrides = msgspec.field(default_factory=Overrides)


class ReferencesBody(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    asset_ids: Annotated[list[str], Meta(min_length=1, max_length=20)]


@write(scope=SCOPE, long_running=True)
def clone_influencer(call: Call) -> Answer:
    """202, as the reference has it (the first changelog answered at once)."""
    body = call.body(CloneBody)
    overrides = changes(body.overrides)
    original = influencer_of(call, INFLUENCER_LOCKED)
    refuse_archived(original.project)
    return started(call, influencers.copy(original, body.name, overrides), "influencer.cloned")


@write(scope=SCOPE)
def bind_reference_images(call: Call) -> dict[str, Any]:
    """The merged list. Ids that are no picture of this project drop out silently."""
    body = call.body(ReferencesBody)
    influencer = influencer_of(call, INFLUENCER_LOCKED)
    bound = {row["assetId"] for row in influencer.reference_images}
    pictures = _pictures(influencer.project, body.asset_ids)
    influencer.reference_images += [
        {"assetId": asset_id, "addedAt": stamp(clock.now())} for asset_id in pictures if asset_id not in bound
    ]
    influencer.updated_at = clock.now()
    influencer.save()
    call.record(
        "influencer.references_bound",
        {"influencerId": ids.show("influencer", influencer.pk), "assetIds": list(pictures)},
        project_id=influencer.project_id,
    )
    return {
        "influencerId": ids.show("influencer", influencer.pk),
        "referenceImages": _show_references(influencer, call.origin),
    }


def _pictures(project: Project, asset_ids: list[str]) -> dict[str, AppMedia]:
    """Those of the ids that are pictures among the project's assets, by their printed form, in the order asked."""
    wanted = dict.fromkeys(found for text in asset_ids if (found := ids.parse_uuid("media", text)) is not None)
    media = AppMedia.objects.filter(project=project, deleted_at__isnull=True).exclude(kind=AppMedia.Kind.DEMO_VIDEO)
    known = media.in_bulk(list(wanted))
    return {ids.show("media", media_id): known[media_id] for media_id in wanted if media_id in known}


def _show_references(influencer: Influencer, origin: str) -> list[dict[str, Any]]:
    """Pictures that were deleted since are gone from here too."""
    pictures = _pictures(influencer.project, [row["assetId"] for row in influencer.reference_images])
    return [
        {**row, "url": app_media.url(pictures[row["assetId"]], origin), "thumbnailUrl": None}
        for row in influencer.reference_images
        if row["assetId"] in pictures
    ]
