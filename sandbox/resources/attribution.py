"""Where users came from and where conversions go: Apple's attributions, the relay (contract/content.md, 11)."""

from typing import Any

from django.db.models import QuerySet

from sandbox import ids
from sandbox.api import cursors, query
from sandbox.api.envelope import stamp, stamp_or_none
from sandbox.api.operations import Call, read
from sandbox.api.paths import project_of
from sandbox.models import AppleAttribution
from sandbox.rules import capi


class LatestInstall(cursors.NewestFirst):
    moment = "installed_at"


BY_INSTALL = LatestInstall("apple-ads-attribution")


def show(row: AppleAttribution) -> dict[str, Any]:
    """`orgId` and what follows are Apple's own numbers."""
    return {
        "recordId": str(row.pk),
        "appUserId": row.app_user_id,
        "appId": ids.show("sdk_app", row.app_id),
        "attribution": "attributed",
        "orgId": row.org_id,
        "campaignId": row.campaign_id,
        "adGroupId": row.ad_group_id,
        "keywordId": row.keyword_id,
        "creativeSetId": row.creative_set_id,
        "countryOrRegion": row.country,
        "installedAt": stamp(row.installed_at),
    }


@read(scope="events:read")
def list_attributions(call: Call) -> dict[str, Any]:
    """The one list whose rows are called `records`."""
    rows: QuerySet[Any, Any] = AppleAttribution.objects.filter(project=project_of(call))
    if user := query.text(call.query, "userId"):
        rows = rows.filter(app_user_id=user)
    if since := query.instant(call.query, "since"):
        rows = rows.filter(installed_at__gte=since)
    if until := query.instant(call.query, "until"):
        rows = rows.filter(installed_at__lte=until)
    page = cursors.page(
        rows, BY_INSTALL, show, limit=query.limit(call.query, 50, 200), cursor=query.text(call.query, "cursor")
    )
    return {"records": page["items"], "nextCursor": page["nextCursor"]}


@read(scope="ads:read")
def get_capi_status(call: Call) -> dict[str, Any]:
    project = project_of(call)
    platforms = query.choices(call.query, "platforms", capi.PLATFORMS) or list(capi.PLATFORMS)
    return {
        "projectId": ids.show("project", project.pk),
        "platforms": [
            _show_health(platform, capi.health(project, capi.PLATFORMS[platform]))
            for platform in dict.fromkeys(platforms)
        ],
    }


def _show_health(platform: str, health: capi.Health) -> dict[str, Any]:
    return {
        "platform": platform,
        "enabled": health.enabled,
        "status": health.status,
        "pixelId": health.pixel_id,
        "accessTokenValid": health.token_valid,
        "accessTokenLastValidatedAt": stamp_or_none(health.token_checked_at),
        "eventsLast1h": health.last_hour,
        "eventsLast24h": health.last_day,
        "lastEventAt": stamp_or_none(health.last_event_at),
        "lastError": health.error,
    }
