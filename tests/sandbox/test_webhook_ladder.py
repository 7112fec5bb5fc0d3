"""Webhooks over time, and webhooks that go wrong on purpose: the clock is moved and faults are switched on."""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.sandbox.api import Api
from tests.sandbox.receiver import Receiver, receiver
from tests.sandbox.test_webhook_delivery import delivery, ping, settled
from tests.sandbox.test_webhook_endpoints import PATH, register

#: Seconds from one attempt to the next.
LADDER = [30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600]


@pytest.fixture
def inbox() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


@pytest.fixture
def frozen(time_travel: Api) -> Iterator[Api]:
    time_travel.control("clock", action="freeze")
    yield time_travel
    time_travel.control("clock", action="resume")


@pytest.fixture
def fault(time_travel: Api) -> Iterator[Any]:
    """Switches one on; all are off again afterwards."""
    yield lambda kind, **rest: time_travel.control("faults", kind=kind, pattern="test.ping", **rest)
    time_travel.client.delete("/_sandbox/faults")


def now(api: Api) -> datetime:
    return datetime.fromisoformat(api.client.get("/_sandbox/clock").json()["now"])


def test_a_receiver_that_always_fails_sees_the_whole_ladder(frozen: Api, inbox: Receiver) -> None:
    inbox.answers = lambda _number: 500
    made = register(frozen, url=inbox.url)
    sent = ping(frozen, made["endpoint"])
    row = settled(frozen, made["endpoint"], sent["deliveryId"])
    for number, seconds in enumerate(LADDER, start=1):
        due = datetime.fromisoformat(row["nextRetryAt"])
        assert (row["status"], row["attempts"]) == ("pending", number)
        assert round((due - now(frozen)).total_seconds()) == seconds
        frozen.advance(seconds=seconds - 1)
        assert len(inbox.received) == number
        frozen.advance(seconds=1)
        row = delivery(frozen, made["endpoint"], sent["deliveryId"])
    assert (row["status"], row["attempts"], row["nextRetryAt"]) == ("failed", 8, None)
    assert row["abandonedAt"] is not None and row["deliveredAt"] is None
    frozen.advance(hours=6)
    assert inbox.ids() == [sent["eventId"]] * 8
    # each attempt was signed anew, with a time the receiver can compare with its own
    assert all(one.verifies(made["signingSecret"]) for one in inbox.received)
    assert len({one.body for one in inbox.received}) == 1


@pytest.mark.parametrize("running", [True, False])
def test_one_advance_makes_every_attempt_and_none_twice(time_travel: Api, inbox: Receiver, running: bool) -> None:
    time_travel.control("clock", action="resume" if running else "freeze")
    inbox.answers = lambda number: 200 if number >= 5 else 503
    endpoint = register(time_travel, url=inbox.url)["endpoint"]
    sent = ping(time_travel, endpoint)
    time_travel.advance(hours=3)
    time_travel.control("clock", action="resume")
    row = delivery(time_travel, endpoint, sent["deliveryId"])
    assert (row["status"], row["attempts"], len(inbox.received)) == ("delivered", 6, 6)
    took = datetime.fromisoformat(row["deliveredAt"]) - datetime.fromisoformat(row["createdAt"])
    assert sum(LADDER[:5]) <= took.total_seconds() < sum(LADDER[:5]) + 10
    assert time_travel.body(f"{PATH}/{endpoint['id']}")["consecutiveFailureCount"] == 0


def test_twenty_failures_in_a_row_pause_an_endpoint_until_it_is_made_active(frozen: Api, inbox: Receiver) -> None:
    inbox.answers = lambda _number: 500
    endpoint = register(frozen, url=inbox.url)["endpoint"]
    path = f"{PATH}/{endpoint['id']}"
    for _ in range(4):
        ping(frozen, endpoint)
    frozen.advance(hours=1)
    seen = frozen.body(path)
    assert (seen["status"], seen["consecutiveFailureCount"], len(inbox.received)) == ("auto_paused", 20, 20)
    frozen.advance(hours=2)
    assert len(inbox.received) == 20
    inbox.answers = lambda _number: 200
    resumed = frozen.patch(path, json={"status": "active"}).json()
    assert (resumed["status"], resumed["consecutiveFailureCount"]) == ("active", 0)
    frozen.advance(seconds=1)
    assert {row["status"] for row in frozen.all(f"{path}/deliveries")} == {"delivered"}


def test_the_old_secret_ends_after_a_day(frozen: Api, inbox: Receiver) -> None:
    made = register(frozen, url=inbox.url)
    rotated = frozen.post(f"{PATH}/{made['endpoint']['id']}/rotate-secret").json()
    left = datetime.fromisoformat(rotated["previousSecretExpiresAt"]) - now(frozen)
    assert round(left.total_seconds()) == 24 * 3600
    frozen.advance(hours=23, minutes=59)
    ping(frozen, made["endpoint"])
    frozen.advance(minutes=2)
    ping(frozen, made["endpoint"])
    frozen.advance(seconds=1)
    before, after = inbox.wait(2)
    assert (len(before.macs()), len(after.macs())) == (2, 1)
    assert after.verifies(rotated["signingSecret"]) and not after.verifies(made["signingSecret"])


def child_with_endpoint(api: Api, url: str) -> tuple[str, dict[str, Any]]:
    child = api.post("/v1/organizations", json={"name": "Harbor Light"}).json()["id"]
    return child, register(api, {"child": child}, url=url, events=["job.completed"])["endpoint"]


def test_a_suspended_organizations_deliveries_wait_for_its_resume(time_travel: Api, inbox: Receiver) -> None:
    inbox.answers = lambda number: 200 if number else 500
    child, endpoint = child_with_endpoint(time_travel, inbox.url)
    ping(time_travel, endpoint, child=child)
    inbox.wait(1)
    time_travel.post(f"/v1/organizations/{child}/suspend")
    time_travel.advance(hours=1)
    assert len(inbox.received) == 1
    time_travel.post(f"/v1/organizations/{child}/resume")
    inbox.wait(2)


def test_an_archived_organizations_deliveries_are_abandoned(time_travel: Api, inbox: Receiver) -> None:
    inbox.answers = lambda _number: 500
    child, endpoint = child_with_endpoint(time_travel, inbox.url)
    sent = ping(time_travel, endpoint, child=child)
    inbox.wait(1)
    assert time_travel.call("DELETE", f"/v1/organizations/{child}").status_code == 200
    time_travel.advance(minutes=5)
    assert len(inbox.received) == 1
    row = delivery(time_travel, endpoint, sent["deliveryId"], child=child)
    assert (row["status"], row["nextRetryAt"]) == ("abandoned", None) and row["abandonedAt"] is not None


def test_a_lost_webhook_never_arrives_and_nobody_is_told(time_travel: Api, inbox: Receiver, fault: Any) -> None:
    endpoint = register(time_travel, url=inbox.url)["endpoint"]
    fault("webhook_lost", count=1)
    lost, came = ping(time_travel, endpoint), ping(time_travel, endpoint)
    inbox.wait(1)
    assert inbox.ids() == [came["eventId"]]
    assert settled(time_travel, endpoint, lost["deliveryId"])["status"] == "delivered"


def test_a_doubled_webhook_comes_twice_with_one_event_id(time_travel: Api, inbox: Receiver, fault: Any) -> None:
    endpoint = register(time_travel, url=inbox.url)["endpoint"]
    fault("webhook_doubled", count=1)
    sent = ping(time_travel, endpoint)
    inbox.wait(2)
    assert inbox.ids() == [sent["eventId"]] * 2
    assert settled(time_travel, endpoint, sent["deliveryId"])["attempts"] == 1


def test_a_delayed_webhook_comes_later_and_is_delayed_once(frozen: Api, inbox: Receiver, fault: Any) -> None:
    endpoint = register(frozen, url=inbox.url)["endpoint"]
    fault("webhook_delayed", options={"seconds": 600})
    sent = ping(frozen, endpoint)
    frozen.advance(seconds=598)
    assert inbox.received == []
    row = delivery(frozen, endpoint, sent["deliveryId"])
    assert (row["status"], row["attempts"]) == ("pending", 0)
    frozen.advance(seconds=3)
    assert inbox.ids() == [sent["eventId"]]


def test_a_reordered_webhook_comes_after_the_one_that_follows(frozen: Api, inbox: Receiver, fault: Any) -> None:
    endpoint = register(frozen, url=inbox.url)["endpoint"]
    fault("webhook_reordered", count=1)
    first, second = ping(frozen, endpoint), ping(frozen, endpoint)
    frozen.advance(seconds=20)
    assert inbox.ids() == [second["eventId"], first["eventId"]]


def test_a_badly_signed_webhook_does_not_verify(time_travel: Api, inbox: Receiver, fault: Any) -> None:
    made = register(time_travel, url=inbox.url)
    fault("webhook_bad_signature", count=1)
    for _ in range(2):
        ping(time_travel, made["endpoint"])
    bad, good = inbox.wait(2)
    assert (bad.verifies(made["signingSecret"]), good.verifies(made["signingSecret"])) == (False, True)


def test_a_delivery_whose_process_died_is_sent_again_after_a_minute(time_travel: Api, inbox: Receiver) -> None:
    endpoint = register(time_travel, url=inbox.url)["endpoint"]
    path = f"{PATH}/{endpoint['id']}"
    time_travel.patch(path, json={"status": "paused"})
    sent = ping(time_travel, endpoint)
    taken = "update sandbox_webhookdelivery set status = 'delivering', taken_at = now() - interval '{}' where id = %s"
    time_travel.sql(taken.format("50 seconds"), sent["deliveryId"])
    time_travel.patch(path, json={"status": "active"})
    time.sleep(0.6)
    assert inbox.received == []
    time_travel.sql(taken.format("61 seconds"), sent["deliveryId"])
    inbox.wait(1)
    assert settled(time_travel, endpoint, sent["deliveryId"])["attempts"] == 1
