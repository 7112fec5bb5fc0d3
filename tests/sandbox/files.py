"""A web server with files on it, as a partner's would be. It is on this machine, so the sandboxes of these tests are
told that they may fetch from it (SANDBOX_MEDIA_ALLOW)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.running import free_port

PORT = free_port()
PLACE = f"127.0.0.1:{PORT}"


@dataclass
class Files:
    """What lies where: bytes to hand out, or an address to redirect to."""

    there: dict[str, bytes | str] = field(default_factory=dict)

    def put(self, name: str, content: bytes) -> str:
        """The URL of a new file."""
        self.there[f"/{name}"] = content
        return f"http://{PLACE}/{name}"

    def redirect(self, name: str, to: str) -> str:
        """A URL that leads to another one."""
        self.there[f"/{name}"] = to
        return f"http://{PLACE}/{name}"


@contextmanager
def serving() -> Iterator[Files]:
    files = Files()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = files.there.get(self.path)
            content = found if isinstance(found, bytes) else b""
            self.send_response(404 if found is None else 200 if isinstance(found, bytes) else 302)
            if isinstance(found, str):
                self.send_header("Location", found)
            # A header that lies: the sandbox has to look for itself.
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield files
    finally:
        server.shutdown()
        server.server_close()
