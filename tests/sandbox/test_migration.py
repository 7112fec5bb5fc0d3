"""Flat projects become children: the published walk-through, and what may not happen on the way."""

import uuid
from typing import Any

import pytest

from tests.sandbox.api import MORROW, Api, bare, code, fresh_key
from tests.sandbox.making import fund, generate, ledger, made, new_child, new_project

MIGRATE = "/v1/organizations/migrate"


def flat_project(api: Api, **fields: Any) -> str:
    """A project of the parent with nothing running in it."""
    return new_project(api, appDescription=None, **fields)


def test_the_walk_through_in_its_order(api: Api) -> None:
    acme, wayne = flat_project(api, name="Acme Coffee"), flat_project(api, name="Wayne Labs")
    body = {"mapping": {acme: "Acme Coffee", wayne: "Wayne Labs"}}
    moved = made(api.post(MIGRATE, idempotency=fresh_key(), json=body))
    assert (moved["projectsMoved"], moved["childrenCreated"]) == (2, 2)
    assert [(child["name"], child["projectIds"]) for child in moved["children"]] == [
        ("Acme Coffee", [acme]),
        ("Wayne Labs", [wayne]),
    ]
    # Each customer is a child now: its project lies in it, its wallet is empty and can be funded.
    child = moved["children"][0]["id"]
    assert [row["id"] for row in api.all("/v1/projects", child=child)] == [acme]
    assert acme not in {row["id"] for row in api.all("/v1/projects")}
    assert fund(api, child, 20)["balance"] == 20
    assert api.body(f"/v1/organizations/{child}")["summary"]["projectCount"] == 1


def test_equal_names_share_one_new_child(api: Api) -> None:
    first, second = flat_project(api), flat_project(api)
    name = f"Shared {uuid.uuid4().hex[:8]}"
    existing = new_child(api, name=name)
    moved = made(api.post(MIGRATE, json={"mapping": {first: name, bare(second): name}}))
    assert (moved["projectsMoved"], moved["childrenCreated"]) == (2, 1)
    [child] = moved["children"]
    assert child["id"] != existing
    assert child["projectIds"] == [first, second]


def test_a_replay_migrates_once(api: Api) -> None:
    retry, body = fresh_key(), {"mapping": {flat_project(api): "Once"}}
    first = made(api.post(MIGRATE, idempotency=retry, json=body))
    assert made(api.post(MIGRATE, idempotency=retry, json=body)) == first


def test_one_project_with_work_in_flight_stops_them_all(time_travel: Api) -> None:
    api = time_travel
    idle, busy = flat_project(api), new_project(api)
    made(generate(api, None, busy), 202)
    before = len(api.all("/v1/organizations"))
    body = {"mapping": {idle: "Idle", busy: "Busy"}}
    refused = api.post(MIGRATE, json=body)
    assert code(refused) == (409, "CONFLICT")
    assert refused.json()["error"]["details"] == {"projectIds": [busy]}
    assert len(api.all("/v1/organizations")) == before
    assert idle in {row["id"] for row in api.all("/v1/projects")}
    api.advance(minutes=30)
    assert made(api.post(MIGRATE, json=body))["projectsMoved"] == 2


def test_keyword_research_is_work_in_flight_too(api: Api) -> None:
    project = new_project(api)  # its description starts the research by itself
    assert code(api.post(MIGRATE, json={"mapping": {project: "Early"}})) == (409, "CONFLICT")


def test_old_ledger_and_audit_rows_stay_with_the_parent(time_travel: Api) -> None:
    api = time_travel
    project = new_project(api)
    made(generate(api, None, project), 202)
    api.advance(minutes=30)
    [child] = made(api.post(MIGRATE, json={"mapping": {project: "Later"}}))["children"]
    usage = [row for row in ledger(api) if row["projectId"] == project]
    assert [row["eventType"] for row in usage] == ["usage"]
    assert ledger(api, child["id"]) == []
    assert api.all("/v1/audit-log", params={"projectId": project, "limit": 200})
    [told] = [
        row
        for row in api.all("/v1/audit-log", params={"eventType": "organization.projects_migrated", "limit": 200})
        if row["data"]["children"][0]["projectIds"] == [project]
    ]
    assert told["data"]["children"] == [child]


def test_the_parent_reads_a_moved_project_for_thirty_days_and_never_writes_it(time_travel: Api) -> None:
    api = time_travel
    project = new_project(api)
    accepted = made(generate(api, None, project), 202)
    api.advance(minutes=30)
    [child] = made(api.post(MIGRATE, json={"mapping": {project: "Moved"}}))["children"]
    reads = (
        f"/v1/projects/{project}",
        f"/v1/projects/{project}/content",
        f"/v1/content/{accepted['containerIds'][0]}",
        f"/v1/jobs/{accepted['jobId']}",
    )
    for path in reads:
        assert api.get(path).status_code == 200
    patch = {"name": "Mine again"}
    assert code(api.patch(f"/v1/projects/{project}", json=patch)) == (404, "NOT_FOUND")
    assert code(generate(api, None, project)) == (404, "NOT_FOUND")
    assert made(api.patch(f"/v1/projects/{project}", child=child["id"], json=patch), 200)["name"] == "Mine again"
    api.advance(days=29, hours=23)
    assert api.get(reads[0]).status_code == 200
    api.advance(hours=1)
    for path in reads:
        assert code(api.get(path)) == (404, "NOT_FOUND")
        assert api.get(path, child=child["id"]).status_code == 200


def test_a_project_of_somebody_else_is_404_and_nothing_moves(api: Api) -> None:
    mine, theirs = flat_project(api), api.projects(MORROW)[0]["id"]
    for wanted in (theirs, f"prj_{uuid.uuid4()}"):
        assert code(api.post(MIGRATE, json={"mapping": {mine: "A", wanted: "B"}})) == (404, "NOT_FOUND")
    assert mine in {row["id"] for row in api.all("/v1/projects")}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"mapping": {}},
        {"mapping": []},
        {"mapping": {"nonsense": "A"}},
        {"mapping": {f"org_{uuid.uuid4()}": "A"}},
        {"mapping": {str(uuid.uuid4()): ""}},
        {"mapping": {str(uuid.uuid4()): "n" * 129}},
        {"mapping": {str(uuid.uuid4()): None}},
    ],
)
def test_a_bad_mapping_is_422(api: Api, body: dict[str, Any]) -> None:
    assert code(api.post(MIGRATE, json=body)) == (422, "VALIDATION")


def test_naming_a_project_twice_is_422(api: Api) -> None:
    project = flat_project(api)
    assert code(api.post(MIGRATE, json={"mapping": {project: "A", bare(project): "B"}})) == (422, "VALIDATION")
