"""Campaigns of every connected platform (contract/ads.md, 8)."""

import uuid
from typing import Any

from django.db.models import QuerySet

from sandbox import ids
from sandbox.api import cursors, query
from sandbox.api.envelope import stamp, stamp_or_none
from sandbox.api.errors import not_found
from sandbox.api.operations import Call, read
from sandbox.api.paths import layer_of, project_of, ulid_of
from sandbox.models import AdLayer, Campaign
from sandbox.models.ads import EntityStatus

BY_AGE = cursors.NewestFirst("campaigns", tie_type=str)
LONG_NAMES = tuple(f"{platform}_ads" for platform in AdLayer.Platform.values)
#: Named tuples instead of instances, as in the content list.
COLUMNS = (
    "id",
    "account_id",
    "layer__platform",
    "external_id",
    "name",
    "status",
    "objective",
    "budget_mode",
    "daily_budget_cents",
    "lifetime_budget_cents",
    "start_time",
    "end_time",
    "created_at",
    "updated_at",
)
# Made once: naming the columns takes longer than filtering by them.
CAMPAIGNS: QuerySet[Any, Any] = Campaign.objects.values_list(*COLUMNS, named=True)


def show(campaign: Any) -> dict[str, Any]:
    """A row of COLUMNS."""
    return {
        "campaignId": ids.show("campaign", campaign.id),
        "adAccountId": str(campaign.account_id),
        "platform": f"{campaign.layer__platform}_ads",
        "externalId": campaign.external_id,
        "name": campaign.name,
        "status": campaign.status,
        "objective": campaign.objective,
        "budgetMode": campaign.budget_mode,
        "dailyBudgetCents": campaign.daily_budget_cents,
        "lifetimeBudgetCents": campaign.lifetime_budget_cents,
        "startTime": stamp_or_none(campaign.start_time),
        "endTime": stamp_or_none(campaign.end_time),
        "metricsSnapshot7d": {},
        "createdAt": stamp(campaign.created_at),
        "updatedAt": stamp(campaign.updated_at),
    }


def layers_asked_for(call: Call) -> list[uuid.UUID]:
    """The project's layers, of the platforms in the query or of all."""
    wanted = query.choices(call.query, "platforms", LONG_NAMES)
    layers = AdLayer.objects.filter(project=project_of(call))
    if wanted:
        layers = layers.filter(platform__in=[name.removesuffix("_ads") for name in wanted])
    return list(layers.values_list("pk", flat=True))


def account_asked_for(call: Call) -> dict[str, Any]:
    """A filter by ad account. Its ids are opaque to clients: one that no account can have matches nothing."""
    account = query.text(call.query, "adAccountId")
    if account is None:
        return {}
    try:
        return {"account_id": uuid.UUID(account)}
    except ValueError:
        return {"account__in": []}


@read(scope="ads:read")
def list_campaigns(call: Call) -> dict[str, Any]:
    """The path has no platform: one list for all. A forged cursor silently gives the first page."""
    limit = query.limit(call.query, 100, 200)
    statuses = query.choices(call.query, "status", EntityStatus.values)
    since = query.instant(call.query, "since")
    campaigns = CAMPAIGNS.filter(layer__in=layers_asked_for(call), **account_asked_for(call))
    if statuses:
        campaigns = campaigns.filter(status__in=statuses)
    if since:
        campaigns = campaigns.filter(created_at__gte=since)
    return cursors.page(
        campaigns,
        BY_AGE,
        show,
        limit=limit,
        cursor=query.text(call.query, "cursor"),
        lenient=True,
    )


@read(scope="ads:read")
def get_campaign(call: Call) -> dict[str, Any]:
    """Deleted ones too."""
    layer = layer_of(call)
    wanted = ulid_of("campaign", "campaignId", call.path_ids["campaignId"])
    campaign = CAMPAIGNS.filter(pk=wanted, layer=layer).first()
    if campaign is None:
        raise not_found("campaign")
    return show(campaign)
