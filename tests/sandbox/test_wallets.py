"""Wallets, ledgers and the rules of a child's spending."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.sandbox.api import ARCHIVED, BRIGHTSIDE, MORROW, SUSPENDED, Api, bare, code, fresh_key


def _wallet(api: Api, name: str) -> dict[str, Any]:
    return api.body(f"/v1/organizations/{api.org(name)}/credits")


def test_a_wallet_adds_up(api: Api) -> None:
    for wallet in (api.body("/v1/credits"), _wallet(api, MORROW), _wallet(api, BRIGHTSIDE)):
        assert wallet["balance"] == wallet["includedRemaining"] + wallet["prepaidBalance"]
        assert wallet["available"] == max(0, wallet["balance"] - wallet["reservedCredits"])
        assert wallet["currentPeriod"]["usedCredits"] == wallet["usedThisPeriod"]
        assert wallet["estimatedCreditsPerFormat"]["slideshow_builder"] == 50
        assert wallet["ingestCostsBilled"] == {"github": False, "website": False, "appstore": False}


@pytest.mark.parametrize("name", [MORROW, BRIGHTSIDE, SUSPENDED, ARCHIVED])
def test_a_ledger_explains_its_wallet_to_the_credit(api: Api, name: str) -> None:
    rows = api.all(f"/v1/organizations/{api.org(name)}/credits/events", params={"limit": 100})
    assert sum(row["credits"] for row in rows) == _wallet(api, name)["prepaidBalance"]
    running = 0
    for row in reversed(rows):
        running += row["credits"]
        assert row["balanceAfterPrepaid"] == running >= 0


def test_a_usage_row_names_its_container_and_its_job(api: Api) -> None:
    child = api.org(MORROW)
    rows = api.all("/v1/credits/events", child=child, params={"eventType": "usage", "limit": 100})
    assert rows
    for row in rows[:5]:
        assert row["credits"] == {"slideshow-builder": -50, "slideshow-remix": -50}.get(row["format"], -120)
        container = api.body(f"/v1/content/{row['containerId']}", child=child)
        assert container["projectId"] == row["projectId"]
        assert api.body(f"/v1/jobs/{row['workflowId']}", child=child)["projectId"] == row["projectId"]


def test_the_ledger_filters(api: Api) -> None:
    child = api.org(MORROW)
    path = f"/v1/organizations/{child}/credits/events"
    rows = api.all(path, params={"limit": 100})
    project = next(row["projectId"] for row in rows if row["projectId"])
    some = rows[len(rows) // 2]["createdAt"]
    of_project = api.all(path, params={"projectId": project})
    assert [row for row in rows if row["projectId"] == project] == of_project
    assert api.all(path, params={"projectId": bare(project)}) == of_project
    assert [row for row in rows if row["createdAt"] >= some] == api.all(path, params={"since": some})
    assert [row for row in rows if row["createdAt"] <= some] == api.all(path, params={"until": some})
    assert code(api.get(path, params={"eventType": "theft"})) == (422, "VALIDATION")


def test_an_allocation_moves_prepaid_credits_and_leaves_two_joined_rows(api: Api) -> None:
    child, parent = api.org(MORROW), api.body("/v1/whoami")["organizationId"]
    before_parent, before_child = api.body("/v1/credits"), _wallet(api, MORROW)
    body = {"credits": 70, "description": "June", "metadata": {"po": "PO-1", "direction": "mine", "transferId": "x"}}
    answer = api.post(f"/v1/organizations/{child}/credits/allocate", idempotency=fresh_key(), json=body)
    assert answer.status_code == 201
    transfer = answer.json()
    after_parent, after_child = api.body("/v1/credits"), _wallet(api, MORROW)
    assert after_parent["prepaidBalance"] == before_parent["prepaidBalance"] - 70
    assert after_parent["includedRemaining"] == before_parent["includedRemaining"]
    assert after_child["prepaidBalance"] == before_child["prepaidBalance"] + 70
    assert transfer["id"].startswith("txn_")
    assert (transfer["allocated"], transfer["organizationId"]) == (70, child)
    assert (transfer["balance"], transfer["available"]) == (after_child["balance"], after_child["available"])
    assert (transfer["description"], transfer["metadata"]) == ("June", body["metadata"])
    assert transfer["replayed"] is False

    out = api.body("/v1/credits/events", params={"limit": 1})["items"][0]
    into = api.body(f"/v1/organizations/{child}/credits/events", params={"limit": 1})["items"][0]
    assert (out["credits"], into["credits"]) == (-70, 70)
    assert out["eventType"] == into["eventType"] == "allocation"
    assert transfer["id"] == f"txn_{out['eventId']}"
    system = {"direction": "allocate", "transferId": transfer["id"], "po": "PO-1"}
    assert out["metadata"] == {**system, "counterpartyOrgId": child}
    assert into["metadata"] == {**system, "counterpartyOrgId": parent}
    logged = [row["data"]["transferId"] for row in api.audit(child, "credits.allocated")]
    assert transfer["id"] in logged


def test_included_credits_cannot_be_allocated(api: Api) -> None:
    wallet = api.body("/v1/credits")
    assert wallet["includedRemaining"] > 0
    answer = api.post(
        f"/v1/organizations/{api.org(MORROW)}/credits/allocate",
        idempotency=fresh_key(),
        json={"credits": wallet["prepaidBalance"] + 1},
    )
    assert code(answer) == (402, "BILLING_EXHAUSTED")
    assert answer.json()["error"]["details"]["reason"] == "balance"
    assert api.body("/v1/credits") == wallet


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"credits": 0},
        {"credits": -5},
        {"credits": 1.5},
        {"credits": "5"},
        {"credits": True},
        {"credits": None},
        {"credits": 1, "description": "x" * 501},
        {"credits": 1, "metadata": {"k": 1}},
        {"credits": 1, "metadata": {"k": None}},
        {"credits": 1, "metadata": {"k" * 41: "v"}},
        {"credits": 1, "metadata": {"k": "v" * 501}},
        {"credits": 1, "metadata": {f"k{number}": "v" for number in range(51)}},
        {"credits": 1, "metadata": {f"k{number}": "é" * 500 for number in range(40)}},
    ],
)
def test_a_bad_allocation_is_422_and_moves_nothing(api: Api, body: dict[str, Any]) -> None:
    before = api.body("/v1/credits")
    answer = api.post(f"/v1/organizations/{api.org(MORROW)}/credits/allocate", idempotency=fresh_key(), json=body)
    assert code(answer) == (422, "VALIDATION")
    assert api.body("/v1/credits") == before


def test_an_archived_customer_gets_no_credits(api: Api) -> None:
    path = f"/v1/organizations/{api.org(ARCHIVED)}/credits/allocate"
    assert code(api.post(path, idempotency=fresh_key(), json={"credits": 1})) == (409, "CONFLICT")


def test_a_suspended_customer_can_still_be_funded(api: Api) -> None:
    path = f"/v1/organizations/{api.org(SUSPENDED)}/credits/allocate"
    assert api.post(path, idempotency=fresh_key(), json={"credits": 1}).status_code == 201


@pytest.mark.parametrize(
    "damage",
    [
        "prepaid_balance = -1",
        "reserved_credits = included_remaining + prepaid_balance + 1",
        "reserved_credits = -1",
        "refill_threshold = 5, refill_amount = null",
        "monthly_credit_cap = -1",
    ],
)
def test_the_database_itself_refuses_an_impossible_wallet(api: Api, damage: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        api.sql(f"update sandbox_wallet set {damage}")  # noqa: S608 - one of the lines above


class TestCreditConfig:
    """The cap and the refill rule."""

    @pytest.fixture
    def path(self, api: Api) -> Iterator[str]:
        path = f"/v1/organizations/{api.org(MORROW)}/credit-config"
        yield path
        clear = {"monthlyCreditCap": None, "refillThreshold": None, "refillAmount": None}
        assert api.patch(path, json=clear).status_code == 200

    def test_a_number_sets_null_clears_and_an_omitted_key_keeps(self, api: Api, path: str) -> None:
        api.patch(path, json={"monthlyCreditCap": 3000, "refillThreshold": 200, "refillAmount": 500})
        answer = api.patch(path, json={"monthlyCreditCap": None})
        assert answer.status_code == 200
        assert answer.json() == api.body(path)
        assert answer.json()["config"] == {
            "monthlyCreditCap": None,
            "refillThreshold": 200,
            "refillAmount": 500,
            "autoRefillEnabled": True,
        }

    def test_a_cap_of_zero_is_a_cap(self, api: Api, path: str) -> None:
        assert api.patch(path, json={"monthlyCreditCap": 0}).json()["config"]["monthlyCreditCap"] == 0

    @pytest.mark.parametrize("half", [{"refillThreshold": 5}, {"refillAmount": 5}])
    def test_half_a_refill_rule_is_422(self, api: Api, path: str, half: dict[str, int]) -> None:
        assert code(api.patch(path, json=half)) == (422, "REFILL_REQUIRES_THRESHOLD_AND_AMOUNT")

    def test_the_pair_is_judged_after_the_merge(self, api: Api, path: str) -> None:
        api.patch(path, json={"refillThreshold": 200, "refillAmount": 500})
        assert api.patch(path, json={"refillAmount": 900}).status_code == 200
        assert code(api.patch(path, json={"refillAmount": None})) == (422, "REFILL_REQUIRES_THRESHOLD_AND_AMOUNT")

    @pytest.mark.parametrize(
        "body",
        [
            {"monthlyCreditCap": -1},
            {"monthlyCreditCap": 2**70},
            {"refillThreshold": 1, "refillAmount": 0},
            {"monthlyCreditCap": "9"},
            {"autoRefillEnabled": True},
        ],
    )
    def test_a_bad_value_is_422(self, api: Api, path: str, body: dict[str, Any]) -> None:
        assert code(api.patch(path, json=body)) == (422, "VALIDATION")

    def test_a_change_is_logged_with_before_and_after(self, api: Api, path: str) -> None:
        answer = api.patch(path, json={"monthlyCreditCap": 4321})
        rows = api.audit(api.org(MORROW), "credit_config.updated")
        row = next(row for row in rows if row["requestId"] == answer.headers["X-Request-Id"])
        assert row["data"]["from"]["monthlyCreditCap"] is None
        assert row["data"]["to"]["monthlyCreditCap"] == 4321
