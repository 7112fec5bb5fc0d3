"""The gate of every ad write: consent, kill switch, axis, and what the platform says (contract/ads.md, 1)."""

import uuid
from typing import Any

import pytest

from tests.sandbox import contract
from tests.sandbox.ads import Layer, body, new_layer, refusal
from tests.sandbox.api import READER_KEY, Api, code, derived_key
from tests.sandbox.making import new_key

BUDGET = {"dailyBudgetCents": 7_500}


@pytest.fixture(scope="module")
def layer(api: Api) -> Layer:
    made = new_layer(api)
    made.listen()
    return made


@pytest.fixture(scope="module")
def campaign(layer: Layer) -> str:
    return layer.campaign()


def budget(layer: Layer, campaign: str, **rest: Any) -> Any:
    return layer.write("PATCH", f"campaigns/{campaign}/budget", **{"json": BUDGET, **rest})


class TestDecisions:
    def test_auto_happens_at_once_and_tells_it(self, layer: Layer, campaign: str) -> None:
        layer.set_modes(campaign, tactical="auto")
        done = body(budget(layer, campaign))
        assert (done["decision"], done["status"], done["pendingId"]) == ("allow", "completed", None)
        assert done["platformResponse"]["daily_budget"] == 7_500
        assert layer.show(campaign)["dailyBudgetCents"] == 7_500
        [event] = [event for event in layer.events("ads.write.executed") if event["verdictId"] == done["verdictId"]]
        assert (event["entityType"], event["entityId"], event["platform"]) == ("campaign", campaign, "meta")
        assert event["actor"]["actorType"] == "partner"
        assert not contract.faults(event, {"$ref": "#/components/schemas/WebhookAdsWriteData"})

    def test_draft_queues_and_no_webhook_tells_it(self, layer: Layer, campaign: str) -> None:
        layer.set_modes(campaign, tactical="draft")
        before = layer.show(campaign)
        done = body(budget(layer, campaign, json={"dailyBudgetCents": 9_900}))
        assert (done["decision"], done["status"]) == ("queue_for_approval", "pending")
        assert layer.show(campaign) == before
        row = layer.action(done["pendingId"])
        assert (row["actionType"], row["entityId"], row["status"]) == ("update_budget", campaign, "pending")
        assert (row["newValue"], row["proposedAction"]) == (
            {"dailyBudgetCents": 9_900},
            {"detail": {"daily_budget": 9_900}},
        )
        told = {event["verdictId"] for kind in ("executed", "denied") for event in layer.events(f"ads.write.{kind}")}
        assert done["verdictId"] not in told

    def test_off_denies_with_details_and_tells_it(self, layer: Layer, campaign: str) -> None:
        layer.set_modes(campaign, tactical="off")
        answer = budget(layer, campaign)
        assert refusal(answer) == (403, "AUTHORITY_DENIED", "authority_axis_off")
        details = answer.json()["error"]["details"]
        assert (details["axis"], details["decision"]) == ("tactical", "deny")
        [event] = [event for event in layer.events("ads.write.denied") if event["verdictId"] == details["verdictId"]]
        assert (event["reason"], event["axis"], event["decision"]) == ("authority_axis_off", "tactical", "deny")

    def test_no_consent_denies_whatever_the_axis(self, api: Api) -> None:
        layer = new_layer(api)
        campaign = layer.campaign()
        layer.on_layer("withdraw-consent")
        assert refusal(budget(layer, campaign)) == (403, "AUTHORITY_DENIED", "partner_consent_missing")
        layer.deed("give-consent", projectId=layer.project, platform="meta")
        assert budget(layer, campaign).status_code == 202

    @pytest.mark.parametrize("mode", ["off", "draft", "auto"])
    def test_the_kill_switch_outranks_every_axis_and_reads_go_on(self, api: Api, mode: str) -> None:
        layer = new_layer(api)
        campaign = layer.campaign()
        layer.set_modes(campaign, tactical=mode)
        layer.on_layer("trip-kill-switch", comment="Wrong price.")
        assert refusal(budget(layer, campaign)) == (403, "AUTHORITY_DENIED", "kill_switch_active")
        defaults = layer.get(f"{layer.platform}/defaults")
        assert defaults["kill_switch_active"] is defaults["killSwitchActive"] is True
        layer.on_layer("release-kill-switch")
        tripped, released = (api.audit(layer.child, f"kill_switch.{what}") for what in ("tripped", "released"))
        assert (len(tripped), len(released)) == (1, 1)
        assert (tripped[0]["actor"], tripped[0]["data"]["comment"]) == ("customer", "Wrong price.")

    def test_the_row_names_the_parent_that_wrote_for_its_child(self, api: Api, layer: Layer, campaign: str) -> None:
        layer.set_modes(campaign, tactical="auto")
        verdict = body(budget(layer, campaign))["verdictId"]
        rows = api.audit(layer.child, "ads.write.executed")
        [row] = [row for row in rows if row["data"]["verdictId"] == verdict]
        parent = api.body("/v1/whoami")
        assert (row["actorType"], row["actorOrganizationId"]) == ("partner", parent["organizationId"])
        assert (row["actorApiKeyId"], row["organizationId"]) == (parent["apiKeyId"], layer.child)


class TestBeforeTheGate:
    """What is refused earlier leaves no verdict."""

    def refused(self, layer: Layer, answer: Any) -> tuple[int, str]:
        assert "verdictId" not in answer.json()["error"].get("details", {})
        return code(answer)

    def test_scope_body_and_entity_come_first(self, layer: Layer, campaign: str) -> None:
        layer.set_modes(campaign, tactical="off")
        before = len(layer.verdicts())
        assert self.refused(layer, budget(layer, campaign, key=READER_KEY)) == (403, "FORBIDDEN_SCOPE")
        assert self.refused(layer, budget(layer, campaign, key=None)) == (401, "UNAUTHENTICATED")
        assert self.refused(layer, budget(layer, campaign, json={"dailyBudgetCents": None})) == (422, "VALIDATION")
        assert self.refused(layer, budget(layer, campaign, json={"dailyBudgetCents": 99})) == (422, "VALIDATION")
        unknown = f"cmp_{'0' * 26}"
        assert self.refused(layer, budget(layer, unknown)) == (404, "NOT_FOUND")
        assert len(layer.verdicts()) == before

    def test_another_customers_campaign_is_404(self, api: Api, campaign: str) -> None:
        stranger = new_layer(api)
        assert code(budget(stranger, campaign)) == (404, "NOT_FOUND")

    def test_a_childs_own_key_needs_the_scope_of_the_write(self, api: Api, layer: Layer, campaign: str) -> None:
        layer.set_modes(campaign, tactical="auto")
        own = new_key(api, layer.child, "ads:write:budgets")["secret"]
        path = f"{layer.path}/campaigns/{campaign}"
        assert api.patch(f"{path}/budget", key=own, json=BUDGET).status_code == 202
        assert code(api.post(f"{path}/pause", key=own)) == (403, "FORBIDDEN_SCOPE")


class TestPlatforms:
    def test_a_refusal_by_the_platform_is_502_and_the_verdict_is_still_allow(self, layer: Layer) -> None:
        campaign = layer.campaign()
        assert layer.show(campaign)["budgetMode"] == "CBO"
        ad_set = layer.ad_set(campaign)["adsetId"]
        answer = layer.write("PATCH", f"adsets/{ad_set}/budget", json=BUDGET)
        assert code(answer) == (502, "PLATFORM_REJECTED")
        details = answer.json()["error"]["details"]
        assert details["platformCode"] == "100"
        [data] = [data for data in layer.verdicts() if data["verdictId"] == details["verdictId"]]
        assert (data["decision"], data["platformCode"]) == ("allow", "100")
        assert layer.ad_set(campaign)["dailyBudgetCents"] is None
        assert details["verdictId"] not in {event["verdictId"] for event in layer.events("ads.write.executed")}

    def test_an_expired_token_and_a_deleted_campaign_are_the_platforms_refusals(self, api: Api) -> None:
        layer = new_layer(api)
        campaign = layer.campaign()
        layer.deed("expire-token", adAccountId=layer.account)
        assert budget(layer, campaign).json()["error"]["details"]["platformCode"] == "190"
        layer.deed("connect-account", projectId=layer.project, platform="meta")
        assert layer.write("DELETE", f"campaigns/{campaign}").status_code == 202
        assert layer.show(campaign)["status"] == "deleted"
        assert code(budget(layer, campaign)) == (502, "PLATFORM_REJECTED")

    def test_a_fault_lets_the_platform_refuse(self, time_travel: Api) -> None:
        layer = new_layer(time_travel, "tiktok")
        campaign = layer.campaign()
        time_travel.control("faults", kind="platform_rejects", pattern="tiktok", count=1)
        answer = budget(layer, campaign)
        assert code(answer) == (502, "PLATFORM_REJECTED")
        assert budget(layer, campaign).status_code == 202

    @pytest.mark.parametrize(
        ("platform", "native"),
        [
            ("meta", {"daily_budget": 7_500}),
            ("tiktok", {"budget": 75, "budget_mode": "BUDGET_MODE_DAY"}),
            ("apple", {"dailyBudgetAmount": {"amount": "75.00", "currency": "USD"}}),
        ],
    )
    def test_money_is_cents_here_and_the_platforms_own_there(self, api: Api, platform: str, native: Any) -> None:
        layer = new_layer(api, platform)
        answered = body(budget(layer, layer.campaign()))["platformResponse"]
        assert {name: answered[name] for name in native} == native

    def test_a_test_key_is_judged_but_calls_no_platform(self, api: Api) -> None:
        test = derived_key("sandbox", "test")
        layer = new_layer(api)
        campaign = layer.campaign()
        ad_set = layer.ad_set(campaign)["adsetId"]
        done = body(layer.write("PATCH", f"adsets/{ad_set}/budget", json=BUDGET, key=test))
        assert done["platformResponse"]["fixture"] is True
        layer.set_modes(campaign, tactical="off")
        answer = budget(layer, campaign, key=test)
        assert refusal(answer) == (403, "AUTHORITY_DENIED", "authority_axis_off")


def test_retrying_with_a_key_is_one_verdict_and_without_are_two(layer: Layer) -> None:
    campaign = layer.campaign()
    key = str(uuid.uuid4())
    first, again = (body(budget(layer, campaign, idempotency=key)) for _ in range(2))
    assert first == again
    assert body(budget(layer, campaign))["verdictId"] != first["verdictId"]
