"""What partners are told of a piece of content's life, each event in the shape of the document."""

from typing import Any

from tests.sandbox import contract
from tests.sandbox.api import Api
from tests.sandbox.making import SLIDESHOW, generate, made, new_child, new_project
from tests.sandbox.receiver import Receiver, receiver
from tests.sandbox.test_webhook_endpoints import register

EVENTS = ["job.completed", "job.canceled", "content.generated", "content.approved", "content.rejected"]


def told(inbox: Receiver, event_type: str) -> list[dict[str, Any]]:
    """The `data` of each event of a type; every event must be one the document knows."""
    events = [one.event for one in inbox.received]
    for event in events:
        assert not contract.faults(event, {"$ref": "#/components/schemas/EventEnvelope"}), event
    return [event["data"] for event in events if event["type"] == event_type]


def test_a_generation_is_told_from_its_job_to_the_decision(time_travel: Api) -> None:
    child = new_child(time_travel, credits=10 * SLIDESHOW)
    project = new_project(time_travel, child)
    policy = {"policy": "review_all"}
    made(time_travel.patch(f"/v1/projects/{project}/content-review-policy", child=child, json=policy), 200)
    with receiver() as inbox:
        register(time_travel, url=inbox.url, scope="all_children", projectId=project, events=EVENTS)
        started = made(generate(time_travel, child, project, variants=2), 202)
        canceled = made(generate(time_travel, child, project), 202)
        time_travel.post(f"/v1/jobs/{canceled['jobId']}/cancel", child=child)
        time_travel.advance(hours=1)
        first, second = started["containerIds"]
        made(time_travel.post(f"/v1/content/{first}/approve", child=child), 200)
        made(time_travel.post(f"/v1/content/{second}/reject", child=child, json={"reason": "Off brand."}), 200)
        time_travel.advance(seconds=1)
        generated = {data["id"]: data for data in told(inbox, "content.generated")}
        assert set(generated) == {first, second}
        shown = time_travel.body(f"/v1/content/{first}", child=child)
        assert generated[first]["preview"]["kind"] == shown["preview"]["kind"]
        assert len(generated[first]["assets"]) == len(shown["assets"]) > 0
        finished = [data for data in told(inbox, "job.completed") if data["kind"] == "content_generate"]
        assert [data["jobId"] for data in finished] == [started["jobId"]]
        assert [data["jobId"] for data in told(inbox, "job.canceled")] == [canceled["jobId"]]
        (approved,) = told(inbox, "content.approved")
        assert (approved["id"], approved["projectId"], approved["organizationId"]) == (first, project, child)
        (rejected,) = told(inbox, "content.rejected")
        assert (rejected["id"], rejected["reason"]) == (second, "Off brand.")
        assert len(set(inbox.ids())) == len(inbox.received)
