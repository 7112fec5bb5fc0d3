"""Drawn media, drawn when somebody first looks at them."""

import re
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from sandbox.media import cache, lookup
from sandbox.media.draw import picture
from sandbox.media.serving import missing, served, unchanged
from sandbox.media.spec import MediaKind, MediaSpec
from sandbox.media.video import clip

NAME = re.compile(
    r"slide-(?P<index>[1-9]\d{0,3})(?P<slide_s>-s)?\.jpg|poster(?P<poster_s>-s)?\.jpg|video\.mp4", re.ASCII
)


class Wanted(NamedTuple):
    """A file name, read: what to draw, which slide, which size."""

    kind: MediaKind
    number: int
    small: bool


@require_safe
def media(request: HttpRequest, container: UUID, name: str) -> HttpResponseBase:
    """One file. 404 when the container is unknown, has no media yet, or has no such file."""
    wanted = _read(name)
    facts = lookup.find(str(container)) if wanted else None
    spec = facts.spec(wanted.kind, wanted.number) if wanted and facts else None
    if not wanted or not spec:
        return missing()
    suffix = ".mp4" if wanted.kind == "video" else ".jpg"
    key = cache.key(spec, wanted.small)
    tag = f'"{key}"'
    path = cache.path_of(Path(settings.DATA_DIR) / "media", key, suffix)
    if not path.exists() and get_conditional_response(request, etag=tag) is not None:
        # The reader has these very bytes: nothing to draw.
        return unchanged(tag)
    cache.kept(path, lambda unfinished: _draw(spec, wanted, unfinished))
    return served(request, path, tag, "video/mp4" if wanted.kind == "video" else "image/jpeg")


def _read(name: str) -> Wanted | None:
    found = NAME.fullmatch(name)
    if not found:
        return None
    if found["index"]:
        return Wanted("slide", int(found["index"]), bool(found["slide_s"]))
    return Wanted("video", 1, False) if name == "video.mp4" else Wanted("poster", 1, bool(found["poster_s"]))


def _draw(spec: MediaSpec, wanted: Wanted, path: Path) -> None:
    if wanted.kind == "video":
        clip(spec, path)
    else:
        path.write_bytes(picture(spec, small=wanted.small))
