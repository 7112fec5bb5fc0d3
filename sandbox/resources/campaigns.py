"""Campaigns of every connected platform, and a gated change of their budget (contract/ads.md, 1, 7 and 8)."""

from typing import Annotated, Any

import msgspec

from sandbox import clock, ids
from sandbox.api import cursors, query
from sandbox.api.envelope import stamp, stamp_or_none
from sandbox.api.errors import authority_denied, invalid
from sandbox.api.operations import Answer, Call, read, write
from sandbox.api.paths import campaign_of, layer_of, project_of
from sandbox.models import AdLayer, Campaign, PendingAction
from sandbox.rules import gate, pending

BY_AGE = cursors.NewestFirst("campaigns", tie_type=str)
LONG_NAMES = tuple(f"{platform}_ads" for platform in AdLayer.Platform.values)
STATUSES = ("active", "paused", "archived", "deleted", "in_review", "rejected")


def show(campaign: Campaign) -> dict[str, Any]:
    layer = campaign.layer
    return {
        "campaignId": ids.show("campaign", campaign.pk),
        "adAccountId": str(campaign.account_id),
        "platform": f"{layer.platform}_ads",
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


@read(scope="ads:read")
def list_campaigns(call: Call) -> dict[str, Any]:
    """The path has no platform: one list for all. A forged cursor silently gives the first page."""
    limit = query.limit(call.query, 100, 200)
    platforms = query.choices(call.query, "platforms", LONG_NAMES)
    statuses = query.choices(call.query, "status", STATUSES)
    account = query.text(call.query, "adAccountId")
    since = query.instant(call.query, "since")
    campaigns = Campaign.objects.filter(layer__project=project_of(call)).select_related("layer")
    if platforms:
        campaigns = campaigns.filter(layer__platform__in=[name.removesuffix("_ads") for name in platforms])
    if statuses:
        campaigns = campaigns.filter(status__in=statuses)
    if since:
        campaigns = campaigns.filter(created_at__gte=since)
    if account:
        campaigns = campaigns.filter(account__in=[])
    return cursors.page(
        campaigns,
        BY_AGE,
        show,
        limit=limit,
        cursor=query.text(call.query, "cursor"),
        lenient=True,
    )


Cents = Annotated[int, msgspec.Meta(ge=1, le=10**12)]


class BudgetPatch(msgspec.Struct, rename="camel"):
    daily_budget_cents: Cents | None = None
    lifetime_budget_cents: Cents | None = None


@write(scope="ads:write:budgets")
def patch_budget(call: Call) -> Answer:
    """202 when executed (tactical auto) or queued (draft), 403 AUTHORITY_DENIED when the axis or the switch says no.

    The answer always carries the verdict's id, and the verdict is always in the audit log.
    """
    patch = call.body(BudgetPatch)
    if (patch.daily_budget_cents is None) == (patch.lifetime_budget_cents is None):
        raise invalid("dailyBudgetCents", "Send exactly one of dailyBudgetCents and lifetimeBudgetCents.")
    layer = layer_of(call)
    campaign = campaign_of(call, layer)
    before = _budget(campaign.daily_budget_cents, campaign.lifetime_budget_cents)
    after = _budget(patch.daily_budget_cents, patch.lifetime_budget_cents)
    verdict = gate.judge(layer, campaign, "tactical")
    data = verdict.data(layer, campaign, {"actionType": "update_budget", "from": before, "to": after})
    answer: dict[str, Any] = {
        "verdictId": str(verdict.verdict_id),
        "decision": verdict.decision,
        "jobId": None,
        "pendingId": None,
    }
    if verdict.decision == "queue_for_approval":
        action = _queue(layer, campaign, before, after)
        answer |= {"status": "pending", "pendingId": ids.show("pending", action.pk)}
        data["pendingId"] = answer["pendingId"]
    elif verdict.decision == "allow":
        campaign.daily_budget_cents = patch.daily_budget_cents
        campaign.lifetime_budget_cents = patch.lifetime_budget_cents
        campaign.updated_at = clock.now()
        campaign.save(update_fields=["daily_budget_cents", "lifetime_budget_cents", "updated_at"])
        answer["status"] = "completed"
    call.record(verdict.event_type, data, project_id=layer.project_id)
    if verdict.decision == "deny":
        denial = {"axis": verdict.axis, "decision": verdict.decision, "verdictId": str(verdict.verdict_id)}
        return call.refuse(authority_denied(str(verdict.reason), "The customer's policy denies this write.", denial))
    return Answer(answer, status=202)


def _budget(daily: int | None, lifetime: int | None) -> dict[str, int]:
    return {
        name: value
        for name, value in (("dailyBudgetCents", daily), ("lifetimeBudgetCents", lifetime))
        if value is not None
    }


def _queue(layer: AdLayer, campaign: Campaign, before: dict[str, int], after: dict[str, int]) -> PendingAction:
    moment = clock.now()
    return PendingAction.objects.create(
        id=ids.new_ulid(),
        layer=layer,
        campaign=campaign,
        action_type="update_budget",
        entity_type="campaign",
        entity_id=ids.show("campaign", campaign.pk),
        entity_name=campaign.name,
        current_value=before,
        new_value=after,
        rationale="Requested through the Partner API.",
        detail=after,
        created_at=moment,
        expires_at=moment + pending.LIFETIME,
    )
