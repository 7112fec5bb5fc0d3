"""Brand assets: what each kind takes, where it lies (contract/content.md, 2 App media)."""

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from sandbox import clock
from sandbox.fetch.download import Fetched, keep
from sandbox.models import AppMedia, Project

MB: Final = 1024 * 1024
_PICTURES: Final = ("image/png", "image/jpeg", "image/webp")
#: Of every type that some kind takes.
EXTENSIONS: Final = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/svg+xml": ".svg",
    "image/heic": ".heic",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
}


@dataclass(frozen=True)
class Rule:
    types: frozenset[str]
    max_bytes: int
    #: A project has one; the next one takes its place.
    single: bool


RULES: Final = {
    AppMedia.Kind.LOGO: Rule(frozenset({*_PICTURES, "image/svg+xml"}), 5 * MB, single=True),
    AppMedia.Kind.SCREENSHOT: Rule(frozenset({*_PICTURES, "image/heic"}), 10 * MB, single=False),
    AppMedia.Kind.DEMO_VIDEO: Rule(frozenset({"video/mp4", "video/quicktime", "video/webm"}), 200 * MB, single=False),
    AppMedia.Kind.END_CARD: Rule(frozenset(_PICTURES), 5 * MB, single=True),
}


def file_of(media_id: uuid.UUID) -> Path:
    """Where the bytes of a fetched asset lie."""
    name = media_id.hex
    return Path(settings.DATA_DIR) / "app-media" / name[:2] / name


def download(kind: AppMedia.Kind, media_id: uuid.UUID, source_url: str) -> Fetched:
    """Fetches a file for an asset to be. Raises Unfetchable."""
    rule = RULES[kind]
    return keep(source_url, file_of(media_id), types=rule.types, max_bytes=rule.max_bytes, local=settings.MEDIA_ALLOW)


def add(project: Project, kind: AppMedia.Kind, media_id: uuid.UUID, fetched: Fetched) -> AppMedia:
    """A new asset of a locked project; of a kind that stands alone, the one before goes."""
    if RULES[kind].single:
        for former in AppMedia.objects.filter(project=project, kind=kind, deleted_at__isnull=True):
            remove(former)
    return AppMedia.objects.create(
        id=media_id, project=project, kind=kind, mime_type=fetched.mime_type, byte_size=fetched.byte_size
    )


def remove(media: AppMedia) -> None:
    """Gone from lists and from generation; the file stays for what was made with it."""
    media.deleted_at = clock.now()
    media.save(update_fields=["deleted_at"])


def url(media: AppMedia, origin: str) -> str:
    """`origin`: the address this service was reached at."""
    return f"{settings.PUBLIC_URL or origin}/media/app/{media.pk}{EXTENSIONS[media.mime_type]}"


def logo_url(project: Project, origin: str) -> str | None:
    logo = AppMedia.objects.filter(project=project, kind=AppMedia.Kind.LOGO, deleted_at__isnull=True).first()
    return url(logo, origin) if logo else None
