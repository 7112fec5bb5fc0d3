"""Jobs: polled cheaply, stopped in time."""

import pytest

from tests.sandbox.api import Api, code
from tests.sandbox.making import generate, made, new_child, new_project, wallet


def test_a_running_job_has_no_end(api: Api) -> None:
    child = new_child(api, credits=50)
    accepted = made(generate(api, child, new_project(api, child)), 202)
    running = api.body(accepted["locationUrl"], child=child)
    assert (running["status"], running["containerIds"]) == ("running", accepted["containerIds"])
    assert not {"finishedAt", "result", "error"} & set(running)


def test_polling_is_304_until_something_moves(time_travel: Api) -> None:
    api = time_travel
    child = new_child(api, credits=50)
    api.control("clock", action="freeze")
    try:
        path = made(generate(api, child, new_project(api, child)), 202)["locationUrl"]
        seen = api.get(path, child=child).headers["ETag"]
        moved = []
        for _ in range(12):
            api.advance(seconds=3)
            answer = api.get(path, child=child, headers={"If-None-Match": seen})
            moved.append(answer.status_code == 200)
            seen = answer.headers["ETag"]
        assert 0 < sum(moved) < 8
        api.advance(minutes=5)
        done = api.get(path, child=child, headers={"If-None-Match": seen})
        assert (done.status_code, done.json()["status"]) == (200, "completed")
        again = api.get(path, child=child, headers={"If-None-Match": done.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    finally:
        api.control("clock", action="resume")


def test_a_job_is_stopped_once_and_takes_its_containers_along(api: Api) -> None:
    child = new_child(api, credits=100)
    accepted = made(generate(api, child, new_project(api, child), variants=2), 202)
    path = f"{accepted['locationUrl']}/cancel"
    assert made(api.post(path, child=child), 202) == {"jobId": accepted["jobId"], "accepted": True}
    job = api.body(accepted["locationUrl"], child=child)
    assert (job["status"], bool(job["finishedAt"])) == ("canceled", True)
    for container in accepted["containerIds"]:
        one = api.body(f"/v1/content/{container}", child=child)
        assert (one["status"], one["lastError"], one["preview"]) == ("canceled", None, None)
    assert wallet(api, child)["available"] == 100
    again = made(api.post(path, child=child), 200)
    assert again == {"jobId": accepted["jobId"], "accepted": False, "reason": "ALREADY_COMPLETED"}


def test_a_finished_job_cannot_be_stopped(time_travel: Api) -> None:
    api = time_travel
    child = new_child(api, credits=50)
    accepted = made(generate(api, child, new_project(api, child)), 202)
    api.advance(minutes=5)
    assert made(api.post(f"{accepted['locationUrl']}/cancel", child=child), 200)["accepted"] is False
    assert api.body(accepted["locationUrl"], child=child)["status"] == "completed"


def test_stopping_needs_its_scope_and_ones_own_job(api: Api) -> None:
    child, other = new_child(api, credits=50), new_child(api)
    path = f"{made(generate(api, child, new_project(api, child)), 202)['locationUrl']}"
    assert code(api.post(f"{path}/cancel", child=other)) == (404, "NOT_FOUND")
    assert code(api.post("/v1/jobs/nonsense/cancel", child=child)) == (422, "VALIDATION")


@pytest.mark.parametrize("child_of_its_own", [True, False])
def test_the_stream_of_a_job_is_not_there_yet(api: Api, child_of_its_own: bool) -> None:
    child = new_child(api, credits=50)
    path = made(generate(api, child, new_project(api, child)), 202)["locationUrl"]
    answer = api.get(f"{path}/events", child=child if child_of_its_own else None)
    assert code(answer) == (404, "NOT_FOUND")
