"""What every answer has, whatever went wrong."""

import re

import pytest

from tests.sandbox.api import MORROW, Api, bare, code

REQUEST_ID = re.compile(r"req_[0-9A-HJKMNP-TV-Z]{26}")


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/v1/whoami", 200, "read-light"),
        ("GET", "/v1/nothing-here", 404, "read-light"),
        ("GET", "/elsewhere", 404, "read-light"),
        ("POST", "/v1/nothing-here", 404, "write-light"),
        ("DELETE", "/v1/whoami", 405, "write-light"),
        ("TRACE", "/v1/whoami", 405, "write-light"),
        ("GET", "/v1/projects/prj_x", 422, "read-light"),
        ("POST", "/v1/content/prj_x/approve", 422, "write-light"),
        ("GET", "/healthz", 200, "read-light"),
        ("GET", "/", 200, "read-light"),
    ],
)
def test_every_answer_has_a_request_id_and_an_endpoint_class(
    api: Api, method: str, path: str, status: int, kind: str
) -> None:
    answer = api.call(method, path)
    assert answer.status_code == status
    assert REQUEST_ID.fullmatch(answer.headers["X-Request-Id"])
    assert answer.headers["X-RateLimit-Endpoint-Class"] == kind
    if status >= 400:
        error = answer.json()["error"]
        assert set(error) <= {"code", "message", "requestId", "details"}
        assert error["requestId"] == answer.headers["X-Request-Id"]


def test_two_calls_never_share_a_request_id(api: Api) -> None:
    assert api.get("/healthz").headers["X-Request-Id"] != api.get("/healthz").headers["X-Request-Id"]


def test_a_wrong_method_names_the_right_ones(api: Api) -> None:
    answer = api.call("DELETE", "/v1/projects")
    assert code(answer) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == "GET, POST"


def test_health_needs_no_key(api: Api) -> None:
    answer = api.get("/healthz", key=None)
    assert (answer.status_code, answer.json()) == (200, {"ok": True})


def test_the_front_door_says_what_this_is_in_two_lines(api: Api) -> None:
    answer = api.get("/", key=None)
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text.count("\n") == 2


def test_ids_are_taken_with_and_without_their_prefix(api: Api) -> None:
    child = api.org(MORROW)
    project = api.projects()[0]["id"]
    assert api.body(f"/v1/projects/{bare(project)}", child=bare(child)) == api.body(
        f"/v1/projects/{project}", child=child
    )


@pytest.mark.parametrize(
    "path",
    [
        "/v1/organizations/prj_1a4b5c0e-7d2f-4e6a-9b83-5c2d8f7e6a10",
        "/v1/organizations/nonsense",
        "/v1/projects/org_1a4b5c0e-7d2f-4e6a-9b83-5c2d8f7e6a10",
        "/v1/projects/prj_1a4b5c0e",
        "/v1/content/prj_1a4b5c0e-7d2f-4e6a-9b83-5c2d8f7e6a10",
        "/v1/jobs/cnt_1a4b5c0e-7d2f-4e6a-9b83-5c2d8f7e6a10",
        "/v1/projects/%00",
    ],
)
def test_a_wrong_prefix_or_a_malformed_id_is_422(api: Api, path: str) -> None:
    answer = api.get(path)
    assert code(answer) == (422, "VALIDATION")
    assert answer.json()["error"]["details"]["issues"][0]["path"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff\xfe", b'{"note": "\\u0000"}', b'{"note": 3}'])
def test_a_body_that_is_not_the_expected_object_is_422(api: Api, body: bytes) -> None:
    child, container = api.pending_container()
    answer = api.post(f"/v1/content/{container}/approve", child=child, content=body)
    assert code(answer) == (422, "VALIDATION")


@pytest.mark.parametrize("limit", ["0", "-1", "201", "ten", "1.5", "²", "9" * 30])
def test_a_limit_out_of_range_is_422(api: Api, limit: str) -> None:
    assert code(api.get("/v1/organizations", params={"limit": limit})) == (422, "VALIDATION")


@pytest.mark.parametrize(
    ("path", "most"), [("/v1/organizations", 200), ("/v1/credits/events", 100), ("/v1/audit-log", 200)]
)
def test_each_list_has_its_own_largest_page(api: Api, path: str, most: int) -> None:
    assert api.get(path, params={"limit": most}).status_code == 200
    assert code(api.get(path, params={"limit": most + 1})) == (422, "VALIDATION")


@pytest.mark.parametrize(
    "instant", ["2026-06-01T00:00:00+00:00", "2026-06-01T00:00:00", "2026-06-01", "x", "9999-99-99T00:00:00Z"]
)
def test_a_filter_time_without_z_is_422(api: Api, instant: str) -> None:
    assert code(api.get("/v1/audit-log", params={"since": instant})) == (422, "VALIDATION")
