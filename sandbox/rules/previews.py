"""`preview` and `assets` of a container (contract/content.md, 5 Preview and assets): all eight keys, always."""

import math
from typing import Any

from django.conf import settings

from sandbox import ids
from sandbox.media.uploaded import POSTER, name_of
from sandbox.models import Container

#: The default address of a sandbox, for URLs in events that no request has caused.
OWN_ORIGIN = "http://127.0.0.1:8001"
#: What the drawer draws (media/draw.py, media/video.py).
ASPECT_RATIO = "9:16"
SLIDE_SIZE = {"width": 1080, "height": 1920}
CLIP_SIZE = {"width": 540, "height": 960}


def media_base(origin: str, container: Container) -> str:
    """Where this container's files lie. `origin` is the address this service was reached at."""
    return f"{settings.PUBLIC_URL or origin}/media/{container.fixture_id or container.id}"


def has_media(container: Container) -> bool:
    return container.status == Container.Status.COMPLETED


def preview(container: Container, origin: str) -> dict[str, Any] | None:
    """None while there is nothing to see: that means wait, not error."""
    if not has_media(container):
        return None
    if container.files:
        return _of_files(container, origin)
    base = media_base(origin, container)
    if container.media_kind == Container.Media.VIDEO:
        video = f"{base}/video.mp4"
        return _eight("video", video, f"{base}/poster.jpg", [], video, container.duration_ms, ASPECT_RATIO)
    slides = [f"{base}/slide-{number}.jpg" for number in range(1, container.slide_count + 1)]
    return _eight(container.media_kind, slides[0], slides[0], slides, None, None, ASPECT_RATIO)


def _of_files(container: Container, origin: str) -> dict[str, Any]:
    urls = _file_urls(container, origin)
    ratio = _ratio(container.files[0])
    if container.media_kind == Container.Media.VIDEO:
        return _eight("video", urls[0], _poster(container, origin), [], urls[0], container.duration_ms, ratio)
    return _eight(container.media_kind, urls[0], urls[0], urls, None, None, ratio)


def _eight(
    kind: str,
    primary: str,
    thumbnail: str,
    images: list[str],
    video: str | None,
    duration_ms: int | None,
    aspect_ratio: str,
) -> dict[str, Any]:
    return {
        "kind": kind,
        "primaryUrl": primary,
        "thumbnailUrl": thumbnail,
        "imageUrls": images,
        "videoUrl": video,
        "hlsUrl": None,
        "durationMs": duration_ms,
        "aspectRatio": aspect_ratio,
    }


def assets(container: Container, origin: str) -> list[dict[str, Any]]:
    """The file inventory; empty until completed."""
    if not has_media(container):
        return []
    if container.files:
        return _assets_of_files(container, origin)
    base = media_base(origin, container)
    if container.media_kind == Container.Media.VIDEO:
        return [
            {
                "assetId": "vid-1",
                "kind": "video",
                "url": f"{base}/video.mp4",
                "thumbnailUrl": f"{base}/poster.jpg",
                **CLIP_SIZE,
                "durationMs": container.duration_ms,
                "mimeType": "video/mp4",
            }
        ]
    return [
        {
            "assetId": f"img-{number}",
            "kind": "image",
            "url": f"{base}/slide-{number}.jpg",
            **SLIDE_SIZE,
            "mimeType": "image/jpeg",
        }
        for number in range(1, container.slide_count + 1)
    ]


def _assets_of_files(container: Container, origin: str) -> list[dict[str, Any]]:
    urls = _file_urls(container, origin)
    if container.media_kind == Container.Media.VIDEO:
        poster = _poster(container, origin)
        return [
            {"assetId": "vid-1", "kind": "video", "url": urls[0], "thumbnailUrl": poster, **container.files[0]},
        ]
    return [
        {"assetId": f"img-{number}", "kind": "image", "url": url, **file}
        for number, (url, file) in enumerate(zip(urls, container.files, strict=True), start=1)
    ]


def _file_urls(container: Container, origin: str) -> list[str]:
    base = f"{media_base(origin, container)}/uploaded"
    return [f"{base}/{name_of(position, file['mimeType'])}" for position, file in enumerate(container.files)]


def _poster(container: Container, origin: str) -> str:
    return f"{media_base(origin, container)}/uploaded/{POSTER}"


def _ratio(file: dict[str, Any]) -> str:
    """`9:16` of 1080 by 1920."""
    common = math.gcd(file["width"], file["height"])
    return f"{file['width'] // common}:{file['height'] // common}"


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
