"""`/media/app/<uuid>.<ending>` and `/media/influencers/<uuid>/portrait.jpg` (or `portrait-s.jpg`): what belongs to a
brand and not to one post."""

import uuid
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from sandbox.media import brand, cache
from sandbox.media.portrait import Person, portrait
from sandbox.media.serving import missing, served
from sandbox.models import AppMedia, Influencer
from sandbox.rules.app_media import EXTENSIONS, file_of


@require_safe
def app_media(request: HttpRequest, media: uuid.UUID, ending: str) -> HttpResponseBase:
    """404 for what was deleted."""
    found = AppMedia.objects.filter(pk=media, deleted_at__isnull=True).select_related("project").first()
    if found is None or EXTENSIONS[found.mime_type] != f".{ending}":
        return missing()
    path = _file(found)
    if not path.exists():
        return missing()
    answer = served(request, path, f'"{found.pk.hex}"', found.mime_type)
    # A logo is anybody's SVG: shown, but never run.
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


@require_safe
def influencer(request: HttpRequest, influencer: uuid.UUID, name: str) -> HttpResponseBase:
    """404 while there is no face yet."""
    found = Influencer.objects.filter(pk=influencer, status=Influencer.Status.READY).first()
    if found is None or name not in {"portrait.jpg", "portrait-s.jpg"}:
        return missing()
    person = Person(found.face_seed, found.face_gender, found.face_age)
    small = name == "portrait-s.jpg"
    key = cache.key(person, small)
    path = cache.path_of(Path(settings.DATA_DIR) / "media", key, ".jpg")
    cache.kept(path, lambda unfinished: _draw(person, small, unfinished))
    return served(request, path, f'"{key}"', "image/jpeg")


def _draw(person: Person, small: bool, path: Path) -> None:
    path.write_bytes(portrait(person, small=small))


def _file(media: AppMedia) -> Path:
    if not media.drawn:
        return file_of(media.pk)
    if media.drawn != brand.LOGO:
        return brand.SHARED[media.drawn]
    name, seed = media.project.app_name or media.project.name, media.project.palette_seed
    path = cache.path_of(Path(settings.DATA_DIR) / "media", media.pk.hex, ".svg")
    return cache.kept(path, lambda unfinished: _write_logo(name, seed, unfinished))


def _write_logo(name: str, seed: int, path: Path) -> None:
    path.write_bytes(brand.logo(name, seed))
