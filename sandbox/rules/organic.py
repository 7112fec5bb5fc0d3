"""Series and totals of what posts and accounts gathered (contract/content.md, 11)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
from django.db.models import QuerySet

from sandbox import clock
from sandbox.models import ScheduledPost, SocialAccount
from sandbox.rules import performance
from sandbox.rules.performance import ENGAGING, Numbers, Posted

#: Counted between two moments.
COUNTED: Final = ("views", "reach", "impressions", *ENGAGING, "watch_time_ms")
METRICS: Final = (*COUNTED, "engagement_rate", "followers", "follower_delta", "posts_published")


def measure(
    posts: QuerySet[ScheduledPost],
    accounts: QuerySet[SocialAccount],
    moments: Sequence[datetime],
    of_one_post: bool,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """(a row of METRICS for each span between neighbouring moments, totals). Followers are a level at the end of a
    span, and nothing that a single post has. Nothing has happened yet after now."""
    seen = [min(moment, clock.now()) for moment in moments]
    out = performance.posted(posts, seen[-1])
    columns: dict[str, list[Any]] = {name: _gained(performance.counts(out, name, seen)) for name in COUNTED}
    columns["posts_published"] = _gained(_published(out, seen))
    if of_one_post:
        levels: list[Any] = [None] * len(moments)
        columns["follower_delta"] = [None] * (len(moments) - 1)
    else:
        held = list(accounts)
        everything = performance.posted(ScheduledPost.objects.filter(social_account__in=accounts), seen[-1])
        table = performance.followers(held, everything, seen)
        levels = [int(level) for level in table.sum(axis=1)]
        columns["follower_delta"] = _gained(table)
    columns["followers"] = levels[1:]
    rows = [_with_rate({name: values[place] for name, values in columns.items()}) for place in range(len(moments) - 1)]
    totals = {name: None if None in values else sum(values) for name, values in columns.items()}
    totals["followers"] = levels[-1]
    return rows, _with_rate(totals)


def _gained(table: Numbers) -> list[int]:
    """How much all columns together grew from one moment to the next."""
    return [int(amount) for amount in np.diff(table.sum(axis=1))]


def _published(posts: Sequence[Posted], moments: Sequence[datetime]) -> Numbers:
    born = [post.published_at for post in posts]
    return np.array([[float(moment > published_at) for published_at in born] for moment in moments]).reshape(
        len(moments), len(born)
    )


def _with_rate(row: dict[str, Any]) -> dict[str, Any]:
    engaged = sum(row[name] for name in ENGAGING)
    return {**row, "engagement_rate": performance.engagement_rate(engaged, row["views"])}
