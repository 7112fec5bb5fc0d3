"""What a container's `preview` shows (contract/content.md, 5 Preview and assets), read tolerantly."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from common.wording import text, web_url


@dataclass(frozen=True)
class Shown:
    """kind: slideshow, video, image, nothing (no media yet) or other (a kind we cannot draw; link may lead to it)."""

    kind: str = "nothing"
    slides: list[str] = field(default_factory=list)
    video: str = ""
    poster: str = ""
    link: str = ""
    duration_ms: object = None

    @property
    def cover(self) -> str:
        """The one picture that stands for it, or nothing."""
        return self.poster or (self.slides[0] if self.slides else "")


def _addresses(value: object) -> list[str]:
    return [address for one in value if (address := web_url(one))] if isinstance(value, list | tuple) else []


def shown(preview: Any) -> Shown:
    """Chooses by `kind` alone; a known kind without its media, and null, show nothing."""
    if not isinstance(preview, Mapping):
        return Shown()
    kind = text(preview.get("kind")).lower()
    link = web_url(preview.get("primaryUrl"))
    poster = web_url(preview.get("thumbnailUrl"))
    pictures = _addresses(preview.get("imageUrls"))
    duration = preview.get("durationMs")
    if kind == "slideshow":
        slides = pictures or [one for one in (link or poster,) if one]
        return Shown("slideshow" if slides else "nothing", slides=slides, poster=poster, link=link)
    if kind == "image":
        slides = [one for one in (link or (pictures[0] if pictures else poster),) if one]
        return Shown("image" if slides else "nothing", slides=slides, poster=poster, link=link)
    if kind == "video":
        video = web_url(preview.get("videoUrl")) or link
        return Shown("video" if video else "nothing", video=video, poster=poster, link=link, duration_ms=duration)
    return Shown("other" if kind else "nothing", poster=poster, link=link, duration_ms=duration)
