"""Faults of calls, around the view: what comes before it happens instead of the effect, what comes after it hides an
effect that is committed."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase

from sandbox.api import spoiling
from sandbox.api.envelope import error_response
from sandbox.api.errors import ApiError
from sandbox.control import faults
from sandbox.control.faults import Known

View = Callable[[HttpRequest], HttpResponse]

NOT_JSON = b"<!doctype html><title>Welcome</title><p>You are now connected to the hotel's network."
_CODES = {500: "INTERNAL", 502: "PLATFORM_ERROR", 503: "INTERNAL"}


class NoConnection(RuntimeError):
    """The server does not hand out the connection."""


class Dropped(HttpResponse):
    """Stands for the answer of a connection that was closed; nobody receives it."""


def answer(request: HttpRequest, view: View) -> tuple[HttpResponseBase, list[str]]:
    """The view's answer with whatever is to go wrong, and the kinds of faults that hit."""
    call = f"{request.method} {request.path}"
    concerned = [fault for fault in faults.switched_on() if fault.pattern.fullmatch(call)]
    hit: list[str] = []
    response = _before(request, concerned, hit)
    if response is not None:
        return response, hit
    inner: HttpResponseBase = view(request)
    for fault in concerned:
        if isinstance(inner, HttpResponse):
            inner = _after(request, inner, fault, view, hit)
    return inner, hit


def _before(request: HttpRequest, concerned: list[Known], hit: list[str]) -> HttpResponse | None:
    """Instead of the view, or nothing."""
    for fault in concerned:
        early = fault.options.get("when") == "before" or fault.kind in {"rate_limited", "cursor_repeat"}
        if not early or (fault.kind == "cursor_repeat" and not request.GET.get("cursor")):
            continue
        if not faults.hits(fault):
            continue
        hit.append(fault.kind)
        if fault.kind == "delay":
            time.sleep(fault.options["seconds"])
        elif fault.kind == "cursor_repeat":
            _ask_with_cursor(request, None)
        else:
            return _refusal(request, fault)
    return None


def _after(request: HttpRequest, response: HttpResponse, fault: Known, view: View, hit: list[str]) -> HttpResponseBase:
    if fault.options.get("when") == "before" or fault.kind in {"rate_limited", "cursor_repeat"}:
        return response
    if fault.kind in spoiling.KINDS:
        return _spoil(response, fault, hit)
    following = _next_cursor(response) if fault.kind == "cursor_skip" else None
    if (fault.kind == "cursor_skip" and following is None) or not faults.hits(fault):
        return response
    hit.append(fault.kind)
    if fault.kind == "delay":
        time.sleep(fault.options["seconds"])
        return response
    if fault.kind == "cursor_skip":
        _ask_with_cursor(request, following)
        return view(request)
    if fault.kind == "not_json":
        response.content = NOT_JSON
        return response
    return _cut_short(request, response) if fault.kind == "truncate" else _refusal(request, fault)


def _refusal(request: HttpRequest, fault: Known) -> HttpResponse:
    """rate_limited, status and drop."""
    request_id: str = request.request_id  # type: ignore[attr-defined]
    if fault.kind == "drop":
        _close(_socket(request))
        return Dropped()
    if fault.kind == "rate_limited":
        response = error_response(ApiError(429, "RATE_LIMITED", "Too many calls: a fault of the sandbox."), request_id)
        response["X-RateLimit-Remaining"] = "0"
        if fault.options["retryAfter"] is not None:
            response["Retry-After"] = str(fault.options["retryAfter"])
        return response
    status = fault.options["status"]
    if fault.options["gateway"]:
        return HttpResponse(f"<html><h1>{status}</h1><p>The gateway is tired.</p></html>", status=status)
    details = {"platformCode": "sandbox_fault"} if status == 502 else None
    return error_response(ApiError(status, _CODES[status], "A fault of the sandbox.", details), request_id)


def _spoil(response: HttpResponse, fault: Known, hit: list[str]) -> HttpResponse:
    """Counted only when there is a place to spoil; refusals are left alone."""
    body = _json(response)
    found = [] if body is None else spoiling.spots(fault.kind, body, fault.options)
    if found and faults.hits(fault):
        hit.append(fault.kind)
        spoiling.spoil(fault.kind, found, fault.options, fault.seed)
        response.content = msgspec.json.encode(body)
    return response


def _json(response: HttpResponse) -> Any:
    """The body of a success, parsed; None when there is none."""
    if response.status_code >= 300 or response.get("Content-Type") != "application/json":
        return None
    try:
        return msgspec.json.decode(response.content)
    except msgspec.DecodeError:
        # An older fault has been here.
        return None


def _next_cursor(response: HttpResponse) -> str | None:
    body = _json(response)
    return body.get("nextCursor") if isinstance(body, dict) else None


def _ask_with_cursor(request: HttpRequest, cursor: str | None) -> None:
    """The view will see another cursor, or none."""
    changed: QueryDict = request.GET.copy()
    changed.pop("cursor", None)
    if cursor is not None:
        changed["cursor"] = cursor
    request.GET = changed  # type: ignore[assignment]


# --- the connection


def _socket(request: HttpRequest) -> socket.socket:
    found = request.META.get("gunicorn.socket")
    if not isinstance(found, socket.socket):
        raise NoConnection("Faults that break the connection need the sandbox to be served by gunicorn.")
    return found


def _close(connection: socket.socket) -> None:
    with suppress(OSError):  # the client may have been faster
        connection.shutdown(socket.SHUT_RDWR)


def _cut_short(request: HttpRequest, response: HttpResponse) -> StreamingHttpResponse:
    connection = _socket(request)
    whole = response.content

    def half() -> Iterator[bytes]:
        yield whole[: len(whole) // 2]
        _close(connection)

    cut = StreamingHttpResponse(half(), status=response.status_code, headers=dict(response.headers))
    cut["Content-Length"] = str(len(whole))
    return cut
