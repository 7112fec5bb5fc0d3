"""Creatives of an ad, the lock on a flagged one, and Apple's keywords."""

from typing import Any

import pytest

from tests.sandbox.ads import Layer, body, new_layer, refusal
from tests.sandbox.api import Api, bare, code


@pytest.fixture(scope="module")
def layer(api: Api) -> Layer:
    made = new_layer(api)
    made.listen()
    return made


@pytest.fixture
def ad(layer: Layer) -> tuple[str, str]:
    """(campaign, ad) of a new campaign, its ad still without a creative."""
    campaign = layer.campaign()
    return campaign, layer.ad(campaign)["adId"]


def push(layer: Layer, ad: str, creative: str, **more: Any) -> Any:
    return layer.write("POST", f"ads/{ad}/creative", json={"adsContentId": creative, **more})


def prune(layer: Layer, ad: str, creative: str) -> Any:
    return layer.write("DELETE", f"ads/{ad}/creative", json={"adsContentId": creative})


def shows(layer: Layer, ad: str, creative: str) -> bool:
    return ad in {row["adId"] for row in layer.get("ads", params={"adsContentId": creative})["items"]}


class TestRotation:
    def test_push_adds_replace_swaps_prune_removes(self, layer: Layer, ad: tuple[str, str]) -> None:
        campaign, one = ad
        first, second, third = (layer.creative() for _ in range(3))
        body(push(layer, one, first, caption="New season."))
        body(push(layer, one, second))
        assert layer.ad(campaign)["adsContentId"] == second
        assert shows(layer, one, first)
        body(layer.write("PUT", f"ads/{one}/creative", json={"adsContentId": third}))
        assert (shows(layer, one, first), shows(layer, one, second), shows(layer, one, third)) == (True, False, True)
        body(prune(layer, one, third))
        assert layer.ad(campaign)["adsContentId"] == first

    def test_an_ad_keeps_its_last_creative(self, layer: Layer, ad: tuple[str, str]) -> None:
        campaign, one = ad
        only = layer.creative()
        body(push(layer, one, only))
        for mode in ("auto", "draft"):
            layer.set_modes(campaign, creative=mode)
            answer = prune(layer, one, only)
            assert code(answer) == (409, "WOULD_LEAVE_AD_EMPTY")
            verdict = answer.json()["error"]["details"]["verdictId"]
            [data] = [data for data in layer.verdicts() if data["verdictId"] == verdict]
            assert (data["decision"], data["reason"]) == ("deny", "would_leave_ad_empty")
        layer.set_modes(campaign, creative="off")
        assert refusal(prune(layer, one, only)) == (403, "AUTHORITY_DENIED", "authority_axis_off")

    def test_a_replace_on_draft_waits_as_two_each_for_itself(self, layer: Layer, ad: tuple[str, str]) -> None:
        campaign, one = ad
        old, new = layer.creative(), layer.creative()
        body(push(layer, one, old))
        layer.set_modes(campaign, creative="draft")
        done = body(layer.write("PUT", f"ads/{one}/creative", json={"adsContentId": new}))
        assert (len(done["pendingIds"]), done["pendingId"]) == (2, done["pendingIds"][0])
        add, remove = (layer.action(pending) for pending in done["pendingIds"])
        assert {add["actionType"], remove["actionType"]} == {"replace_creative"}
        assert (add["newValue"], remove["currentValue"]) == ({"adsContentId": new}, {"adsContentId": old})
        body(layer.write("POST", f"pending/{remove['pendingId']}/reject", json={"reason": "Keep both."}), 200)
        assert layer.action(add["pendingId"])["status"] == "pending"

    def test_unknown_creatives_and_ads_are_404(self, api: Api, layer: Layer, ad: tuple[str, str]) -> None:
        _, one = ad
        strange = new_layer(api).creative()
        assert code(push(layer, one, strange)) == (404, "NOT_FOUND")
        assert code(push(layer, f"ad_{'0' * 26}", layer.creative())) == (404, "NOT_FOUND")
        assert code(prune(layer, one, layer.creative())) == (404, "NOT_FOUND")
        assert code(push(layer, one, "cnt_1")) == (422, "VALIDATION")

    def test_every_new_creative_goes_to_the_platforms_review(self, layer: Layer, ad: tuple[str, str]) -> None:
        campaign, one = ad
        creative = layer.creative()
        assert layer.ad(campaign)["status"] == "in_review"
        body(push(layer, one, creative))
        rows = layer.get("meta/reviews", params={"status": "pending_review"})["items"]
        [row] = [row for row in rows if row["adsContentId"] == creative]
        assert (row["adId"], row["platform"], row["decidedAt"]) == (one, "meta", None)
        layer.deed("decide-review", reviewId=row["reviewId"], approved=True)
        assert layer.ad(campaign)["status"] == "active"
        [event] = [event for event in layer.events("approval.approved") if event["reviewId"] == row["reviewId"]]
        assert (event["adId"], event["status"]) == (one, "approved")
        assert code(layer.call("GET", "meta/reviews", params={"cursor": "forged"})) == (422, "VALIDATION")


class TestFlags:
    def test_a_flagged_creative_is_locked_until_it_is_unlocked(self, layer: Layer, ad: tuple[str, str]) -> None:
        campaign, one = ad
        creative = layer.creative()
        container = f"cnt_{bare(creative)}"
        layer.on_layer("flag-creative", containerId=container, reason="A competitor's name.")
        [flagged] = [row for row in layer.events("ads.creative.flagged") if row["adsContentId"] == creative]
        assert flagged["flagged_reason"] == "A competitor's name."
        for mode in ("auto", "draft"):
            layer.set_modes(campaign, creative=mode)
            answer = push(layer, one, creative)
            assert code(answer) == (409, "CREATIVE_FLAGGED")
            assert answer.json()["error"]["details"]["flagged_reason"] == "A competitor's name."
        path = f"creatives/{creative}/unlock"
        done = body(layer.write("POST", path, json={"comment": "Music replaced."}), 200)
        assert (done["adsContentId"], bool(done["unlockedAt"])) == (creative, True)
        [row] = [row for row in layer.verdicts() if row["verdictId"] == done["verdictId"]]
        assert row["comment"] == "Music replaced."
        assert creative in {event["adsContentId"] for event in layer.events("ads.creative.unlocked")}
        assert code(layer.write("POST", path)) == (404, "NOT_FOUND")
        layer.set_modes(campaign, creative="auto")
        assert push(layer, one, creative).status_code == 202


@pytest.fixture(scope="module")
def apple(api: Api) -> tuple[Layer, str, str]:
    """(layer, campaign, path of its keywords)."""
    layer = new_layer(api, "apple")
    campaign = layer.campaign()
    return layer, campaign, f"apple/adgroups/{layer.ad_set(campaign)['adsetId']}/keywords"


class TestKeywords:
    def test_each_has_its_own_outcome(self, apple: tuple[Layer, str, str]) -> None:
        layer, _, path = apple
        word = {"text": "loose leaf tea", "matchType": "exact", "bidAmountCents": 120}
        done = body(layer.call("POST", path, json={"keywords": [word, {**word, "text": "Loose Leaf Tea "}]}))
        assert [row["status"] for row in done["results"]] == ["added", "failed"]
        keyword = done["results"][0]["keywordId"]
        unknown = f"kw_{'0' * 26}"
        changes = [{"keywordId": keyword, "bidAmountCents": 140}, {"keywordId": unknown, "status": "paused"}]
        done = body(layer.call("PUT", path, json={"keywords": changes}))
        assert [row["status"] for row in done["results"]] == ["updated", "failed"]
        done = body(layer.call("DELETE", path, json={"keywordIds": [keyword, keyword]}))
        assert [row["status"] for row in done["results"]] == ["removed", "failed"]
        assert body(layer.call("POST", path, json={"keywords": [word]}))["results"][0]["status"] == "added"

    def test_a_bulk_on_draft_is_one_action_without_outcomes(self, apple: tuple[Layer, str, str]) -> None:
        layer, campaign, path = apple
        layer.set_modes(campaign, creative="draft")
        words = [{"text": f"word {number}", "matchType": "broad", "bidAmountCents": 90} for number in range(200)]
        done = body(layer.call("POST", path, json={"keywords": words}))
        assert (done["status"], "results" in done) == ("pending", False)
        assert layer.action(done["pendingId"])["actionType"] == "add_keywords"
        layer.set_modes(campaign, creative="off")
        assert refusal(layer.call("POST", path, json={"keywords": words}))[2] == "authority_axis_off"
        layer.set_modes(campaign, creative="auto")

    @pytest.mark.parametrize(
        ("method", "sent"),
        [
            ("POST", {"keywords": []}),
            ("POST", {"keywords": [{"text": "a", "matchType": "exact", "bidAmountCents": 1}] * 201}),
            ("POST", {"keywords": [{"text": " ", "matchType": "exact", "bidAmountCents": 1}]}),
            ("POST", {"keywords": [{"text": "a", "matchType": "phrase", "bidAmountCents": 1}]}),
            ("PUT", {"keywords": [{"keywordId": "kw_1"}]}),
            ("DELETE", {"keywordIds": []}),
        ],
    )
    def test_a_bad_bulk_is_422(self, apple: tuple[Layer, str, str], method: str, sent: dict[str, Any]) -> None:
        layer, _, path = apple
        assert code(layer.call(method, path, json=sent)) == (422, "VALIDATION")
