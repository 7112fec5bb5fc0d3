"""What becomes of an approved action: nothing until the six-hour tick, then its effect or a reason."""

from typing import Any

import pytest

from tests.sandbox import contract
from tests.sandbox.ads import Layer, body, new_layer
from tests.sandbox.api import Api, code


@pytest.fixture
def layer(time_travel: Api) -> Layer:
    made = new_layer(time_travel)
    made.listen()
    return made


def approve(layer: Layer, pending: str) -> Any:
    return body(layer.write("POST", f"pending/{pending}/approve"), 200)


class TestTheTick:
    def test_an_approved_budget_reaches_the_campaign_at_the_tick_and_not_before(self, layer: Layer) -> None:
        campaign = layer.campaign()
        pending = layer.queued(campaign, 6_100)
        assert approve(layer, pending)["dispatched"] is False
        assert (layer.show(campaign)["dailyBudgetCents"], layer.action(pending)["status"]) == (5_000, "approved")
        layer.to_tick()
        row = layer.action(pending)
        assert (layer.show(campaign)["dailyBudgetCents"], row["status"]) == (6_100, "dispatched")
        assert (row["dispatchFailureReason"], row["dispatchedAt"][14:19]) == (None, "00:00")
        [event] = layer.events("approval.dispatched")
        assert (event["pendingId"], event["dispatchedAt"]) == (pending, row["dispatchedAt"])
        assert not contract.faults(event, {"$ref": "#/components/schemas/WebhookApprovalDispatchData"})
        assert code(layer.write("POST", f"pending/{pending}/reject", json={"reason": "late"})) == (409, "CONFLICT")

    def test_a_rejected_one_has_no_effect_ever(self, layer: Layer) -> None:
        campaign = layer.campaign()
        pending = layer.queued(campaign)
        body(layer.write("POST", f"pending/{pending}/reject", json={"reason": "Too much."}), 200)
        layer.to_tick()
        assert (layer.show(campaign)["dailyBudgetCents"], layer.action(pending)["status"]) == (5_000, "rejected")

    def test_an_approved_one_does_not_expire_and_a_waiting_one_does(self, layer: Layer) -> None:
        campaign = layer.campaign()
        waiting, approved = layer.queued(campaign, 6_200), layer.queued(campaign, 6_300)
        approve(layer, approved)
        layer.api.advance(days=7, seconds=1)
        assert (layer.action(waiting)["status"], layer.action(approved)["status"]) == ("rejected", "dispatched")
        assert code(layer.write("POST", f"pending/{waiting}/approve")) == (409, "CONFLICT")

    def test_a_campaign_that_waited_is_made_under_the_id_it_was_promised(self, layer: Layer) -> None:
        layer.set_modes(structural="draft")
        sent = {
            "adAccountId": layer.account,
            "name": "Later",
            "outcome": "traffic",
            "dailyBudgetCents": 2_500,
            "campaignManagementMode": "draft",
            "creativeMode": "manual",
        }
        pending = body(layer.write("POST", "campaigns", json=sent))["pendingId"]
        approve(layer, pending)
        layer.to_tick()
        made = layer.show(layer.action(pending)["entityId"])
        assert (made["name"], made["dailyBudgetCents"], made["status"]) == ("Later", 2_500, "active")
        authority = layer.get(f"meta/campaigns/{made['campaignId']}/authority")
        assert authority["authority"] == {"creative": "off", "tactical": "draft", "structural": "draft"}
        assert authority["source"] == "per_campaign"

    def test_a_suspended_customers_work_is_held_until_it_is_resumed(self, layer: Layer) -> None:
        campaign = layer.campaign()
        pending = layer.queued(campaign, 6_400)
        approve(layer, pending)
        body(layer.api.post(f"/v1/organizations/{layer.child}/suspend"), 200)
        layer.to_tick()
        assert layer.action(pending)["status"] == "approved"
        body(layer.api.post(f"/v1/organizations/{layer.child}/resume"), 200)
        layer.to_tick()
        assert layer.action(pending)["status"] == "dispatched"


class TestEveryKindOfChange:
    def test_what_waits_has_its_effect_on_what_it_is_about(self, layer: Layer) -> None:
        campaign = layer.campaign()
        ad_set, ad = layer.ad_set(campaign)["adsetId"], layer.ad(campaign)["adId"]
        first, second = layer.creative(), layer.creative()
        body(layer.write("POST", f"ads/{ad}/creative", json={"adsContentId": first}))
        layer.pass_reviews()
        layer.set_modes(campaign, creative="draft", tactical="draft", structural="draft")
        end = "2098-07-31T22:00:00Z"
        queued = [
            layer.write("PUT", f"ads/{ad}/creative", json={"adsContentId": second}),
            layer.write("PATCH", f"adsets/{ad_set}/targeting", json={"geo": ["PT"]}),
            layer.write("PATCH", f"adsets/{ad_set}/schedule", json={"endTime": end}),
            layer.write("POST", f"adsets/{ad_set}/pause"),
            layer.write("POST", f"ads/{ad}/pause"),
            layer.write("POST", f"campaigns/{campaign}/pause"),
        ]
        waiting = [
            pending for answer in queued for pending in body(answer).get("pendingIds", [answer.json()["pendingId"]])
        ]
        assert len(waiting) == 7
        for pending in waiting:
            approve(layer, pending)
        layer.to_tick()
        assert {layer.action(pending)["status"] for pending in waiting} == {"dispatched"}
        shown = layer.ad_set(campaign)
        assert (shown["targetingSummary"]["geo"], shown["endTime"][:10], shown["status"]) == (
            ["PT"],
            end[:10],
            "paused",
        )
        assert (layer.ad(campaign)["adsContentId"], layer.ad(campaign)["status"]) == (second, "paused")
        assert layer.show(campaign)["status"] == "paused"

    def test_a_half_of_a_replace_that_would_empty_the_ad_fails(self, layer: Layer) -> None:
        campaign = layer.campaign()
        ad, old = layer.ad(campaign)["adId"], layer.creative()
        body(layer.write("POST", f"ads/{ad}/creative", json={"adsContentId": old}))
        layer.set_modes(campaign, creative="draft")
        add, remove = body(layer.write("PUT", f"ads/{ad}/creative", json={"adsContentId": layer.creative()}))[
            "pendingIds"
        ]
        body(layer.write("POST", f"pending/{add}/reject", json={"reason": "Not that one."}), 200)
        approve(layer, remove)
        layer.to_tick()
        assert layer.action(remove)["status"] == "dispatch_failed"
        assert layer.ad(campaign)["adsContentId"] == old

    def test_keywords_wait_in_bulk(self, time_travel: Api) -> None:
        layer = new_layer(time_travel, "apple")
        campaign = layer.campaign()
        path = f"apple/adgroups/{layer.ad_set(campaign)['adsetId']}/keywords"
        layer.set_modes(campaign, creative="draft")
        words = [{"text": f"tea {number}", "matchType": "exact", "bidAmountCents": 90} for number in range(3)]
        approve(layer, body(layer.call("POST", path, json={"keywords": words}))["pendingId"])
        layer.to_tick()
        layer.set_modes(campaign, creative="auto")
        again = body(layer.call("POST", path, json={"keywords": words}))["results"]
        assert {row["status"] for row in again} == {"failed"}


class TestFailures:
    def failed(self, layer: Layer, pending: str, campaign: str) -> str:
        """The reason, after the tick."""
        layer.to_tick()
        row = layer.action(pending)
        assert (row["status"], row["dispatchedAt"]) == ("dispatch_failed", None)
        assert layer.show(campaign)["dailyBudgetCents"] == 5_000
        [event] = layer.events("approval.dispatch_failed")
        assert event["dispatchFailureReason"] == row["dispatchFailureReason"]
        layer.to_tick()
        assert layer.action(pending)["status"] == "dispatch_failed"
        reason: str = row["dispatchFailureReason"]
        return reason

    @pytest.fixture
    def approved(self, layer: Layer) -> tuple[Layer, str, str]:
        campaign = layer.campaign()
        pending = layer.queued(campaign)
        approve(layer, pending)
        return layer, pending, campaign

    def test_the_kill_switch_is_looked_at_again(self, approved: tuple[Layer, str, str]) -> None:
        layer, pending, campaign = approved
        layer.on_layer("trip-kill-switch")
        assert "kill switch" in self.failed(layer, pending, campaign)

    def test_deciding_under_the_kill_switch_is_allowed(self, layer: Layer) -> None:
        campaign = layer.campaign()
        pending = layer.queued(campaign)
        layer.on_layer("trip-kill-switch")
        assert approve(layer, pending)["status"] == "approved"
        layer.on_layer("release-kill-switch")
        layer.to_tick()
        assert layer.action(pending)["status"] == "dispatched"

    def test_what_was_deleted_meanwhile_takes_no_change(self, approved: tuple[Layer, str, str]) -> None:
        layer, pending, campaign = approved
        body(layer.write("DELETE", f"campaigns/{campaign}"))
        assert "deleted" in self.failed(layer, pending, campaign)

    def test_an_account_that_was_taken_away_fails_it(self, approved: tuple[Layer, str, str]) -> None:
        layer, pending, campaign = approved
        layer.deed("disconnect-account", adAccountId=layer.account)
        assert "token" in self.failed(layer, pending, campaign)

    def test_a_fault_fails_it_with_its_reason(self, approved: tuple[Layer, str, str]) -> None:
        layer, pending, campaign = approved
        layer.api.control("faults", kind="dispatch_fails", pattern="meta", count=1, options={"reason": "Under review."})
        assert self.failed(layer, pending, campaign) == "Under review."


def test_the_platforms_look_at_new_creatives_by_themselves(layer: Layer) -> None:
    quiet = {"writeClasses": {"creative": False}}
    body(layer.call("PATCH", f"/v1/layers/{layer.id}/optimizer/write-classes", json=quiet), 200)
    for campaign in [layer.campaign() for _ in range(6)]:
        ad = layer.ad(campaign)["adId"]
        body(layer.write("POST", f"ads/{ad}/creative", json={"adsContentId": layer.creative()}))
    layer.api.advance(hours=9)
    reviews = layer.get("meta/reviews")["items"]
    assert len(reviews) == 6
    assert {row["status"] for row in reviews} <= {"approved", "disapproved"}
    assert all(row["decidedAt"] > row["submittedAt"] for row in reviews)
    told = [*layer.events("approval.approved"), *layer.events("approval.disapproved")]
    assert {event["reviewId"] for event in told} == {row["reviewId"] for row in reviews}
    for event in told:
        assert not contract.faults(event, {"$ref": "#/components/schemas/WebhookAdReviewData"})
    status = {"approved": "active", "disapproved": "rejected"}
    for row in reviews:
        ads = layer.get("ads", params={"adsContentId": row["adsContentId"]})["items"]
        assert [ad["status"] for ad in ads] == [status[row["status"]]]
