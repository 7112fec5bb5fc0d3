"""The page's style and script, under `/_sandbox/static/`."""

from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse

from sandbox.api.envelope import error_response
from sandbox.api.errors import not_found

FOLDER = Path(__file__).resolve().parents[2] / "static" / "sandbox"
TYPES = {
    "page.css": "text/css",
    "page.js": "text/javascript",
    "wait.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}


def serve(request: HttpRequest, name: str) -> HttpResponse:
    if name not in TYPES:
        return error_response(not_found("file"), request.request_id)  # type: ignore[attr-defined]
    answer = HttpResponse(_read(name), content_type=f"{TYPES[name]}; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@cache
def _read(name: str) -> bytes:
    return (FOLDER / name).read_bytes()
