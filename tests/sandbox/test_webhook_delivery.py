"""Webhooks on their way, in real time: signed, in order, once each, to whom they are for."""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.sandbox.api import CHILD_KEY, MORROW, Api, code
from tests.sandbox.receiver import Receiver, receiver
from tests.sandbox.test_webhook_endpoints import PATH, register


@pytest.fixture
def inbox() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


def ping(api: Api, endpoint: dict[str, Any], payload: dict[str, Any] | None = None, **rest: Any) -> dict[str, Any]:
    body = {} if payload is None else {"json": {"payload": payload}}
    answer = api.post(f"{PATH}/{endpoint['id']}/test", **body, **rest)
    assert answer.status_code == 200, answer.text
    read: dict[str, Any] = answer.json()
    return read


def delivery(api: Api, endpoint: dict[str, Any], delivery_id: str, **rest: Any) -> dict[str, Any]:
    return next(row for row in api.all(f"{PATH}/{endpoint['id']}/deliveries", **rest) if row["id"] == delivery_id)


def settled(api: Api, endpoint: dict[str, Any], delivery_id: str, attempts: int = 1) -> dict[str, Any]:
    """The delivery once so many attempts were made and written down."""
    for _ in range(200):
        row = delivery(api, endpoint, delivery_id)
        if row["attempts"] >= attempts:
            return row
        time.sleep(0.03)
    raise AssertionError(f"still on its way: {row}")


def test_a_ping_arrives_signed_whatever_the_endpoint_subscribes_to(api: Api, inbox: Receiver) -> None:
    made = register(api, url=inbox.url)
    sent = ping(api, made["endpoint"])
    (came,) = inbox.wait(1)
    assert came.verifies(made["signingSecret"]) and not came.verifies("whsec_other")
    assert came.event_id == came.event["id"] == sent["eventId"]
    assert (came.event["type"], came.event["apiVersion"]) == ("test.ping", "v1")
    data = came.event["data"]
    assert (data["endpointId"], data["organizationId"]) == (made["endpoint"]["id"], made["endpoint"]["organizationId"])
    row = settled(api, made["endpoint"], sent["deliveryId"])
    assert (row["status"], row["lastResponseStatus"], row["nextRetryAt"]) == ("delivered", 204, None)
    assert row["deliveredAt"] is not None and row["abandonedAt"] is None and row["lastErrorMessage"] is None
    assert api.body(f"{PATH}/{made['endpoint']['id']}")["lastSuccessAt"] == row["deliveredAt"]


def test_a_payload_takes_the_place_of_the_data(api: Api, inbox: Receiver) -> None:
    endpoint = register(api, url=inbox.url)["endpoint"]
    ping(api, endpoint, {"hello": ["wörld"], "organizationId": "mine"})
    (came,) = inbox.wait(1)
    assert came.event["data"] == {"hello": ["wörld"], "organizationId": endpoint["organizationId"]}


def test_during_a_rotation_both_secrets_verify_and_never_three(api: Api, inbox: Receiver) -> None:
    made = register(api, url=inbox.url)
    path = f"{PATH}/{made['endpoint']['id']}/rotate-secret"
    second = api.post(path).json()["signingSecret"]
    ping(api, made["endpoint"])
    inbox.wait(1)
    third = api.post(path).json()["signingSecret"]
    ping(api, made["endpoint"])
    before, after = inbox.wait(2)
    assert (len(before.macs()), before.verifies(made["signingSecret"]), before.verifies(second)) == (2, True, True)
    assert (len(after.macs()), after.verifies(second), after.verifies(third)) == (2, True, True)
    assert not after.verifies(made["signingSecret"])


@pytest.mark.parametrize("status", [302, 404, 500])
def test_anything_but_2xx_is_tried_again_after_thirty_seconds(api: Api, inbox: Receiver, status: int) -> None:
    inbox.answers = lambda _number: status
    endpoint = register(api, url=inbox.url)["endpoint"]
    row = settled(api, endpoint, ping(api, endpoint)["deliveryId"])
    assert (row["status"], row["attempts"], row["lastResponseStatus"]) == ("pending", 1, status)
    wait = datetime.fromisoformat(row["nextRetryAt"]) - datetime.fromisoformat(row["lastResponseAt"])
    assert wait.total_seconds() == 30
    assert len(inbox.received) == 1
    seen = api.body(f"{PATH}/{endpoint['id']}")
    assert (seen["consecutiveFailureCount"], seen["lastSuccessAt"]) == (1, None)


def test_a_receiver_that_is_not_there_leaves_words_and_no_status(api: Api) -> None:
    endpoint = register(api, url="http://127.0.0.1:9/in")["endpoint"]
    row = settled(api, endpoint, ping(api, endpoint)["deliveryId"])
    assert (row["status"], row["lastResponseStatus"], row["lastResponseAt"]) == ("pending", None, None)
    assert "ConnectError" in row["lastErrorMessage"]


def test_a_slow_receiver_stops_nobody_else(api: Api, inbox: Receiver) -> None:
    inbox.slow_seconds = 4
    slow = register(api, url=inbox.url)["endpoint"]
    ping(api, slow)
    inbox.wait(1)
    with receiver() as other:
        ping(api, register(api, url=other.url)["endpoint"])
        other.wait(1, seconds=2)
    assert delivery(api, slow, api.all(f"{PATH}/{slow['id']}/deliveries")[0]["id"])["status"] == "delivering"


def test_events_arrive_once_and_in_their_order(api: Api, inbox: Receiver) -> None:
    endpoint = register(api, url=inbox.url)["endpoint"]
    sent = [ping(api, endpoint, {"number": number})["eventId"] for number in range(40)]
    inbox.wait(40)
    time.sleep(0.5)
    assert inbox.ids() == sent


def test_a_replay_is_a_new_event_with_the_same_data(api: Api, inbox: Receiver) -> None:
    endpoint = register(api, url=inbox.url)["endpoint"]
    first = ping(api, endpoint, {"number": 1})
    inbox.wait(1)
    replayed = api.post(f"/v1/webhook-deliveries/{first['deliveryId']}/replay")
    assert replayed.status_code == 200
    assert replayed.json()["originalDeliveryId"] == first["deliveryId"]
    once, again = inbox.wait(2)
    assert again.event_id not in ("", once.event_id)
    assert (again.event["data"], again.event["type"]) == (once.event["data"], once.event["type"])
    assert (again.event["replayOf"], "replayOf" in again.event["data"]) == (first["deliveryId"], False)
    assert "replayOf" not in once.event
    second = replayed.json()["replayDeliveryId"]
    api.post(f"/v1/webhook-deliveries/{second}/replay")
    assert inbox.wait(3)[2].event["replayOf"] == second


def test_only_the_owner_can_replay(api: Api, inbox: Receiver) -> None:
    sent = ping(api, register(api, url=inbox.url)["endpoint"])
    assert code(api.post(f"/v1/webhook-deliveries/{sent['deliveryId']}/replay", key=CHILD_KEY)) == (404, "NOT_FOUND")
    assert code(api.post("/v1/webhook-deliveries/dlv_1/replay")) == (422, "VALIDATION")


def test_deliveries_are_listed_newest_first_and_filtered(api: Api, inbox: Receiver) -> None:
    endpoint = register(api, url=inbox.url)["endpoint"]
    sent = [ping(api, endpoint)["deliveryId"] for _ in range(5)]
    path = f"{PATH}/{endpoint['id']}/deliveries"
    settled(api, endpoint, sent[-1])
    assert [row["id"] for row in api.all(path, params={"limit": 2})] == sent[::-1]
    assert len(api.all(path, params={"eventType": "test.ping", "status": "delivered"})) == 5
    assert api.all(path, params={"eventType": "job.completed"}) == []
    assert code(api.get(path, params={"status": "lost"})) == (422, "VALIDATION")


def test_an_event_of_a_child_reaches_its_own_endpoint_and_the_parents_firehose(api: Api) -> None:
    child, container = api.pending_container()
    project = api.body(f"/v1/content/{container}", child=child)["projectId"]
    wanted = {"events": ["content.approved"]}
    with receiver() as own, receiver() as hose, receiver() as narrow, receiver() as not_for:
        register(api, {"child": child}, url=own.url, **wanted)
        firehose = register(api, url=hose.url, scope="all_children", **wanted)["endpoint"]
        register(api, url=narrow.url, scope="all_children", projectId=project, **wanted)
        register(api, url=not_for.url, **wanted)
        register(api, {"child": child}, url=not_for.url, events=["content.rejected"])
        elsewhere = next(row["id"] for row in api.projects(MORROW) if row["id"] != project)
        register(api, url=not_for.url, scope="all_children", projectId=elsewhere, **wanted)
        assert api.post(f"/v1/content/{container}/approve", child=child).status_code == 200
        copies = [box.wait(1)[0].event for box in (own, hose, narrow)]
        time.sleep(0.4)
        assert not_for.received == []
    assert len({event["id"] for event in copies}) == 1
    data = copies[1]["data"]
    assert (data["organizationId"], data["id"], data["projectId"]) == (child, container, project)
    assert firehose["organizationId"] != child


def test_a_paused_endpoint_hears_nothing_new_and_keeps_what_was_asked_of_it(api: Api, inbox: Receiver) -> None:
    child, container = api.pending_container()
    endpoint = register(api, {"child": child}, url=inbox.url, events=["content.approved"])["endpoint"]
    path = f"{PATH}/{endpoint['id']}"
    api.patch(path, child=child, json={"status": "paused"})
    api.post(f"/v1/content/{container}/approve", child=child)
    ping(api, endpoint, child=child)
    time.sleep(0.6)
    assert inbox.received == []
    assert [row["eventType"] for row in api.all(f"{path}/deliveries", child=child)] == ["test.ping"]
    api.patch(path, child=child, json={"status": "active"})
    assert inbox.wait(1)[0].event["type"] == "test.ping"


def test_nothing_is_sent_after_a_delete(api: Api, inbox: Receiver) -> None:
    endpoint = register(api, url=inbox.url)["endpoint"]
    api.patch(f"{PATH}/{endpoint['id']}", json={"status": "paused"})
    sent = ping(api, endpoint)
    api.call("DELETE", f"{PATH}/{endpoint['id']}")
    time.sleep(0.4)
    assert inbox.received == []
    assert code(api.post(f"/v1/webhook-deliveries/{sent['deliveryId']}/replay")) == (404, "NOT_FOUND")
