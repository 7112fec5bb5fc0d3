"""What the optimizer would change on a layer (contract/ads.md, 10: guardrails). Few ideas, always the same ones at the
same moment: nothing here is drawn by chance."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Final

from sandbox import clock
from sandbox.models import Ad, AdLayer, Campaign, PendingAction
from sandbox.models.ads import EntityStatus, Mode
from sandbox.rules import ad_changes, weak_ads
from sandbox.rules.gate import Write, authority

#: At most so many in one run, and so many of one layer waiting for a person.
A_RUN: Final = 2
WAITING: Final = 8
COOLDOWN: Final = timedelta(hours=48)
#: A budget moves by at most half of it and 100.00.
STEP: Final = 0.2
GREATEST_STEP_CENTS: Final = 10_000
LOWEST_CENTS: Final = 500


def lot(of: str, sides: int) -> int:
    """0 to sides-1, from what it is about alone."""
    return int.from_bytes(hashlib.sha256(of.encode()).digest()[:6]) % sides


def ideas(layer: AdLayer) -> list[Write]:
    """Changes worth proposing now, on axes that are not off and of the kinds that are switched on."""
    waiting = PendingAction.objects.filter(layer=layer, status=PendingAction.Status.PENDING).count()
    room = min(A_RUN, WAITING - waiting)
    if layer.kill_switch or room <= 0:
        return []
    recent = set(
        PendingAction.objects.filter(layer=layer, created_at__gt=clock.now() - COOLDOWN).values_list(
            "entity_id", flat=True
        )
    )
    kinds = [name for name in ("budget", "lifecycle", "creative") if layer.write_classes.get(name)]
    kinds = kinds[lot(f"{layer.pk} {clock.now():%j%H}", 3) % max(len(kinds), 1) :] + kinds
    makers = {"budget": _budgets, "lifecycle": _pauses, "creative": _pushes}
    found = (write for kind in dict.fromkeys(kinds) for write in islice(makers[kind](layer), 1))
    return [
        write
        for write in found
        if write.entity_id not in recent and authority(layer, write.campaign)[write.axis or "tactical"] != Mode.OFF
    ][:room]


def _budgets(layer: AdLayer) -> Iterator[Write]:
    """A fifth more or less for one active campaign that is old enough to judge."""
    campaigns = list(
        Campaign.objects.filter(
            layer=layer,
            status=EntityStatus.ACTIVE,
            daily_budget_cents__isnull=False,
            created_at__lt=clock.now() - weak_ads.YOUNGEST,
        )
        .select_related("account")
        .order_by("id")
    )
    if not campaigns:
        return
    campaign = campaigns[lot(f"{layer.pk} {clock.now():%Y%j%H} campaign", len(campaigns))]
    before = campaign.daily_budget_cents or 0
    up = lot(f"{campaign.pk} {clock.now():%Y%j} up", 3) > 0
    step = min(int(before * STEP) // 100 * 100, GREATEST_STEP_CENTS)
    after = before + step if up else max(before - step, LOWEST_CENTS)
    if after != before:
        reason = "below" if up else "above"
        yield ad_changes.budget(
            layer, campaign, after, None, rationale=f"Cost per result has been {reason} its target for five days."
        )


def _pauses(layer: AdLayer) -> Iterator[Write]:
    """The costliest weak ad, where the ad set keeps another one."""
    for ad in weak_ads.weak_ads(layer):
        words = weak_ads.standing(ad).lower().replace("_", " ")
        yield ad_changes.status(
            layer, ad, "pause", rationale=f"${ad.spend_cents / 100:,.2f} spent in 30 days, and the ad is {words}."
        )


def _pushes(layer: AdLayer) -> Iterator[Write]:
    """The newest good creative for an ad that runs without it."""
    ads = Ad.objects.filter(layer=layer, status=EntityStatus.ACTIVE).exclude(campaign__status=EntityStatus.DELETED)
    for ad in ads.select_related("campaign__account", "ad_set").order_by("updated_at", "id")[:1]:
        for creative in weak_ads.fresh_creatives(layer, [ad])[:1]:
            yield ad_changes.push(
                layer, ad, str(creative.pk), rationale="One of the best organic scores of the last two weeks."
            )
