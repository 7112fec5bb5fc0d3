"""How posts do: numbers that follow from a post's id and age, so that the same question has the same answer.

Every count of a post starts at 0 when it is published, rises quickly and then ever more slowly towards a total of its
own. A number for a span is the difference of two such counts, so days add up to weeks and posts to projects.
"""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from django.db.models import QuerySet

from sandbox import clock
from sandbox.models import ScheduledPost, SocialAccount

Numbers = npt.NDArray[np.float64]

HOUR: Final = 3_600.0
DAY: Final = 24 * HOUR
#: Lowest and highest share of a post's views that end up as each of the other counts.
RATES: Final = {
    "views": (1.0, 1.0),
    "reach": (0.68, 0.92),
    "impressions": (1.04, 1.35),
    "likes": (0.03, 0.12),
    "comments": (0.002, 0.012),
    "shares": (0.002, 0.02),
    "saves": (0.003, 0.03),
    "watch_time_ms": (2_500.0, 11_000.0),
    "conversions": (0.0004, 0.004),
}
#: What counts as engagement.
ENGAGING: Final = ("likes", "comments", "shares", "saves")
#: New followers per view, and a day without any post.
FOLLOWS_PER_VIEW: Final = 0.003


@dataclass(frozen=True)
class Posted:
    """A published post, as far as its numbers are concerned."""

    id: uuid.UUID
    container_id: uuid.UUID
    social_account_id: uuid.UUID
    published_at: datetime


def posted(posts: QuerySet[ScheduledPost], until: datetime) -> list[Posted]:
    """The published ones among `posts` that were out by `until`."""
    rows = posts.filter(status=ScheduledPost.Status.PUBLISHED, published_at__lt=until)
    return [
        Posted(post_id, container_id, account_id, published_at)
        for post_id, container_id, account_id, published_at in rows.values_list(
            "id", "container_id", "social_account_id", "published_at"
        )
        if published_at is not None
    ]


def share(of: uuid.UUID | str, name: str) -> float:
    """A number from 0 to 1 that belongs to an id and a name for good."""
    digest = hashlib.blake2b(f"{of}/{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def counts(posts: Sequence[Posted], metric: str, moments: Sequence[datetime]) -> Numbers:
    """What each post has gathered by each moment: a table of moments by posts, whole numbers."""
    low, high = RATES[metric]
    final = np.array([_final_views(post.id) * (low + (high - low) * share(post.id, metric)) for post in posts])
    half_life = np.array([(14 + 70 * share(post.id, "half-life")) * HOUR for post in posts])
    born = np.array([_seconds(post.published_at) for post in posts])
    ages = np.array([_seconds(moment) for moment in moments])[:, None] - born[None, :]
    grown: Numbers = np.floor(final * (1 - np.exp2(-np.maximum(ages, 0) / half_life)))
    return grown


def followers(accounts: Sequence[SocialAccount], posts: Sequence[Posted], moments: Sequence[datetime]) -> Numbers:
    """How many follow each account at each moment: a table of moments by accounts. `posts` are all their posts."""
    views = counts(posts, "views", moments)
    table = np.zeros((len(moments), len(accounts)))
    for column, account in enumerate(accounts):
        low, high = (4_000, 22_000) if account.leased else (150, 6_500)
        start = low + (high - low) * share(account.pk, "followers") ** 2
        a_day = 6 * share(account.pk, "drift")
        here = [place for place, post in enumerate(posts) if post.social_account_id == account.pk]
        since = np.array([max(_seconds(moment) - _seconds(account.connected_at), 0) / DAY for moment in moments])
        table[:, column] = np.floor(start + a_day * since + FOLLOWS_PER_VIEW * views[:, here].sum(axis=1))
    return table


def followers_now(accounts: Sequence[SocialAccount]) -> dict[uuid.UUID, int]:
    moment = clock.now()
    posts = posted(ScheduledPost.objects.filter(social_account__in=[account.pk for account in accounts]), moment)
    row = followers(accounts, posts, [moment])[0]
    return {account.pk: int(count) for account, count in zip(accounts, row, strict=True)}


def engagement_rate(engaged: float, views: float) -> float | None:
    """None without views: nothing divided by nothing is no rate."""
    return round(engaged / views, 4) if views else None


def engaged(posts: Sequence[Posted], moments: Sequence[datetime]) -> Numbers:
    tables: Iterable[Any] = (counts(posts, name, moments) for name in ENGAGING)
    total: Numbers = sum(tables, np.zeros((len(moments), len(posts))))
    return total


def _final_views(post_id: uuid.UUID) -> float:
    """180 to 40,000 views: many posts do little, few do much."""
    return float(180 * 10 ** (2.35 * share(post_id, "views") ** 1.7))


def _seconds(moment: datetime) -> float:
    return moment.astimezone(UTC).timestamp()
