"""What ads cost and brought: numbers that follow from budgets, ids and time (contract/ads.md, 7 and 10).

A campaign spends most of its daily budget every day it runs. Its ad sets share that among themselves, their ads share
theirs, always in the same proportions: so the parts add up to the whole. Money is in the account's currency, with
decimals.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.models import Campaign
from sandbox.models.ads import EntityStatus
from sandbox.rules.performance import share

DAY: Final = timedelta(days=1)
#: A budget for the whole life is spread over this many days when no end is set.
LIFETIME_DAYS: Final = 30
#: Sums; everything else is divided out of them.
SUMS: Final = ("spend", "impressions", "clicks", "conversions", "reach", "value")


@dataclass(frozen=True)
class Part:
    """A campaign, or the share of it (0 to 1) that an ad set or an ad is."""

    campaign: Campaign
    weight: float = 1.0


def weight_of(one: str, siblings: Iterable[str]) -> float:
    """The share of one ad set among those of its campaign, or of one ad among those of its ad set."""
    weights = {sibling: 0.4 + share(sibling, "weight") for sibling in siblings}
    return weights[one] / sum(weights.values())


def sums(parts: Sequence[Part], start: datetime, end: datetime) -> dict[str, float]:
    """SUMS of all parts between two moments. Spend and value in cents."""
    total = dict.fromkeys(SUMS, 0.0)
    for part in parts:
        cents = _spent(part.campaign, start, end) * part.weight
        if cents:
            for name, amount in _bought(part.campaign.pk, cents).items():
                total[name] += amount
    return total


def figures(total: dict[str, float]) -> dict[str, Any]:
    """Every metric of the operation; None where the divisor is 0."""
    spend, clicks, shown = total["spend"] / 100, total["clicks"], total["impressions"]
    return {
        "spend": round(spend, 2),
        "impressions": round(shown),
        "clicks": round(clicks),
        "conversions": round(total["conversions"]),
        "cpa": _ratio(spend, total["conversions"], 2),
        "cpc": _ratio(spend, clicks, 2),
        "cpm": _ratio(spend * 1000, shown, 2),
        "ctr": _ratio(clicks, shown, 4),
        "roas": _ratio(total["value"] / 100, spend, 2),
        "reach": round(total["reach"]),
        "frequency": _ratio(shown, total["reach"], 2),
    }


def _ratio(amount: float, by: float, digits: int) -> float | None:
    return round(amount / by, digits) if by else None


def _spent(campaign: Campaign, start: datetime, end: datetime) -> float:
    """Cents between two moments: of each day the part that lies between them and within the campaign's life."""
    begins = max(start, campaign.start_time or campaign.created_at)
    ends = end if campaign.end_time is None else min(end, campaign.end_time)
    if campaign.status != EntityStatus.ACTIVE:
        ends = min(ends, campaign.updated_at)
    spent = 0.0
    if ends <= begins:
        return spent
    day = begins.replace(hour=0, minute=0, second=0, microsecond=0)
    while day < ends:
        part = (min(ends, day + DAY) - max(begins, day)) / DAY
        spent += _daily_cents(campaign) * (0.72 + 0.26 * share(campaign.pk, f"{day:%Y-%m-%d}")) * part
        day += DAY
    return spent


def _daily_cents(campaign: Campaign) -> float:
    if campaign.daily_budget_cents is not None:
        return campaign.daily_budget_cents
    if campaign.lifetime_budget_cents is None:
        return 0.0
    begins = campaign.start_time or campaign.created_at
    days = LIFETIME_DAYS if campaign.end_time is None else max((campaign.end_time - begins) / DAY, 1.0)
    return campaign.lifetime_budget_cents / days


def _bought(campaign_id: str, cents: float) -> dict[str, float]:
    shown = cents / 100 / (4 + 10 * share(campaign_id, "cpm")) * 1000
    clicks = shown * (0.006 + 0.018 * share(campaign_id, "ctr"))
    conversions = clicks * (0.01 + 0.05 * share(campaign_id, "conversions"))
    return {
        "spend": cents,
        "impressions": shown,
        "clicks": clicks,
        "conversions": conversions,
        "reach": shown / (1.2 + 1.6 * share(campaign_id, "frequency")),
        "value": conversions * (600 + 2_400 * share(campaign_id, "value")),
    }


METRICS: Final = tuple(figures(dict.fromkeys(SUMS, 0.0)))
