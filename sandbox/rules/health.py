"""How healthy an account looks to its platform (contract/content.md, 11). Worked out anew every half hour."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sandbox import clock, ids
from sandbox.api.envelope import stamp
from sandbox.models import ScheduledPost, SocialAccount
from sandbox.rules.performance import share

EVERY: Final = timedelta(minutes=30)
NEW: Final = timedelta(days=7)
LOOK_BACK: Final = timedelta(days=14)
#: One account in this many is hidden by its platform.
SHADOWBANNED_ONE_IN: Final = 40
#: From which score on an account belongs to a tier, best first.
TIERS: Final = ((80, "hot"), (60, "warm"), (35, "warming_up"), (0, "cold"))
ADVICE: Final = {
    "shadowbanned": "Pause posting for a week, then start with original content.",
    "new": "Post once a day for the first week.",
    "cold": "Post at least three times this week.",
    "warming_up": "Keep a steady rhythm of one post a day.",
    "warm": "Post twice more this week.",
    "hot": "Keep going, and answer comments within the hour.",
}


def snapshot(account: SocialAccount) -> dict[str, Any]:
    """The answer of the health operation: a score of 0 to 100 from the posts of two weeks, and what to do."""
    computed_at = _computed_at()
    score = _score(account, computed_at)
    hidden = share(account.pk, "shadowban") < 1 / SHADOWBANNED_ONE_IN
    tier = _tier(account, score, hidden, computed_at)
    return {
        "socialAccountId": ids.show("social_account", account.pk),
        "score": score,
        "tier": tier,
        "isShadowbanned": hidden,
        "shadowbanSeverity": "moderate" if hidden else None,
        "recommendation": ADVICE[tier],
        "computedAt": stamp(computed_at),
    }


def _computed_at() -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (clock.now() - epoch) // EVERY * EVERY


def _score(account: SocialAccount, moment: datetime) -> int:
    published = ScheduledPost.objects.filter(
        social_account=account,
        status=ScheduledPost.Status.PUBLISHED,
        published_at__gt=moment - LOOK_BACK,
        published_at__lte=moment,
    ).count()
    return min(100, int(20 + 25 * share(account.pk, "standing")) + 5 * published)


def _tier(account: SocialAccount, score: int, hidden: bool, moment: datetime) -> str:
    if hidden:
        return "shadowbanned"
    if moment - account.connected_at < NEW:
        return "new"
    return next(name for lowest, name in TIERS if score >= lowest)
