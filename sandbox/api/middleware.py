"""The one middleware: request id, faults that are switched on, one line in the log and one in the journal."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from sandbox import state
from sandbox.api import failing
from sandbox.control import journal
from sandbox.engine import ticker
from sandbox.ids import new_request_id

log = logging.getLogger("sandbox.requests")

#: Whoever steers the sandbox or waits for it to come up is never failed.
SPARED = ("/_sandbox/", "/healthz")


class RequestTrail:
    """Sets `request.request_id`; adds X-Request-Id and X-RateLimit-Endpoint-Class to every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        ticker.ensure_running()
        state.read()
        request_id = new_request_id()
        request.request_id = request_id  # type: ignore[attr-defined]
        response, faults = self._answer(request)
        response["X-Request-Id"] = request_id
        if isinstance(response, HttpResponse) and "Content-Length" not in response:
            response["Content-Length"] = str(len(response.content))
        if "X-RateLimit-Endpoint-Class" not in response:
            # Paths and methods nobody serves still answer with a class, guessed from the verb.
            reads = request.method in {"GET", "HEAD", "OPTIONS"}
            response["X-RateLimit-Endpoint-Class"] = "read-light" if reads else "write-light"
        milliseconds = (time.perf_counter() - started) * 1000
        status = None if isinstance(response, failing.Dropped) else response.status_code
        if request.path.startswith("/v1/"):
            journal.note(request, request_id, status, milliseconds, faults)
        log.info("%s %s %s %.1fms %s", request.method, request.path, status or "dropped", milliseconds, request_id)
        return response

    def _answer(self, request: HttpRequest) -> tuple[HttpResponseBase, list[str]]:
        if request.path.startswith(SPARED):
            return self.get_response(request), []
        return failing.answer(request, self._view)

    def _view(self, request: HttpRequest) -> HttpResponse:
        """A call that was admitted in one world and acted in the next breaks on what is no longer there. Nothing of it
        was kept, so it begins anew."""
        started_in = state.current().world_number
        response = self.get_response(request)
        if response.status_code == 500 and state.read().world_number != started_in:
            return self.get_response(request)
        return response
