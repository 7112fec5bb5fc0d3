"""Which ads may be disabled for their numbers, and what to show instead (contract/ads.md, 10: guardrails)."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from sandbox import clock
from sandbox.models import Ad, AdLayer, Container, Rotation
from sandbox.models.ads import EntityStatus
from sandbox.rules import scoring

YOUNGEST: Final = timedelta(days=3)
LEAST_SPENT_CENTS: Final = 500
KEPT: Final = {Ad.Standing.TOP_PERFORMER, Ad.Standing.HEALTHY, Ad.Standing.LEARNING_PHASE, Ad.Standing.TOO_YOUNG}


def standing(ad: Ad) -> str:
    """How the optimizer classes an ad now."""
    return Ad.Standing.TOO_YOUNG if clock.now() - ad.created_at < YOUNGEST else ad.standing


def weak_ads(layer: AdLayer) -> list[Ad]:
    """Active ads to disable, the costliest first, never the last active one of an ad set."""
    active = list(
        Ad.objects.filter(layer=layer, status=EntityStatus.ACTIVE)
        .exclude(ad_set__status=EntityStatus.DELETED)
        .exclude(campaign__status__in=(EntityStatus.DELETED, EntityStatus.ARCHIVED))
        .select_related("campaign__account", "ad_set")
        .order_by("-spend_cents", "id")
    )
    left = Counter(ad.ad_set_id for ad in active)
    found: list[Ad] = []
    for ad in active:
        if standing(ad) in KEPT or ad.spend_cents < LEAST_SPENT_CENTS or left[ad.ad_set_id] <= 1:
            continue
        left[ad.ad_set_id] -= 1
        found.append(ad)
    return found


def fresh_creatives(layer: AdLayer, without: Iterable[Ad] = ()) -> list[Container]:
    """The best eligible creatives of the project that none of these ads shows, best first."""
    return list(
        Container.objects.filter(scoring.eligible(clock.now()), project_id=layer.project_id)
        .filter(status=Container.Status.COMPLETED)
        .filter(approval_status__in=(Container.Approval.APPROVED, Container.Approval.NOT_REQUIRED))
        .exclude(flags__layer=layer, flags__unlocked_at__isnull=True)
        .exclude(pk__in=Rotation.objects.filter(ad__in=list(without)).values("creative_id"))
        .order_by("-completed_at", "-id")[:20]
    )
