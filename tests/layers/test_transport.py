import httpx
import pytest

from layers.client import errors, retry
from layers.client.transport import LONGEST_RETRY_AFTER
from tests.layers.api import Api, answer, refusal

LOST = httpx.ReadTimeout("too slow")
UNREACHED = httpx.ConnectError("refused")


def test_a_call_carries_the_key_and_the_child_it_acts_as() -> None:
    api = Api(answer({"ok": True}))
    api.transport.get("/v1/projects", {"limit": 5, "cursor": None}, act_as="org_1")
    call = api.calls[0]
    assert call.headers["Authorization"] == "Bearer lp_test_KEY"
    assert call.headers["X-Layers-Organization"] == "org_1"
    assert call.url.query == b"limit=5"


def test_our_own_organization_is_not_named_in_a_header() -> None:
    api = Api(answer({}))
    api.transport.get("/v1/credits")
    assert "X-Layers-Organization" not in api.calls[0].headers


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "IDEMPOTENCY_REQUIRED", errors.Invalid),
        (401, "UNAUTHENTICATED", errors.Unauthenticated),
        (402, "BILLING_EXHAUSTED", errors.OutOfCredits),
        (403, "AUTHORITY_DENIED", errors.Forbidden),
        (404, "NOT_FOUND", errors.Missing),
        (409, "CONFLICT", errors.Conflict),
        (409, "IDEMPOTENCY_CONFLICT", errors.KeyReused),
        (422, "VALIDATION", errors.Invalid),
        (429, "RATE_LIMITED", errors.RateLimited),
        (500, "INTERNAL", errors.ServerFault),
        (503, "KILL_SWITCH", errors.KillSwitch),
        (418, "A_CODE_OF_TOMORROW", errors.Refused),
    ],
)
def test_an_envelope_becomes_its_class(status: int, code: str, kind: type[errors.Refused]) -> None:
    with pytest.raises(kind) as caught:
        Api(refusal(status, code, {"reason": "cap"})).transport.send("POST", "/v1/x")
    assert (caught.value.code, caught.value.request_id, caught.value.details) == (code, "req_TEST", {"reason": "cap"})


def test_an_error_page_without_an_envelope_is_still_an_error_of_ours() -> None:
    with pytest.raises(errors.ServerFault) as caught:
        Api(httpx.Response(502, text="<html>Bad gateway")).transport.send("POST", "/v1/x")
    assert caught.value.code == "HTTP_502"


@pytest.mark.parametrize("content", [b"<html>", b"[1, 2]", b'"text"', b"\xff\xfe"])
def test_a_success_that_cannot_be_read_says_so(content: bytes) -> None:
    with pytest.raises(errors.Unreadable):
        Api(httpx.Response(200, content=content)).transport.send("POST", "/v1/x")


def test_a_read_is_tried_three_times() -> None:
    api = Api(LOST, refusal(500, "INTERNAL"), answer({"items": []}))
    assert api.transport.get("/v1/x").body == {"items": []}
    assert len(api.calls) == 3


def test_a_read_gives_up_with_the_last_error() -> None:
    api = Api(LOST)
    with pytest.raises(errors.AnswerLost):
        api.transport.get("/v1/x")
    assert len(api.calls) == 3


def test_a_write_without_a_key_is_never_repeated_once_it_may_have_arrived() -> None:
    api = Api(LOST, answer({}))
    with pytest.raises(errors.AnswerLost):
        api.transport.send("POST", "/v1/x")
    assert len(api.calls) == 1


def test_a_write_that_never_left_is_repeated_even_without_a_key() -> None:
    api = Api(UNREACHED, answer({"ok": True}))
    assert api.transport.send("POST", "/v1/x").body == {"ok": True}


def test_a_write_with_a_key_is_repeated_with_the_same_key() -> None:
    api = Api(LOST, refusal(502, "PLATFORM_ERROR"), answer({}))
    api.transport.send("POST", "/v1/x", {"a": 1}, idempotency_key="k1")
    assert api.keys() == ["k1", "k1", "k1"]


@pytest.mark.parametrize("then", [UNREACHED, refusal(429, "RATE_LIMITED", **{"Retry-After": "60"})])
def test_no_effect_of_the_last_try_does_not_hide_that_an_earlier_one_may_have_arrived(then: Exception) -> None:
    with pytest.raises(errors.AnswerLost):
        Api(LOST, then, then).transport.send("POST", "/v1/x", idempotency_key="k1")


def test_retry_after_is_obeyed_to_the_second() -> None:
    api = Api(refusal(429, "RATE_LIMITED", **{"Retry-After": "2"}), answer({}))
    api.transport.get("/v1/x")
    assert api.slept == [2.0]


def test_a_long_retry_after_is_left_to_the_caller() -> None:
    api = Api(refusal(429, "RATE_LIMITED", **{"Retry-After": "60"}))
    with pytest.raises(errors.RateLimited) as caught:
        api.transport.get("/v1/x")
    assert (caught.value.retry_after, len(api.calls)) == (60.0, 1)


@pytest.mark.parametrize("asked", ["3600", "1e18", "inf", "nan", "soon", "-5"])
def test_no_retry_after_holds_a_worker(asked: str) -> None:
    api = Api(refusal(500, "INTERNAL", **{"Retry-After": asked}))
    with pytest.raises(errors.ServerFault) as caught:
        api.transport.get("/v1/x")
    assert all(pause <= retry.LONGEST_DELAY for pause in api.slept)
    assert (caught.value.retry_after or 0) <= LONGEST_RETRY_AFTER


def test_a_key_that_cannot_be_written_is_not_quoted() -> None:
    api = Api(httpx.LocalProtocolError("Illegal header value b'Bearer lp_live_SECRET'"))
    with pytest.raises(errors.NotSent) as caught:
        api.transport.get("/v1/x")
    assert "SECRET" not in str(caught.value)


def test_the_walk_over_pages_follows_cursors_and_ends() -> None:
    api = Api(answer({"items": [{"id": "1"}], "nextCursor": "c"}), answer({"items": [{"id": "2"}]}))
    assert [row["id"] for page in api.layers.organizations() for row in page.items] == ["1", "2"]
    assert "cursor=c" in str(api.calls[1].url)


def test_a_cursor_that_repeats_ends_the_walk_with_an_error() -> None:
    api = Api(answer({"items": [], "nextCursor": "c"}))
    with pytest.raises(errors.Unreadable, match="same cursor"):
        list(api.layers.organizations())


@pytest.mark.parametrize("items", [None, [None, 3, {"id": "1"}], []])
def test_a_page_with_strange_items_keeps_the_readable_ones(items: object) -> None:
    (page,) = Api(answer({"items": items})).layers.organizations()
    assert all(isinstance(row, dict) for row in page.items)


def test_an_id_that_is_not_what_we_expect_stays_one_part_of_the_path() -> None:
    api = Api(answer({}))
    api.layers.organization("../credits?x=1")
    assert api.calls[0].url.raw_path == b"/v1/organizations/..%2Fcredits%3Fx%3D1"
