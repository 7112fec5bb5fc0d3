"""Everything that can be made to go wrong, seen by a raw client."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.sandbox.api import MORROW, Api, code, fresh_key

WHOAMI = "GET /v1/whoami"


@pytest.fixture
def faulty(time_travel: Api) -> Iterator[Api]:
    """A sandbox without faults before and after, whose answers need not be what the document says."""
    time_travel.client.delete("/_sandbox/faults")
    yield replace(time_travel, checked=False)
    time_travel.client.delete("/_sandbox/faults")


def switch_on(api: Api, kind: str, pattern: str, *, options: dict[str, Any] | None = None, **more: Any) -> int:
    made: int = api.control("faults", kind=kind, pattern=pattern, options=options or {}, **more)["id"]
    return made


def fault(api: Api, fault_id: int) -> dict[str, Any]:
    items = api.client.get("/_sandbox/faults").json()["items"]
    return next(item for item in items if item["id"] == fault_id)


def available(api: Api, child: str) -> int:
    left: int = api.body(f"/v1/organizations/{child}/credits")["available"]
    return left


def allocate(api: Api, child: str, key: str) -> httpx.Response:
    path = f"/v1/organizations/{child}/credits/allocate"
    return api.post(path, json={"credits": 10}, idempotency=key)


# --- before and after the effect


@pytest.mark.parametrize("kind", ["status", "drop"])
@pytest.mark.parametrize(("when", "moved"), [("before", 0), ("after", 10)])
def test_the_balance_tells_whether_the_effect_happened(faulty: Api, kind: str, when: str, moved: int) -> None:
    child, key = faulty.org(MORROW), fresh_key()
    start = available(faulty, child)
    switch_on(faulty, kind, "POST /v1/organizations/*/credits/allocate", options={"when": when}, count=1)
    if kind == "drop":
        with pytest.raises(httpx.TransportError):
            allocate(faulty, child, key)
    else:
        assert code(allocate(faulty, child, key)) == (500, "INTERNAL")
    assert available(faulty, child) - start == moved
    # The same key again: it happens once in all, and a replay says so.
    again = allocate(faulty, child, key)
    assert (again.status_code, "Idempotent-Replayed" in again.headers) == (201, when == "after")
    assert available(faulty, child) - start == 10


@pytest.mark.parametrize(("status", "expected"), [(500, "INTERNAL"), (502, "PLATFORM_ERROR"), (503, "INTERNAL")])
def test_each_status_has_an_envelope(faulty: Api, status: int, expected: str) -> None:
    switch_on(faulty, "status", WHOAMI, options={"status": status}, count=1)
    assert code(faulty.get("/v1/whoami")) == (status, expected)
    assert faulty.get("/v1/whoami").status_code == 200


def test_a_gateway_answers_without_an_envelope(faulty: Api) -> None:
    switch_on(faulty, "status", WHOAMI, options={"status": 502, "gateway": True})
    answer = faulty.get("/v1/whoami")
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html; charset=utf-8")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delay_delays(faulty: Api, when: str) -> None:
    switch_on(faulty, "delay", WHOAMI, options={"seconds": 0.3, "when": when}, count=1)
    started = time.monotonic()
    assert faulty.get("/v1/whoami").status_code == 200
    assert time.monotonic() - started >= 0.3


@pytest.mark.parametrize("seconds", [None, 7])
def test_rate_limited_with_and_without_retry_after(faulty: Api, seconds: int | None) -> None:
    switch_on(faulty, "rate_limited", "* /v1/*", options={"retryAfter": seconds}, count=1)
    answer = faulty.get("/v1/whoami")
    assert code(answer) == (429, "RATE_LIMITED")
    assert answer.headers.get("Retry-After") == (None if seconds is None else str(seconds))


# --- broken bodies


def test_a_truncated_answer_announces_more_than_it_sends(faulty: Api) -> None:
    switch_on(faulty, "truncate", WHOAMI, count=1)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        faulty.get("/v1/whoami")
    assert faulty.get("/v1/whoami").status_code == 200


def test_a_body_that_is_not_json_says_that_it_is(faulty: Api) -> None:
    switch_on(faulty, "not_json", WHOAMI)
    answer = faulty.get("/v1/whoami")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()


def test_an_unknown_enum_value_in_the_named_field(faulty: Api) -> None:
    switch_on(faulty, "unknown_enum", WHOAMI, options={"field": "rateLimitTier", "value": "galactic"})
    assert faulty.body("/v1/whoami")["rateLimitTier"] == "galactic"


def test_extra_fields_on_the_answer_and_on_its_rows(faulty: Api) -> None:
    switch_on(faulty, "extra_fields", "GET /v1/organizations")
    page = faulty.body("/v1/organizations")
    assert all("addedLastWeek" in thing for thing in [page, *page["items"]])


def test_a_missing_key_is_one_that_was_null(faulty: Api) -> None:
    whole = faulty.body("/v1/whoami")
    switch_on(faulty, "missing_key", WHOAMI)
    (gone,) = whole.keys() - faulty.body("/v1/whoami").keys()
    assert whole[gone] is None


def test_null_where_a_list_was(faulty: Api) -> None:
    switch_on(faulty, "null_list", WHOAMI)
    assert faulty.body("/v1/whoami")["scopes"] is None


def test_a_time_that_is_none(faulty: Api) -> None:
    fault_id = switch_on(faulty, "bad_timestamp", "GET /v1/organizations", options={"field": "createdAt"}, seed=3)
    first = [row["createdAt"] for row in faulty.body("/v1/organizations")["items"]]
    assert first.count("2026-13-45T25:61:00Z") == 1
    # The same seed spoils the same place.
    assert [row["createdAt"] for row in faulty.body("/v1/organizations")["items"]] == first
    assert fault(faulty, fault_id)["hits"] == 2


def test_nothing_to_spoil_is_no_hit(faulty: Api) -> None:
    fault_id = switch_on(faulty, "null_list", "* /v1/organizations/*")
    faulty.body(f"/v1/organizations/{faulty.org(MORROW)}/credits")
    assert (fault(faulty, fault_id)["seen"], fault(faulty, fault_id)["hits"]) == (0, 0)


# --- cursors


def walk(api: Api) -> list[str]:
    rows, cursor = [], None
    # Other tests have made children too; a cursor that never ends is still found.
    for _ in range(1_000):
        page = api.body("/v1/organizations", params={"limit": 1, **({"cursor": cursor} if cursor else {})})
        rows += [row["id"] for row in page["items"]]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    return rows


def test_a_repeated_page_comes_twice(faulty: Api) -> None:
    whole = walk(faulty)
    switch_on(faulty, "cursor_repeat", "GET /v1/organizations", count=1)
    assert walk(faulty) == [whole[0], *whole]


def test_a_skipped_page_never_comes(faulty: Api) -> None:
    whole = walk(faulty)
    switch_on(faulty, "cursor_skip", "GET /v1/organizations", count=1)
    assert walk(faulty) == whole[1:]


# --- which calls are hit


def decisions(api: Api, seed: int) -> list[int]:
    api.client.delete("/_sandbox/faults")
    switch_on(api, "status", WHOAMI, probability=0.5, seed=seed)
    return [api.get("/v1/whoami").status_code for _ in range(24)]


def test_the_same_seed_hits_the_same_calls(faulty: Api) -> None:
    first = decisions(faulty, 11)
    assert set(first) == {200, 500}
    assert decisions(faulty, 11) == first
    assert decisions(faulty, 12) != first


def test_a_count_is_an_end(faulty: Api) -> None:
    fault_id = switch_on(faulty, "status", WHOAMI, count=2)
    assert [faulty.get("/v1/whoami").status_code for _ in range(4)] == [500, 500, 200, 200]
    seen = fault(faulty, fault_id)
    assert (seen["hits"], seen["over"]) == (2, True)


def test_only_the_pattern_is_hit_and_never_the_control_side(faulty: Api) -> None:
    switch_on(faulty, "status", "* *")
    assert faulty.get("/v1/whoami").status_code == 500
    assert faulty.client.get("/healthz").status_code == 200
    assert faulty.client.get("/_sandbox/clock").status_code == 200
    faulty.client.delete("/_sandbox/faults")
    switch_on(faulty, "status", "POST /v1/*")
    assert faulty.get("/v1/whoami").status_code == 200


def test_a_fault_can_be_removed(faulty: Api) -> None:
    fault_id = switch_on(faulty, "status", WHOAMI)
    assert faulty.client.delete(f"/_sandbox/faults/{fault_id}").json() == {"removed": 1}
    assert faulty.client.delete(f"/_sandbox/faults/{fault_id}").status_code == 404
    assert faulty.get("/v1/whoami").status_code == 200


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"kind": "gremlins", "pattern": WHOAMI}, "webhook_lost"),
        ({"kind": "status", "pattern": "/v1/whoami"}, "a method and a path"),
        ({"kind": "webhook_lost", "pattern": "POST /v1"}, "an event type"),
        ({"kind": "status", "pattern": WHOAMI, "options": {"status": 418}}, "gateway"),
        ({"kind": "delay", "pattern": WHOAMI, "options": {"minutes": 1}}, "seconds"),
        ({"kind": "status", "pattern": WHOAMI, "probability": 2}, "probability"),
        ({"kind": "status", "pattern": WHOAMI, "count": 0}, "count"),
        ({"kind": "status"}, "pattern"),
        ({"kind": "status", "pattern": WHOAMI, "often": True}, "often"),
    ],
)
def test_a_bad_wish_is_told_what_would_do(faulty: Api, wish: dict[str, Any], told: str) -> None:
    answer = faulty.client.post("/_sandbox/faults", json=wish)
    assert code(answer) == (422, "VALIDATION")
    assert told in answer.json()["error"]["message"]


# --- what time brings


def test_a_job_of_any_kind_fails_when_it_should_finish(faulty: Api) -> None:
    child = faulty.org(MORROW)
    project = faulty.projects()[0]["id"]
    # What other tests have left running would be hit first.
    faulty.advance(minutes=30)
    fault_id = switch_on(faulty, "job_fails", "content_*", options={"code": "PLATFORM_ERROR"}, count=1)
    faulty.control("staff/credits", organizationId=child, type="grant", credits=500)
    made = faulty.control("customer/generate", projectId=project)
    before = available(faulty, child)
    faulty.advance(minutes=30)
    job = faulty.body(f"/v1/jobs/{made['jobId']}", child=child)
    assert (job["status"], job["error"]["code"]) == ("failed", "PLATFORM_ERROR")
    # Nothing was made, so nothing is paid: what was reserved is free again. A hit counts although the job rolled back.
    assert available(faulty, child) > before
    assert fault(faulty, fault_id)["hits"] == 1
