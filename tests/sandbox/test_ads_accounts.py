"""Ad accounts: connecting one, losing it, and everything only the customer or a platform can do."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.sandbox import contract
from tests.sandbox.ads import Layer, body, new_layer, refusal
from tests.sandbox.api import READER_KEY, Api, bare, code, derived_key
from tests.sandbox.making import new_child, new_project

BACK = "https://partner.example.com/customers/acme/ads/connected"


@pytest.fixture
def layer(api: Api) -> Layer:
    made = new_layer(api)
    made.listen()
    return made


def oauth(api: Api, child: str, project: str, **fields: Any) -> httpx.Response:
    sent = {"platform": "meta_ads", "returnUrl": BACK, **fields}
    path = f"/v1/projects/{project}/ads/ad-accounts/oauth-url"
    return api.post(path, child=child, json={name: value for name, value in sent.items() if value is not ...})


def answered(api: Api, url: str, word: str) -> dict[str, list[str]]:
    """Where the customer ends up after saying `word` on the platform's page."""
    answer = api.client.post(urlsplit(url).path, data={"answer": word}, follow_redirects=False)
    assert answer.status_code == 302
    there = urlsplit(answer.headers["Location"])
    assert there.geturl().startswith(BACK)
    return parse_qs(there.query)


class TestConnecting:
    @pytest.fixture
    def place(self, api: Api) -> tuple[str, str]:
        child = new_child(api)
        return child, new_project(api, child, appDescription=None)

    def test_the_customer_agrees_and_the_account_is_listed(self, api: Api, place: tuple[str, str]) -> None:
        child, project = place
        made = body(oauth(api, child, project, state="req-77"), 200)
        page = api.client.get(urlsplit(made["url"]).path)
        assert (page.status_code, "Acme Coffee" in page.text) == (200, True)
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        back = answered(api, made["url"], "allow")
        assert (back["status"], back["state"]) == (["connected"], ["req-77"])
        [row] = api.body(f"/v1/projects/{project}/ads/ad-accounts", child=child)["items"]
        assert (row["adAccountId"], row["platform"], row["tokenStatus"]) == (back["accountId"][0], "meta_ads", "valid")
        assert row["externalId"].startswith("act_")
        defaults = api.body(f"/v1/projects/{project}/ads/meta/defaults", child=child)
        assert defaults["defaults"] == {"creative": "draft", "tactical": "draft", "structural": "draft"}

    def test_the_older_name_of_the_way_back_counts_where_the_newer_is_not_sent(
        self, api: Api, place: tuple[str, str]
    ) -> None:
        url = body(oauth(api, *place, returnUrl=..., redirectUrl=BACK), 200)["url"]
        answered(api, url, "allow")
        url = body(oauth(api, *place, redirectUrl="https://elsewhere.org/"), 200)["url"]
        answered(api, url, "allow")

    def test_it_works_once(self, api: Api, place: tuple[str, str]) -> None:
        child, project = place
        url = body(oauth(api, child, project), 200)["url"]
        answered(api, url, "allow")
        answered(api, url, "allow")
        assert len(api.body(f"/v1/projects/{project}/ads/ad-accounts", child=child)["items"]) == 1

    def test_a_refusal_leads_back_and_connects_nothing(self, api: Api, place: tuple[str, str]) -> None:
        child, project = place
        url = body(oauth(api, child, project), 200)["url"]
        assert answered(api, url, "refuse") == {"status": ["error"]}
        assert api.body(f"/v1/projects/{project}/ads/ad-accounts", child=child)["items"] == []
        assert api.client.get(urlsplit(url).path).status_code == 410

    def test_it_dies_after_ten_minutes(self, time_travel: Api) -> None:
        child = new_child(time_travel)
        project = new_project(time_travel, child, appDescription=None)
        url = body(oauth(time_travel, child, project), 200)["url"]
        time_travel.advance(minutes=10, seconds=1)
        assert answered(time_travel, url, "allow") == {"status": ["error"]}

    def test_a_test_key_connects_at_once(self, api: Api) -> None:
        project = new_project(api, appDescription=None)
        path = f"/v1/projects/{project}/ads/ad-accounts"
        sent = {"platform": "apple_ads", "returnUrl": BACK}
        test = derived_key("sandbox", "test")
        made = body(api.post(f"{path}/oauth-url", key=test, json=sent), 200)
        [row] = api.body(path)["items"]
        went = api.client.get(urlsplit(made["url"]).path, follow_redirects=False)
        assert parse_qs(urlsplit(went.headers["Location"]).query)["accountId"] == [row["adAccountId"]]

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"platform": "meta"}, (422, "VALIDATION")),
            ({"returnUrl": ...}, (422, "VALIDATION")),
            ({"returnUrl": "http://partner.example.com/"}, (422, "VALIDATION")),
            ({"returnUrl": "https://elsewhere.org/"}, (403, "RETURN_URL_NOT_ALLOWED")),
            ({"returnUrl": ..., "redirectUrl": "https://elsewhere.org/"}, (403, "RETURN_URL_NOT_ALLOWED")),
            ({"returnUrl": ..., "redirectUrl": None}, (422, "VALIDATION")),
        ],
    )
    def test_a_bad_wish_is_refused(self, api: Api, fields: dict[str, Any], expected: tuple[int, str]) -> None:
        child = new_child(api)
        answer = oauth(api, child, new_project(api, child, appDescription=None), **fields)
        assert code(answer) == expected

    def test_connecting_needs_its_scope(self, api: Api, place: tuple[str, str]) -> None:
        _, project = place
        path = f"/v1/projects/{project}/ads/ad-accounts/oauth-url"
        sent = {"platform": "meta_ads", "returnUrl": BACK}
        assert code(api.post(path, key=READER_KEY, json=sent)) == (403, "FORBIDDEN_SCOPE")


class TestTheCustomersHand:
    def test_an_account_comes_and_goes_with_its_events(self, api: Api, layer: Layer) -> None:
        def health(**params: Any) -> list[str]:
            return [row["tokenStatus"] for row in layer.get("ad-accounts", params=params)["items"]]

        layer.deed("expire-token", adAccountId=layer.account)
        assert (health(), health(healthy="true"), health(healthy="false")) == (["expired"], [], ["expired"])
        layer.deed("connect-account", projectId=layer.project, platform="meta")
        assert health(healthy="true") == ["valid"]
        layer.deed("disconnect-account", adAccountId=layer.account)
        assert health() == []
        kinds = ("token_expired", "connected", "disconnected")
        events = [layer.events(f"ads.account.{kind}") for kind in kinds]
        assert [len(found) for found in events] == [1, 1, 1]
        for [event] in events:
            assert (event["adAccountId"], event["platform"]) == (layer.account, "meta_ads")
            assert not contract.faults(event, {"$ref": "#/components/schemas/WebhookAdAccountData"})
        assert len(api.audit(layer.child, "ads.account.disconnected")) == 1

    def test_alerts_are_told(self, layer: Layer) -> None:
        campaign = layer.campaign()
        layer.on_layer("report-violation", entityId=campaign, reason="Misleading claim.")
        layer.deed("report-budget-cap", campaignId=campaign, capCents=5_000, attemptedCents=9_000)
        [violation], [cap] = layer.events("ads.policy.violation"), layer.events("ads.budget.cap_exceeded")
        assert (violation["entityId"], violation["reason"]) == (campaign, "Misleading claim.")
        assert (cap["entityId"], cap["capCents"], cap["attemptedCents"]) == (campaign, 5_000, 9_000)
        for event in (violation, cap):
            assert not contract.faults(event, {"$ref": "#/components/schemas/WebhookAdsAlertData"})

    def test_a_platform_disapproves_with_its_reason(self, layer: Layer) -> None:
        campaign = layer.campaign()
        ad, creative = layer.ad(campaign)["adId"], layer.creative()
        body(layer.write("POST", f"ads/{ad}/creative", json={"adsContentId": creative}))
        [review] = layer.get("meta/reviews")["items"]
        layer.deed("decide-review", reviewId=review["reviewId"], approved=False, reason="Before and after.")
        [row] = layer.get("meta/reviews", params={"status": "disapproved"})["items"]
        assert (row["platformReason"], bool(row["decidedAt"])) == ("Before and after.", True)
        assert layer.ad(campaign)["status"] == "rejected"
        [event] = layer.events("approval.disapproved")
        assert (event["reviewId"], event["platformReason"]) == (row["reviewId"], "Before and after.")
        assert not contract.faults(event, {"$ref": "#/components/schemas/WebhookAdReviewData"})

    def test_flagging_and_unlocking_are_told(self, layer: Layer) -> None:
        container = f"cnt_{bare(layer.creative())}"
        layer.on_layer("flag-creative", containerId=container, reason="Old price.")
        layer.on_layer("unlock-creative", containerId=container)
        for kind in ("flagged", "unlocked"):
            [event] = layer.events(f"ads.creative.{kind}")
            assert event["flagged_reason"] == "Old price."
            assert not contract.faults(event, {"$ref": "#/components/schemas/WebhookCreativeData"})

    def test_a_decision_in_their_own_dashboard_is_theirs(self, api: Api, layer: Layer) -> None:
        campaign = layer.campaign()
        approved, rejected = layer.queued(campaign), layer.queued(campaign)
        layer.deed("approve-action", pendingId=approved, comment="Go on.")
        layer.deed("reject-action", pendingId=rejected, reason="No.")
        assert layer.action(approved)["status"] == "approved"
        assert layer.action(rejected)["status"] == "rejected"
        [row] = api.audit(layer.child, "ads.pending.approved")
        assert (row["actor"], row["actorType"], row["apiKeyId"]) == ("customer", "user", None)
        assert row["data"]["comment"] == "Go on."
        answer = layer.write("POST", f"pending/{approved}/approve")
        assert code(answer) == (409, "CONFLICT")

    def test_their_choice_of_authority_is_theirs(self, layer: Layer) -> None:
        campaign = layer.campaign()
        layer.set_modes(campaign, tactical="off")
        shown = layer.get(f"meta/campaigns/{campaign}/authority")
        assert shown["lastModifiedBy"] == {
            "actorType": "user",
            "actorOrganizationId": layer.child,
            "actorApiKeyId": None,
        }
        sent = {"dailyBudgetCents": 7_500}
        assert refusal(layer.write("PATCH", f"campaigns/{campaign}/budget", json=sent))[2] == "authority_axis_off"
