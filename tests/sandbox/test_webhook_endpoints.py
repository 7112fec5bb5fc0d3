"""Webhook endpoints as resources: who may register what, how they change, who sees them."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.api import BRIGHTSIDE, CHILD_KEY, MORROW, READER_KEY, STAR_KEY, Api, code, fresh_key
from tests.sandbox.contract import document

#: https, and nobody there: what other tests cause for these endpoints fails at once, without asking for a name.
URL = "https://127.0.0.1:9/in"
PATH = "/v1/webhook-endpoints"


def register(api: Api, rest: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """The whole answer of a create; `rest` goes to the call."""
    body = {"url": URL, "events": ["job.completed"], **fields}
    answer = api.post(PATH, json=body, **(rest or {}))
    assert answer.status_code == 201, answer.text
    read: dict[str, Any] = answer.json()
    return read


def test_a_new_endpoint_is_active_and_shows_its_secret_once(api: Api) -> None:
    made = register(api, description="Desk", metadata={"team": "growth"})
    endpoint = made["endpoint"]
    assert made["signingSecret"].startswith("whsec_")
    assert (endpoint["status"], endpoint["scope"], endpoint["consecutiveFailureCount"]) == ("active", "own", 0)
    assert (endpoint["metadata"], endpoint["apiVersion"]) == ({"team": "growth"}, "v1")
    assert api.body(f"{PATH}/{endpoint['id']}") == endpoint
    assert endpoint in api.all(PATH)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://hooks.example/in"},
        {"url": "ftp://hooks.example/in"},
        {"url": "hooks.example"},
        {"url": "https://"},
        {"url": "https://host:99999/"},
        {"url": f"https://hooks.example/{'x' * 2048}"},
        {"url": None},
        {"events": []},
        {"events": ["job.completed"] * 51},
        {"events": ["job.finished"]},
        {"events": "job.completed"},
        {"scope": "everything"},
        {"metadata": {"a": 1}},
        {"metadata": {"k" * 41: "v"}},
        {"projectId": "org_1"},
    ],
)
def test_a_bad_registration_is_422(api: Api, wrong: dict[str, Any]) -> None:
    assert code(api.post(PATH, json={"url": URL, "events": ["job.completed"], **wrong})) == (422, "VALIDATION")


@pytest.mark.parametrize("host", ["localhost:9", "127.0.0.1:9", "[::1]:9"])
def test_plain_http_is_for_this_machine(api: Api, host: str) -> None:
    register(api, url=f"http://{host}/in")


def test_the_refusal_names_the_unknown_event(api: Api) -> None:
    answer = api.post(PATH, json={"url": URL, "events": ["job.completed", "job.done"]})
    assert answer.json()["error"]["details"]["issues"][0]["path"] == "events[1]"


def test_every_name_of_the_catalogue_can_be_subscribed_once(api: Api) -> None:
    names = document()["components"]["schemas"]["EventType"]["enum"]
    made = register(api, events=[*names, names[0]])
    assert (len(names), made["endpoint"]["events"]) == (31, names)


@pytest.mark.parametrize("key", [READER_KEY, STAR_KEY, CHILD_KEY])
def test_all_children_needs_org_admin_on_create_and_on_patch(api: Api, key: str) -> None:
    body = {"url": URL, "events": ["job.completed"], "scope": "all_children"}
    assert code(api.post(PATH, key=key, json=body)) == (403, "FORBIDDEN_SCOPE")
    own = register(api, {"key": key})["endpoint"]["id"]
    assert code(api.patch(f"{PATH}/{own}", key=key, json={"scope": "all_children"})) == (403, "FORBIDDEN_SCOPE")
    assert api.body(f"{PATH}/{own}", key=key)["scope"] == "own"


def test_a_child_has_no_children_to_hear_of_even_by_its_parents_key(api: Api) -> None:
    body = {"url": URL, "events": ["job.completed"], "scope": "all_children"}
    assert code(api.post(PATH, child=api.org(MORROW), json=body)) == (403, "FORBIDDEN_SCOPE")


def test_the_parent_may_hear_of_all_children(api: Api) -> None:
    endpoint = register(api, scope="all_children")["endpoint"]
    assert endpoint["scope"] == "all_children"
    assert api.patch(f"{PATH}/{endpoint['id']}", json={"scope": "own"}).json()["scope"] == "own"
    assert api.patch(f"{PATH}/{endpoint['id']}", json={"scope": "all_children"}).json()["scope"] == "all_children"


def test_a_project_must_be_one_the_endpoint_can_hear_of(api: Api) -> None:
    child = api.org(MORROW)
    project = api.projects(MORROW)[0]["id"]
    foreign = api.projects(BRIGHTSIDE)[0]["id"]
    bound = register(api, {"child": child}, projectId=project)["endpoint"]
    assert bound["projectId"] == project
    body = {"url": URL, "events": ["job.completed"]}
    assert code(api.post(PATH, child=child, json={**body, "projectId": foreign})) == (404, "NOT_FOUND")
    assert code(api.post(PATH, json={**body, "projectId": project})) == (404, "NOT_FOUND")
    assert register(api, scope="all_children", projectId=project)["endpoint"]["projectId"] == project
    narrowed = api.all(PATH, child=child, params={"projectId": project})
    assert bound in narrowed and all(row["projectId"] == project for row in narrowed)


def test_a_patch_changes_what_it_names_and_merges_metadata(api: Api) -> None:
    endpoint = register(api, metadata={"a": "1", "b": "2"}, description="old")["endpoint"]
    path = f"{PATH}/{endpoint['id']}"
    changed = api.patch(path, json={"metadata": {"a": "", "c": "3"}, "events": ["job.failed"]}).json()
    assert changed["metadata"] == {"b": "2", "c": "3"}
    assert (changed["events"], changed["description"], changed["url"]) == (["job.failed"], "old", URL)
    cleared = api.patch(path, json={"metadata": None, "description": None, "status": "paused"}).json()
    assert (cleared["metadata"], cleared["description"], cleared["status"]) == ({}, None, "paused")


@pytest.mark.parametrize(
    "patch",
    [
        {},
        {"color": "red"},
        {"status": "auto_paused"},
        {"status": None},
        {"url": "http://hooks.example"},
        {"events": []},
        {"events": ["nothing.happened"]},
        {"metadata": {"a": None}},
        {"scope": None},
    ],
)
def test_a_bad_patch_is_422(api: Api, patch: dict[str, Any]) -> None:
    endpoint = register(api)["endpoint"]
    assert code(api.patch(f"{PATH}/{endpoint['id']}", json=patch)) == (422, "VALIDATION")
    assert api.body(f"{PATH}/{endpoint['id']}") == endpoint


def test_deleting_is_once(api: Api) -> None:
    path = f"{PATH}/{register(api)['endpoint']['id']}"
    answer = api.call("DELETE", path)
    assert (answer.status_code, answer.json()) == (200, {"id": path.rsplit("/", 1)[1], "deleted": True})
    assert code(api.call("DELETE", path)) == (404, "NOT_FOUND")
    assert code(api.get(path)) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "use",
    [
        lambda api, path, key: api.get(path, key=key),
        lambda api, path, key: api.patch(path, key=key, json={"status": "paused"}),
        lambda api, path, key: api.call("DELETE", path, key=key),
        lambda api, path, key: api.get(f"{path}/deliveries", key=key),
        lambda api, path, key: api.post(f"{path}/rotate-secret", key=key),
        lambda api, path, key: api.post(f"{path}/test", key=key),
    ],
)
def test_another_organizations_endpoint_is_404(api: Api, use: Callable[[Api, str, str], Any]) -> None:
    path = f"{PATH}/{register(api)['endpoint']['id']}"
    assert code(use(api, path, CHILD_KEY)) == (404, "NOT_FOUND")
    assert code(use(api, f"{PATH}/{uuid.uuid4()}", CHILD_KEY)) == (404, "NOT_FOUND")
    assert code(use(api, f"{PATH}/not-a-uuid", CHILD_KEY)) == (422, "VALIDATION")


def test_a_repeated_create_gives_the_same_endpoint_and_secret(api: Api) -> None:
    key = fresh_key()
    body = {"url": URL, "events": ["job.completed"]}
    first, again = (api.post(PATH, json=body, idempotency=key) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_rotation_shows_a_new_secret_and_until_when_the_old_one_signs(api: Api) -> None:
    made = register(api)
    answer = api.post(f"{PATH}/{made['endpoint']['id']}/rotate-secret").json()
    assert answer["endpointId"] == made["endpoint"]["id"]
    assert answer["signingSecret"] not in ("", made["signingSecret"])
    assert "signingSecret" not in api.body(f"{PATH}/{made['endpoint']['id']}")


def test_changes_are_in_the_audit_log_without_secrets(api: Api) -> None:
    child = api.org(BRIGHTSIDE)
    made = register(api, {"child": child})
    path = f"{PATH}/{made['endpoint']['id']}"
    api.patch(path, child=child, json={"status": "paused"})
    api.post(f"{path}/rotate-secret", child=child)
    api.call("DELETE", path, child=child)
    for happened in ("created", "updated", "secret_rotated", "deleted"):
        rows = [
            row
            for row in api.audit(child, f"webhook_endpoint.{happened}")
            if row["data"]["endpointId"] == made["endpoint"]["id"]
        ]
        assert len(rows) == 1 and "whsec_" not in str(rows)


def test_an_unknown_filter_is_422_and_a_status_filters(api: Api) -> None:
    paused = register(api)["endpoint"]["id"]
    api.patch(f"{PATH}/{paused}", json={"status": "paused"})
    assert all(row["status"] == "paused" for row in api.all(PATH, params={"status": "paused"}))
    assert code(api.get(PATH, params={"status": "sleeping"})) == (422, "VALIDATION")
    assert code(api.get(PATH, params={"limit": 101})) == (422, "VALIDATION")
