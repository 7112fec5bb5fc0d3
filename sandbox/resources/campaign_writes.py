"""Writes about whole campaigns, all through the gate (contract/ads.md, 1 and 7)."""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from sandbox.api.ad_paths import actor_of, campaign_in, held_layer
from sandbox.api.creation import creation_body
from sandbox.api.errors import invalid, not_found
from sandbox.api.operations import Answer, Call, write
from sandbox.models import AdAccount, AdLayer
from sandbox.resources.ad_bodies import Budget, Name, Schedule, Targeting, check_window, instant
from sandbox.resources.gated import gated
from sandbox.rules import ad_changes
from sandbox.rules.ad_changes import Verb

Management = Literal["manual", "draft", "autopilot"]
Outcome = Literal["conversions", "traffic", "app_installs", "engagement", "lead_generation"]


class CreateCampaign(Budget, rename="camel", kw_only=True):
    ad_account_id: str
    name: Name
    outcome: Outcome
    campaign_management_mode: Management
    creative_mode: Management
    start_time: str | UnsetType = UNSET
    end_time: str | UnsetType = UNSET
    bid_strategy: dict[str, Any] | UnsetType = UNSET
    targeting: Targeting | UnsetType = UNSET
    schedule: dict[str, Any] | UnsetType = UNSET


@write(scope="ads:write:campaigns")
def create_campaign(call: Call) -> Answer:
    """Judged by the layer's structural default, for the campaign has no authority yet."""
    body = creation_body(call, CreateCampaign)
    args = _args(body, call.path_ids["platform"])
    layer = held_layer(call)
    account = _account(layer, body.ad_account_id)
    write = ad_changes.create(actor_of(call), layer, args, account.currency)
    return gated(call, write, campaignId=write.entity_id)


def _args(body: CreateCampaign, platform: str) -> dict[str, Any]:
    """The body as rules/launching.py reads it; 422 for what does not fit together."""
    daily, lifetime = body.amounts()
    end = instant("endTime", body.end_time)
    check_window(instant("startTime", body.start_time), end)
    if platform == AdLayer.Platform.TIKTOK and lifetime is not None and end is None:
        raise invalid("endTime", "TikTok needs an endTime with a lifetime budget.")
    args: dict[str, Any] = msgspec.to_builtins(body)
    args["budget"] = {"dailyBudgetCents": daily} if daily else {"lifetimeBudgetCents": lifetime}
    if isinstance(body.targeting, Targeting):
        args["targeting"] = body.targeting.wanted("targeting")
    if isinstance(body.schedule, dict) and body.schedule:
        args["schedule"] = _schedule(body.schedule)
    return args


def _schedule(sent: dict[str, Any]) -> dict[str, Any]:
    """A free object of which only the dayparts are known."""
    try:
        return msgspec.convert(sent, Schedule).wanted()
    except msgspec.ValidationError as problem:
        raise invalid("schedule", f"schedule: {problem}.") from None


def _account(layer: AdLayer, account_id: str) -> AdAccount:
    """Its ids are opaque to clients, so one that no account can have is simply not there."""
    found = next((one for one in layer.accounts.filter(disconnected_at=None) if str(one.pk) == account_id), None)
    if found is None:
        raise not_found("ad account")
    return found


@write(scope="ads:write:budgets")
def patch_budget(call: Call) -> Answer:
    """202 when executed (tactical auto) or queued (draft), 403 AUTHORITY_DENIED when the axis or the switch says no."""
    daily, lifetime = call.body(Budget).amounts()
    layer = held_layer(call)
    return gated(call, ad_changes.budget(layer, campaign_in(call, layer), daily, lifetime))


def _lifecycle(verb: Verb) -> Any:
    @write(scope="ads:write:lifecycle")
    def handler(call: Call) -> Answer:
        layer = held_layer(call)
        return gated(call, ad_changes.status(layer, campaign_in(call, layer), verb))

    return handler


pause, resume, delete = _lifecycle("pause"), _lifecycle("resume"), _lifecycle("delete")
