"""The life of a pending action, in whatever order things happen to it (contract/ads.md, 4)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.sandbox.ads import STATUSES, Layer, body, new_layer
from tests.sandbox.api import Api, code

LIFETIME = timedelta(days=7)


class Queue(RuleBasedStateMachine):
    """What the contract lets happen, beside what the sandbox says has happened. The clock stands but for `wait`."""

    api: Api
    actions = Bundle("actions")

    @initialize()
    def begin(self) -> None:
        self.layer: Layer = new_layer(self.api, "tiktok")
        # The optimizer has ideas of its own, which are not this test's.
        flags = {"budget": False, "creative": False, "lifecycle": False}
        path = f"/v1/layers/{self.layer.id}/optimizer/write-classes"
        body(self.layer.call("PATCH", path, json={"writeClasses": flags}), 200)
        self.campaign = self.layer.campaign()
        self.killed = False
        self.expected: dict[str, str] = {}
        self.expires: dict[str, datetime] = {}

    def now(self) -> datetime:
        return datetime.fromisoformat(self.api.client.get("/_sandbox/clock").json()["now"])

    @rule(target=actions)
    def ask(self) -> str:
        if self.killed:
            self.switch()
        pending = self.layer.queued(self.campaign)
        self.expected[pending] = "pending"
        self.expires[pending] = datetime.fromisoformat(self.layer.action(pending)["expiresAt"])
        return pending

    @rule(action=actions, verb=st.sampled_from(("approve", "reject")), customer=st.booleans())
    def decide(self, action: str, verb: str, customer: bool) -> None:
        if customer:
            path, sent = f"/_sandbox/customer/{verb}-action", {"pendingId": action}
            answer = self.api.client.post(path, json=sent)
        else:
            answer = self.layer.write("POST", f"pending/{action}/{verb}", json={"reason": "Because."})
        if self.expected[action] == "pending":
            assert answer.status_code == 200, answer.text
            self.expected[action] = f"{verb}d" if verb == "approve" else "rejected"
        else:
            assert code(answer) == (409, "CONFLICT")
            assert answer.json()["error"]["details"]["status"] == self.expected[action]

    @rule()
    def switch(self) -> None:
        self.layer.on_layer("release-kill-switch" if self.killed else "trip-kill-switch")
        self.killed = not self.killed

    @rule(hours=st.sampled_from((1, 7, 40, 100)))
    def wait(self, hours: int) -> None:
        before = self.now()
        self.api.advance(hours=hours)
        after = self.now()
        ticked = before.date() != after.date() or before.hour // 6 != after.hour // 6
        for action, status in self.expected.items():
            if status == "approved" and ticked:
                self.expected[action] = "dispatch_failed" if self.killed else "dispatched"
            elif status == "pending" and self.expires[action] <= after:
                self.expected[action] = "rejected"

    @invariant()
    def the_sandbox_agrees(self) -> None:
        if not self.expected:
            return
        path = f"{self.layer.path}/pending"
        rows = self.api.all(path, child=self.layer.child, params={"status": list(STATUSES), "limit": 200})
        assert {row["pendingId"]: row["status"] for row in rows} == self.expected
        for row in rows:
            assert (row["dispatchedAt"] is not None) == (row["status"] == "dispatched")
            assert (row["dispatchFailureReason"] is not None) == (row["status"] == "dispatch_failed")
        waiting = sum(status == "pending" for status in self.expected.values())
        assert self.layer.get(f"{self.layer.platform}/pending/count") == {"count": waiting}


@pytest.fixture
def frozen(time_travel: Api) -> Iterator[Api]:
    time_travel.control("clock", action="freeze")
    yield time_travel
    time_travel.control("clock", action="resume")


def test_only_legal_states_are_ever_reached(frozen: Api) -> None:
    Queue.api = frozen
    small: Any = settings(
        max_examples=6,
        stateful_step_count=12,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Queue, settings=small)
