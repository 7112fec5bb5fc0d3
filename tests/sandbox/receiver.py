"""A real receiver of webhooks: keeps what came and answers as it is told."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
    """One request as it came over the wire."""

    body: bytes
    signature: str
    event_id: str

    @property
    def event(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.body)
        return read

    def macs(self) -> list[str]:
        return [part.removeprefix("v1=") for part in self.signature.split(",") if part.startswith("v1=")]

    def signed_at(self) -> int:
        return int(self.signature.split(",")[0].removeprefix("t="))

    def verifies(self, secret: str) -> bool:
        """The published algorithm: HMAC-SHA256 of `<t>.<raw body>`, any v1 may match, t within five minutes."""
        expected = hmac.new(secret.encode(), b"%d.%s" % (self.signed_at(), self.body), hashlib.sha256).hexdigest()
        fresh = abs(time.time() - self.signed_at()) <= 300
        return fresh and any(hmac.compare_digest(expected, mac) for mac in self.macs())


@dataclass
class Receiver:
    """`answers` gives the status for the n-th request, counted from 0."""

    url: str
    received: list[Received] = field(default_factory=list)
    answers: Callable[[int], int] = lambda _number: 204
    slow_seconds: float = 0

    def wait(self, count: int, seconds: float = 8) -> list[Received]:
        """The first `count` requests, as soon as they are there."""
        end = time.monotonic() + seconds
        while len(self.received) < count and time.monotonic() < end:
            time.sleep(0.02)
        assert len(self.received) >= count, f"{len(self.received)} of {count} came"
        return self.received[:count]

    def ids(self) -> list[str]:
        return [one.event_id for one in self.received]


@contextmanager
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            number = len(box.received)
            one = Received(body, self.headers["X-Layers-Signature"], self.headers["X-Layers-Event-Id"])
            box.received.append(one)
            time.sleep(box.slow_seconds)
            status = box.answers(number)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", box.url)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    box = Receiver(f"http://127.0.0.1:{server.server_port}/hooks")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
