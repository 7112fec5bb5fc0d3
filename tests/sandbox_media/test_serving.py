"""The media view, spoken to as a browser's image and video elements do."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from django.http import HttpResponseBase
from django.test import RequestFactory
from PIL import Image

from sandbox.media import lookup, views
from sandbox.media.lookup import ContainerFacts

SLIDESHOW = UUID("5f0c2d7b-8a41-4e9c-a6d8-13b7e2f49c50")
VIDEO = UUID("2be7f0c4-91d3-4a7e-8c55-0f6d3a1b9e42")
UNKNOWN = UUID("00000000-0000-4000-8000-000000000000")

_FACTS = ContainerFacts(
    container_id=str(SLIDESHOW),
    kind="slideshow",
    total=3,
    hook="The loaf that sells out by nine",
    lines=("", "Flour, water, salt", "Order tonight."),
    brand_name="Oat Street",
    tagline="Bread before nine.",
    trade="bakery",
    palette_seed=2,
    duration_ms=0,
)
KNOWN = {
    str(SLIDESHOW): _FACTS,
    str(VIDEO): replace(_FACTS, container_id=str(VIDEO), kind="video", total=1, lines=("Warm.",), duration_ms=1000),
}

Get = Callable[..., HttpResponseBase]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for the module: these tests are about serving, not about drawing."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def get(folder: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> Get:
    settings.DATA_DIR = folder  # type: ignore[attr-defined]
    monkeypatch.setattr(lookup, "find", KNOWN.get)

    def ask(container: UUID, name: str, method: str = "GET", **headers: str) -> HttpResponseBase:
        request = RequestFactory().generic(method, f"/media/{container}/{name}", headers=headers)
        return views.media(request, container, name)

    return ask


def body(response: HttpResponseBase) -> bytes:
    content = b"".join(response)
    response.close()
    return bytes(content)


@pytest.mark.parametrize(
    ("container", "name", "size"),
    [
        (SLIDESHOW, "slide-1.jpg", (1080, 1920)),
        (SLIDESHOW, "slide-3-s.jpg", (360, 640)),
        (VIDEO, "poster.jpg", (1080, 1920)),
        (VIDEO, "poster-s.jpg", (360, 640)),
    ],
)
def test_pictures_come_in_both_sizes(get: Get, container: UUID, name: str, size: tuple[int, int]) -> None:
    response = get(container, name)
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    drawn = body(response)
    assert int(response["Content-Length"]) == len(drawn)
    assert Image.open(io.BytesIO(drawn)).size == size


def test_the_headers_let_everything_between_keep_it_for_ever(get: Get) -> None:
    response = get(SLIDESHOW, "slide-1-s.jpg")
    response.close()
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["ETag"].startswith('"')
    assert response["Last-Modified"].endswith("GMT")


@pytest.mark.parametrize(
    ("container", "name"),
    [
        (UNKNOWN, "slide-1.jpg"),
        (SLIDESHOW, "slide-4.jpg"),
        (SLIDESHOW, "slide-0.jpg"),
        (SLIDESHOW, "slide-01.jpg"),
        (SLIDESHOW, "slide-1.png"),
        (SLIDESHOW, "video.mp4"),
        (SLIDESHOW, "poster.jpg"),
        (VIDEO, "slide-1.jpg"),
        (VIDEO, "video.mp4.jpg"),
        (SLIDESHOW, "slide-1-s.jpg\n"),
    ],
)
def test_what_does_not_exist_is_404(get: Get, container: UUID, name: str) -> None:
    response = get(container, name)
    assert response.status_code == 404
    assert "Cache-Control" not in response


def test_other_methods_are_405(get: Get) -> None:
    assert get(SLIDESHOW, "slide-1.jpg", "POST").status_code == 405


def test_a_known_tag_is_304(get: Get) -> None:
    first = get(SLIDESHOW, "slide-2-s.jpg")
    first.close()
    again = get(SLIDESHOW, "slide-2-s.jpg", If_None_Match=first["ETag"])
    assert again.status_code == 304
    assert again["ETag"] == first["ETag"]
    assert again["Cache-Control"] == first["Cache-Control"]


def test_a_known_date_is_304(get: Get) -> None:
    first = get(SLIDESHOW, "slide-2-s.jpg")
    first.close()
    assert get(SLIDESHOW, "slide-2-s.jpg", If_Modified_Since=first["Last-Modified"]).status_code == 304


def test_a_known_tag_is_304_without_drawing(get: Get, settings: object, tmp_path: Path) -> None:
    first = get(SLIDESHOW, "slide-2-s.jpg")
    first.close()
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    assert get(SLIDESHOW, "slide-2-s.jpg", If_None_Match=first["ETag"]).status_code == 304
    assert list(tmp_path.iterdir()) == []


def test_a_clip_says_that_it_takes_ranges(get: Get) -> None:
    response = get(VIDEO, "video.mp4")
    response.close()
    assert (response.status_code, response["Content-Type"]) == (200, "video/mp4")
    assert response["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-", 0, None), ("bytes=0-99", 0, 99), ("bytes=100-100", 100, 100), ("bytes=50-999999999", 50, None)],
)
def test_a_range_is_206_with_just_these_bytes(get: Get, asked: str, first: int, last: int | None) -> None:
    whole = body(get(VIDEO, "video.mp4"))
    response = get(VIDEO, "video.mp4", Range=asked)
    end = len(whole) - 1 if last is None else last
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{end}/{len(whole)}"
    assert int(response["Content-Length"]) == end - first + 1
    assert body(response) == whole[first : end + 1]


def test_a_range_from_the_end_gives_the_last_bytes(get: Get) -> None:
    whole = body(get(VIDEO, "video.mp4"))
    assert body(get(VIDEO, "video.mp4", Range="bytes=-500")) == whole[-500:]
    assert body(get(VIDEO, "video.mp4", Range="bytes=-999999999")) == whole


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=-0", "bytes=9-5"])
def test_a_range_outside_the_file_is_416(get: Get, asked: str) -> None:
    size = len(body(get(VIDEO, "video.mp4")))
    response = get(VIDEO, "video.mp4", Range=asked)
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{size}")


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b", ""])
def test_a_range_we_do_not_serve_gets_the_whole_file(get: Get, asked: str) -> None:
    response = get(VIDEO, "video.mp4", Range=asked)
    response.close()
    assert response.status_code == 200


def test_a_range_of_another_version_gets_the_whole_file(get: Get) -> None:
    response = get(VIDEO, "video.mp4")
    response.close()
    assert get(VIDEO, "video.mp4", Range="bytes=0-9", If_Range=response["ETag"]).status_code == 206
    stale = get(VIDEO, "video.mp4", Range="bytes=0-9", If_Range='"older"')
    stale.close()
    assert stale.status_code == 200


def test_head_answers_like_get(get: Get) -> None:
    whole, head = get(VIDEO, "video.mp4"), get(VIDEO, "video.mp4", "HEAD")
    whole.close()
    head.close()
    assert head.status_code == 200
    assert head.headers == whole.headers
