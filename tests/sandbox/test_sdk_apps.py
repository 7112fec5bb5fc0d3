"""SDK apps: created with a key, changed, installed, verified."""

from typing import Any

import pytest

from tests.sandbox.api import BRIGHTSIDE, CHILD_KEY, MORROW, READER_KEY, Api, code, fresh_key

IOS = {"name": "Tidepool iOS", "platform": "ios", "bundleId": "net.tidepool.ios"}


@pytest.fixture
def where(api: Api) -> tuple[str, str]:
    """(customer's id, path of the apps of one of its projects)."""
    child = api.org(MORROW)
    return child, f"/v1/projects/{api.projects(MORROW)[0]['id']}/sdk-apps"


def made(api: Api, where: tuple[str, str], **fields: Any) -> dict[str, Any]:
    child, path = where
    answer = api.post(path, child=child, json={**IOS, **fields}, idempotency=fresh_key())
    assert answer.status_code == 201, answer.text
    read: dict[str, Any] = answer.json()
    return read


def test_a_new_app_shows_its_key_once(api: Api, where: tuple[str, str]) -> None:
    child, path = where
    app = made(api, where)
    key = app.pop("apiKey")
    assert key and app["appId"].startswith("app_") and len(app["appId"]) == 28
    assert (app["capi"], app["lastEventAt"], app["lastRotatedAt"]) == ({}, None, None)
    assert api.body(f"{path}/{app['appId']}", child=child) == app
    assert key not in api.get(path, child=child, params={"limit": 100}).text


def test_creating_needs_an_idempotency_key_and_repeats_with_the_same_one(api: Api, where: tuple[str, str]) -> None:
    child, path = where
    assert code(api.post(path, child=child, json=IOS)) == (400, "IDEMPOTENCY_REQUIRED")
    key = fresh_key()
    first, again = (api.post(path, child=child, json=IOS, idempotency=key).json() for _ in range(2))
    assert first == again


@pytest.mark.parametrize(
    ("platform", "field"),
    [
        ("ios", "bundleId"),
        ("android", "androidPackage"),
        ("web", "webDomain"),
        ("nextjs", "webDomain"),
        ("vite", "webDomain"),
        ("react-router", "webDomain"),
    ],
)
def test_a_platform_wants_what_its_apps_are_known_by(
    api: Api, where: tuple[str, str], platform: str, field: str
) -> None:
    child, path = where
    body = {"name": "Tidepool", "platform": platform}
    refused = api.post(path, child=child, json=body, idempotency=fresh_key())
    assert code(refused) == (422, "VALIDATION")
    assert refused.json()["error"]["details"]["missingFields"] == [field]
    taken = api.post(path, child=child, json={**body, field: "tidepool.example"}, idempotency=fresh_key())
    assert taken.json()[field] == "tidepool.example"


@pytest.mark.parametrize("platform", ["react-native", "flutter", "expo"])
def test_the_others_need_nothing(api: Api, where: tuple[str, str], platform: str) -> None:
    child, path = where
    body = {"name": "Tidepool", "platform": platform}
    assert api.post(path, child=child, json=body, idempotency=fresh_key()).status_code == 201


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 129}, {"platform": "windows"}, {"id": "app_1"}, {"bundleId": 7}]
)
def test_a_bad_app_is_422(api: Api, where: tuple[str, str], wrong: dict[str, Any]) -> None:
    child, path = where
    answer = api.post(path, child=child, json={**IOS, **wrong}, idempotency=fresh_key())
    assert code(answer) == (422, "VALIDATION")


def test_a_patch_changes_what_it_names_and_rotates_the_key(api: Api, where: tuple[str, str]) -> None:
    child, path = where
    app = made(api, where)
    path = f"{path}/{app['appId']}"
    changed = api.patch(path, child=child, json={"name": "Tidepool", "capi": {"meta": {"enabled": True}}}).json()
    assert (changed["name"], changed["bundleId"], "apiKey" in changed) == ("Tidepool", "net.tidepool.ios", False)
    assert (list(changed["capi"]), changed["capi"]["meta"]["enabled"]) == (["meta"], True)
    rotated = api.patch(path, child=child, json={"rotateKey": True}).json()
    assert rotated["apiKey"] != app["apiKey"] and rotated["lastRotatedAt"] is not None
    off = api.patch(path, child=child, json={"capi": {"meta": {"enabled": False}}}).json()
    assert off["capi"]["meta"]["enabled"] is False
    refused: list[dict[str, Any]] = [{}, {"name": None}, {"capi": {"meta": {}}}, {"capi": {"meta": {"enabled": "yes"}}}]
    for wrong in refused:
        assert code(api.patch(path, child=child, json=wrong)) == (422, "VALIDATION")


def test_the_capi_block_needs_its_own_scope(api: Api, where: tuple[str, str]) -> None:
    child, path = where
    body = {"name": "App", "scopes": ["projects:write", "projects:read"]}
    key = api.post(f"/v1/organizations/{child}/api-keys", json=body).json()["secret"]
    path = f"{path}/{made(api, where)['appId']}"
    refused = api.patch(path, key=key, json={"name": "Renamed", "capi": {"tiktok": {"enabled": True}}})
    assert code(refused) == (403, "FORBIDDEN_SCOPE")
    assert refused.json()["error"]["details"]["requiredScope"] == "ads:write:capi"
    assert api.body(path, child=child)["name"] == IOS["name"]
    assert api.patch(path, key=key, json={"name": "Renamed"}).json()["name"] == "Renamed"


def test_an_app_of_another_project_or_customer_is_404(api: Api, where: tuple[str, str]) -> None:
    child, path = where
    app_id = made(api, where)["appId"]
    sibling = api.projects(MORROW)[1]["id"]
    foreign = api.projects(BRIGHTSIDE)[0]["id"]
    assert code(api.get(f"/v1/projects/{sibling}/sdk-apps/{app_id}", child=child)) == (404, "NOT_FOUND")
    assert code(api.get(f"/v1/projects/{foreign}/sdk-apps/{app_id}", child=child)) == (404, "NOT_FOUND")
    assert code(api.get(f"{path}/{app_id}")) == (404, "NOT_FOUND")
    assert code(api.get(f"{path}/app_{'0' * 24}", child=child)) == (404, "NOT_FOUND")
    assert code(api.get(f"{path}/app_1", child=child)) == (422, "VALIDATION")


def test_lists_page_and_filter_by_platform(api: Api, where: tuple[str, str]) -> None:
    child, path = where
    mine = [made(api, where, platform="android", androidPackage="net.tidepool")["appId"] for _ in range(3)]
    rows = api.all(path, child=child, params={"platform": "android", "limit": 2})
    assert set(mine) <= {row["appId"] for row in rows} and {row["platform"] for row in rows} == {"android"}
    assert code(api.get(path, child=child, params={"platform": "windows"})) == (422, "VALIDATION")


@pytest.mark.parametrize(
    ("platform", "file"),
    [
        ("ios", None),
        ("expo", None),
        ("nextjs", "app/layers-provider.tsx"),
        ("vite", "src/layers.ts"),
        ("react-router", "app/layers.client.ts"),
    ],
)
def test_an_install_spec_is_the_same_every_time(
    api: Api, where: tuple[str, str], platform: str, file: str | None
) -> None:
    child, path = where
    app = made(api, where)
    path = f"{path}/{app['appId']}/install-spec"
    first, again = (api.body(path, child=child, params={"platforms": platform}) for _ in range(2))
    assert first == again
    (spec,) = first["platforms"]
    assert (first["appId"], spec["platform"]) == (app["appId"], platform)
    assert [row["path"] for row in spec.get("filesToCreate", [])] == ([] if file is None else [file])
    assert app["appId"] in {row["value"] for row in spec["envVars"]} and app["apiKey"] not in str(spec)


def test_an_install_spec_is_for_the_apps_platform_or_those_asked_for(api: Api, where: tuple[str, str]) -> None:
    child, path = where
    path = f"{path}/{made(api, where)['appId']}/install-spec"
    assert [row["platform"] for row in api.body(path, child=child)["platforms"]] == ["ios"]
    several = api.body(path, child=child, params={"platforms": "web,flutter,web"})
    assert [row["platform"] for row in several["platforms"]] == ["web", "flutter"]
    assert code(api.get(path, child=child, params={"platforms": "windows"})) == (422, "VALIDATION")


def test_verifying_looks_for_the_expected_events_and_sends_its_own(api: Api, where: tuple[str, str]) -> None:
    child, path = where
    project = path.split("/")[3]
    app = made(api, where)
    path = f"{path}/{app['appId']}"
    api.patch(path, child=child, json={"capi": {"apple": {"enabled": True}}})
    silent = api.post(f"{path}/verify-tracking", child=child).json()
    assert (silent["status"], silent["missing"], silent["lastEventAt"]) == ("unhealthy", ["app_open"], None)
    assert [(row["platform"], row["dispatched"]) for row in silent["capi"]] == [("apple", True)]
    assert api.body(path, child=child)["capi"]["apple"]["lastForwardAt"] is not None
    moment = api.client.get("/_sandbox/clock").json()["now"]
    batch = {"projectId": project, "sdkAppId": app["appId"], "events": [{"name": "app_open", "occurredAt": moment}]}
    assert api.post("/v1/events", child=child, json=batch).status_code == 202
    assert api.post(f"{path}/verify-tracking", child=child).json()["status"] == "healthy"
    wanted = {"expectedEvents": ["app_open", "purchase_success"], "sampleEventName": "knock"}
    partial = api.post(f"{path}/verify-tracking", child=child, json=wanted).json()
    assert (partial["status"], partial["missing"]) == ("degraded", ["purchase_success"])
    sent = api.all(f"/v1/projects/{project}/events", child=child, params={"appId": app["appId"], "eventNames": "knock"})
    assert [row["properties"]["test_event_code"] for row in sent] == [partial["capi"][0]["testEventCode"]]


@pytest.mark.parametrize("key", [READER_KEY, CHILD_KEY])
def test_lesser_keys_cannot_write(api: Api, where: tuple[str, str], key: str) -> None:
    path = where[1]
    assert code(api.post(path, key=key, json=IOS, idempotency=fresh_key())) == (403, "FORBIDDEN_SCOPE")
    assert code(api.post(f"{path}/app_{'0' * 24}/verify-tracking", key=key)) == (403, "FORBIDDEN_SCOPE")
