"""What partners hear of posts, accounts and leases (contract/control-plane.md, 6)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.sandbox.api import Api, bare
from tests.sandbox.posting import RETURN_URL, account, cleared, decide, expire_soon, schedule, target, when
from tests.sandbox.receiver import receiver

Heard = Callable[[], list[tuple[str, dict[str, Any]]]]
EVENTS = [
    "post.scheduled",
    "post.published",
    "post.failed",
    "post.canceled",
    "social_account.connected",
    "social_account.needs_reauth",
    "social_account.revoked",
    "lease_request.assigned",
    "lease_request.rejected",
]


@pytest.fixture
def heard(time_travel: Api) -> Iterator[Heard]:
    """`heard()`: (type, data) of every event so far, in order."""
    with receiver() as box:
        body = {"url": box.url, "events": EVENTS, "scope": "all_children"}
        endpoint = time_travel.post("/v1/webhook-endpoints", json=body).json()["endpoint"]["id"]

        def read() -> list[tuple[str, dict[str, Any]]]:
            # What was put on its way: some of it may still be under way.
            rows = time_travel.sql(
                "select event_type, payload->'data' from sandbox_webhookdelivery where endpoint_id = %s"
                " order by created_at, event_id",
                endpoint,
            )
            return [(event_type, data) for event_type, data in rows]

        yield read
        time_travel.call("DELETE", f"/v1/webhook-endpoints/{endpoint}")


def test_the_life_of_a_post_is_told(time_travel: Api, heard: Heard) -> None:
    child, project, container = cleared(time_travel)
    one = account(time_travel, child, project)
    at = when(time_travel, minutes=5)
    out, off = schedule(time_travel, child, container, at, target(one), target(one)).json()["scheduledPostIds"]
    time_travel.call("DELETE", f"/v1/scheduled-posts/{off}", child=child)
    time_travel.advance(minutes=6)
    told = {(event_type, data.get("scheduledPostId")): data for event_type, data in heard()}
    about = {"containerId": container, "organizationId": child}
    assert told["post.scheduled", out] == {"scheduledPostId": out, "scheduledFor": at, **about}
    published = time_travel.body(f"/v1/scheduled-posts/{out}", child=child)
    assert told["post.published", out] == {
        "scheduledPostId": out,
        "externalId": published["externalId"],
        "externalUrl": published["externalUrl"],
        "publishedAt": published["publishedAt"],
        **about,
    }
    assert told["post.canceled", off]["containerId"] == container
    assert ("post.published", off) not in told


def test_the_life_of_an_account_is_told(time_travel: Api, heard: Heard) -> None:
    child, project, container = cleared(time_travel)
    one = account(time_travel, child, project, "instagram")
    (post_id,) = schedule(time_travel, child, container, when(time_travel, hours=2), target(one)).json()[
        "scheduledPostIds"
    ]
    expire_soon(time_travel, one, hours=1)
    time_travel.advance(hours=3)
    body = {"socialAccountId": one, "returnUrl": RETURN_URL}
    asked = time_travel.post(f"/v1/projects/{project}/social/reauth-url", child=child, json=body)
    decide(time_travel, asked.json()["state"])
    time_travel.call("DELETE", f"/v1/social-accounts/{one}", child=child)
    mine = [(name, data) for name, data in heard() if data.get("socialAccountId") == one]
    assert [name.removeprefix("social_account.") for name, _ in mine] == [
        "connected",
        "needs_reauth",
        "connected",
        "revoked",
    ]
    assert {data["organizationId"] for _, data in mine} == {child}
    failed = next(data for name, data in heard() if name == "post.failed" and data["scheduledPostId"] == post_id)
    assert failed["error"]["code"] == "CREDENTIAL_INVALID"


@pytest.mark.parametrize("deed", ["fulfil-lease", "refuse-lease"])
def test_the_end_of_a_lease_request_is_told(time_travel: Api, heard: Heard, deed: str) -> None:
    child, project, _ = cleared(time_travel)
    body = {"projectId": bare(project), "count": 2, "niche": {"vertical": "tea"}}
    path = f"/v1/projects/{project}/leased-accounts/request"
    request = time_travel.post(path, child=child, json=body).json()["requestId"]
    time_travel.control(f"customer/{deed}", requestId=request)
    name = "lease_request.assigned" if deed == "fulfil-lease" else "lease_request.rejected"
    told = [data for event_type, data in heard() if event_type == name]
    assert [data["requestId"] for data in told] == [request]
