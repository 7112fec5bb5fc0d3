"""Paging: whatever the page size, every row comes once and in order."""

import base64
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.api import BRIGHTSIDE, MORROW, Api, code


def _pages(api: Api, path: str, limit: int, **rest: Any) -> list[list[dict[str, Any]]]:
    pages = []
    cursor = None
    while True:
        params = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page = api.body(path, params=params, **rest)
        pages.append(page["items"])
        cursor = page["nextCursor"]
        if cursor is None:
            return pages


@settings(max_examples=15, deadline=None)
@given(limit=st.integers(1, 100))
def test_any_limit_gives_every_ledger_row_once_and_in_order(api: Api, limit: int) -> None:
    # a customer's ledger that no other test writes to
    path = f"/v1/organizations/{api.org(BRIGHTSIDE)}/credits/events"
    whole = api.body(path, params={"limit": 100})["items"]
    pages = _pages(api, path, limit)
    assert [row for page in pages for row in page] == whole
    assert all(len(page) == limit for page in pages[:-1])
    assert whole == sorted(whole, key=lambda row: row["createdAt"], reverse=True)


@settings(max_examples=8, deadline=None)
@given(limit=st.integers(1, 50))
def test_any_limit_gives_every_container_once(api: Api, limit: int) -> None:
    child = api.org(MORROW)
    path = f"/v1/projects/{api.projects()[-1]['id']}/content"
    ids = [row["id"] for page in _pages(api, path, limit, child=child) for row in page]
    assert ids == [row["id"] for row in api.all(path, child=child, params={"limit": 200})]
    assert len(ids) == len(set(ids)) > 0


def test_audit_rows_of_one_instant_come_by_ascending_id(api: Api) -> None:
    child = api.org(BRIGHTSIDE)
    api.sql(
        "insert into sandbox_auditevent (event_id, organization_id, event_type, occurred_at, actor, data) "
        "select gen_random_uuid(), %s, 'test.tie', '2026-01-01T00:00:00Z', 'system', '{}' from generate_series(1, 9)",
        child.removeprefix("org_"),
    )
    rows = [
        row
        for page in _pages(api, "/v1/audit-log", 2, child=child, headers={})
        for row in page
        if row["eventType"] == "test.tie"
    ]
    ids = [row["eventId"] for row in rows]
    assert ids == sorted(ids)
    assert len(ids) % 9 == 0


@pytest.mark.parametrize("cursor", ["x", "!!!", "e30", base64.urlsafe_b64encode(b'["other",1,"x"]').decode()])
def test_a_cursor_this_list_did_not_make_is_422(api: Api, cursor: str) -> None:
    for path in ("/v1/organizations", "/v1/credits/events", "/v1/audit-log"):
        assert code(api.get(path, params={"cursor": cursor})) == (422, "VALIDATION")


def test_a_cursor_of_another_list_is_422(api: Api) -> None:
    cursor = api.body("/v1/organizations", params={"limit": 1})["nextCursor"]
    assert code(api.get("/v1/credits/events", params={"cursor": cursor})) == (422, "VALIDATION")


def test_the_campaign_list_forgives_a_forged_cursor(api: Api) -> None:
    child, project, _ = next(api.layers())
    path = f"/v1/projects/{project}/ads/campaigns"
    assert api.body(path, child=child, params={"cursor": "forged"}) == api.body(path, child=child)
