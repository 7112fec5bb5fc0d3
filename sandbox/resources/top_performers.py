"""Creatives by how well they did (contract/content.md, 11)."""

import uuid
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox import clock, ids
from sandbox.api import query
from sandbox.api.errors import missing
from sandbox.api.operations import Call, read
from sandbox.api.paths import project_of
from sandbox.models import AdLayer, Container, Project, ScheduledPost
from sandbox.models.social import Platform
from sandbox.rules import performance, promotions, scoring
from sandbox.rules.previews import preview

METRICS: Final = ("views", "engagement_rate", "conversions", "roas", "watch_time_ms")
WINDOWS: Final = {"7d": timedelta(days=7), "30d": timedelta(days=30), "90d": timedelta(days=90)}
SOURCES: Final = ("content_container", "platform_post", "manual")
AD_PLATFORMS: Final = tuple(f"{platform}_ads" for platform in AdLayer.Platform.values)
#: youtube is known to the filter, and nothing is posted there yet.
PLATFORMS: Final = (*Platform.values, "youtube", *AD_PLATFORMS)

#: (source type, id with its prefix, container, value)
Entry = tuple[str, str, uuid.UUID, float]


@read(scope="metrics:read")
def list_top_performers(call: Call) -> dict[str, Any]:
    """Best first. Containers unless other sources are asked for; those that ads may not use only on request. roas is
    what ads earned with a creative, every other metric what its posts gathered."""
    metric = query.choice(call.query, "metric", METRICS)
    if metric is None:
        raise missing("metric")
    window = WINDOWS[query.choice(call.query, "window", tuple(WINDOWS)) or "30d"]
    sources = query.choices(call.query, "sourceType", SOURCES) or ["content_container"]
    platforms = query.choices(call.query, "platform", PLATFORMS) or list(PLATFORMS)
    limit = query.limit(call.query, 25, 100)
    ineligible_too = query.flag(call.query, "includeIneligible") or False
    project = project_of(call)
    now = clock.now()
    if metric == "roas":
        entries = _of_ads(project, now - window, now, sources, platforms)
    else:
        entries = _of_posts(project, metric, now - window, now, sources, platforms)
    containers = _containers(entries, now, ineligible_too)
    best = sorted((entry for entry in entries if entry[2] in containers), key=lambda entry: (-entry[3], entry[1]))
    return {
        "items": [
            {
                "rank": rank,
                "metricValue": value,
                "sourceType": source,
                "sourceId": source_id,
                "preview": preview(containers[container_id], call.origin),
            }
            for rank, (source, source_id, container_id, value) in enumerate(best[:limit], start=1)
        ]
    }


def _of_posts(
    project: Project, metric: str, start: datetime, end: datetime, sources: list[str], platforms: list[str]
) -> list[Entry]:
    found = ScheduledPost.objects.filter(project=project, social_account__platform__in=platforms)
    posts = performance.posted(found, end)
    moments = (start, end)
    if metric == "engagement_rate":
        above, below = performance.engaged(posts, moments), performance.counts(posts, "views", moments)
    else:
        above, below = performance.counts(posts, metric, moments), None
    sums: dict[tuple[str, str, uuid.UUID], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for place, post in enumerate(posts):
        gained = _between(above, place), 0.0 if below is None else _between(below, place)
        for source, source_id in (
            ("content_container", ids.show("container", post.container_id)),
            ("platform_post", ids.show("post", post.id)),
        ):
            if source in sources:
                total = sums[source, source_id, post.container_id]
                total[0] += gained[0]
                total[1] += gained[1]
    return [
        (*key, amount if below is None else performance.engagement_rate(amount, views) or 0.0)
        for key, (amount, views) in sums.items()
    ]


def _between(table: performance.Numbers, place: int) -> float:
    """What one post gained from the first moment to the second."""
    return float(table[1, place] - table[0, place])


def _of_ads(project: Project, start: datetime, end: datetime, sources: list[str], platforms: list[str]) -> list[Entry]:
    if "content_container" not in sources:
        return []
    wanted = [platform.removesuffix("_ads") for platform in platforms if platform in AD_PLATFORMS]
    return [
        ("content_container", ids.show("container", container_id), container_id, value)
        for container_id, value in promotions.roas(project, wanted, start, end).items()
    ]


def _containers(entries: list[Entry], now: datetime, ineligible_too: bool) -> dict[uuid.UUID, Container]:
    found = Container.objects.filter(pk__in={entry[2] for entry in entries})
    if not ineligible_too:
        found = found.filter(scoring.eligible(now))
    return {container.pk: container for container in found}
