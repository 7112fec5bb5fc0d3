"""What generation costs: reserved, settled, released; the cap, the period, the refill."""

from tests.sandbox.api import Api, code
from tests.sandbox.making import (
    SLIDESHOW,
    configure,
    fund,
    generate,
    ledger,
    made,
    new_child,
    new_key,
    new_project,
    wallet,
)

REFILL = {"refillThreshold": 100, "refillAmount": 200}


def refills(api: Api, child: str) -> list[int]:
    """Amounts of the child's refills, newest first."""
    rows = [row for row in ledger(api, child) if (row["metadata"] or {}).get("trigger") == "auto_refill"]
    return [row["credits"] for row in rows]


class TestReservations:
    def test_starting_reserves_and_finishing_settles(self, time_travel: Api) -> None:
        api = time_travel
        child = new_child(api, credits=500)
        project = new_project(api, child)
        accepted = made(generate(api, child, project, variants=2), 202)
        running = wallet(api, child)
        assert (running["balance"], running["reservedCredits"], running["available"]) == (500, 100, 400)
        assert running["usedThisPeriod"] == 0
        api.advance(minutes=10)
        done = wallet(api, child)
        assert (done["balance"], done["reservedCredits"], done["available"]) == (400, 0, 400)
        assert done["usedThisPeriod"] == done["currentPeriod"]["usedCredits"] == 100
        rows = [row for row in ledger(api, child) if row["eventType"] == "usage"]
        assert [row["credits"] for row in rows] == [-SLIDESHOW, -SLIDESHOW]
        assert {row["containerId"] for row in rows} == set(accepted["containerIds"])
        assert {row["workflowId"] for row in rows} == {accepted["jobId"]}
        assert {(row["projectId"], row["format"]) for row in rows} == {(project, "slideshow-builder")}
        assert sorted(row["balanceAfterPrepaid"] for row in rows) == [400, 450]
        assert sorted(row["usageAfterPeriod"] for row in rows) == [50, 100]

    def test_canceling_gives_everything_back(self, api: Api) -> None:
        child = new_child(api, credits=100)
        accepted = made(generate(api, child, new_project(api, child), variants=2), 202)
        assert wallet(api, child)["available"] == 0
        assert api.post(f"/v1/jobs/{accepted['jobId']}/cancel", child=child).status_code == 202
        back = wallet(api, child)
        assert (back["balance"], back["reservedCredits"], back["available"]) == (100, 0, 100)
        assert [row["eventType"] for row in ledger(api, child)] == ["allocation"]

    def test_more_than_what_is_available_is_402_balance(self, api: Api) -> None:
        child = new_child(api, credits=120)
        project = new_project(api, child)
        made(generate(api, child, project), 202)
        refused = generate(api, child, project, variants=2)
        assert code(refused) == (402, "BILLING_EXHAUSTED")
        assert refused.json()["error"]["details"] == {"reason": "balance", "requested": 100, "available": 70}
        assert wallet(api, child)["reservedCredits"] == 50

    def test_what_is_reserved_cannot_be_allocated_away(self, api: Api) -> None:
        """The parent's own work holds its credits like anybody's."""
        child, before = new_child(api), wallet(api)
        project = new_project(api)
        made(generate(api, None, project, variants=5), 202)
        free = min(before["prepaidBalance"], wallet(api)["available"])
        path = f"/v1/organizations/{child}/credits/allocate"
        refused = api.post(path, idempotency="one-too-many", json={"credits": free + 1})
        assert code(refused) == (402, "BILLING_EXHAUSTED")

    def test_included_credits_go_first(self, time_travel: Api) -> None:
        api = time_travel
        before = wallet(api)
        made(generate(api, None, new_project(api)), 202)
        api.advance(minutes=10)
        after = wallet(api)
        assert after["includedRemaining"] == before["includedRemaining"] - SLIDESHOW
        assert after["prepaidBalance"] == before["prepaidBalance"]

    def test_a_test_key_spends_nothing(self, time_travel: Api) -> None:
        api = time_travel
        child = new_child(api)
        project = new_project(api, child)
        secret = new_key(api, child, "content:*", env="test")["secret"]
        made(generate(api, None, project, key=secret), 202)
        api.advance(minutes=10)
        assert wallet(api, child)["usedThisPeriod"] == 0
        assert ledger(api, child) == []


class TestCap:
    def test_used_reserved_and_new_count_against_it(self, time_travel: Api) -> None:
        api = time_travel
        child = new_child(api, credits=1_000)
        project = new_project(api, child)
        configure(api, child, monthlyCreditCap=149)
        made(generate(api, child, project), 202)
        api.advance(minutes=10)
        made(generate(api, child, project), 202)
        refused = generate(api, child, project)
        assert code(refused) == (402, "BILLING_EXHAUSTED")
        details = refused.json()["error"]["details"]
        assert (details["reason"], details["usedThisPeriod"], details["reservedCredits"]) == ("cap", 50, 50)
        configure(api, child, monthlyCreditCap=150)
        made(generate(api, child, project), 202)

    def test_a_cap_of_zero_spends_nothing(self, api: Api) -> None:
        child = new_child(api, credits=1_000)
        configure(api, child, monthlyCreditCap=0)
        refused = generate(api, child, new_project(api, child))
        assert refused.json()["error"]["details"]["reason"] == "cap"

    def test_the_cap_is_told_before_the_balance(self, api: Api) -> None:
        child = new_child(api)
        configure(api, child, monthlyCreditCap=10)
        assert generate(api, child, new_project(api, child)).json()["error"]["details"]["reason"] == "cap"

    def test_a_new_period_counts_anew(self, time_travel: Api) -> None:
        api = time_travel
        child = new_child(api, credits=500)
        project = new_project(api, child)
        configure(api, child, monthlyCreditCap=50)
        made(generate(api, child, project), 202)
        api.advance(minutes=10)
        assert code(generate(api, child, project))[0] == 402
        ended = wallet(api, child)["currentPeriod"]["end"]
        parent = wallet(api)
        api.advance(days=31)
        fresh = wallet(api, child)
        assert fresh["currentPeriod"]["start"] >= ended
        assert (fresh["usedThisPeriod"], fresh["prepaidBalance"]) == (0, 450)
        included = wallet(api)
        assert included["includedRemaining"] == parent["includedThisPeriod"] > 0
        made(generate(api, child, project), 202)


class TestRefill:
    def test_it_fires_when_available_falls_below_the_threshold(self, time_travel: Api) -> None:
        api = time_travel
        child, parent = new_child(api, credits=149), api.body("/v1/whoami")["organizationId"]
        configure(api, child, **REFILL)
        api.advance(seconds=1)
        assert refills(api, child) == []
        before = wallet(api)["prepaidBalance"]
        made(generate(api, child, new_project(api, child)), 202)
        api.advance(seconds=1)
        assert refills(api, child) == [200]
        assert wallet(api, child)["available"] == 149 - SLIDESHOW + 200
        assert wallet(api)["prepaidBalance"] == before - 200
        out, into = ledger(api)[0], ledger(api, child)[0]
        assert (out["credits"], into["credits"]) == (-200, 200)
        assert out["metadata"]["transferId"] == into["metadata"]["transferId"] == f"txn_{out['eventId']}"
        for organization in (child, parent):
            row = api.audit(organization, "credits.auto_refilled")[0]
            assert row["data"] == {
                "transferId": out["metadata"]["transferId"],
                "credits": 200,
                "organizationId": child,
            }
            assert (row["actor"], row["requestId"]) == ("system", None)

    def test_a_rule_for_a_wallet_that_is_low_already_fires_at_once(self, time_travel: Api) -> None:
        api = time_travel
        child = new_child(api)
        configure(api, child, **REFILL)
        api.advance(seconds=1)
        assert refills(api, child) == [200]

    def test_a_small_amount_is_moved_until_it_is_enough(self, time_travel: Api) -> None:
        api = time_travel
        child = new_child(api)
        configure(api, child, refillThreshold=100, refillAmount=40)
        api.advance(seconds=1)
        assert wallet(api, child)["available"] == 40
        api.advance(minutes=30)
        assert refills(api, child) == [40, 40, 40]

    def test_a_capped_child_is_never_lifted_past_its_ceiling(self, time_travel: Api) -> None:
        api = time_travel
        child = new_child(api, credits=60)
        project = new_project(api, child)
        configure(api, child, monthlyCreditCap=180, **REFILL)
        api.advance(seconds=1)
        assert refills(api, child) == [120]
        made(generate(api, child, project, variants=3), 202)
        api.advance(minutes=10)
        full = wallet(api, child)
        assert (full["usedThisPeriod"], full["available"]) == (150, 30)
        assert refills(api, child) == [120]
        # A new period has room again: 180 less what is there.
        api.advance(days=31)
        assert refills(api, child) == [150, 120]

    def test_without_the_parents_credits_nothing_fails_and_it_is_tried_when_they_come_back(
        self, time_travel: Api
    ) -> None:
        api = time_travel
        hoard = new_child(api)
        fund(api, hoard, wallet(api)["prepaidBalance"] - 150)
        child = new_child(api)
        configure(api, child, **REFILL)
        api.advance(minutes=10)
        assert (wallet(api, child)["available"], wallet(api)["prepaidBalance"]) == (0, 150)
        made(api.call("DELETE", f"/v1/organizations/{hoard}"), 200)
        api.advance(seconds=1)
        assert refills(api, child) == [200]

    def test_a_suspended_child_is_refilled_when_it_is_resumed(self, time_travel: Api) -> None:
        api = time_travel
        child = new_child(api)
        api.post(f"/v1/organizations/{child}/suspend")
        configure(api, child, **REFILL)
        api.advance(minutes=10)
        assert refills(api, child) == []
        api.post(f"/v1/organizations/{child}/resume")
        api.advance(seconds=1)
        assert refills(api, child) == [200]

    def test_an_archived_child_is_never_refilled(self, time_travel: Api) -> None:
        api = time_travel
        child = new_child(api, credits=500)
        configure(api, child, **REFILL)
        made(api.call("DELETE", f"/v1/organizations/{child}"), 200)
        api.advance(days=40)
        assert (refills(api, child), wallet(api, child)["balance"]) == ([], 0)
