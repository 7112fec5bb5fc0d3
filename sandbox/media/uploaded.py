"""Media that partners brought: where their bytes lie, how they are named, handing them out as they came."""

from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from sandbox.media import cache
from sandbox.media.probing import Unreadable, first_frame
from sandbox.media.serving import missing, served

SUFFIXES: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
}
POSTER: Final = "poster.jpg"


def name_of(position: int, mime_type: str) -> str:
    """The last part of its URL: `1.jpg` for the first."""
    return f"{position + 1}.{SUFFIXES[mime_type]}"


def path_of(container: UUID, position: int) -> Path:
    return Path(settings.DATA_DIR) / "uploads" / container.hex[:2] / f"{container.hex}-{position + 1}"


@require_safe
def uploaded(request: HttpRequest, container: UUID, name: str) -> HttpResponseBase:
    """One file of an uploaded container, or the first frame of its film."""
    files = _files(container)
    if name == POSTER and files and files[0]["mimeType"].startswith("video/"):
        return _poster(request, container, files[0])
    for position, file in enumerate(files):
        if name == name_of(position, file["mimeType"]):
            return served(request, path_of(container, position), f'"{file["checksumSha256"]}"', file["mimeType"])
    return missing()


def _poster(request: HttpRequest, container: UUID, film: dict[str, Any]) -> HttpResponseBase:
    key = f"{film['checksumSha256'][:40]}"
    path = cache.path_of(Path(settings.DATA_DIR) / "media", key, ".jpg")
    try:
        cache.kept(path, lambda unfinished: first_frame(path_of(container, 0), unfinished))
    except Unreadable:
        return missing()
    return served(request, path, f'"{key}-poster"', "image/jpeg")


def _files(container: UUID) -> list[dict[str, Any]]:
    """The files of a finished container; empty when there is none or its media are drawn."""
    from sandbox.models import Container

    done = Container.objects.filter(pk=container, status=Container.Status.COMPLETED)
    return done.values_list("files", flat=True).first() or []
