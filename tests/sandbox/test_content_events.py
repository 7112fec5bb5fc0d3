"""What a partner hears about its content."""

from collections.abc import Iterator

import pytest

from tests.sandbox.api import Api
from tests.sandbox.making import generate, made, new_child, new_project
from tests.sandbox.receiver import Receiver, receiver
from tests.sandbox.test_webhook_endpoints import register

EVENTS = ["content.generated", "content.approved", "content.rejected", "job.completed", "job.canceled", "job.failed"]


@pytest.fixture
def inbox() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


def test_completion_and_decisions_are_told_with_their_documented_data(time_travel: Api, inbox: Receiver) -> None:
    api = time_travel
    child = new_child(api, credits=500)
    project = new_project(api, child)
    api.advance(minutes=10)
    made(api.patch(f"/v1/projects/{project}/content-review-policy", child=child, json={"policy": "review_all"}), 200)
    register(api, {"child": child}, url=inbox.url, events=EVENTS)
    accepted = made(generate(api, child, project, variants=2), 202)
    stopped = made(generate(api, child, project), 202)
    made(api.post(f"{stopped['locationUrl']}/cancel", child=child), 202)
    api.advance(minutes=5)
    good, bad = accepted["containerIds"]
    approval = made(api.post(f"/v1/content/{good}/approve", child=child), 200)
    rejection = made(api.post(f"/v1/content/{bad}/reject", child=child, json={"reason": "Old logo."}), 200)
    told = [one.event for one in inbox.wait(6)]
    data = {(event["type"], event["data"].get("id") or event["data"]["jobId"]): event["data"] for event in told}
    assert len(data) == 6
    assert {one["organizationId"] for one in data.values()} == {child}
    for container in (good, bad):
        full = api.body(f"/v1/content/{container}", child=child)
        expected = {"id": container, "projectId": project, "assets": full["assets"], "preview": full["preview"]}
        assert data["content.generated", container] == {**expected, "organizationId": child}
    assert data["content.approved", good] == {
        "id": good,
        "projectId": project,
        "approvedAt": approval["approvedAt"],
        "approvedBy": approval["approvedBy"],
        "organizationId": child,
    }
    assert data["content.rejected", bad]["reason"] == rejection["reason"]
    assert data["content.rejected", bad]["rejectedBy"] == rejection["rejectedBy"]
    assert data["job.completed", accepted["jobId"]]["result"]["containerIds"] == [good, bad]
    assert data["job.canceled", stopped["jobId"]]["kind"] == "content_generate"
