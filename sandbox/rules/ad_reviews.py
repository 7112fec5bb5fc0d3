"""The platforms' own look at new creatives (contract/ads.md, 5 and 10): approval.approved and approval.disapproved
are theirs, not a decision on a pending action."""

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from sandbox import clock, ids
from sandbox.api.envelope import stamp
from sandbox.engine.source import Source
from sandbox.models import Ad, AdReview
from sandbox.models.ads import EntityStatus
from sandbox.rules.actors import OPTIMIZER
from sandbox.rules.events import emit

SHORTEST, LONGEST = timedelta(minutes=20), timedelta(hours=8)
#: One in so many is disapproved.
STRICTNESS: Final = 12
REASONS: Final = (
    "The landing page does not match the ad.",
    "Before-and-after pictures are not allowed.",
    "The text addresses personal attributes of the viewer.",
)


def _lot(review_id: str, what: str) -> int:
    """A number that follows from the review alone."""
    return int.from_bytes(hashlib.sha256(f"{review_id} {what}".encode()).digest()[:6])


def submit(ad: Ad, creative_id: uuid.UUID) -> None:
    """The platform looks at every new creative of an ad; how long it takes follows from the review's id."""
    moment, review_id = clock.now(), ids.new_ulid()
    span = int((LONGEST - SHORTEST).total_seconds())
    AdReview.objects.create(
        id=review_id,
        layer_id=ad.layer_id,
        ad=ad,
        creative_id=creative_id,
        submitted_at=moment,
        decides_at=moment + SHORTEST + timedelta(seconds=_lot(review_id, "takes") % span),
    )


def decide(review: AdReview, *, approved: bool, reason: str | None) -> None:
    """Writes down the platform's verdict on a review that waits, inside the caller's transaction."""
    review.status = AdReview.Status.APPROVED if approved else AdReview.Status.DISAPPROVED
    review.platform_reason = None if approved else reason
    review.decided_at = clock.now()
    review.save(update_fields=["status", "platform_reason", "decided_at"])
    if review.ad_id is not None:
        _move_ad(review.ad_id, approved)
    layer = review.layer
    told = {
        "reviewId": ids.show("review", review.pk),
        "adId": ids.show_or_none("ad", review.ad_id),
        "adsContentId": ids.show_or_none("ads_content", review.creative_id),
        "platform": layer.platform,
        "status": review.status,
        "platformReason": review.platform_reason,
        "decidedAt": stamp(review.decided_at),
    }
    OPTIMIZER.record(layer, f"ads.review.{review.status}", told)
    emit(
        layer.project.organization_id,
        f"approval.{review.status}",
        {"projectId": ids.show("project", layer.project_id), **told},
        layer.project_id,
    )


def _move_ad(ad_id: str, approved: bool) -> None:
    """An ad in review starts to run; one whose only creative was refused stops."""
    ad = Ad.objects.select_for_update().get(pk=ad_id)
    if approved and ad.status == EntityStatus.IN_REVIEW:
        ad.status = EntityStatus.ACTIVE
    elif not approved and ad.status in {EntityStatus.IN_REVIEW, EntityStatus.ACTIVE} and ad.rotation.count() < 2:
        ad.status = EntityStatus.REJECTED
    else:
        return
    ad.updated_at = clock.now()
    ad.save(update_fields=["status", "updated_at"])


def _undecided() -> QuerySet[AdReview]:
    return AdReview.objects.filter(status=AdReview.Status.PENDING)


def _decide_due(until: datetime) -> None:
    due = AdReview.objects.filter(status=AdReview.Status.PENDING, decides_at__lte=until)
    for review_id in list(due.order_by("decides_at", "id").values_list("id", flat=True)):
        with transaction.atomic():
            review = AdReview.objects.select_for_update(of=("self",)).select_related("layer__project").get(pk=review_id)
            if review.status == AdReview.Status.PENDING:
                with clock.at(review.decides_at):
                    lot = _lot(review_id, "verdict")
                    decide(review, approved=lot % STRICTNESS != 0, reason=REASONS[lot % len(REASONS)])


REVIEWING = Source("ad platforms review", _undecided, "decides_at", _decide_due)
