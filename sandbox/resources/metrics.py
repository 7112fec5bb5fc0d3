"""Organic and paid numbers of a project (contract/content.md, 11; contract/ads.md, 7 and 10)."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from django.db.models import QuerySet

from sandbox import clock, ids
from sandbox.api import query
from sandbox.api.envelope import stamp
from sandbox.api.errors import invalid, missing, not_found
from sandbox.api.operations import Call, read
from sandbox.api.paths import project_of, ulid_of, uuid_of
from sandbox.models import Ad, AdAccount, AdLayer, AdSet, Campaign, Project, ScheduledPost, SocialAccount
from sandbox.rules import buckets, organic, paid

SCOPES: Final = ("platform_post", "social_account", "project", "project_layer", "organization")
PAID_SCOPES: Final = ("ad", "adset", "campaign", "ad_account", "project")
PLATFORMS: Final = tuple(f"{platform}_ads" for platform in AdLayer.Platform.values)
LOOK_BACK: Final = timedelta(days=30)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@read(scope="metrics:read")
def get_metrics(call: Call) -> dict[str, Any]:
    """`since` is inclusive, `until` exclusive."""
    scope, thing = _subject(call, SCOPES)
    names = query.choices(call.query, "metrics", organic.METRICS) or list(organic.METRICS)
    granularity = query.choice(call.query, "granularity", tuple(buckets.STEPS)) or "day"
    until = query.instant(call.query, "until") or clock.now()
    since = query.instant(call.query, "since") or _month_before(until)
    starts = buckets.starts(since, until, granularity)
    posts, accounts = _posts_of(call, project_of(call), scope, thing)
    moments = [since, *starts[1:], until]
    series, totals = organic.measure(posts, accounts, moments, scope == "platform_post")
    return _answer(scope, thing, since, until, granularity, names, starts, series, totals)


@read(scope="metrics:read")
def get_ads_metrics(call: Call) -> dict[str, Any]:
    scope, thing = _subject(call, PAID_SCOPES)
    names = query.choices(call.query, "metrics", paid.METRICS) or list(paid.METRICS)
    platforms = query.choices(call.query, "platforms", PLATFORMS)
    granularity = query.choice(call.query, "granularity", ("day", "week")) or "day"
    until = _day_or_instant(call, "until") or clock.now()
    since = _day_or_instant(call, "since") or _month_before(until)
    starts = buckets.starts(since, until, granularity)
    project = project_of(call)
    parts = _parts_of(project, scope, thing)
    if platforms:
        parts = [part for part in parts if part.campaign.layer.long_name in platforms]
    # Nothing is spent in the future.
    moments = [min(moment, clock.now()) for moment in (since, *starts[1:], until)]
    sums = [paid.sums(parts, start, end) for start, end in pairwise(moments)]
    totals = {name: sum(one[name] for one in sums) for name in paid.SUMS}
    return _answer(
        scope,
        thing,
        since,
        until,
        granularity,
        names,
        starts,
        [paid.figures(one) for one in sums],
        paid.figures(totals),
    )


def _subject(call: Call, scopes: tuple[str, ...]) -> tuple[str, str]:
    """`scope` and `id`, both required."""
    scope = query.choice(call.query, "scope", scopes)
    thing = query.text(call.query, "id")
    if scope is None or thing is None:
        raise missing("id" if scope else "scope")
    return scope, thing


def _month_before(until: datetime) -> datetime:
    try:
        return until - LOOK_BACK
    except OverflowError:
        raise invalid("until", "until is too early.") from None


def _day_or_instant(call: Call, name: str) -> datetime | None:
    """The ads pages also write whole days; a day means its beginning."""
    value = query.text(call.query, name)
    if value is None or not _DAY.fullmatch(value):
        return query.instant(call.query, name)
    try:
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    except ValueError:
        raise invalid(name, "There is no such day.") from None


def _posts_of(
    call: Call, project: Project, scope: str, thing: str
) -> tuple[QuerySet[ScheduledPost], QuerySet[SocialAccount]]:
    """The posts and accounts a scope is about; 404 for an id that is not of this project."""
    posts = ScheduledPost.objects.filter(project=project)
    accounts = SocialAccount.objects.filter(project=project)
    if scope == "platform_post":
        posts = posts.filter(pk=uuid_of("post", "id", thing))
        return _some(posts), accounts.none()
    if scope == "social_account":
        accounts = accounts.filter(pk=uuid_of("social_account", "id", thing))
        return posts.filter(social_account__in=_some(accounts)), accounts
    if scope == "organization":
        if uuid_of("organization", "id", thing) != call.organization.pk:
            raise not_found("organization")
        return (
            ScheduledPost.objects.filter(project__organization=call.organization),
            SocialAccount.objects.filter(project__organization=call.organization),
        )
    if scope == "project_layer":
        return _of_layer(project, thing, posts, accounts)
    if uuid_of("project", "id", thing) != project.pk:
        raise not_found("project")
    return posts, accounts


def _of_layer(
    project: Project, thing: str, posts: QuerySet[ScheduledPost], accounts: QuerySet[SocialAccount]
) -> tuple[QuerySet[ScheduledPost], QuerySet[SocialAccount]]:
    """The project's one social layer has everything; an ad layer posts nothing."""
    if ids.parse_uuid("project_layer", thing) == project.pk:
        return posts, accounts
    _some(AdLayer.objects.filter(project=project, pk=uuid_of("layer", "id", thing)))
    return posts.none(), accounts.none()


def _parts_of(project: Project, scope: str, thing: str) -> list[paid.Part]:
    campaigns = Campaign.objects.filter(layer__project=project).select_related("layer")
    if scope == "ad":
        ad = _only(Ad.objects.filter(layer__project=project, pk=ulid_of("ad", "id", thing)).select_related("ad_set"))
        siblings = Ad.objects.filter(ad_set=ad.ad_set).values_list("pk", flat=True)
        whole = _part_of_set(campaigns, ad.ad_set)
        return [paid.Part(whole.campaign, whole.weight * paid.weight_of(ad.pk, siblings))]
    if scope == "adset":
        sets = AdSet.objects.filter(layer__project=project, pk=ulid_of("ad_set", "id", thing))
        return [_part_of_set(campaigns, _only(sets))]
    if scope == "campaign":
        campaigns = _some(campaigns.filter(pk=ulid_of("campaign", "id", thing)))
    elif scope == "ad_account":
        campaigns = campaigns.filter(account=_only(_account(project, thing)))
    elif uuid_of("project", "id", thing) != project.pk:
        raise not_found("project")
    return [paid.Part(campaign) for campaign in campaigns]


def _account(project: Project, thing: str) -> QuerySet[AdAccount]:
    """Ad account ids have no prefix."""
    try:
        wanted = uuid.UUID(thing)
    except ValueError:
        raise invalid("id", "id must be an ad account's uuid.") from None
    return AdAccount.objects.filter(layer__project=project, pk=wanted)


def _part_of_set(campaigns: QuerySet[Campaign], ad_set: AdSet) -> paid.Part:
    siblings = AdSet.objects.filter(campaign_id=ad_set.campaign_id).values_list("pk", flat=True)
    return paid.Part(campaigns.get(pk=ad_set.campaign_id), paid.weight_of(ad_set.pk, siblings))


def _some(rows: QuerySet[Any]) -> QuerySet[Any]:
    if not rows.exists():
        raise not_found("such thing in this project")
    return rows


def _only(rows: QuerySet[Any]) -> Any:
    return _some(rows).get()


def _answer(
    scope: str,
    thing: str,
    since: datetime,
    until: datetime,
    granularity: str,
    names: list[str],
    starts: list[datetime],
    series: list[dict[str, Any]],
    totals: dict[str, Any],
) -> dict[str, Any]:
    rows = zip(starts, series, strict=True)
    return {
        "scope": scope,
        "id": thing,
        "since": stamp(since),
        "until": stamp(until),
        "granularity": granularity,
        "series": [{"bucket": stamp(start), **{name: row[name] for name in names}} for start, row in rows],
        "totals": {name: totals[name] for name in names},
    }
