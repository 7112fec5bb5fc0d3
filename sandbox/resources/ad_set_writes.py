"""Writes about ad sets, which are Apple's ad groups too: judged by their campaign (contract/ads.md, 3 and 8)."""

from typing import Any

from sandbox.api.ad_paths import ad_set_in, held_layer
from sandbox.api.envelope import stamp_or_none
from sandbox.api.operations import Answer, Call, write
from sandbox.models import AdSet
from sandbox.resources.ad_bodies import Budget, Schedule, Targeting, check_window, instant
from sandbox.resources.gated import gated
from sandbox.rules import ad_changes
from sandbox.rules.ad_changes import Verb


@write(scope="ads:write:budgets")
def patch_budget(call: Call) -> Answer:
    """Meta refuses it where the campaign holds the budget (budgetMode CBO)."""
    daily, lifetime = call.body(Budget).amounts()
    layer = held_layer(call)
    return gated(call, ad_changes.budget(layer, ad_set_in(call, layer), daily, lifetime))


@write(scope="ads:write:creative")
def patch_targeting(call: Call) -> Answer:
    """Its scope is that of creatives, its axis the tactical one: the documents disagree (contract/ads.md, 0)."""
    wanted = call.body(Targeting).wanted()
    layer = held_layer(call)
    return gated(call, ad_changes.targeting(layer, ad_set_in(call, layer), wanted))


@write(scope="ads:write:budgets")
def patch_schedule(call: Call) -> Answer:
    body = call.body(Schedule)
    wanted = body.wanted()
    start, end = instant("startTime", body.start_time), instant("endTime", body.end_time)
    layer = held_layer(call)
    ad_set = ad_set_in(call, layer)
    check_window(start or ad_set.start_time, end)
    shown = {name: value for name, value in _shown(ad_set).items() if name in wanted}
    return gated(call, ad_changes.schedule(layer, ad_set, shown, wanted))


def _shown(ad_set: AdSet) -> dict[str, Any]:
    return {
        "startTime": stamp_or_none(ad_set.start_time),
        "endTime": stamp_or_none(ad_set.end_time),
        "dayparts": ad_set.dayparts,
    }


def _lifecycle(verb: Verb) -> Any:
    @write(scope="ads:write:lifecycle")
    def handler(call: Call) -> Answer:
        layer = held_layer(call)
        return gated(call, ad_changes.status(layer, ad_set_in(call, layer), verb))

    return handler


pause, resume, delete = _lifecycle("pause"), _lifecycle("resume"), _lifecycle("delete")
