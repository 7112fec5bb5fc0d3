"""The GitHub App: link, installation, repositories, and the ingest that opens a pull request."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.sandbox.api import READER_KEY, Api, code, fresh_key

LINK = "/v1/github/installation/install-url"
BACK = "https://app.larkspur.example/github/callback?tab=code"


@pytest.fixture
def child(api: Api) -> str:
    """A customer of its own: an organization has one installation."""
    made = api.post("/v1/organizations", json={"name": f"Steam Room {fresh_key()[:8]}"}, idempotency=fresh_key())
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def install(api: Api, child: str, **params: str) -> dict[str, str]:
    """What GitHub says to the partner's page after "Install"."""
    link = api.body(LINK, child=child, params={"returnUrl": BACK, **params})
    assert link["authUrl"] == link["installUrl"]
    back = httpx.get(link["installUrl"])
    assert back.status_code == 302
    there = urlsplit(back.headers["Location"])
    assert (there.hostname, there.path) == ("app.larkspur.example", "/github/callback")
    query = {name: values[0] for name, values in parse_qs(there.query).items()}
    assert (query["tab"], query["state"]) == ("code", link["state"])
    return query


def register(api: Api, child: str) -> dict[str, Any]:
    query = install(api, child)
    body = {"installationId": int(query["installation_id"]), "state": query["state"]}
    answer = api.post("/v1/github/installation", child=child, json=body)
    assert answer.status_code == 201, answer.text
    installation: dict[str, Any] = answer.json()
    return installation


def test_the_link_leads_back_with_an_installation_to_bind(api: Api, child: str) -> None:
    assert code(api.get("/v1/github/installation", child=child)) == (404, "NOT_FOUND")
    installation = register(api, child)
    assert installation["status"] == "active"
    assert installation["githubAccount"]["login"] == installation["orgLogin"]
    assert api.body("/v1/github/installation", child=child) == installation


def test_a_state_of_the_callers_own_is_taken_over(api: Api, child: str) -> None:
    assert install(api, child, state="my-own-state")["state"] == "my-own-state"


def test_the_same_id_again_changes_nothing(api: Api, child: str) -> None:
    first = register(api, child)
    body = {"installationId": first["installationId"], "state": "whatever"}
    again = api.post("/v1/github/installation", child=child, json=body)
    assert (again.status_code, again.json()) == (201, first)


def test_a_state_works_once_and_only_for_its_organization(api: Api, child: str) -> None:
    query = install(api, child)
    body = {"installationId": int(query["installation_id"]), "state": query["state"]}
    assert code(api.post("/v1/github/installation", json=body)) == (422, "VALIDATION")
    assert api.post("/v1/github/installation", child=child, json=body).status_code == 201
    used = api.post("/v1/github/installation", child=child, json={**body, "installationId": 7})
    assert code(used) == (422, "VALIDATION")


def test_a_link_is_open_for_fifteen_minutes(time_travel: Api) -> None:
    made = time_travel.post("/v1/organizations", json={"name": "Late Room"}, idempotency=fresh_key()).json()["id"]
    query = install(time_travel, made)
    time_travel.advance(minutes=16)
    body = {"installationId": int(query["installation_id"]), "state": query["state"]}
    assert code(time_travel.post("/v1/github/installation", child=made, json=body)) == (422, "VALIDATION")


@pytest.mark.parametrize(
    "body", [{}, {"installationId": "7", "state": "x"}, {"installationId": 7}, {"installationId": 0, "state": "x"}]
)
def test_a_registration_needs_both_fields(api: Api, child: str, body: dict[str, Any]) -> None:
    assert code(api.post("/v1/github/installation", child=child, json=body)) == (422, "VALIDATION")


def test_the_return_url_is_checked(api: Api) -> None:
    assert code(api.get(LINK)) == (422, "VALIDATION")
    assert code(api.get(LINK, params={"returnUrl": "here"})) == (422, "VALIDATION")
    stranger = api.get(LINK, params={"returnUrl": "https://stranger.test/"})
    assert code(stranger) == (403, "RETURN_URL_NOT_ALLOWED")
    assert code(api.get(LINK, key=READER_KEY, params={"returnUrl": BACK})) == (403, "FORBIDDEN_SCOPE")


def test_repositories_are_listed_searched_and_paged(api: Api, child: str) -> None:
    assert api.body("/v1/github/repos", child=child) == {"items": [], "nextCursor": None}
    api.post("/v1/projects", child=child, json={"name": "Steam Room", "timezone": "UTC"})
    installation = register(api, child)
    repos = api.all("/v1/github/repos", child=child, params={"limit": 2})
    names = {repo["fullName"] for repo in repos}
    assert f"{installation['orgLogin']}/steam-room-ios" in names
    assert len(names) == len(repos) > 3
    found = api.body("/v1/github/repos", child=child, params={"search": "STEAM-room-an"})["items"]
    assert [repo["language"] for repo in found] == ["Kotlin"]


def test_an_ingest_opens_a_pull_request_that_cannot_be_called_back(time_travel: Api) -> None:
    name = f"Patch Room {fresh_key()[:8]}"
    made = time_travel.post("/v1/organizations", json={"name": name}, idempotency=fresh_key()).json()["id"]
    body = {"name": "Patch Room", "timezone": "UTC"}
    project = time_travel.post("/v1/projects", child=made, json=body).json()["id"]
    path = f"/v1/projects/{project}/ingest/github"
    assert code(time_travel.post(path, child=made, json={"repoFullName": "a/b"})) == (422, "VALIDATION")
    register(time_travel, made)
    [repo] = time_travel.body("/v1/github/repos", child=made, params={"search": "patch-room-ios"})["items"]
    time_travel.control("clock", action="freeze")
    order = {"repoFullName": repo["fullName"], "sdkConfig": {"appName": "Patch"}, "platforms": ["ios"]}
    job = time_travel.post(path, child=made, json=order).json()
    stages = []
    for _ in range(5):
        stages.append(time_travel.body(job["locationUrl"], child=made)["stage"])
        if stages[-1] == "opening_pr":
            refused = time_travel.post(f"{job['locationUrl']}/cancel", child=made)
            assert code(refused) == (409, "CONFLICT")
            assert refused.json()["error"]["details"]["subcode"] == "JOB_CANCEL_UNAVAILABLE"
        time_travel.advance(seconds=30)
    time_travel.control("clock", action="resume")
    assert stages == ["cloning", "analyzing", "generating_sdk_patch", "opening_pr", "finalizing"]
    done = time_travel.body(job["locationUrl"], child=made)
    assert done["status"] == "completed"
    assert done["result"]["branch"] == repo["defaultBranch"]
    assert done["result"]["pullRequestUrl"].startswith(f"https://github.example/{repo['fullName']}/pull/")
    assert time_travel.body(f"/v1/projects/{project}", child=made)["ingestState"]["github"]["status"] == "completed"
