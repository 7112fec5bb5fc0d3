"""Whatever is done with credits, none is lost, none is made, none is spent twice."""

from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.sandbox.api import Api, bare, fresh_key
from tests.sandbox.making import configure, generate, new_child, new_project, wallet

#: One look at the whole database. Its parameter, twice, is the children of this run.
LOOK = """
select
  -- in all wallets, on all ledgers, on all ledgers by allocations (whose two rows cancel each other)
  (select sum(included_remaining + prepaid_balance) from sandbox_wallet)::bigint,
  (select sum(credits) from sandbox_creditevent)::bigint,
  (select sum(credits) from sandbox_creditevent where event_type = 'allocation')::bigint,
  (select max(period_start) from sandbox_wallet),
  -- wallets that are overdrawn, or hold something else than their running jobs have reserved
  array(
    select organization_id::text from sandbox_wallet as wallet
    where prepaid_balance < 0 or included_remaining < 0 or reserved_credits > included_remaining + prepaid_balance
       or organization_id::text = any(%s) and reserved_credits <> (
         select coalesce(sum(reserved_credits), 0) from sandbox_job as job
         where job.organization_id = wallet.organization_id and job.status = 'running')),
  -- wallets that their ledger does not explain
  array(
    select organization_id::text from sandbox_wallet as wallet
    where organization_id::text = any(%s) and (
      prepaid_balance <> (select coalesce(sum(credits), 0) from sandbox_creditevent as event
                          where event.organization_id = wallet.organization_id)
      or used_this_period <> (select coalesce(-sum(credits), 0) from sandbox_creditevent as event
                              where event.organization_id = wallet.organization_id and event_type = 'usage'
                                and event.created_at >= wallet.period_start)))
"""


class Money(RuleBasedStateMachine):
    """Calls in any order, each at the API's own front door. `api` is set by the test."""

    api: Api
    children = Bundle("children")
    jobs = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []
        wallets, rows, _, self.period, *_ = self.look()
        #: What is in wallets without a ledger row: included credits, less what was paid with them.
        self.outside = wallets - rows

    # Few children, so that what happens to one of them meets what happened to it before.
    @initialize(target=children, credits=st.integers(60, 500))
    def begin(self, credits: int) -> tuple[str, str]:
        return self.create(credits)

    @precondition(lambda machine: len(machine.made) < 2)
    @rule(target=children, credits=st.integers(0, 300))
    def add(self, credits: int) -> tuple[str, str]:
        return self.create(credits)

    def create(self, credits: int) -> tuple[str, str]:
        child = new_child(self.api, credits=credits)
        self.made.append(bare(child))
        return child, new_project(self.api, child, appDescription=" ".join(["Tea for quiet evenings."] * 5))

    @rule(child=children, credits=st.integers(1, 400) | st.just(10**9))
    def allocate(self, child: tuple[str, str], credits: int) -> None:
        path = f"/v1/organizations/{child[0]}/credits/allocate"
        answer = self.api.post(path, idempotency=fresh_key(), json={"credits": credits})
        assert answer.status_code in {201, 402, 409}

    @rule(child=children, cap=st.sampled_from([None, 100, 150, 250]))
    def cap(self, child: tuple[str, str], cap: int | None) -> None:
        answer = self.api.patch(f"/v1/organizations/{child[0]}/credit-config", json={"monthlyCreditCap": cap})
        assert answer.status_code in {200, 409}

    @rule(child=children, threshold=st.integers(0, 200), amount=st.integers(50, 300))
    def refill(self, child: tuple[str, str], threshold: int, amount: int) -> None:
        if self.api.body(f"/v1/organizations/{child[0]}")["status"] != "archived":
            configure(self.api, child[0], refillThreshold=threshold, refillAmount=amount)

    @rule(target=jobs, child=children, variants=st.integers(1, 3))
    def spend(self, child: tuple[str, str], variants: int) -> Any:
        job = self.start(child, variants)
        return multiple() if job is None else (child[0], job)

    @rule(child=children)
    def rush(self, child: tuple[str, str]) -> None:
        """More than most wallets cover, before the first of it is settled."""
        for _ in range(3):
            self.start(child, 2)

    def start(self, child: tuple[str, str], variants: int) -> str | None:
        """A job's id; None when it was refused."""
        answer = generate(self.api, child[0], child[1], variants)
        assert answer.status_code in {202, 402, 409, 503}
        if answer.status_code != 202:
            return None
        cap = self.api.body(f"/v1/organizations/{child[0]}/credit-config")["config"]["monthlyCreditCap"]
        spent = wallet(self.api, child[0])
        assert cap is None or spent["usedThisPeriod"] + spent["reservedCredits"] <= cap
        job: str = answer.json()["jobId"]
        return job

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
    def credits_are_conserved_and_no_wallet_is_wrong(self) -> None:
        wallets, rows, allocations, period, wrong_wallets, wrong_ledgers = self.look()
        assert (allocations, wrong_wallets, wrong_ledgers) == (0, [], [])
        if period != self.period:
            # Included credits are whole again, which no row tells.
            self.period, self.outside = period, wallets - rows
        assert wallets - rows == self.outside

    def look(self) -> tuple[Any, ...]:
        [seen] = self.api.sql(LOOK, self.made, self.made)
        return seen

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
            max_examples=10,
            stateful_step_count=20,
            # Without shrinking: a failure is told as it was found, and in time.
            phases=[Phase.generate],
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
