"""Two speech bubbles: languages, and anything people say to each other."""

import numpy as np

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, box, ellipse, polygon, union
from sandbox.media.scene import Look, Moment, Scene


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: first speaker, second speaker. What was three dots becomes words from slide to slide."""
    first, second = look.tones
    rng = moment.rng
    canvas.ground(*look.ground)
    canvas.glow(820, 900, 460, look.light, 0.5)
    sun = ellipse(800 + rng.random() * 90, 840, 105)
    canvas.fill(sun, look.accent)
    _bubble(canvas, look, _speech(100, 900, 800, 1260, 180, [(215, 1190), (160, 1395), (430, 1255)]), first)
    _bubble(canvas, look, _speech(340, 1330, 985, 1660, 160, [(835, 1590), (915, 1790), (650, 1655)]), second)
    if moment.step < 0.34:
        for dot in range(3):
            canvas.fill(ellipse(305 + dot * 145, 1080, 39), look.ground[0])
    else:
        _says(canvas, look, rng, 205, 1000, 470, 3 if moment.step > 0.6 else 2)
    _says(canvas, look, rng, 440, 1430, 420, 2)


def _speech(
    left: float, top: float, right: float, bottom: float, radius: float, tail: list[tuple[float, float]]
) -> Shape:
    return box(left, top, right, bottom, radius) + polygon(tail)


def _bubble(canvas: Canvas, look: Look, shape: Shape, colour: str) -> None:
    canvas.shadow(shape, mix(colour, "#000000", 0.5), dx=10, dy=22, blur=26, opacity=0.28)
    canvas.fill(shape, Fade(mix(colour, "#ffffff", 0.07), mix(colour, "#000000", 0.06)))


def _says(canvas: Canvas, look: Look, rng: np.random.Generator, x: float, y: float, width: float, rows: int) -> None:
    bars = []
    for row in range(rows):
        share = 1.0 if row < rows - 1 else 0.45 + rng.random() * 0.3
        bars.append(box(x, y + row * 68, x + width * share, y + row * 68 + 34, 17))
    canvas.fill(union(bars), look.ground[0], opacity=0.95)


SCENE = Scene(
    name="talk",
    draw=draw,
    mirrors=False,
    looks=(
        Look(("#f3dfcf", "#ecd0ba"), "#2b2230", "#fbf1e7", ("#2b4a6f", "#d6583f"), "#f2b94b"),
        Look(("#e3eae0", "#d0dccf"), "#1f2d2a", "#f5f6ee", ("#2d5a50", "#e0a63f"), "#d6583f"),
        Look(("#2f2b4f", "#433a66"), "#fbf4e9", "#2a2649", ("#e9e0d2", "#e7785a"), "#f4c95d", light="#7f6fb0"),
        Look(("#f6e6c4", "#efd7a5"), "#2f2413", "#fdf6e3", ("#7a3f57", "#3f7d83"), "#e4683f"),
    ),
)
