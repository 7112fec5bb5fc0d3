"""Brand assets of a project (contract/content.md, 2 App media)."""

import uuid
from typing import Annotated, Any, Literal

import msgspec

from sandbox import ids
from sandbox.api import query
from sandbox.api.envelope import stamp
from sandbox.api.errors import invalid, not_found
from sandbox.api.operations import Answer, Call, read, write
from sandbox.api.paths import PROJECT_LOCKED, project_of, uuid_of
from sandbox.fetch.download import Unfetchable
from sandbox.models import AppMedia
from sandbox.rules import app_media


class MediaBody(msgspec.Struct):
    kind: Literal["logo", "screenshot", "demo-video", "end-card"]
    url: Annotated[str, msgspec.Meta(max_length=2048)]


def show(media: AppMedia, origin: str) -> dict[str, Any]:
    return {
        "id": ids.show("media", media.pk),
        "kind": media.kind,
        "url": app_media.url(media, origin),
        "mimeType": media.mime_type,
        "byteSize": media.byte_size,
        "createdAt": stamp(media.created_at),
    }


@write(scope="projects:write")
def upload(call: Call) -> Answer:
    """Fetches the file, judges it by its bytes, keeps a copy. Every way in which that fails is 422 on `url`."""
    body = call.body(MediaBody)
    kind, media_id = AppMedia.Kind(body.kind), uuid.uuid4()
    project = project_of(call)
    try:
        fetched = app_media.download(kind, media_id, body.url)
    except Unfetchable as refusal:
        raise invalid("url", str(refusal)) from None
    # Locked only now: a slow download holds nobody up.
    media = app_media.add(project_of(call, PROJECT_LOCKED), kind, media_id, fetched)
    public_id = ids.show("media", media.pk)
    call.record("app_media.created", {"mediaId": public_id, "kind": kind.value}, project_id=project.pk)
    return Answer(show(media, call.origin), 201)


@read(scope="projects:read")
def list_media(call: Call) -> dict[str, Any]:
    """All of them, newest first: a project has few."""
    kind = query.choice(call.query, "kind", AppMedia.Kind.values)
    media = AppMedia.objects.filter(project=project_of(call), deleted_at__isnull=True)
    if kind:
        media = media.filter(kind=kind)
    return {"items": [show(one, call.origin) for one in media.order_by("-created_at", "-id")], "nextCursor": None}


@write(scope="projects:write")
def delete_media(call: Call) -> dict[str, Any]:
    """404 the second time."""
    wanted = uuid_of("media", "mediaId", call.path_ids["mediaId"])
    project = project_of(call, PROJECT_LOCKED)
    media = AppMedia.objects.filter(pk=wanted, project=project, deleted_at__isnull=True).first()
    if media is None:
        raise not_found("app media")
    app_media.remove(media)
    public_id = ids.show("media", media.pk)
    call.record("app_media.deleted", {"mediaId": public_id, "kind": media.kind}, project_id=project.pk)
    return {"id": public_id, "deleted": True}
