"""Bringing finished media: by URL in one call, or by a session and PUTs (contract/content.md, 9 Uploads)."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Final, Literal

import msgspec
from django.conf import settings

from sandbox import clock, ids
from sandbox.api.creation import creation_body
from sandbox.api.envelope import stamp
from sandbox.api.errors import conflict, invalid
from sandbox.api.operations import Answer, Call, write
from sandbox.api.paths import CONTAINER_LOCKED, PROJECT_LOCKED, container_of, project_of
from sandbox.fetch.download import Unfetchable, keep
from sandbox.media.uploaded import path_of
from sandbox.models import AnnouncedFile, Container
from sandbox.resources.content import show
from sandbox.rules import generation, uploads
from sandbox.rules.uploads import Stored

#: How long a PUT URL takes its file.
OPEN_FOR: Final = timedelta(hours=1)
Caption = Annotated[str, msgspec.Meta(max_length=2200)]


class MediaUrl(msgspec.Struct):
    url: str


class UploadBody(msgspec.Struct, rename="camel"):
    media: Annotated[list[MediaUrl], msgspec.Meta(min_length=1, max_length=uploads.MOST_FILES)]
    caption: Caption


class Announced(msgspec.Struct, rename="camel"):
    filename: Annotated[str, msgspec.Meta(max_length=512)]
    content_type: Literal["video/mp4", "video/quicktime", "image/jpeg", "image/png", "image/webp"]
    size_bytes: Annotated[int, msgspec.Meta(ge=1)]


class SessionBody(msgspec.Struct, rename="camel"):
    files: Annotated[list[Announced], msgspec.Meta(min_length=1, max_length=uploads.MOST_FILES)]
    grouping: Literal["per-file", "slideshow"]


class CaptionBody(msgspec.Struct):
    caption: Caption


@write(scope="content:write")
def upload(call: Call) -> Answer:
    """All files are fetched and checked before anything is written."""
    body = creation_body(call, UploadBody)
    generation.refuse_archived(project_of(call))
    container_id = uuid.uuid4()
    with uploads.kept_if_good(container_id, len(body.media)):
        files = [_fetched(container_id, place, one.url) for place, one in enumerate(body.media)]
        kind = uploads.kind_of([file.mime_type for file in files], "media")
        # Locked only now: a slow download holds nobody up.
        project = project_of(call, PROJECT_LOCKED)
        generation.refuse_archived(project)
        container = uploads.reserved(project, kind, len(files), container_id)
        uploads.complete(container, files, body.caption, [f"media[{place}].url" for place in range(len(files))])
    _record(call, "content.uploaded", [container])
    return Answer(show(container, call.origin), 201)


def _fetched(container_id: uuid.UUID, position: int, url: str) -> Stored:
    where = f"media[{position}].url"
    try:
        fetched = keep(
            url,
            path_of(container_id, position),
            types=uploads.ACCEPTED,
            max_bytes=uploads.cap("video/mp4"),
            local=settings.MEDIA_ALLOW,
        )
    except Unfetchable as problem:
        raise invalid(where, str(problem)) from None
    if fetched.byte_size > uploads.cap(fetched.mime_type):
        raise invalid(where, "The file is over its cap.")
    return Stored(fetched.mime_type, fetched.byte_size)


@write(scope="content:write")
def start_session(call: Call) -> Answer:
    """Reserves containers and hands out one PUT URL for each file."""
    body = creation_body(call, SessionBody)
    for place, file in enumerate(body.files):
        if file.size_bytes > uploads.cap(file.content_type):
            raise invalid(f"files[{place}].sizeBytes", "The file is over its cap.")
    groups = [[file] for file in body.files] if body.grouping == "per-file" else [body.files]
    kinds = [uploads.kind_of([file.content_type for file in group], "files") for group in groups]
    if body.grouping == "slideshow" and kinds == [Container.Media.VIDEO]:
        raise invalid("files", "A slideshow is made of images.")
    project = project_of(call, PROJECT_LOCKED)
    generation.refuse_archived(project)
    containers = [
        uploads.reserved(project, kind, len(group), uuid.uuid4()) for kind, group in zip(kinds, groups, strict=True)
    ]
    Container.objects.bulk_create(containers)
    announced = [_announced(container, group) for container, group in zip(containers, groups, strict=True)]
    AnnouncedFile.objects.bulk_create(file for files in announced for file in files)
    _record(call, "content.upload_started", containers)
    origin = settings.PUBLIC_URL or call.origin
    items = [_show_session(container, files, origin) for container, files in zip(containers, announced, strict=True)]
    return Answer({"items": items}, 201)


def _announced(container: Container, group: Sequence[Announced]) -> list[AnnouncedFile]:
    return [
        AnnouncedFile(
            id=ids.new_ulid(),
            container=container,
            position=position,
            filename=file.filename,
            content_type=file.content_type,
            size_bytes=file.size_bytes,
            expires_at=clock.now() + OPEN_FOR,
        )
        for position, file in enumerate(group)
    ]


def _show_session(container: Container, files: Sequence[AnnouncedFile], origin: str) -> dict[str, Any]:
    return {
        "containerId": ids.show("container", container.pk),
        "files": [
            {
                "filename": file.filename,
                "contentType": file.content_type,
                "uploadUrl": f"{origin}/media/incoming/{ids.show('upload', file.pk)}",
                "expiresAt": stamp(file.expires_at),
            }
            for file in files
        ],
    }


@write(scope="content:write")
def finalize(call: Call) -> dict[str, Any]:
    """Completes a container whose files have come. A repeat changes nothing and ignores its body."""
    container = container_of(call, CONTAINER_LOCKED)
    uploads.need_uploaded(container)
    if container.status == Container.Status.COMPLETED:
        return show(container, call.origin)
    caption = call.body(CaptionBody).caption
    if container.status != Container.Status.QUEUED:
        raise conflict(f"This container is {container.status}.", {"status": container.status})
    announced = list(container.announced_files.order_by("position"))
    files = [uploads.arrived(file) for file in announced]
    uploads.complete(container, files, caption, [f"files[{file.position}]" for file in announced])
    _record(call, "content.uploaded", [container])
    return show(container, call.origin)


@write(scope="content:write")
def patch_caption(call: Call) -> dict[str, Any]:
    caption = call.body(CaptionBody).caption
    container = container_of(call, CONTAINER_LOCKED)
    uploads.need_uploaded(container)
    container.caption = caption
    container.updated_at = clock.now()
    container.save(update_fields=["caption", "updated_at"])
    _record(call, "content.caption_changed", [container])
    return show(container, call.origin)


def _record(call: Call, event_type: str, containers: Sequence[Container]) -> None:
    call.record(
        event_type,
        {"containerIds": [ids.show("container", container.pk) for container in containers]},
        project_id=containers[0].project_id,
    )
