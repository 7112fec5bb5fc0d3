"""Draws the face of an influencer: flat, calm, nobody in particular. The same person always has the same face."""

import io
import random
from dataclasses import dataclass
from typing import Final

from PIL import Image

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, arc, box, ellipse, smooth
from sandbox.media.texture import grain, vignette

#: Edge of the square in pixels, large and small.
LARGE: Final = 768
SMALL: Final = 256
#: Width of the square in frame units.
SPAN: Final = 1080
QUALITY: Final = 86

GROUNDS: Final = (("#d8e2dc", "#b8c9c0"), ("#f3e3d3", "#e0c3a5"), ("#dfe3f0", "#b9c2dd"), ("#f0dede", "#d9b5b5"))
SKINS: Final = ("#f2d0b4", "#e3b48f", "#c98f64", "#a56a43", "#7d4b2d", "#59341f")
HAIRS: Final = ("#2b211d", "#4a3020", "#7a4f2c", "#b98546", "#1d1d22", "#8a3f28")
GREY: Final = "#b9b6b2"
CLOTHES: Final = ("#2f5d62", "#8c3f3f", "#3f4d7a", "#c28b3c", "#54683f", "#6a4c72")


@dataclass(frozen=True, slots=True)
class Person:
    """What decides a face. `gender` and `age_range` as the API names them."""

    face_seed: int
    gender: str
    age_range: str


def portrait(person: Person, *, small: bool = False) -> bytes:
    """A square JPEG."""
    edge = SMALL if small else LARGE
    canvas = Canvas(edge / SPAN, Image.new("RGB", (edge, edge)))
    _paint(canvas, person)
    out = io.BytesIO()
    grain(vignette(canvas.image)).save(out, "JPEG", quality=QUALITY, progressive=True)
    return out.getvalue()


def _paint(canvas: Canvas, person: Person) -> None:
    chance = random.Random(f"{person.face_seed} {person.gender}")
    ground, skin, cloth = chance.choice(GROUNDS), chance.choice(SKINS), chance.choice(CLOTHES)
    hair = GREY if person.age_range == "senior" else chance.choice(HAIRS)
    if person.age_range == "mature":
        hair = mix(hair, GREY, 0.45)
    long_hair = chance.random() < {"female": 0.75, "male": 0.1}.get(person.gender, 0.4)
    width = chance.uniform(150, 172)
    canvas.ground(*ground)
    if long_hair:
        canvas.fill(_mane(width), Fade(hair, mix(hair, "#000000", 0.3)))
    _body(canvas, skin, cloth)
    head = ellipse(540, 440, width, 205)
    canvas.shadow(head, "#000000", dy=40, blur=30, opacity=0.25)
    for side in (-1, 1):
        canvas.fill(ellipse(540 + side * width, 455, 24, 42), mix(skin, "#000000", 0.12))
    canvas.fill(head, Fade(mix(skin, "#ffffff", 0.1), mix(skin, "#5a2a1a", 0.15), 20))
    _face(canvas, skin, hair, beard=person.gender == "male" and chance.random() < 0.45)
    parting = chance.uniform(-70, 70)
    canvas.fill(_fringe(width, parting), Fade(mix(hair, "#ffffff", 0.12), hair))


def _mane(width: float) -> Shape:
    outer = width + 62
    return smooth(
        [
            (540, 190),
            (540 + outer, 330),
            (540 + outer + 20, 620),
            (540 + outer - 40, 800),
            (540 - outer + 40, 800),
            (540 - outer - 20, 620),
            (540 - outer, 330),
        ]
    )


def _fringe(width: float, parting: float) -> Shape:
    left, right = 540 - width - 14, 540 + width + 14
    outer = [(left, 450), (left + 4, 300), (440, 210), (540, 196), (640, 210), (right - 4, 300), (right, 450)]
    return smooth([*outer, (right - 40, 350), (540 + parting, 292), (left + 40, 350)])


def _body(canvas: Canvas, skin: str, cloth: str) -> None:
    canvas.fill(box(478, 560, 602, 800, 40), mix(skin, "#5a2a1a", 0.22))
    shoulders = smooth([(180, 1120), (220, 880), (400, 770), (540, 800), (680, 770), (860, 880), (900, 1120)])
    canvas.shadow(shoulders, "#000000", dy=-8, blur=26, opacity=0.2)
    canvas.fill(shoulders, Fade(mix(cloth, "#ffffff", 0.12), mix(cloth, "#000000", 0.2)))
    canvas.fill(ellipse(540, 775, 92, 66), mix(skin, "#5a2a1a", 0.12))


def _face(canvas: Canvas, skin: str, hair: str, *, beard: bool) -> None:
    dark = mix(skin, "#2a1208", 0.75)
    if beard:
        canvas.fill(arc(540, 500, 142, 12, 168, ry=150), hair, blur=6, opacity=0.85)
    for side in (-1, 1):
        x = 540 + side * 66
        canvas.fill(ellipse(x, 448, 13, 15), dark)
        canvas.fill(arc(x, 424, 36, 205, 335, width=9, ry=22), mix(hair, dark, 0.5))
        canvas.fill(ellipse(540 + side * 92, 510, 34, 24), "#d9705a", blur=16, opacity=0.3)
    canvas.fill(smooth([(546, 455), (556, 505), (538, 515)], closed=False, width=7), mix(skin, dark, 0.35))
    canvas.fill(arc(540, 535, 50, 25, 155, width=9, ry=34), mix("#a33c3c", dark, 0.35))
