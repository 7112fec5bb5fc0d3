"""`preview` and `assets` of a container (contract/content.md, 5 Preview and assets): all eight keys, always."""

from typing import Any

from django.conf import settings

from sandbox import ids
from sandbox.models import Container

ASPECT_RATIO = "9:16"
#: The default address of a sandbox, for URLs in events that no request has caused.
OWN_ORIGIN = "http://127.0.0.1:8001"


def media_base(origin: str, container: Container) -> str:
    """Where this container's files lie. `origin` is the address this service was reached at."""
    return f"{settings.PUBLIC_URL or origin}/media/{container.fixture_id or container.id}"


def has_media(container: Container) -> bool:
    return container.status == Container.Status.COMPLETED


def preview(container: Container, origin: str) -> dict[str, Any] | None:
    """None while there is nothing to see: that means wait, not error."""
    if not has_media(container):
        return None
    base = media_base(origin, container)
    if container.media_kind == Container.Media.VIDEO:
        video = f"{base}/video.mp4"
        return _eight("video", video, f"{base}/poster.jpg", [], video, container.duration_ms)
    slides = [f"{base}/slide-{number}.jpg" for number in range(1, container.slide_count + 1)]
    return _eight(container.media_kind, slides[0], slides[0], slides, None, None)


def _eight(
    kind: str, primary: str, thumbnail: str, images: list[str], video: str | None, duration_ms: int | None
) -> dict[str, Any]:
    return {
        "kind": kind,
        "primaryUrl": primary,
        "thumbnailUrl": thumbnail,
        "imageUrls": images,
        "videoUrl": video,
        "hlsUrl": None,
        "durationMs": duration_ms,
        "aspectRatio": ASPECT_RATIO,
    }


def assets(container: Container, origin: str) -> list[dict[str, Any]]:
    """The file inventory; empty until completed."""
    if not has_media(container):
        return []
    base = media_base(origin, container)
    if container.media_kind == Container.Media.VIDEO:
        return [
            {
                "assetId": "vid-1",
                "kind": "video",
                "url": f"{base}/video.mp4",
                "thumbnailUrl": f"{base}/poster.jpg",
                "durationMs": container.duration_ms,
                "mimeType": "video/mp4",
            }
        ]
    return [
        {
            "assetId": f"img-{number}",
            "kind": "image",
            "url": f"{base}/slide-{number}.jpg",
            "mimeType": "image/jpeg",
        }
        for number in range(1, container.slide_count + 1)
    ]


def job_result(containers: list[Container], origin: str) -> dict[str, Any]:
    """What a finished job made. Plural for variants, and the older singular spelling of the first one beside it."""
    each = [
        {
            "containerId": ids.show("container", container.pk),
            "assets": assets(container, origin),
            "preview": preview(container, origin),
        }
        for container in containers
    ]
    return {"containerIds": [one["containerId"] for one in each], "containers": each, **(each[0] if each else {})}
