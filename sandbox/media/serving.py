"""Hands out a media file the way a CDN does: kept for ever, revalidated by tag, played in ranges."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
CHUNK = 256 * 1024


def served(request: HttpRequest, path: Path, tag: str, content_type: str) -> HttpResponseBase:
    """The file, a range of it, or 304. `tag`: an ETag, quotes included, that changes with the bytes."""
    modified = int(path.stat().st_mtime)
    known = get_conditional_response(request, etag=tag, last_modified=modified)
    response = known if known is not None else _body(request, path, tag, modified, content_type)
    response["Last-Modified"] = http_date(modified)
    return _headed(response, tag)


def unchanged(tag: str) -> HttpResponseBase:
    """304 for a reader who has these very bytes."""
    return _headed(HttpResponse(status=304), tag)


def missing() -> HttpResponseBase:
    return _open_to_all(HttpResponse("No such media.", status=404, content_type="text/plain; charset=utf-8"))


def _body(request: HttpRequest, path: Path, tag: str, modified: int, content_type: str) -> HttpResponseBase:
    """The whole file, or the one range asked for (RFC 9110, 14.2). Several ranges at once get the whole file."""
    size = path.stat().st_size
    asked = RANGE.fullmatch(request.headers.get("Range", "")) if _range_holds(request, tag, modified) else None
    if not asked or asked.groups() == ("", ""):
        return FileResponse(path.open("rb"), content_type=content_type, filename=request.path.rpartition("/")[2])
    first, last = _span(asked[1], asked[2], size)
    if first >= size or first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"}, content_type=content_type)
    response = StreamingHttpResponse(_part(path, first, last - first + 1), status=206, content_type=content_type)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    return response


def _range_holds(request: HttpRequest, tag: str, modified: int) -> bool:
    """Whether the range was asked of this very file, as If-Range (RFC 9110, 13.1.5) says."""
    condition = request.headers.get("If-Range")
    return condition is None or condition in (tag, http_date(modified))


def _span(first: str, last: str, size: int) -> tuple[int, int]:
    """First and last byte; `-500` means the last 500."""
    if not first:
        return max(0, size - int(last)) if int(last) else size, size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _part(path: Path, first: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        while length > 0 and (block := file.read(min(CHUNK, length))):
            length -= len(block)
            yield block


def _headed(response: HttpResponseBase, tag: str) -> HttpResponseBase:
    response["ETag"] = tag
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return _open_to_all(response)


def _open_to_all(response: HttpResponseBase) -> HttpResponseBase:
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Content-Type-Options"] = "nosniff"
    return response
