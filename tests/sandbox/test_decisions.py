"""Approving, rejecting, scheduling and publishing one container, in any order: only legal states are reached."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.sandbox.api import Api, code, fresh_key
from tests.sandbox.making import generate, made, new_child, new_project

POLICIES = some.sampled_from(
    [{"policy": "auto_approve"}, {"policy": "review_all"}, {"policy": "review_first_n", "firstN": 1}]
)


class Decisions(RuleBasedStateMachine):
    """What the contract's table allows (contract/content.md, 4) beside what the sandbox does."""

    api: ClassVar[Api]
    child: ClassVar[str]
    project: ClassVar[str]
    account: ClassVar[str]

    @initialize(policy=POLICIES)
    def make(self, policy: dict[str, Any]) -> None:
        made(self.api.patch(f"/v1/projects/{self.project}/content-review-policy", child=self.child, json=policy), 200)
        accepted = made(generate(self.api, self.child, self.project), 202)
        (self.container,) = accepted["containerIds"]
        self.job = accepted["locationUrl"]
        self.approval = self.read()["approvalStatus"]
        self.status = "queued"
        self.parked = False
        #: Posts by their status, as far as this machine has caused them.
        self.posts: set[str] = set()

    def read(self) -> dict[str, Any]:
        return self.api.body(f"/v1/content/{self.container}", child=self.child)

    def post(self, verb: str, **body: Any) -> httpx.Response:
        path = f"/v1/content/{self.container}/{verb}"
        return self.api.post(path, child=self.child, idempotency=fresh_key(), json=body)

    def targets(self) -> list[dict[str, str]]:
        return [{"socialAccountId": self.account, "mode": "publish"}]

    @precondition(lambda self: self.status == "queued")
    @rule()
    def finish(self) -> None:
        self.api.advance(minutes=3)
        self.status = "completed"

    @precondition(lambda self: self.status == "queued")
    @rule()
    def cancel(self) -> None:
        made(self.api.post(f"{self.job}/cancel", child=self.child), 202)
        self.status = "canceled"

    @rule()
    def approve(self) -> None:
        answer = self.post("approve")
        if self.approval != "pending":
            assert code(answer) == (409, "CONFLICT")
            return
        self.approval = "approved"
        promotion = made(answer, 200).get("pendingSchedulePromotion")
        assert (promotion is not None) == self.parked
        if promotion is not None:
            assert promotion["status"] == "ok"
            self.posts |= set(promotion["scheduledPostIds"])
            self.parked = False

    @rule()
    def reject(self) -> None:
        answer = self.post("reject", reason="Not this one.")
        if self.approval != "pending":
            assert code(answer) == (409, "CONFLICT")
            return
        made(answer, 200)
        self.approval, self.parked = "rejected", False

    @rule()
    def schedule(self) -> None:
        now = datetime.fromisoformat(self.api.client.get("/_sandbox/clock").json()["now"])
        moment = (now + timedelta(days=300)).strftime("%Y-%m-%dT%H:%M:%SZ")
        answer = self.post("schedule", scheduledFor=moment, targets=self.targets())
        if self.refused(answer):
            return
        gate = made(answer, 202)
        assert gate["gateStatus"] == ("blocked_on_approval" if self.approval == "pending" else "queued")
        self.parked = self.approval == "pending"
        assert bool(gate["scheduledPostIds"]) != self.parked
        self.posts |= set(gate["scheduledPostIds"])

    @rule()
    def publish(self) -> None:
        answer = self.post("publish", targets=self.targets())
        if self.refused(answer):
            return
        if self.approval == "pending":
            assert code(answer) == (403, "APPROVAL_REQUIRED")
            return
        self.posts |= set(made(answer, 202)["scheduledPostIds"])

    def refused(self, answer: httpx.Response) -> bool:
        """What is rejected or unfinished goes nowhere."""
        if self.approval == "rejected":
            assert code(answer) == (409, "CONTENT_REJECTED")
            return True
        if self.status != "completed":
            assert code(answer) == (409, "CONFLICT")
            return True
        return False

    @invariant()
    def nothing_else_has_happened(self) -> None:
        if not hasattr(self, "container"):
            return
        one = self.read()
        assert one["approvalStatus"] == self.approval
        assert one["status"] == self.status or (self.status, one["status"]) == ("queued", "processing")
        assert bool(one["approvedAt"]) == (self.approval == "approved")
        assert bool(one["rejectedAt"]) == bool(one["rejectionReason"]) == (self.approval == "rejected")
        rows = self.api.all(f"/v1/projects/{self.project}/scheduled-posts", child=self.child, params={"limit": 100})
        assert {row["id"] for row in rows if row["containerId"] == self.container} == self.posts
        if self.approval in {"pending", "rejected"}:
            assert not self.posts


def test_only_legal_states_are_reached_whatever_the_order(time_travel: Api) -> None:
    api = time_travel
    child = new_child(api, credits=5_000)
    project = new_project(api, child)
    body = {"platform": "tiktok", "returnUrl": "https://yourapp.com/back"}
    oauth = made(api.post(f"/v1/projects/{project}/social/oauth-url", child=child, json=body), 200)
    api.client.post(oauth["authorizeUrl"], data={"answer": "allow"})
    (account,) = api.body(f"/v1/projects/{project}/social-accounts", child=child)["items"]
    facts = {"api": api, "child": child, "project": project, "account": account["socialAccountId"]}
    run_state_machine_as_test(
        type("DecisionsHere", (Decisions,), facts),
        settings=settings(
            max_examples=15,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
