"""Campaigns and ad sets: the short create, budgets, schedules, audiences, and a life that ends softly."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.ads import DAILY, Layer, body, new_layer, refusal
from tests.sandbox.api import Api, code


def soon(**ahead: float) -> str:
    return f"{datetime.now(UTC) + timedelta(**ahead):%Y-%m-%dT%H:%M:%S}Z"


@pytest.fixture(scope="module", params=["meta", "tiktok", "apple"])
def layer(api: Api, request: pytest.FixtureRequest) -> Layer:
    return new_layer(api, request.param)


@pytest.fixture(scope="module")
def meta(api: Api) -> Layer:
    return new_layer(api)


def create(layer: Layer, **fields: Any) -> Any:
    body = {
        "adAccountId": layer.account,
        "name": "Summer samples",
        "outcome": "traffic",
        "dailyBudgetCents": 2_500,
        "campaignManagementMode": "draft",
        "creativeMode": "autopilot",
    } | fields
    sent = {name: value for name, value in body.items() if value is not ...}
    return layer.write("POST", "campaigns", json=sent)


class TestCreate:
    def test_it_is_there_at_once_with_its_authority_pinned_from_the_two_modes(self, layer: Layer) -> None:
        done = body(create(layer))
        assert (done["decision"], done["status"]) == ("allow", "completed")
        shown = layer.show(done["campaignId"])
        assert (shown["name"], shown["objective"], shown["dailyBudgetCents"], shown["status"]) == (
            "Summer samples",
            "traffic",
            2_500,
            "active",
        )
        assert (shown["adAccountId"], shown["platform"]) == (layer.account, f"{layer.platform}_ads")
        assert shown["budgetMode"] == ("CBO" if layer.platform == "meta" else None)
        authority = layer.get(f"{layer.platform}/campaigns/{done['campaignId']}/authority")
        assert authority["authority"] == {"creative": "auto", "tactical": "draft", "structural": "draft"}
        assert (authority["source"], authority["lastModifiedBy"]["actorType"]) == ("per_campaign", "partner")
        assert layer.ad_set(done["campaignId"])["targetingSummary"]["geo"]
        ads = layer.get("ads", params={"campaignId": done["campaignId"]})["items"]
        assert len(ads) == (0 if layer.platform == "apple" else 1)

    def test_what_is_sent_beats_the_usual(self, meta: Layer) -> None:
        dayparts = [{"dayOfWeek": 1, "startMinute": 480, "endMinute": 1080}]
        made = create(
            meta,
            endTime=soon(days=9),
            bidStrategy={"type": "cost_cap", "amountCents": 900},
            targeting={"geo": ["DE"], "age": {"min": 21}},
            schedule={"dayparts": dayparts},
        )
        ad_set = meta.ad_set(body(made)["campaignId"])
        assert (ad_set["targetingSummary"]["geo"], ad_set["targetingSummary"]["age"]) == (["DE"], {"min": 21})
        assert ad_set["endTime"] is not None

    @pytest.mark.parametrize(
        ("fields", "path"),
        [
            *(({name: ...}, name) for name in ("adAccountId", "name", "outcome", "creativeMode")),
            ({"campaignManagementMode": ...}, "campaignManagementMode"),
            ({"dailyBudgetCents": ...}, "dailyBudgetCents"),
            ({"lifetimeBudgetCents": 90_000}, "dailyBudgetCents"),
            ({"dailyBudgetCents": 99}, "dailyBudgetCents"),
            ({"name": ""}, "name"),
            ({"name": "x" * 129}, "name"),
            ({"outcome": "fame"}, "outcome"),
            ({"creativeMode": "auto"}, "creativeMode"),
            ({"id": "cmp_01J0AAAAAAAAAAAAAAAAAAAAAA"}, "id"),
            ({"endTime": "2020-01-01T00:00:00Z"}, "endTime"),
            ({"endTime": "2099-01-01T00:00:00+00:00"}, "endTime"),
            ({"startTime": "2099-01-02T00:00:00Z", "endTime": "2099-01-01T00:00:00Z"}, "endTime"),
            ({"targeting": {}}, "targeting"),
            ({"targeting": {"geo": ["de"]}}, "targeting.geo[0]"),
        ],
    )
    def test_what_does_not_fit_is_422(self, meta: Layer, fields: dict[str, Any], path: str) -> None:
        answer = create(meta, **fields)
        assert code(answer) == (422, "VALIDATION")
        assert answer.json()["error"]["details"]["issues"][0]["path"] == path

    def test_tiktok_wants_an_end_with_a_lifetime_budget(self, api: Api) -> None:
        layer = new_layer(api, "tiktok")
        whole = {"dailyBudgetCents": ..., "lifetimeBudgetCents": 90_000}
        assert code(create(layer, **whole)) == (422, "VALIDATION")
        made = body(create(layer, **whole, endTime=soon(days=30)))
        assert layer.show(made["campaignId"])["lifetimeBudgetCents"] == 90_000

    def test_an_account_of_somebody_else_is_404(self, api: Api, meta: Layer) -> None:
        other = new_layer(api)
        assert code(create(meta, adAccountId=other.account)) == (404, "NOT_FOUND")
        assert code(create(meta, adAccountId="anything")) == (404, "NOT_FOUND")

    def test_a_draft_default_queues_it_and_nothing_is_made(self, api: Api) -> None:
        layer = new_layer(api)
        layer.set_modes(structural="draft")
        done = body(create(layer))
        row = layer.action(done["pendingId"])
        assert (row["actionType"], row["entityName"]) == ("create_campaign", "Summer samples")
        assert code(layer.write("GET", f"campaigns/{row['entityId']}")) == (404, "NOT_FOUND")
        assert layer.get("campaigns")["items"] == []

    def test_modes_above_the_layers_defaults_are_an_escalation(self, api: Api) -> None:
        layer = new_layer(api)
        layer.set_modes(creative="draft")
        answer = create(layer)
        assert refusal(answer) == (403, "AUTHORITY_DENIED", "authority_escalation")
        assert body(create(layer, creativeMode="draft"))["decision"] == "allow"

    def test_a_manual_campaign_denies_every_later_write_its_delete_too(self, meta: Layer) -> None:
        campaign = meta.campaign("manual")
        for answer in (
            meta.write("PATCH", f"campaigns/{campaign}/budget", json=DAILY),
            meta.write("POST", f"campaigns/{campaign}/pause"),
            meta.write("DELETE", f"campaigns/{campaign}"),
        ):
            assert refusal(answer) == (403, "AUTHORITY_DENIED", "authority_axis_off")


class TestLifecycle:
    def test_pause_resume_and_a_soft_delete(self, layer: Layer) -> None:
        campaign = layer.campaign()
        for verb, status in (("pause", "paused"), ("resume", "active")):
            body(layer.write("POST", f"campaigns/{campaign}/{verb}"))
            assert layer.show(campaign)["status"] == status
        answered = body(layer.write("DELETE", f"campaigns/{campaign}"))["platformResponse"]
        gone = {"meta": "DELETED", "tiktok": "DELETE", "apple": "REMOVED"}
        assert gone[layer.platform] in answered.values()
        listed = layer.get("campaigns", params={"status": "deleted", "limit": 200})["items"]
        assert campaign in {row["campaignId"] for row in listed}

    def test_ad_sets_are_judged_by_their_campaign(self, layer: Layer) -> None:
        campaign = layer.campaign()
        ad_set = layer.ad_set(campaign)["adsetId"]
        for verb, status in (("pause", "paused"), ("resume", "active")):
            body(layer.write("POST", f"adsets/{ad_set}/{verb}"))
            assert layer.ad_set(campaign)["status"] == status
        layer.set_modes(campaign, structural="draft")
        assert body(layer.write("DELETE", f"adsets/{ad_set}"))["status"] == "pending"
        layer.set_modes(campaign, structural="off")
        assert refusal(layer.write("DELETE", f"adsets/{ad_set}"))[2] == "authority_axis_off"
        assert layer.ad_set(campaign)["status"] == "active"


@pytest.fixture(scope="module")
def campaign(api: Api) -> tuple[Layer, str, str]:
    """(layer, campaign, ad set)."""
    layer = new_layer(api, "tiktok")
    made = layer.campaign()
    return layer, made, layer.ad_set(made)["adsetId"]


class TestAdSets:
    def test_an_audience_changes_in_parts(self, campaign: tuple[Layer, str, str]) -> None:
        layer, made, ad_set = campaign
        body(layer.write("PATCH", f"adsets/{ad_set}/targeting", json={"geo": ["PT"], "age": {"min": 21, "max": 45}}))
        body(layer.write("PATCH", f"adsets/{ad_set}/targeting", json={"genders": ["female"]}))
        shown = layer.ad_set(made)["targetingSummary"]
        assert (shown["geo"], shown["age"], shown["genders"]) == (["PT"], {"min": 21, "max": 45}, ["female"])

    def test_targeting_is_tactical_though_its_scope_is_creative(self, campaign: tuple[Layer, str, str]) -> None:
        layer, made, ad_set = campaign
        layer.set_modes(made, creative="off", tactical="auto")
        assert layer.write("PATCH", f"adsets/{ad_set}/targeting", json={"geo": ["ES"]}).status_code == 202
        layer.set_modes(made, creative="auto", tactical="off")
        answer = layer.write("PATCH", f"adsets/{ad_set}/targeting", json={"geo": ["FR"]})
        assert refusal(answer)[2] == "authority_axis_off"
        layer.set_modes(made, tactical="auto")

    @pytest.mark.parametrize(
        "sent",
        [
            {},
            {"geo": ["Portugal"]},
            {"age": {"min": 50, "max": 20}},
            {"genders": ["other"]},
            {"placements": [1]},
            {"geo": None},
        ],
    )
    def test_a_bad_audience_is_422(self, campaign: tuple[Layer, str, str], sent: dict[str, Any]) -> None:
        layer, _, ad_set = campaign
        assert code(layer.write("PATCH", f"adsets/{ad_set}/targeting", json=sent)) == (422, "VALIDATION")

    def test_a_schedule_is_a_window_and_parts_of_days(self, campaign: tuple[Layer, str, str]) -> None:
        layer, made, ad_set = campaign
        end = soon(days=20)
        parts = [{"dayOfWeek": 1, "startMinute": 480, "endMinute": 1080}]
        body(layer.write("PATCH", f"adsets/{ad_set}/schedule", json={"endTime": end, "dayparts": parts}))
        assert layer.ad_set(made)["endTime"] == end.replace("Z", ".000Z")

    @pytest.mark.parametrize(
        "sent",
        [
            {},
            {"endTime": "2020-01-01T00:00:00Z"},
            {"startTime": "2099-01-02T00:00:00Z", "endTime": "2099-01-01T00:00:00Z"},
            {"startTime": "tomorrow"},
            {"dayparts": [{"dayOfWeek": 7, "startMinute": 0, "endMinute": 10}]},
            {"dayparts": [{"dayOfWeek": 1, "startMinute": 600, "endMinute": 600}]},
            {"dayparts": [{"dayOfWeek": 1, "startMinute": 0}]},
        ],
    )
    def test_a_bad_schedule_is_422(self, campaign: tuple[Layer, str, str], sent: dict[str, Any]) -> None:
        layer, _, ad_set = campaign
        assert code(layer.write("PATCH", f"adsets/{ad_set}/schedule", json=sent)) == (422, "VALIDATION")

    def test_an_ad_set_budget_outside_a_budget_campaign_changes(self, campaign: tuple[Layer, str, str]) -> None:
        layer, made, ad_set = campaign
        body(layer.write("PATCH", f"adsets/{ad_set}/budget", json={"lifetimeBudgetCents": 90_000}))
        shown = layer.ad_set(made)
        assert (shown["dailyBudgetCents"], shown["lifetimeBudgetCents"]) == (None, 90_000)


class TestLists:
    def test_they_filter_and_forgive_a_forged_cursor(self, meta: Layer) -> None:
        campaigns = [meta.campaign() for _ in range(3)]
        for name in ("campaigns", "adsets", "ads"):
            everything = meta.get(name, params={"limit": 200})["items"]
            assert meta.get(name, params={"limit": 200, "cursor": "forged"})["items"] == everything
            paged = meta.api.all(f"{meta.ads}/{name}", child=meta.child, params={"limit": 2})
            assert paged == everything
            assert meta.get(name, params={"platforms": "tiktok_ads"})["items"] == []
            assert meta.get(name, params={"adAccountId": meta.account, "limit": 200})["items"] == everything
            assert meta.get(name, params={"adAccountId": "nobody"})["items"] == []
            assert code(meta.call("GET", name, params={"status": "gone"})) == (422, "VALIDATION")
        for name in ("adsets", "ads"):
            rows = meta.get(name, params={"campaignId": campaigns[0]})["items"]
            assert {row["campaignId"] for row in rows} == {campaigns[0]}
        ad_set = meta.ad_set(campaigns[1])["adsetId"]
        assert {row["adsetId"] for row in meta.get("ads", params={"adsetId": ad_set})["items"]} == {ad_set}

    def test_there_is_no_path_to_a_single_ad_on_apple(self, api: Api) -> None:
        layer = new_layer(api, "apple")
        ad = f"ad_{'0' * 26}"
        for method, path in (("DELETE", ""), ("POST", "/pause"), ("POST", "/creative"), ("PUT", "/creative")):
            answer = layer.write(method, f"ads/{ad}{path}", json={"adsContentId": layer.creative()})
            assert code(answer) == (404, "NOT_FOUND")
        assert layer.get("ads", params={"platforms": "apple_ads"})["items"] == []

    @pytest.mark.parametrize("path", ["campaigns/{}/archive", "adsets", "ads", "kill-switch", "campaigns/{}"])
    def test_what_no_page_documents_is_not_there(self, meta: Layer, path: str) -> None:
        campaign = meta.campaign()
        answer = meta.write("PATCH" if path == "campaigns/{}" else "POST", path.format(campaign), json={"name": "x"})
        assert answer.status_code in {404, 405}
