"""The way of a call to `/_sandbox/`: no key, JSON in and out, and nothing from another site's page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

from sandbox.api import query
from sandbox.api.envelope import error_response, json_response, wrong_method
from sandbox.api.errors import ApiError
from sandbox.api.query import Body


@dataclass(frozen=True)
class Control:
    """A call to the control side."""

    request: HttpRequest


Handler = Callable[..., dict[str, Any] | list[Any]]


def body(call: Control, shape: type[Body]) -> Body:
    return query.body(query.parse_json(call.request.body), shape)


def control(**handlers: Handler) -> Callable[..., HttpResponse]:
    """A Django view of one control path: `control(GET=..., POST=...)`; path parameters become arguments."""
    allowed = ", ".join(sorted(handlers))

    def view(request: HttpRequest, **parts: str) -> HttpResponse:
        request_id: str = request.request_id  # type: ignore[attr-defined]
        handler = handlers.get(request.method or "")
        if handler is None:
            return wrong_method(allowed, request_id)
        try:
            refuse_other_sites(request)
            return json_response(handler(Control(request), **parts))
        except ApiError as refusal:
            return error_response(refusal, request_id)

    return view


def refuse_other_sites(request: HttpRequest) -> None:
    """A page of some other site, open in a browser on this machine, must not move the clock or the money."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.get_host():
        raise ApiError(403, "FORBIDDEN_ORIGIN", "Only this page itself may steer the sandbox.")
