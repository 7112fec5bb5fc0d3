"""Requests no client library would send: bytes, sizes and headers that schemas have no words for."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from sandbox.world.keys import PARENT_KEY
from tests.sandbox.contract import Operation
from tests.sandbox.contract_run.cases import Cases, Request, fill

METHODS = ("HEAD", "OPTIONS", "TRACE", "PROPFIND", "GET", "POST", "PUT", "PATCH", "DELETE")
IDS = (
    "%00",
    "%ff%fe",
    "%ED%A0%80",  # a lone surrogate in UTF-8
    "..",
    "%2e%2e",
    "%2F",
    "%20",
    "null",
    "-1",
    "9" * 400,
    "x" * 1500,
    "org_",
    "prj_00000000-0000-0000-0000-000000000000",
    "00000000-0000-0000-0000-00000000000G",
    "job_7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
    "job_ZZZZZZZZZZZZZZZZZZZZZZZZZZ",
    quote("१२३-💧-‮"),
    "';--",
)
QUERIES = (
    [("limit", "1"), ("limit", "2")],
    [("limit", "9" * 1500)],
    [("limit", "-0")],
    [("limit", "1e2")],
    [("cursor", "WyJjb250YWluZXJzIiw5ZTk5OSxudWxsXQ")],
    [("cursor", "W1tbW1tbW1tbW11dXV1dXV1dXV0")],
    [("cursor", "\ufffd" * 50)],
    [("since", "0001-01-01T00:00:00Z"), ("until", "9999-12-31T23:59:59.999999Z")],
    [("since", "2026-02-30T00:00:00Z")],
    [("since", "2026-06-01T24:00:00Z"), ("granularity", "hour")],
    [("status", "\x00"), ("kind", "\x00"), ("projectId", "\x00"), ("search", "\x00"), ("keyword", "\x00")],
    [("status", ",,,"), ("platform", ","), ("platforms", ",")],
    [("projectId", "x" * 1500)],
    [("minScore", "nan"), ("minConfidence", "inf"), ("window", "999999999999d")],
    [("", ""), ("=", "&"), ("limit[]", "3"), ("limit", "")],
    [(f"p{n}", "1") for n in range(200)],
    [("since", "9999-12-31T23:59:59Z")],
    [("until", "0001-01-01T00:00:00Z")],
)
BODIES = (
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"{",
    b"\xff\xfe{\x00}\x00",
    b"\xef\xbb\xbf{}",
    b'{"note": "\xc3\x28"}',
    b'{"name": "\\ud800", "note": "\\udfff\\ud800", "reason": "\\ud800"}',
    b'{"name": "\\u0000", "reason": "\\u0000"}',
    b"[" * 100_000,
    b'{"metadata": ' * 5_000,
    b'{"metadata": ' + b"[" * 900 + b"]" * 900 + b"}",
    b'{"credits": 1' + b"0" * 5_000 + b"}",
    b'{"credits": 1e999, "dailyBudgetCents": -1e-999}',
    b'{"credits": NaN}',
    b'{"name": "a", "name": "b"}',
    b'{"metadata": {"": "x"}}',
    b'{"name": "' + b"x" * 300_000 + b'"}',
    b" " * 2_000_000,
)
#: For one field of a body that is otherwise right.
VALUES: tuple[Any, ...] = (
    None,
    True,
    "",
    " ",
    "\x00",
    "\ud800",
    "x" * 70_000,
    0,
    -1,
    1.5,
    2**31,
    2**63,
    10**30,
    -(10**30),
    1e308,
    [],
    {},
    [None],
    [[]],
    {"": ""},
    "2026-02-30T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "1900-01-01T00:00:00+14:00",
    "https://[::1",
    "javascript:alert(1)",
    "‮💧" * 60,
)
HEADERS = (
    {"Authorization": ""},
    {"Authorization": "Bearer"},
    {"Authorization": f"bearer {PARENT_KEY}"},
    {"Authorization": f"Bearer  {PARENT_KEY}"},
    {"Authorization": f"Bearer {PARENT_KEY}x"},
    {"Authorization": "Basic bHA6bHA="},
    {"Authorization": "Bearer " + "x" * 7000},
    {"Authorization": "Bearer lp_live_ÄÖÜ"},
    {"X-Layers-Organization": "org_"},
    {"X-Layers-Organization": "ÿ" * 40},
    {"X-Layers-Organization": "org_00000000-0000-0000-0000-000000000000"},
    {"Idempotency-Key": ""},
    {"Idempotency-Key": "x" * 255},
    {"Idempotency-Key": "x" * 256},
    {"Idempotency-Key": "ÿ"},
    {"Content-Type": "text/plain"},
    {"Content-Type": "multipart/form-data"},
    {"Content-Type": "application/x-www-form-urlencoded"},
    {"Content-Type": "application/json; charset=utf-16"},
    {"Content-Type": "//;;"},
    {"Content-Encoding": "gzip"},
    {"If-None-Match": '"' + "x" * 500},
    {"X-HTTP-Method-Override": "DELETE"},
    {"Host": "nobody.invalid:99999"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "javascript"},
)


def requests(cases: Cases, operation: Operation, count: int) -> Iterator[Request]:
    """`count` of them for one operation, drawn anew for each."""
    for _ in range(count):
        yield cases.random.choice(_KINDS)(cases, _right(cases, operation))


def _right(cases: Cases, operation: Operation) -> Request:
    """The operation with real ids and a body that fits, as far as the document can make one."""
    names = [parameter["name"] for parameter in operation.spec["parameters"] if parameter["in"] == "path"]
    fact = cases.pool.fitting(names)
    request = cases.plain(operation, dict.fromkeys(names, "0") | fact)
    if "requestBody" in operation.spec:
        sample = next(cases.boundaries(operation))
        request.content = sample.content
        request.headers["Content-Type"] = "application/json"
    return request


def _another_method(cases: Cases, request: Request) -> Request:
    return replace(request, method=cases.random.choice(METHODS))


def _odd_id(cases: Cases, request: Request) -> Request:
    names = [parameter["name"] for parameter in request.operation.spec["parameters"] if parameter["in"] == "path"]
    if not names:
        return replace(request, path=request.path + cases.random.choice(("/", "//", "/%00", "/..", "?", "%20")))
    odd = {cases.random.choice(names): cases.random.choice(IDS)}
    return replace(request, path=fill(request.operation.path, dict.fromkeys(names, "0") | request.context | odd))


def _odd_query(cases: Cases, request: Request) -> Request:
    return replace(request, query=cases.random.choice(QUERIES))


def _odd_body(cases: Cases, request: Request) -> Request:
    return replace(request, content=cases.random.choice(BODIES))


def _odd_field(cases: Cases, request: Request) -> Request:
    try:
        body = json.loads(request.content or b"")
    except ValueError:
        return _odd_body(cases, request)
    places = list(_places(body))
    if not places:
        return _odd_body(cases, request)
    holder, key = cases.random.choice(places)
    holder[key] = cases.random.choice(VALUES)
    return replace(request, content=json.dumps(body).encode())


def _odd_header(cases: Cases, request: Request) -> Request:
    return replace(request, headers=request.headers | cases.random.choice(HEADERS))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) inside a JSON value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in pairs:
        yield value, key
        yield from _places(part)


_KINDS: tuple[Callable[[Cases, Request], Request], ...] = (
    _another_method,
    _odd_id,
    _odd_query,
    _odd_body,
    _odd_field,
    _odd_field,
    _odd_header,
)
