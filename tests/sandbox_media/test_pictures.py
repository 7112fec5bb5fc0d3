"""Slides and posters: what they are made of, and that nothing but the spec decides how they look."""

import io

import numpy as np
import pytest
from PIL import Image

from sandbox.media.canvas import Canvas
from sandbox.media.casting import cast_for
from sandbox.media.colour import contrast, mix, rgb
from sandbox.media.draw import picture
from sandbox.media.legible import ENOUGH
from sandbox.media.scene import Scene
from sandbox.media.scenes import SCENES_BY_TRADE, UNKNOWN_TRADE
from sandbox.media.spec import TRADES, MediaSpec
from tests.sandbox_media.specs import slide

SCENES = {scene.name: scene for scenes in (*SCENES_BY_TRADE.values(), UNKNOWN_TRADE) for scene in scenes}


def pixels(drawn: bytes) -> Image.Image:
    return Image.open(io.BytesIO(drawn))


def test_a_slide_is_a_progressive_jpeg_in_9_16() -> None:
    image = pixels(picture(slide()))
    assert (image.format, image.size, image.info.get("progressive")) == ("JPEG", (1080, 1920), 1)


def test_a_small_slide_is_a_third_of_it() -> None:
    assert pixels(picture(slide(), small=True)).size == (360, 640)


def test_the_same_spec_gives_the_same_bytes() -> None:
    assert picture(slide(), small=True) == picture(slide(), small=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"hook": "Something else"},
        {"container_id": "0a1b2c3d-0000-4000-8000-000000000001"},
        {"trade": "sleep"},
        {"palette_seed": 4},
        {"index": 2, "caption_line": "I forgot by lunch"},
        {"index": 5},
    ],
    ids=lambda changes: ", ".join(changes),
)
def test_another_spec_gives_another_picture(changes: dict[str, object]) -> None:
    assert picture(slide(**changes), small=True) != picture(slide(), small=True)


@pytest.mark.parametrize("trade", TRADES)
def test_every_trade_has_scenes_of_its_own(trade: str) -> None:
    assert SCENES_BY_TRADE[trade] != UNKNOWN_TRADE
    assert pixels(picture(slide(trade=trade), small=True)).size == (360, 640)


def test_a_trade_nobody_told_us_about_is_drawn_all_the_same() -> None:
    assert pixels(picture(slide(trade="zeppelins"), small=True)).size == (360, 640)


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_every_look_of_every_scene_draws_at_both_ends_of_a_container(scene: Scene) -> None:
    role = cast_for(slide())
    for number, look in enumerate(scene.looks):
        canvas = Canvas(1 / 12)
        scene.draw(canvas, look, role.moment(number % 2))
        assert np.asarray(canvas.image).std() > 4


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_type_on_labels_and_closing_slides_can_be_read(scene: Scene) -> None:
    for look in scene.looks:
        paper = np.array([rgb(look.paper)], float)
        assert contrast(look.ink, paper)[0] >= ENOUGH
        assert contrast(mix(look.ink, look.paper, 0.22), paper)[0] >= ENOUGH


@pytest.mark.parametrize("index", [1, 3, 5])
def test_a_slide_without_any_words_is_still_a_picture(index: int) -> None:
    bare: MediaSpec = slide(index=index, hook="", caption_line="", brand_name="", tagline="")
    assert pixels(picture(bare, small=True)).size == (360, 640)


def test_one_brand_keeps_its_typeface_and_at_most_two_looks() -> None:
    roles = [cast_for(slide(container_id=f"container {number}", trade="pets")) for number in range(20)]
    assert len({role.voice for role in roles}) == 1
    assert len({role.look.ground for role in roles}) == 2
