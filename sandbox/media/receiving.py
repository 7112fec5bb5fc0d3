"""Takes the files of upload sessions, the way a presigned PUT URL of a file store does. Not part of the API."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from sandbox import clock, ids
from sandbox.media.uploaded import path_of
from sandbox.models import AnnouncedFile, Container

CHUNK = 256 * 1024


class TooLarge(Exception):
    """More bytes than were announced."""


@require_http_methods(["PUT", "OPTIONS"])
def receive(request: HttpRequest, upload_id: str) -> HttpResponse:
    """Also from browsers of any origin: the URL is the permission."""
    response = HttpResponse(status=204) if request.method == "OPTIONS" else _take(request, upload_id)
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "PUT"
    response["Access-Control-Allow-Headers"] = "Content-Type"
    return response


def _take(request: HttpRequest, upload_id: str) -> HttpResponse:
    """200 when the bytes are stored; a second PUT replaces them until the container is finalized. 403 for a URL that
    is unknown, expired or used with another type, 413 for more bytes than were announced."""
    wanted = ids.parse_ulid("upload", upload_id)
    file = AnnouncedFile.objects.select_related("container").filter(pk=wanted).first()
    if file is None or file.expires_at <= clock.now() or file.container.status != Container.Status.QUEUED:
        return _refused(403, "This upload URL is not valid or has expired.")
    if request.headers.get("Content-Type") != file.content_type:
        return _refused(403, f"Content-Type must be {file.content_type}.")
    try:
        _store(request, path_of(file.container_id, file.position), file.size_bytes)
    except TooLarge:
        return _refused(413, f"{file.size_bytes} bytes were announced.")
    AnnouncedFile.objects.filter(pk=file.pk).update(arrived_at=clock.now())
    return HttpResponse(status=200)


def _store(request: HttpRequest, path: Path, announced: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".coming-", delete=False) as file:
        unfinished = Path(file.name)
        try:
            _copy(request, file, announced)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)


def _copy(request: HttpRequest, file: IO[bytes], announced: int) -> None:
    size = 0
    while chunk := request.read(CHUNK):
        size += len(chunk)
        if size > announced:
            raise TooLarge
        file.write(chunk)
    # Readable under its final name as soon as it has that name.
    file.flush()


def _refused(status: int, message: str) -> HttpResponse:
    return HttpResponse(f"{message}\n", status=status, content_type="text/plain; charset=utf-8")
