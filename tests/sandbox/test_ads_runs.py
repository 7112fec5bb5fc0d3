"""Runs somebody asks for: the optimizer, fresh creatives, weak ads disabled (contract/ads.md, 10)."""

from typing import Any

import pytest

from tests.sandbox import contract
from tests.sandbox.ads import Layer, body, new_layer, refusal
from tests.sandbox.api import Api, bare, code


@pytest.fixture
def layer(time_travel: Api) -> Layer:
    made = new_layer(time_travel)
    made.listen()
    made.to_tick()  # the next is hours away, whatever the time of day: it would do what a run is asked for
    return made


def run(layer: Layer, **fields: Any) -> Any:
    return layer.call("POST", "optimizer/run", json={"layerId": layer.id, "platform": "meta_ads", **fields})


def done(layer: Layer, started: dict[str, Any]) -> dict[str, Any]:
    """The job's result, after its time."""
    layer.api.advance(minutes=11)
    job = layer.get(f"/v1/jobs/{started['jobId']}")
    assert job["status"] == "completed"
    result: dict[str, Any] = job["result"]
    return result


def weak_ads(layer: Layer, campaign: str) -> tuple[str, str]:
    """(weak ad, healthy ad) of one ad set, old enough to judge; the numbers come from the platform, so from below."""
    ad = bare(layer.ad(campaign)["adId"])
    other = ad[:-1] + ("0" if ad[-1] != "0" else "1")
    layer.api.sql(
        "insert into sandbox_ad select (jsonb_populate_record(a, jsonb_build_object('id', %s::text))).* "
        "from sandbox_ad a where id = %s",
        other,
        ad,
    )
    layer.api.sql(
        "update sandbox_ad set status = 'active', spend_cents = 9000, created_at = created_at - interval '9 days', "
        "standing = case when id = %s then 'FATIGUED' else 'HEALTHY' end where id in (%s, %s)",
        ad,
        ad,
        other,
    )
    return f"ad_{ad}", f"ad_{other}"


def status_of(layer: Layer, ad: str) -> str:
    rows = layer.get("ads", params={"limit": 200})["items"]
    return next(str(row["status"]) for row in rows if row["adId"] == ad)


class TestOptimizer:
    def test_a_run_dispatches_what_is_approved_before_the_tick(self, layer: Layer) -> None:
        campaign = layer.campaign()
        pending = layer.queued(campaign, 6_100)
        body(layer.write("POST", f"pending/{pending}/approve"), 200)
        started = body(run(layer))
        assert (started["kind"], started["status"]) == ("ads_optimizer_run", "running")
        assert started["locationUrl"] == f"/v1/jobs/{started['jobId']}"
        shown = layer.get(f"optimizer/runs/{started['runId']}")
        assert (shown["status"], shown["dryRun"], shown["finishedAt"]) == ("running", False, None)
        assert layer.action(pending)["status"] == "approved"
        result = done(layer, started)
        assert layer.action(pending)["status"] == "dispatched"
        assert layer.show(campaign)["dailyBudgetCents"] == 6_100
        assert pending in {change["pendingId"] for change in result["changes"]}
        shown = layer.get(f"optimizer/runs/{started['runId']}")
        assert (shown["status"], shown["jobId"]) == ("completed", started["jobId"])
        [event] = [one for one in layer.events("ads.optimizer.run.completed") if one.get("runId") == started["runId"]]
        assert event["changes"] == result["changes"]
        assert not contract.faults(event, {"$ref": "#/components/schemas/WebhookOptimizerRunData"})

    def test_a_dry_run_dispatches_and_changes_nothing(self, layer: Layer) -> None:
        campaign = layer.campaign()
        weak, _ = weak_ads(layer, campaign)
        pending = layer.queued(campaign)
        body(layer.write("POST", f"pending/{pending}/approve"), 200)
        result = done(layer, body(run(layer, dryRun=True)))
        assert {change["disposition"] for change in result["changes"]} == {"logged"}
        assert (layer.action(pending)["status"], status_of(layer, weak)) == ("approved", "active")

    def test_it_proposes_through_the_same_gate(self, layer: Layer) -> None:
        campaign = layer.campaign()
        weak, _ = weak_ads(layer, campaign)
        layer.set_modes(campaign, creative="draft", tactical="draft", structural="draft")
        result = done(layer, body(run(layer)))
        [pause] = [change for change in result["changes"] if change["actionType"] == "pause_ad"]
        assert (pause["entityId"], pause["disposition"]) == (weak, "queued")
        row = layer.action(pause["pendingId"])
        assert (row["actionType"], row["entityId"], row["newValue"]) == ("pause_ad", weak, {"status": "paused"})
        assert status_of(layer, weak) == "active"
        assert len(layer.events("ads.optimizer.action")) == len(result["changes"])

    def test_a_kind_of_write_that_is_switched_off_is_not_proposed(self, layer: Layer) -> None:
        weak_ads(layer, layer.campaign())
        flags = {"budget": False, "creative": False, "lifecycle": False}
        path = f"/v1/layers/{layer.id}/optimizer/write-classes"
        body(layer.call("PATCH", path, json={"writeClasses": flags}), 200)
        assert done(layer, body(run(layer)))["changes"] == []

    def test_a_layer_that_is_not_the_projects_is_404_and_a_wrong_platform_422(self, layer: Layer) -> None:
        strange = new_layer(layer.api)
        assert code(run(layer, layerId=strange.id)) == (404, "NOT_FOUND")
        assert code(run(layer, platform="tiktok_ads")) == (422, "VALIDATION")
        assert code(run(layer, platform="meta")) == (422, "VALIDATION")
        assert code(layer.call("GET", f"optimizer/runs/run_{'0' * 26}")) == (404, "NOT_FOUND")


class TestWorkflows:
    def test_disabling_spares_healthy_ads_and_the_last_of_a_set(self, layer: Layer) -> None:
        weak, healthy = weak_ads(layer, layer.campaign())
        alone = layer.campaign()
        layer.api.sql(
            "update sandbox_ad set status = 'active', spend_cents = 9000, standing = 'CRITICAL', "
            "created_at = created_at - interval '9 days' where id = %s",
            bare(layer.ad(alone)["adId"]),
        )
        sent = {"layerId": layer.id, "dryRun": True}
        preview = body(layer.write("POST", "disable-underperforming", json=sent), 200)
        assert preview == {"dryRun": True, "ads": [{"adId": weak, "classification": "FATIGUED"}]}
        assert status_of(layer, weak) == "active"
        started = body(layer.write("POST", "disable-underperforming", json={"layerId": layer.id}))
        assert started["kind"] == "disable_underperforming"
        assert [change["entityId"] for change in done(layer, started)["changes"]] == [weak]
        assert (status_of(layer, weak), status_of(layer, healthy)) == ("paused", "active")

    def test_each_disable_is_judged_by_the_creative_axis(self, layer: Layer) -> None:
        campaign = layer.campaign()
        weak, _ = weak_ads(layer, campaign)
        layer.set_modes(campaign, creative="off", structural="auto")
        result = done(layer, body(layer.write("POST", "disable-underperforming", json={"layerId": layer.id})))
        assert [change["disposition"] for change in result["changes"]] == ["denied"]
        layer.set_modes(campaign, creative="draft")
        result = done(layer, body(layer.write("POST", "disable-underperforming", json={"layerId": layer.id})))
        assert [change["disposition"] for change in result["changes"]] == ["queued"]
        assert status_of(layer, weak) == "active"

    def test_a_refresh_pushes_the_best_creatives(self, layer: Layer) -> None:
        campaign = layer.campaign()
        _, healthy = weak_ads(layer, campaign)
        creatives = {layer.creative() for _ in range(3)}
        started = body(layer.write("POST", "content-refresh", json={"layerId": layer.id, "maxNewCreatives": 2}))
        assert set(started) == {"jobId", "runId", "kind", "verdictId"}
        result = done(layer, started)
        pushed = [change for change in result["changes"] if change["actionType"] == "push_creative"]
        assert len(pushed) == 2
        active = next(row for row in layer.get("ads")["items"] if row["adId"] == healthy)
        assert active["adsContentId"] is None or active["adsContentId"] in creatives

    @pytest.mark.parametrize("path", ["content-refresh", "disable-underperforming"])
    def test_a_start_is_denied_under_the_kill_switch(self, layer: Layer, path: str) -> None:
        layer.on_layer("trip-kill-switch")
        answer = layer.write("POST", path, json={"layerId": layer.id})
        assert refusal(answer) == (403, "AUTHORITY_DENIED", "kill_switch_active")
        assert code(layer.write("POST", path, json={})) == (422, "VALIDATION")


def test_a_long_advanced_world_keeps_having_work_and_stays_bounded(layer: Layer) -> None:
    layers = [layer, *(new_layer(layer.api, child=layer.child) for _ in range(4))]
    for one in layers:
        for _ in range(3):
            weak_ads(one, one.campaign("draft"))
    for _ in range(10):
        layer.api.advance(days=2)
        queues = [one.get("meta/pending")["items"] for one in layers]
        if any(queues):
            break
    assert any(queues)
    assert all(len(queue) <= 8 and all(row["rationale"] for row in queue) for queue in queues)
