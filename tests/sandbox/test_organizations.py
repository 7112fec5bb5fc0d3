"""Children: list, read, suspend, resume."""

import re
import uuid

import pytest

from tests.sandbox.api import ARCHIVED, BRIGHTSIDE, MORROW, SUSPENDED, Api, bare, code

MICROSECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")


def test_the_list_holds_the_direct_children_newest_first(api: Api) -> None:
    rows = api.all("/v1/organizations")
    assert {row["name"] for row in rows} >= {MORROW, BRIGHTSIDE, SUSPENDED, ARCHIVED}
    assert rows == sorted(rows, key=lambda row: row["createdAt"], reverse=True)
    parent = api.body("/v1/whoami")["organizationId"]
    for row in rows:
        assert row["parentOrganizationId"] == parent
        assert row["id"].startswith("org_")
        assert all(isinstance(value, str) for value in row["metadata"].values())
        assert "summary" not in row


def test_organizations_print_microseconds_and_an_offset(api: Api) -> None:
    row = api.body(f"/v1/organizations/{api.org(MORROW)}")
    assert MICROSECONDS.fullmatch(row["createdAt"])
    assert MICROSECONDS.fullmatch(row["updatedAt"])


@pytest.mark.parametrize(("status", "name"), [("suspended", SUSPENDED), ("archived", ARCHIVED)])
def test_the_list_filters_by_status(api: Api, status: str, name: str) -> None:
    rows = api.all("/v1/organizations", params={"status": status})
    assert name in {row["name"] for row in rows}
    assert {row["status"] for row in rows} == {status}


def test_an_unknown_status_is_422(api: Api) -> None:
    assert code(api.get("/v1/organizations", params={"status": "sleeping"})) == (422, "VALIDATION")


def test_one_child_comes_with_a_summary(api: Api) -> None:
    child = api.org(BRIGHTSIDE)
    summary = api.body(f"/v1/organizations/{child}")["summary"]
    wallet = api.body(f"/v1/organizations/{child}/credits")
    assert summary["projectCount"] == len(api.projects(BRIGHTSIDE))
    assert (summary["balance"], summary["available"]) == (wallet["balance"], wallet["available"])
    assert set(summary["creditConfig"]) == {"monthlyCreditCap", "refillThreshold", "refillAmount", "autoRefillEnabled"}


def test_the_parent_itself_and_strangers_are_404(api: Api) -> None:
    me = api.body("/v1/whoami")["organizationId"]
    for organization in (me, bare(me), f"org_{uuid.uuid4()}"):
        assert code(api.get(f"/v1/organizations/{organization}")) == (404, "NOT_FOUND")


def test_suspending_and_resuming_takes_effect_and_is_logged(api: Api) -> None:
    child = api.org(BRIGHTSIDE)
    try:
        suspended = api.post(f"/v1/organizations/{child}/suspend")
        assert (suspended.status_code, suspended.json()["status"]) == (200, "suspended")
        assert "summary" not in suspended.json()
        again = api.post(f"/v1/organizations/{child}/suspend")
        assert again.json() == suspended.json()
    finally:
        resumed = api.post(f"/v1/organizations/{child}/resume")
    assert (resumed.status_code, resumed.json()["status"]) == (200, "active")
    request_ids = {row["requestId"] for row in api.audit(child, "organization.suspended")}
    assert suspended.headers["X-Request-Id"] in request_ids
    assert again.headers["X-Request-Id"] not in request_ids


@pytest.mark.parametrize("verb", ["suspend", "resume"])
def test_an_archived_child_stays_archived(api: Api, verb: str) -> None:
    answer = api.post(f"/v1/organizations/{api.org(ARCHIVED)}/{verb}")
    assert code(answer) == (409, "CONFLICT")
