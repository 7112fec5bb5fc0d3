"""Projects: create, change, archive, restore."""

from typing import Any

import pytest

from tests.sandbox.api import BRIGHTSIDE, READER_KEY, Api, bare, code, fresh_key

PITCH = (
    "Slow loose leaf tea by post for people who drink too much coffee: picked in spring, packed in small tins, and a "
    "timer that knows the leaf and rings once."
)
FULL: dict[str, Any] = {
    "name": "Harbour Tea",
    "customerExternalId": "harbour-1",
    "timezone": "Europe/Lisbon",
    "primaryLanguage": "pt-PT",
    "appName": "Harbour",
    "appDescription": PITCH,
    "tagline": "Tea that keeps time with the sea.",
    "brandVoice": "warm",
    "targetGender": "female",
    "ownerEmail": "ops@harbour.example",
    "metadata": {"crm": {"id": 7, "tags": ["a", None]}},
}


def create(api: Api, **fields: Any) -> dict[str, Any]:
    """A project with the least a project needs, and `fields`."""
    answer = api.post("/v1/projects", json={"name": "Harbour Tea", "timezone": "UTC", **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def logged(api: Api, project: dict[str, Any], event_type: str) -> list[dict[str, Any]]:
    return api.all("/v1/audit-log", params={"eventType": event_type, "projectId": project["id"], "limit": 200})


def test_every_field_of_a_new_project_comes_back_on_reads(api: Api) -> None:
    made = create(api, **FULL)
    assert {name: made[name] for name in FULL} == FULL
    assert made["status"] == "active"
    assert made["archivedAt"] is None
    assert made["organizationId"] == api.body("/v1/whoami")["organizationId"]
    assert api.body(f"/v1/projects/{made['id']}") == made
    assert made["brandContext"]["tagline"] == FULL["tagline"]


def test_a_bare_project_gets_the_documented_defaults(api: Api) -> None:
    made = create(api)
    assert (made["brandVoice"], made["targetGender"], made["primaryLanguage"]) == ("authentic", "all", "en")
    assert made["appName"] is made["appDescription"] is made["tagline"] is made["customerExternalId"] is None
    assert made["ownerEmail"] == "billing@larkspur.example"
    assert made["metadata"] is None


def test_a_description_starts_keyword_research_and_a_first_influencer(api: Api) -> None:
    plain, described = create(api), create(api, appDescription=PITCH, targetGender="male")
    for made, count in ((plain, 0), (described, 1)):
        people = api.body(f"/v1/projects/{made['id']}/influencers")["items"]
        assert len(people) == count
        bank = api.body(f"/v1/projects/{made['id']}/keywords")
        assert bank == {"projectId": made["id"], "hashtags": [], "refreshedAt": None}
    assert people[0]["status"] in {"pending", "training"}
    assert people[0]["gender"] == "male"
    assert people[0]["thumbnailUrl"] is None


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"name": "Te"}, "name"),
        ({"name": "T" * 31}, "name"),
        ({"name": None}, "name"),
        ({"timezone": "Lisbon"}, "timezone"),
        ({"timezone": "europe/lisbon"}, "timezone"),
        ({"timezone": "+01:00"}, "timezone"),
        ({"appName": "Te"}, "appName"),
        ({"appName": "T" * 31}, "appName"),
        ({"appDescription": "Too short."}, "appDescription"),
        ({"appDescription": "x" * 1001}, "appDescription"),
        ({"tagline": "x" * 81}, "tagline"),
        ({"brandVoice": "loud"}, "brandVoice"),
        ({"targetGender": "any"}, "targetGender"),
        ({"primaryLanguage": "english!"}, "primaryLanguage"),
        ({"primaryLanguage": "pt_PT"}, "primaryLanguage"),
        ({"ownerEmail": "nobody"}, "ownerEmail"),
        ({"ownerEmail": None}, "ownerEmail"),
        ({"metadata": "text"}, "metadata"),
        ({"metadata": {"big": "x" * 8192}}, "metadata"),
        ({"id": "prj_00000000-0000-4000-8000-000000000000"}, "id"),
    ],
)
def test_bounds_are_strict(api: Api, fields: dict[str, Any], path: str) -> None:
    answer = api.post("/v1/projects", json={"name": "Harbour Tea", "timezone": "UTC", **fields})
    assert code(answer) == (422, "VALIDATION")
    assert answer.json()["error"]["details"]["issues"][0]["path"] == path


@pytest.mark.parametrize("field", ["name", "timezone"])
def test_name_and_timezone_are_required(api: Api, field: str) -> None:
    body = {"name": "Harbour Tea", "timezone": "UTC"}
    del body[field]
    answer = api.post("/v1/projects", json=body)
    assert code(answer) == (422, "VALIDATION")
    assert answer.json()["error"]["details"]["missingFields"] == [field]


def test_two_projects_may_carry_the_same_handle(api: Api) -> None:
    handle = fresh_key()
    made = [create(api, customerExternalId=handle)["id"] for _ in range(2)]
    found = api.all("/v1/projects", params={"customerExternalId": handle})
    assert [row["id"] for row in found] == made[::-1]


def test_a_repeated_create_gives_the_first_project_again(api: Api) -> None:
    key, body = fresh_key(), {"name": "Harbour Tea", "timezone": "UTC"}
    first = api.post("/v1/projects", idempotency=key, json=body)
    again = api.post("/v1/projects", idempotency=key, json=body)
    assert (again.status_code, again.json()) == (201, first.json())
    other = api.post("/v1/projects", idempotency=key, json={**body, "name": "Other Tea"})
    assert code(other) == (409, "IDEMPOTENCY_CONFLICT")


def test_a_patch_changes_what_it_names_and_nothing_else(api: Api) -> None:
    made = create(api, **FULL)
    change = {"name": "Harbour Teas", "metadata": {"b": 2}, "appName": None, "tagline": None}
    changed = api.patch(f"/v1/projects/{made['id']}", json=change)
    assert changed.status_code == 200
    for name, value in {**FULL, **change}.items():
        assert changed.json()[name] == value, name
    assert changed.json()["updatedAt"] > made["updatedAt"]
    assert changed.json() == api.body(f"/v1/projects/{made['id']}")
    [row] = [
        row
        for row in api.all("/v1/audit-log", params={"eventType": "project.updated", "limit": 200})
        if row["projectId"] == made["id"]
    ]
    assert row["data"]["fields"] == ["app_name", "metadata", "name", "tagline"]


@pytest.mark.parametrize(
    "body", [{}, {"name": None}, {"metadata": None}, {"brandVoice": None}, {"status": "lost"}, {"name": "ab"}, []]
)
def test_a_patch_of_nothing_or_of_nonsense_is_422(api: Api, body: Any) -> None:
    made = create(api)
    assert code(api.patch(f"/v1/projects/{made['id']}", json=body)) == (422, "VALIDATION")


@pytest.mark.parametrize("field", ["id", "organizationId", "brandContext", "contentReviewPolicy", "createdAt"])
def test_read_only_fields_are_400(api: Api, field: str) -> None:
    made = create(api)
    answer = api.patch(f"/v1/projects/{made['id']}", json={"name": "Harbour Teas", field: made[field]})
    assert code(answer) == (400, "VALIDATION")
    assert answer.json()["error"]["details"]["issues"][0]["path"] == field
    assert api.body(f"/v1/projects/{made['id']}")["name"] == "Harbour Tea"


def running(api: Api, project: dict[str, Any], kind: str) -> int:
    [(count,)] = api.sql(
        "select count(*) from sandbox_job where project_id = %s and kind = %s", bare(project["id"]), kind
    )
    return int(count)


def test_only_a_new_description_is_researched_again(api: Api) -> None:
    made = create(api, appDescription=PITCH)
    path, research = f"/v1/projects/{made['id']}", "project_keywords_refresh"
    assert running(api, made, research) == 1
    for body in ({"appDescription": PITCH}, {"name": "Harbour Teas"}, {"appDescription": None}):
        api.patch(path, json=body)
        assert running(api, made, research) == 1, body
    api.patch(path, json={"appDescription": PITCH + " New."})
    assert running(api, made, research) == 2
    # A first influencer comes with a new project only.
    assert running(api, made, "influencer_create") == 1


def test_an_archived_project_stays_readable_and_comes_back(api: Api) -> None:
    made = create(api, appDescription=PITCH)
    path = f"/v1/projects/{made['id']}"
    gone = api.call("DELETE", path)
    assert gone.status_code == 200
    assert set(gone.json()) == {"id", "status", "archivedAt", "canceledScheduledPosts"}
    assert (gone.json()["status"], gone.json()["canceledScheduledPosts"]) == ("archived", 0)
    assert api.body(path)["archivedAt"] == gone.json()["archivedAt"]
    back = api.patch(path, json={"status": "active"})
    assert (back.json()["status"], back.json()["archivedAt"]) == ("active", None)


def test_a_second_archive_is_200_with_a_new_time(api: Api) -> None:
    made = create(api)
    first, second = (api.call("DELETE", f"/v1/projects/{made['id']}") for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.json()["archivedAt"] > first.json()["archivedAt"]


def test_a_patch_to_archived_does_what_delete_does(api: Api) -> None:
    made = create(api)
    answer = api.patch(f"/v1/projects/{made['id']}", json={"status": "archived"})
    assert (answer.status_code, answer.json()["status"]) == (200, "archived")
    assert answer.json()["archivedAt"]
    assert [
        row
        for row in api.all("/v1/audit-log", params={"eventType": "project.archived", "limit": 200})
        if row["projectId"] == made["id"]
    ]


def test_no_new_work_starts_in_an_archived_project(api: Api) -> None:
    made = create(api, appDescription=PITCH)
    path = f"/v1/projects/{made['id']}"
    api.call("DELETE", path)
    for start, body in (
        ("keywords/refresh", {}),
        ("influencers", {}),
        ("ingest/website", {"url": "https://harbour.example"}),
    ):
        assert code(api.post(f"{path}/{start}", json=body)) == (409, "CONFLICT"), start
    jobs = running(api, made, "project_keywords_refresh")
    api.patch(path, json={"appDescription": PITCH + " New."})
    assert running(api, made, "project_keywords_refresh") == jobs


def test_writing_needs_its_scope_and_the_right_organization(api: Api) -> None:
    body = {"name": "Harbour Tea", "timezone": "UTC"}
    assert code(api.post("/v1/projects", key=READER_KEY, json=body)) == (403, "FORBIDDEN_SCOPE")
    child = api.org(BRIGHTSIDE)
    made = api.post("/v1/projects", child=child, json=body).json()
    assert made["organizationId"] == child
    # The parent does not own it unless it acts for the child.
    assert code(api.patch(f"/v1/projects/{made['id']}", json={"name": "Mine now"})) == (404, "NOT_FOUND")
    assert code(api.call("DELETE", f"/v1/projects/{made['id']}")) == (404, "NOT_FOUND")
    assert api.call("DELETE", f"/v1/projects/{made['id']}", child=child).status_code == 200
