"""Leased accounts: asked for, assigned by hand, given back (contract/content.md, 11)."""

import uuid
from typing import Any

import pytest

from tests.sandbox import posting
from tests.sandbox.api import MORROW, Api, code
from tests.sandbox.posting import RETURN_URL, cleared, schedule, target, when


def _ask(api: Api, child: str, project: str, **fields: Any) -> Any:
    body = {"projectId": project, "count": 2, "niche": {"vertical": "tea", "geo": ["PT"]}, **fields}
    return api.post(f"/v1/projects/{project}/leased-accounts/request", child=child, json=body)


@pytest.fixture
def place(api: Api) -> tuple[str, str]:
    """(customer's id, project id)."""
    return api.org(MORROW), api.projects(MORROW)[0]["id"]


def _assigned(api: Api, child: str, project: str, count: int = 2) -> dict[str, Any]:
    """A request that staff have fulfilled."""
    request = _ask(api, child, project).json()
    api.control("customer/fulfil-lease", requestId=request["requestId"], count=count)
    return api.body(f"/v1/projects/{project}/leased-accounts/requests/{request['requestId']}", child=child)


def test_a_request_waits_for_staff(api: Api, place: tuple[str, str]) -> None:
    child, project = place
    answer = _ask(api, child, project, note="Green tea, please.")
    assert answer.status_code == 202
    request = answer.json()
    assert (request["status"], request["assignedSocialAccountIds"]) == ("requested", [])
    assert api.body(f"/v1/projects/{project}/leased-accounts/requests/{request['requestId']}", child=child) == request


@pytest.mark.parametrize(
    "wrong", [{"count": 0}, {"count": 51}, {"niche": {}}, {"niche": None}, {"note": "x" * 2001}, {"projectId": "nope"}]
)
def test_a_request_out_of_bounds_is_refused(api: Api, place: tuple[str, str], wrong: dict[str, Any]) -> None:
    assert code(_ask(api, *place, **wrong)) == (422, "VALIDATION")


def test_the_project_of_the_body_is_the_paths(api: Api, place: tuple[str, str]) -> None:
    answer = _ask(api, *place, **{"projectId": f"prj_{uuid.uuid4()}"})
    assert answer.json()["error"]["details"]["issues"][0]["path"] == "projectId"


def test_fulfilled_accounts_are_listed_posted_to_and_given_back(time_travel: Api) -> None:
    child, project, container = cleared(time_travel)
    request = _assigned(time_travel, child, project)
    assert (request["status"], len(request["assignedSocialAccountIds"])) == ("assigned", 2)
    one, other = request["assignedSocialAccountIds"]
    leased = time_travel.body(f"/v1/projects/{project}/leased-accounts", child=child)["items"]
    row = next(row for row in leased if row["socialAccountId"] == one)
    assert (row["status"], row["monthlyPriceCents"], row["platform"]) == ("assigned", 15_000, "tiktok")
    assert row["nextRenewalAt"] > row["assignedAt"]
    (post_id,) = schedule(time_travel, child, container, when(time_travel, days=1), target(one)).json()[
        "scheduledPostIds"
    ]

    refused = time_travel.call("DELETE", f"/v1/social-accounts/{one}", child=child)
    assert code(refused) == (409, "CONFLICT")
    assert refused.json()["error"]["details"] == {"leased": True}

    released = time_travel.call("DELETE", f"/v1/leased-accounts/{one}", child=child, json={"reason": "Churned."})
    assert released.json()["disconnectedReason"] == "released_by_partner"
    assert posting.post(time_travel, child, post_id)["status"] == "canceled"
    assert time_travel.call("DELETE", f"/v1/leased-accounts/{one}", child=child).json() == released.json()
    gone = time_travel.body(f"/v1/projects/{project}/leased-accounts", child=child, params={"status": "disconnected"})[
        "items"
    ]
    assert one in [row["socialAccountId"] for row in gone]
    assert next(row["nextRenewalAt"] for row in gone if row["socialAccountId"] == one) is None
    assert other not in [row["socialAccountId"] for row in gone]


def test_fewer_than_asked_is_partial_and_a_decision_is_final(api: Api, place: tuple[str, str]) -> None:
    request = _assigned(api, *place, count=1)
    assert (request["status"], len(request["assignedSocialAccountIds"])) == ("partial", 1)
    again = api.client.post("/_sandbox/customer/fulfil-lease", json={"requestId": request["requestId"]})
    assert code(again) == (409, "CONFLICT")


def test_a_refused_request_says_why(api: Api, place: tuple[str, str]) -> None:
    child, project = place
    request = _ask(api, child, project).json()
    api.control("customer/refuse-lease", requestId=request["requestId"], reason="Nothing fits.")
    seen = api.body(f"/v1/projects/{project}/leased-accounts/requests/{request['requestId']}", child=child)
    assert (seen["status"], seen["note"], seen["assignedSocialAccountIds"]) == ("rejected", "Nothing fits.", [])


def test_an_owned_account_cannot_be_given_back(api: Api, place: tuple[str, str]) -> None:
    one = posting.account(api, *place)
    assert code(api.call("DELETE", f"/v1/leased-accounts/{one}", child=place[0])) == (404, "NOT_FOUND")


def test_a_leased_account_needs_no_consent(api: Api, place: tuple[str, str]) -> None:
    child, project = place
    (one, *_) = _assigned(api, child, project)["assignedSocialAccountIds"]
    body = {"socialAccountId": one, "returnUrl": RETURN_URL}
    answer = api.post(f"/v1/projects/{project}/social/reauth-url", child=child, json=body)
    assert code(answer) == (404, "NOT_FOUND")
