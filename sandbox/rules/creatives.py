"""Creatives of ads: what an ad shows in turn, and what Layers' reviewers have locked (contract/ads.md, 10).

A creative is a finished container; its public id is the container's uuid with adc_.
"""

import uuid
from datetime import datetime
from typing import Any

from sandbox import clock, ids
from sandbox.api.envelope import stamp
from sandbox.models import Ad, AdLayer, Container, CreativeFlag, Rotation
from sandbox.rules.actors import Actor
from sandbox.rules.ad_reviews import submit
from sandbox.rules.events import emit


class UnsafeWrite(Exception):
    """The gate's safety checks refuse a write. `code` is CREATIVE_FLAGGED or WOULD_LEAVE_AD_EMPTY."""

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details


def open_flag(layer: AdLayer, creative_id: uuid.UUID) -> CreativeFlag | None:
    return CreativeFlag.objects.filter(layer=layer, creative_id=creative_id, unlocked_at__isnull=True).first()


def check_addable(layer: AdLayer, creative_id: uuid.UUID) -> None:
    """A flagged creative is locked until somebody unlocks it."""
    flag = open_flag(layer, creative_id)
    if flag is not None:
        raise UnsafeWrite("CREATIVE_FLAGGED", "This creative is flagged and locked.", flagged_reason=flag.reason)


def check_removable(ad: Ad, creative_id: uuid.UUID) -> None:
    """An ad keeps at least one creative."""
    if not ad.rotation.exclude(creative_id=creative_id).exists():
        raise UnsafeWrite("WOULD_LEAVE_AD_EMPTY", "This is the ad's last creative.")


def add(ad: Ad, creative_id: uuid.UUID, caption: str | None) -> None:
    """Into the rotation, and on to the platform's review. One that is there already only gets its new caption."""
    _, is_new = Rotation.objects.update_or_create(
        ad=ad, creative_id=creative_id, defaults={"caption": caption}, create_defaults={"caption": caption}
    )
    if is_new:
        submit(ad, creative_id)
    ad.active_creative_id = creative_id
    touch(ad, "active_creative")


def remove(ad: Ad, creative_id: uuid.UUID) -> None:
    """Out of the rotation; the newest of the rest becomes the active one."""
    ad.rotation.filter(creative_id=creative_id).delete()
    newest = ad.rotation.order_by("-added_at", "-id").first()
    ad.active_creative_id = None if newest is None else newest.creative_id
    touch(ad, "active_creative")


def touch(ad: Ad, *fields: str) -> None:
    ad.updated_at = clock.now()
    ad.save(update_fields=[*fields, "updated_at"])


def flag(layer: AdLayer, creative: Container, reason: str, actor: Actor) -> None:
    """Locks a creative on one layer; one that is locked already keeps its reason."""
    _, is_new = CreativeFlag.objects.get_or_create(
        layer=layer, creative=creative, unlocked_at=None, defaults={"reason": reason, "flagged_at": clock.now()}
    )
    if not is_new:
        return
    said = _said(layer, creative)
    actor.record(layer, "ads.creative.flagged", {**said, "flagged_reason": reason})
    tell = {**said, "projectId": ids.show("project", layer.project_id), "flagged_reason": reason, "unlockedAt": None}
    emit(layer.project.organization_id, "ads.creative.flagged", tell, layer.project_id)


def unlock(flag: CreativeFlag, actor: Actor, comment: str | None, verdict_id: uuid.UUID | None = None) -> datetime:
    """Releases a lock; when. A partner's call leaves a verdict, so that every write has one."""
    layer, creative = flag.layer, flag.creative
    moment = clock.now()
    flag.unlocked_at = moment
    flag.save(update_fields=["unlocked_at"])
    said = _said(layer, creative)
    verdict = {} if verdict_id is None else {"verdictId": str(verdict_id), "decision": "allow", "axis": None}
    actor.record(layer, "ads.creative.unlocked", {**verdict, **said, "comment": comment})
    emit(
        layer.project.organization_id,
        "ads.creative.unlocked",
        {
            **said,
            "projectId": ids.show("project", layer.project_id),
            "flagged_reason": flag.reason,
            "unlockedAt": stamp(moment),
        },
        layer.project_id,
    )
    return moment


def _said(layer: AdLayer, creative: Container) -> dict[str, Any]:
    return {"platform": layer.platform, "adsContentId": ids.show("ads_content", creative.pk)}
