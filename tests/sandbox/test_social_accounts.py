"""Connecting social accounts, looking after them, disconnecting them (contract/content.md, 6 and 11)."""

import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.world.keys import derived_key
from tests.sandbox import posting
from tests.sandbox.api import MORROW, STAR_KEY, Api, code, fresh_key
from tests.sandbox.posting import RETURN_URL, account, ask_consent, cleared, decide, expire_soon, schedule, target, when

TEST_KEY = derived_key("sandbox", "test")


@pytest.fixture
def place(api: Api) -> tuple[str, str]:
    """(customer's id, project id)."""
    return api.org(MORROW), api.projects(MORROW)[0]["id"]


def _status(api: Api, child: str, project: str, state: str, **rest: Any) -> dict[str, Any]:
    return api.body(f"/v1/projects/{project}/social/oauth-status", child=child, params={"state": state}, **rest)


def _listed(api: Api, child: str, project: str, account_id: str) -> dict[str, Any]:
    rows = api.all(f"/v1/projects/{project}/social-accounts", child=child, params={"limit": 200})
    return next(row for row in rows if row["socialAccountId"] == account_id)


def test_allowing_connects_an_account_and_leads_back_with_the_state(api: Api, place: tuple[str, str]) -> None:
    asked = ask_consent(api, *place)
    state = asked["state"]
    assert _status(api, *place, state)["status"] == "pending"
    page = api.client.get(asked["authorizeUrl"])
    assert (page.status_code, "Allow" in page.text, "Refuse" in page.text) == (200, True, True)
    back = urlsplit(decide(api, state).headers["Location"])
    assert back._replace(query="").geturl() == RETURN_URL
    assert parse_qs(back.query) == {"state": [state], "status": ["success"]}
    seen = _status(api, *place, state)
    assert seen["status"] == "completed"
    assert _listed(api, *place, seen["socialAccountId"])["status"] == "connected"
    assert api.body(f"/v1/social/oauth-status/{state}", child=place[0]) == seen
    # Said once, said for good.
    decide(api, state, "refuse")
    assert _status(api, *place, state)["status"] == "completed"


def test_refusing_fails_the_state_and_connects_nothing(api: Api, place: tuple[str, str]) -> None:
    state = ask_consent(api, *place)["state"]
    back = parse_qs(urlsplit(decide(api, state, "refuse").headers["Location"]).query)
    assert back == {"state": [state], "status": ["error"], "layers_oauth_error": ["access_denied"]}
    seen = _status(api, *place, state)
    assert (seen["status"], seen["error"]["code"]) == ("failed", "ACCESS_DENIED")
    assert "socialAccountId" not in seen


def test_a_state_lives_ten_minutes(time_travel: Api) -> None:
    child, project, _ = cleared(time_travel)
    state = ask_consent(time_travel, child, project)["state"]
    time_travel.advance(minutes=11)
    assert _status(time_travel, child, project, state)["status"] == "failed"
    assert time_travel.client.get(f"/_sandbox/oauth/{state}").status_code == 410
    decide(time_travel, state)
    assert _status(time_travel, child, project, state)["status"] == "failed"


def test_a_state_is_seen_only_by_the_key_that_asked(api: Api) -> None:
    project = _own_project(api)
    path = f"/v1/projects/{project}/social/oauth-url"
    state = api.post(path, json={"platform": "tiktok", "returnUrl": RETURN_URL}).json()["state"]
    assert api.get(f"/v1/social/oauth-status/{state}").status_code == 200
    assert code(api.get(f"/v1/social/oauth-status/{state}", key=STAR_KEY)) == (404, "NOT_FOUND")
    assert code(api.get(f"/v1/social/oauth-status/{state.lower()}")) == (404, "NOT_FOUND")
    assert code(api.get(f"/v1/projects/{project}/social/oauth-status")) == (422, "VALIDATION")


def _own_project(api: Api) -> str:
    """A project of the parent itself."""
    body = {"name": f"Own {uuid.uuid4().hex[:6]}", "timezone": "Europe/Lisbon"}
    answer = api.post("/v1/projects", json=body, idempotency=fresh_key())
    project: str = answer.json()["id"]
    return project


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.org/",
        "https://yourapp.com.evil.org/",
        "https://example.com/",
        "https://notexample.com/",
    ],
)
def test_a_return_to_an_unknown_host_is_refused(api: Api, place: tuple[str, str], url: str) -> None:
    child, project = place
    body = {"platform": "tiktok", "returnUrl": url}
    answer = api.post(f"/v1/projects/{project}/social/oauth-url", child=child, json=body)
    assert code(answer) == (403, "RETURN_URL_NOT_ALLOWED")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "yourapp.com",
        "http://yourapp.com/",
        "ftp://yourapp.com/",
        "javascript:alert(1)",
        "https://evil.org\\.example.com/",
        "https://yourapp.com@evil.org/",
        "https://yourapp.com:port/",
        "https://yourapp.com/\r\nSet-Cookie: a=b",
    ],
)
def test_a_return_address_that_is_none_is_refused(api: Api, place: tuple[str, str], url: str) -> None:
    child, project = place
    body = {"platform": "tiktok", "returnUrl": url}
    answer = api.post(f"/v1/projects/{project}/social/oauth-url", child=child, json=body)
    assert code(answer) == (422, "VALIDATION")


@pytest.mark.parametrize(
    "url", ["HTTPS://YourApp.com/x?a=b", "http://localhost:3000/back", "https://app.example.com", "http://127.0.0.1:9/"]
)
def test_known_hosts_are_taken_in_any_case(api: Api, place: tuple[str, str], url: str) -> None:
    child, project = place
    body = {"platform": "instagram", "returnUrl": url, "scopes": ["user.info"], "usageNote": "x"}
    assert api.post(f"/v1/projects/{project}/social/oauth-url", child=child, json=body).status_code == 200


def test_the_query_of_a_return_address_is_kept(api: Api, place: tuple[str, str]) -> None:
    child, project = place
    body = {"platform": "tiktok", "returnUrl": "https://yourapp.com/back?tenant=7#here"}
    state = api.post(f"/v1/projects/{project}/social/oauth-url", child=child, json=body).json()["state"]
    back = urlsplit(decide(api, state).headers["Location"])
    assert (parse_qs(back.query)["tenant"], back.fragment) == (["7"], "here")


def test_unknown_fields_and_platforms_are_refused(api: Api, place: tuple[str, str]) -> None:
    child, project = place
    good = {"platform": "tiktok", "returnUrl": RETURN_URL}
    for wrong in ({"redirectUrl": RETURN_URL}, {"platform": "youtube"}, {"scopes": ["x"] * 33}, {"scopes": ["x" * 65]}):
        answer = api.post(f"/v1/projects/{project}/social/oauth-url", child=child, json={**good, **wrong})
        assert code(answer) == (422, "VALIDATION"), wrong


def test_an_idempotency_key_is_ignored(api: Api, place: tuple[str, str]) -> None:
    key = fresh_key()
    assert ask_consent(api, *place, idempotency=key)["state"] != ask_consent(api, *place, idempotency=key)["state"]


def test_a_test_key_is_connected_at_once(api: Api, place: tuple[str, str]) -> None:
    asked = ask_consent(api, *place, key=TEST_KEY)
    seen = _status(api, *place, asked["state"], key=TEST_KEY)
    assert seen["status"] == "completed"
    back = api.client.get(asked["authorizeUrl"])
    assert parse_qs(urlsplit(back.headers["Location"]).query)["status"] == ["success"]


def test_another_sites_page_cannot_agree(api: Api, place: tuple[str, str]) -> None:
    state = ask_consent(api, *place)["state"]
    sent = api.client.post(
        f"/_sandbox/oauth/{state}", data={"answer": "allow"}, headers={"Origin": "https://evil.example"}
    )
    assert sent.status_code == 403
    assert _status(api, *place, state)["status"] == "pending"


def test_a_new_consent_keeps_the_account(time_travel: Api) -> None:
    child, project, _ = cleared(time_travel)
    one = account(time_travel, child, project, "instagram")
    expire_soon(time_travel, one, hours=1)
    time_travel.advance(hours=1, minutes=1)
    assert _listed(time_travel, child, project, one)["status"] == "reauth_required"
    body = {"socialAccountId": one, "returnUrl": RETURN_URL}
    state = time_travel.post(f"/v1/projects/{project}/social/reauth-url", child=child, json=body).json()["state"]
    decide(time_travel, state)
    assert _status(time_travel, child, project, state)["socialAccountId"] == one
    renewed = _listed(time_travel, child, project, one)
    assert renewed["status"] == "connected"
    assert renewed["tokenExpiresAt"] > posting.server_now(time_travel).strftime("%Y-%m-%d")


def test_an_unknown_account_cannot_be_connected_again(api: Api, place: tuple[str, str]) -> None:
    child, project = place
    path = f"/v1/projects/{project}/social/reauth-url"
    unknown = {"socialAccountId": f"sa_{uuid.uuid4()}", "returnUrl": RETURN_URL}
    assert code(api.post(path, child=child, json=unknown)) == (404, "NOT_FOUND")
    malformed = {"socialAccountId": "prj_1", "returnUrl": RETURN_URL}
    assert code(api.post(path, child=child, json=malformed)) == (422, "VALIDATION")


def test_disconnecting_cancels_and_counts_the_queue(api: Api) -> None:
    child, project, container = cleared(api)
    one, other = account(api, child, project), account(api, child, project)
    answer = schedule(api, child, container, when(api, days=2), target(one), target(other), target(one))
    first, kept, third = answer.json()["scheduledPostIds"]
    revoked = api.call("DELETE", f"/v1/social-accounts/{one}", child=child).json()
    assert (revoked["status"], revoked["disconnectedReason"]) == ("disconnected", "revoked_by_partner")
    assert revoked["canceledScheduledPosts"] == 2
    statuses = [posting.post(api, child, post_id)["status"] for post_id in (first, kept, third)]
    assert statuses == ["canceled", "queued", "canceled"]
    again = api.call("DELETE", f"/v1/social-accounts/{one}", child=child).json()
    assert again == {**revoked, "canceledScheduledPosts": 0}
    assert _listed(api, child, project, one)["status"] == "disconnected"


def test_accounts_are_listed_newest_first_and_filtered(api: Api, place: tuple[str, str]) -> None:
    child, project = place
    mine = [account(api, child, project, platform) for platform in ("tiktok", "instagram")]
    path = f"/v1/projects/{project}/social-accounts"
    rows = api.all(path, child=child, params={"limit": 1})
    assert [row["socialAccountId"] for row in rows[:2]] == mine[::-1]
    connected = [row["connectedAt"] for row in rows]
    assert connected == sorted(connected, reverse=True)
    tiktok = api.all(path, child=child, params={"platform": "tiktok", "status": "connected", "leased": "false"})
    assert {(row["platform"], row["status"], row["leased"]) for row in tiktok} == {("tiktok", "connected", False)}
    for wrong in ({"platform": "youtube"}, {"leased": "yes"}, {"limit": 201}):
        assert code(api.get(path, child=child, params=wrong)) == (422, "VALIDATION")


def test_health_is_the_same_until_the_next_half_hour_and_new_accounts_are_new(api: Api, place: tuple[str, str]) -> None:
    child, project = place
    one = account(api, child, project)
    path = f"/v1/social-accounts/{one}/health"
    first, second = api.body(path, child=child), api.body(path, child=child)
    if first["computedAt"] == second["computedAt"]:
        assert first == second
    assert first["tier"] in {"new", "shadowbanned"}
    assert code(api.get(path)) == (404, "NOT_FOUND")
