"""Whatever is done with credits, none is lost, none is made, none is spent twice."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from tests.sandbox.api import Api, bare, fresh_key
from tests.sandbox.making import configure, generate, new_child, new_project, wallet

#: Wallets and ledgers of everybody: an allocation's two rows cancel each other, every other row is in a wallet.
TOTALS = """
select (select sum(included_remaining + prepaid_balance) from sandbox_wallet),
       (select sum(credits) from sandbox_creditevent),
       (select sum(credits) from sandbox_creditevent where event_type = 'allocation'),
       (select max(period_start) from sandbox_wallet)
"""
#: Wallets that are below zero, hold more than they have, or hold something else than their running jobs have reserved.
WRONG_WALLETS = """
select organization_id from sandbox_wallet as wallet
where prepaid_balance < 0 or included_remaining < 0 or reserved_credits > included_remaining + prepaid_balance
   or organization_id = any(%s) and reserved_credits <> (
     select coalesce(sum(reserved_credits), 0) from sandbox_job as job
     where job.organization_id = wallet.organization_id and job.status = 'running')
"""
#: Ledgers of new children that do not add up to the wallet, or went below zero on the way.
WRONG_LEDGERS = """
select organization_id from sandbox_wallet as wallet
where organization_id = any(%s) and (
  prepaid_balance <> (select coalesce(sum(credits), 0) from sandbox_creditevent as event
                      where event.organization_id = wallet.organization_id)
  or used_this_period <> (select coalesce(-sum(credits), 0) from sandbox_creditevent as event
                          where event.organization_id = wallet.organization_id and event_type = 'usage'
                            and event.created_at >= wallet.period_start))
"""


class Money(RuleBasedStateMachine):
    """Calls in any order, each at the API's own front door. `api` is set by the test."""

    api: Api
    children = Bundle("children")
    jobs = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []
        [(wallets, rows, _, self.period)] = self.api.sql(TOTALS)
        #: What is in wallets without a ledger row: included credits, less what was paid with them.
        self.outside = wallets - rows

    @rule(target=children, credits=st.integers(0, 300))
    def create(self, credits: int) -> tuple[str, str]:
        child = new_child(self.api, credits=credits)
        self.made.append(bare(child))
        return child, new_project(self.api, child, appDescription=" ".join(["Tea for quiet evenings."] * 5))

    @rule(child=children, credits=st.integers(1, 400) | st.just(10**9))
    def allocate(self, child: tuple[str, str], credits: int) -> None:
        path = f"/v1/organizations/{child[0]}/credits/allocate"
        answer = self.api.post(path, idempotency=fresh_key(), json={"credits": credits})
        assert answer.status_code in {201, 402, 409}

    @rule(child=children, cap=st.none() | st.integers(0, 400))
    def cap(self, child: tuple[str, str], cap: int | None) -> None:
        answer = self.api.patch(f"/v1/organizations/{child[0]}/credit-config", json={"monthlyCreditCap": cap})
        assert answer.status_code in {200, 409}

    @rule(child=children, threshold=st.integers(0, 200), amount=st.integers(50, 300))
    def refill(self, child: tuple[str, str], threshold: int, amount: int) -> None:
        if self.api.body(f"/v1/organizations/{child[0]}")["status"] != "archived":
            configure(self.api, child[0], refillThreshold=threshold, refillAmount=amount)

    @rule(target=jobs, child=children, variants=st.integers(1, 5))
    def spend(self, child: tuple[str, str], variants: int) -> Any:
        answer = generate(self.api, child[0], child[1], variants)
        assert answer.status_code in {202, 402, 409, 503}
        if answer.status_code != 202:
            return multiple()
        cap = self.api.body(f"/v1/organizations/{child[0]}/credit-config")["config"]["monthlyCreditCap"]
        spent = wallet(self.api, child[0])
        assert cap is None or spent["usedThisPeriod"] + spent["reservedCredits"] <= cap
        return child[0], answer.json()["jobId"]

    @rule(job=jobs)
    def cancel(self, job: tuple[str, str]) -> None:
        answer = self.api.post(f"/v1/jobs/{job[1]}/cancel", child=job[0])
        assert answer.status_code in {200, 202, 409}

    @rule(child=children, verb=st.sampled_from(["suspend", "resume"]))
    def switch(self, child: tuple[str, str], verb: str) -> None:
        assert self.api.post(f"/v1/organizations/{child[0]}/{verb}").status_code in {200, 409}

    @rule(minutes=st.sampled_from([1, 10, 90]))
    def wait(self, minutes: int) -> None:
        self.api.advance(minutes=minutes)

    @rule(child=children)
    def archive(self, child: tuple[str, str]) -> None:
        assert self.api.call("DELETE", f"/v1/organizations/{child[0]}").status_code == 200

    @invariant()
    def credits_are_conserved(self) -> None:
        [(wallets, rows, allocations, period)] = self.api.sql(TOTALS)
        assert allocations == 0
        if period != self.period:
            # Included credits are whole again, which no row tells.
            self.period, self.outside = period, wallets - rows
        assert wallets - rows == self.outside

    @invariant()
    def no_wallet_is_overdrawn_and_nothing_is_reserved_twice(self) -> None:
        assert self.api.sql(WRONG_WALLETS, self.made) == []

    @invariant()
    def every_ledger_explains_its_wallet(self) -> None:
        assert self.api.sql(WRONG_LEDGERS, self.made) == []

    def teardown(self) -> None:
        """What is left goes back to the parent, for the next run."""
        self.api.advance(minutes=10)
        for child in self.made:
            self.api.call("DELETE", f"/v1/organizations/{child}")


def test_credits_are_conserved_over_any_sequence(time_travel: Api) -> None:
    bound = type("Money", (Money,), {"api": time_travel})
    run_state_machine_as_test(
        bound,
        settings=settings(
            max_examples=8,
            stateful_step_count=18,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
