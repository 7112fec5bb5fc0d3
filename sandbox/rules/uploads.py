"""Finished media from partners, published as they came (contract/content.md, 4 and 9 Uploads)."""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sandbox import clock
from sandbox.api.errors import ApiError, conflict, invalid
from sandbox.fetch.sniffing import HEAD, media_type
from sandbox.media.probing import Unreadable, measure
from sandbox.media.uploaded import SUFFIXES, path_of
from sandbox.models import AnnouncedFile, Container, Project
from sandbox.rules import review

MEGABYTE: Final = 1024 * 1024
MOST_FILES: Final = 10
ACCEPTED: Final = tuple(SUFFIXES)


@dataclass(frozen=True)
class Stored:
    """A file that lies at `uploaded.path_of`, by what its own bytes say."""

    mime_type: str
    size_bytes: int


def is_video(mime_type: str) -> bool:
    return mime_type.startswith("video/")


def cap(mime_type: str) -> int:
    """The most bytes a file of this type may have."""
    return (100 if is_video(mime_type) else 30) * MEGABYTE


def kind_of(mime_types: Sequence[str], path: str) -> Container.Media:
    """One video, or one image, or two to ten images; else 422 on `path`."""
    if any(is_video(one) for one in mime_types):
        if len(mime_types) > 1:
            raise invalid(path, "A video is a one-file post.")
        return Container.Media.VIDEO
    return Container.Media.IMAGE if len(mime_types) == 1 else Container.Media.SLIDESHOW


def reserved(project: Project, kind: Container.Media, count: int, container_id: uuid.UUID) -> Container:
    """An unsaved container that waits for its files; approval is settled now, as for generated ones."""
    moment = clock.now()
    container = Container(
        id=container_id,
        project=project,
        status=Container.Status.QUEUED,
        creative_type="uploaded",
        ads_enrollment="opted_out",
        media_kind=kind,
        slide_count=count,
        created_at=moment,
        updated_at=moment,
    )
    return review.gated(project, container)


def complete(container: Container, files: Sequence[Stored], caption: str, paths: Sequence[str]) -> None:
    """Finishes and saves a container whose files are stored. 422 for one that cannot be read; `paths` name them."""
    described = []
    for position, (file, path) in enumerate(zip(files, paths, strict=True)):
        try:
            described.append(_described(path_of(container.pk, position), file))
        except Unreadable as problem:
            raise invalid(path, str(problem)) from None
    container.files = described
    container.duration_ms = described[0]["durationMs"]
    container.caption = caption
    container.status = Container.Status.COMPLETED
    container.completed_at = container.updated_at = clock.now()
    container.save()


@contextmanager
def kept_if_good(container_id: uuid.UUID, count: int) -> Iterator[None]:
    """Files that were stored for a container are removed again when something is refused."""
    try:
        yield
    except ApiError:
        for position in range(count):
            path_of(container_id, position).unlink(missing_ok=True)
        raise


def arrived(file: AnnouncedFile) -> Stored:
    """What came for an announced file. 422 when nothing did or it is not what was announced."""
    where = f"files[{file.position}]"
    if file.arrived_at is None:
        raise invalid(where, f"{file.filename} has not arrived.")
    path = path_of(file.container_id, file.position)
    with path.open("rb") as start:
        found = media_type(start.read(HEAD))
    if found != file.content_type:
        raise invalid(where, f"{file.filename} is not {file.content_type}.")
    size = path.stat().st_size
    if size != file.size_bytes:
        raise invalid(where, f"{file.filename} has {size} bytes, {file.size_bytes} were announced.")
    return Stored(found, size)


def need_uploaded(container: Container) -> None:
    """409 CONFLICT for what was generated."""
    if container.creative_type != "uploaded":
        raise conflict("Only uploaded content can be edited.", {"creativeType": container.creative_type})


def _described(path: Path, file: Stored) -> dict[str, Any]:
    """As an asset prints it."""
    measures = measure(path, file.mime_type)
    with path.open("rb") as bytes_of_it:
        digest = hashlib.file_digest(bytes_of_it, "sha256").hexdigest()
    return {
        "mimeType": file.mime_type,
        "sizeBytes": file.size_bytes,
        "checksumSha256": digest,
        "width": measures.width,
        "height": measures.height,
        "durationMs": measures.duration_ms,
    }
