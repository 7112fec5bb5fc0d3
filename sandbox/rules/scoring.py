"""The organic score of a creative, and whether ads may use it (contract/ads.md, 10).

A finished container starts at 7.0 and falls evenly to 2.0 over thirty days; scores are worked out anew every four
hours. So a higher score is a later completion, which is what the list is sorted by.
"""

import math
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db.models import Q

from sandbox.models import AdsContentOverride

EVERY: Final = timedelta(hours=4)
FALLS_FOR: Final = timedelta(days=30)
#: In hundredths, so that a bound and the printed score never disagree.
HIGHEST, LOWEST, ELIGIBLE = 700, 200, 400

INCLUDE, EXCLUDE = AdsContentOverride.Override.INCLUDE, AdsContentOverride.Override.EXCLUDE
#: Uploads are born opted out: only an override brings them in.
OPTED_OUT: Final = "opted_out"
POOLS: Final = {
    "generated": Q(creative_type="generated") & ~Q(format="ugc-remix"),
    "ugc": Q(creative_type="generated", format="ugc-remix"),
    "manual": Q(creative_type="uploaded"),
}


def scored_at(completed_at: datetime, now: datetime) -> datetime:
    """The last round of scoring, or the completion when that came after it."""
    return max(_last_round(now), completed_at)


def score(completed_at: datetime, now: datetime) -> int:
    """Hundredths."""
    age = scored_at(completed_at, now) - completed_at
    lost = -((HIGHEST - LOWEST) * age // -FALLS_FOR) if age else 0
    return max(LOWEST, HIGHEST - lost)


def at_least(minimum: float, now: datetime) -> Q:
    """Containers whose score is `minimum` (0 to 10) or more."""
    bound = math.ceil(round(minimum * 100, 6))
    if bound <= LOWEST:
        return Q()
    if bound > HIGHEST:
        return Q(pk__in=())
    return Q(completed_at__gte=_last_round(now) - (HIGHEST - bound) * FALLS_FOR / (HIGHEST - LOWEST))


def eligible(now: datetime) -> Q:
    """Containers that ads may use. The same rule as `is_eligible`, for the database."""
    good = at_least(ELIGIBLE / 100, now) & (Q(ads_enrollment__isnull=True) | ~Q(ads_enrollment=OPTED_OUT))
    return Q(ads_override__override=INCLUDE) | (Q(ads_override__isnull=True) & good)


def is_eligible(row: Any, override: str | None, now: datetime) -> bool:
    """`row` has completed_at and ads_enrollment."""
    if override is not None:
        return override == INCLUDE
    return row.ads_enrollment != OPTED_OUT and score(row.completed_at, now) >= ELIGIBLE


def pool(row: Any) -> str:
    """`row` has creative_type and format."""
    if row.creative_type == "uploaded":
        return "manual"
    return "ugc" if row.format == "ugc-remix" else "generated"


def _last_round(now: datetime) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (now - epoch) // EVERY * EVERY
