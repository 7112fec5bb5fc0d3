"""The one middleware: gives every call its request id, prints it on every answer, writes one line to the log."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from sandbox import state
from sandbox.engine import ticker
from sandbox.ids import new_request_id

log = logging.getLogger("sandbox.requests")


class RequestTrail:
    """Sets `request.request_id`; adds X-Request-Id and X-RateLimit-Endpoint-Class to every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        ticker.ensure_running()
        state.read()
        request_id = new_request_id()
        request.request_id = request_id  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request_id
        if not response.streaming and "Content-Length" not in response:
            response["Content-Length"] = str(len(response.content))
        if "X-RateLimit-Endpoint-Class" not in response:
            # Paths and methods nobody serves still answer with a class, guessed from the verb.
            reads = request.method in {"GET", "HEAD", "OPTIONS"}
            response["X-RateLimit-Endpoint-Class"] = "read-light" if reads else "write-light"
        milliseconds = (time.perf_counter() - started) * 1000
        log.info("%s %s %d %.1fms %s", request.method, request.path, response.status_code, milliseconds, request_id)
        return response
