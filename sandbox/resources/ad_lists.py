"""Ad sets, ads and the platforms' reviews of them (contract/ads.md, 8 and 10)."""

from typing import Any

from sandbox import ids
from sandbox.api import cursors, query
from sandbox.api.envelope import stamp, stamp_or_none
from sandbox.api.operations import Call, read
from sandbox.api.paths import layer_of, ulid_of, uuid_of
from sandbox.models import Ad, AdReview, AdSet
from sandbox.models.ads import EntityStatus
from sandbox.resources.campaigns import account_asked_for, layers_asked_for

AD_SETS = cursors.NewestFirst("adsets", tie_type=str)
ADS = cursors.NewestFirst("ads", tie_type=str)
_SHARED = ("id", "campaign_id", "campaign__account_id", "layer__platform", "external_id", "name", "status")
_TIMES = ("created_at", "updated_at")
AD_SET_COLUMNS = (
    *_SHARED,
    "optimization_goal",
    "targeting",
    "daily_budget_cents",
    "lifetime_budget_cents",
    "start_time",
    "end_time",
    *_TIMES,
)
AD_COLUMNS = (*_SHARED, "ad_set_id", "active_creative_id", *_TIMES)
REVIEW_COLUMNS = ("id", "ad_id", "creative_id", "status", "platform_reason", "submitted_at", "decided_at")


class NewestSubmitted(cursors.NewestFirst):
    moment = "submitted_at"


REVIEWS = NewestSubmitted("reviews", tie_type=str)


def show_ad_set(row: Any) -> dict[str, Any]:
    return {
        "adsetId": ids.show("ad_set", row.id),
        "campaignId": ids.show("campaign", row.campaign_id),
        "adAccountId": str(row.campaign__account_id),
        "platform": f"{row.layer__platform}_ads",
        "externalId": row.external_id,
        "name": row.name,
        "status": row.status,
        "optimizationGoal": row.optimization_goal,
        "targetingSummary": row.targeting,
        "dailyBudgetCents": row.daily_budget_cents,
        "lifetimeBudgetCents": row.lifetime_budget_cents,
        "startTime": stamp_or_none(row.start_time),
        "endTime": stamp_or_none(row.end_time),
        "createdAt": stamp(row.created_at),
        "updatedAt": stamp(row.updated_at),
    }


def show_ad(row: Any) -> dict[str, Any]:
    return {
        "adId": ids.show("ad", row.id),
        "adsetId": ids.show("ad_set", row.ad_set_id),
        "campaignId": ids.show("campaign", row.campaign_id),
        "adAccountId": str(row.campaign__account_id),
        "platform": f"{row.layer__platform}_ads",
        "externalId": row.external_id,
        "name": row.name,
        "status": row.status,
        "adsContentId": ids.show_or_none("ads_content", row.active_creative_id),
        "createdAt": stamp(row.created_at),
        "updatedAt": stamp(row.updated_at),
    }


def _of_campaigns(call: Call) -> dict[str, Any]:
    """What both lists filter by: platform, account, campaign, status."""
    filters: dict[str, Any] = {"layer__in": layers_asked_for(call)}
    filters |= {f"campaign__{name}": value for name, value in account_asked_for(call).items()}
    if campaign := query.text(call.query, "campaignId"):
        filters["campaign_id"] = ulid_of("campaign", "campaignId", campaign)
    if statuses := query.choices(call.query, "status", EntityStatus.values):
        filters["status__in"] = statuses
    return filters


@read(scope="ads:read")
def list_ad_sets(call: Call) -> dict[str, Any]:
    """TikTok's and Apple's ad groups are ad sets here. A forged cursor silently gives the first page."""
    return cursors.page(
        AdSet.objects.filter(**_of_campaigns(call)).values_list(*AD_SET_COLUMNS, named=True),
        AD_SETS,
        show_ad_set,
        limit=query.limit(call.query, 100, 200),
        cursor=query.text(call.query, "cursor"),
        lenient=True,
    )


@read(scope="ads:read")
def list_ads(call: Call) -> dict[str, Any]:
    """Apple has none. `adsContentId`: ads that have this creative in their rotation."""
    ads = Ad.objects.filter(**_of_campaigns(call))
    if ad_set := query.text(call.query, "adsetId"):
        ads = ads.filter(ad_set_id=ulid_of("ad_set", "adsetId", ad_set))
    if creative := query.text(call.query, "adsContentId"):
        ads = ads.filter(rotation__creative_id=uuid_of("ads_content", "adsContentId", creative))
    return cursors.page(
        ads.values_list(*AD_COLUMNS, named=True),
        ADS,
        show_ad,
        limit=query.limit(call.query, 100, 200),
        cursor=query.text(call.query, "cursor"),
        lenient=True,
    )


@read(scope="ads:read")
def list_reviews(call: Call) -> dict[str, Any]:
    """The newest submission first; `since` asks when it was submitted."""
    limit = query.limit(call.query, 50, 200)
    status = query.choice(call.query, "status", AdReview.Status.values)
    since = query.instant(call.query, "since")
    layer = layer_of(call)
    reviews = AdReview.objects.filter(layer=layer)
    if status:
        reviews = reviews.filter(status=status)
    if since:
        reviews = reviews.filter(submitted_at__gte=since)

    def show(row: Any) -> dict[str, Any]:
        return {
            "reviewId": ids.show("review", row.id),
            "adId": ids.show_or_none("ad", row.ad_id),
            "adsContentId": ids.show_or_none("ads_content", row.creative_id),
            "platform": layer.platform,
            "status": row.status,
            "platformReason": row.platform_reason,
            "submittedAt": stamp(row.submitted_at),
            "decidedAt": stamp_or_none(row.decided_at),
        }

    return cursors.page(
        reviews.values_list(*REVIEW_COLUMNS, named=True),
        REVIEWS,
        show,
        limit=limit,
        cursor=query.text(call.query, "cursor"),
    )
