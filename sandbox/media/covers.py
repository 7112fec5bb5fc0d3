"""Covers of posts that content may be made from, drawn in the manner of their trade."""

import re
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from sandbox.media import cache
from sandbox.media.draw import picture
from sandbox.media.serving import missing, served
from sandbox.media.spec import TRADES, MediaSpec

NAME = re.compile(r"([0-9]{1,32})\.jpg", re.ASCII)


@require_safe
def cover(request: HttpRequest, trade: str, name: str) -> HttpResponseBase:
    from sandbox.rules.tiktok import post

    found = NAME.fullmatch(name)
    if trade not in TRADES or not found:
        return missing()
    source = post(trade, found[1])
    spec = MediaSpec(
        container_id=source.id,
        kind="slide",
        index=1,
        total=source.images or 1,
        hook=source.hook,
        caption_line="",
        brand_name=source.handle,
        tagline="",
        trade=trade,
        # A stranger's look: neither the customer's colours nor its type.
        palette_seed=int(source.id) % 2**31,
        duration_ms=0,
    )
    key = cache.key(spec, small=True)
    path = cache.path_of(Path(settings.DATA_DIR) / "media", key, ".jpg")
    cache.kept(path, lambda unfinished: _draw(spec, unfinished))
    return served(request, path, f'"{key}"', "image/jpeg")


def _draw(spec: MediaSpec, path: Path) -> None:
    path.write_bytes(picture(spec, small=True))
