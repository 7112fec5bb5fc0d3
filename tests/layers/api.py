"""A Partner API in a function: answers what a test says, and remembers what it was asked."""

import json
from collections.abc import Callable
from typing import Any

import httpx

from layers.client import Layers, Transport

Reply = httpx.Response | Exception


def answer(body: object, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=body, headers={"X-Request-Id": "req_TEST", **headers})


def refusal(status: int, code: str, details: object = None, **headers: str) -> httpx.Response:
    error = {"code": code, "message": f"because {code}", "requestId": "req_TEST", "details": details}
    return httpx.Response(status, json={"error": error}, headers=headers)


class Api:
    """Replies in turn; the last reply is repeated. `calls` are the requests as they came."""

    def __init__(self, *replies: Reply | Callable[[httpx.Request], Reply]) -> None:
        self.replies = list(replies)
        self.calls: list[httpx.Request] = []
        self.slept: list[float] = []
        self.key = "lp_test_KEY"  # what we call it with

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if callable(reply) and not isinstance(reply, Exception):
            reply = reply(request)
        if isinstance(reply, Exception):
            raise reply
        # A response object serves one request; a repeated reply needs a fresh one.
        return httpx.Response(reply.status_code, content=reply.content, headers=reply.headers)

    @property
    def transport(self) -> Transport:
        http = httpx.Client(transport=httpx.MockTransport(self), base_url="https://layers.test")
        return Transport("https://layers.test", self.key, http=http, sleep=self.slept.append)

    @property
    def layers(self) -> Layers:
        return Layers(self.transport)

    def body(self, index: int = -1) -> Any:
        return json.loads(self.calls[index].content)

    def keys(self) -> list[str]:
        return [call.headers.get("Idempotency-Key", "") for call in self.calls]
