"""Stacks of coins that grow, a seedling on the last: budgets."""

import numpy as np

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import arc, box, ellipse, leaf, smooth
from sandbox.media.scene import Look, Moment, Scene

#: Height of one coin.
THICK = 46.0
FOOT = 1690.0


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: coin, table, leaf, shadow. Every slide saves a little more."""
    coin, top, green, dark = look.tones
    rng = moment.rng
    canvas.ground(*look.ground)
    canvas.fill(ellipse(760, 1180, 420), Fade(mix(look.ground[0], look.light, 0.7), look.ground[-1]), opacity=0.75)
    canvas.fill(box(0, 1600, 1080, 1930), Fade(top, mix(top, dark, 0.2)))
    saved = round(moment.step * 3)
    heights = [2 + saved // 2, 4 + saved, 6 + saved, 9 + saved]
    for number, height in enumerate(heights):
        x = 196 + number * 229
        _stack(canvas, look, rng, x, height, coin, dark)
    _seedling(canvas, look, 196 + 3 * 229, FOOT - heights[3] * THICK, green, dark)


def _stack(canvas: Canvas, look: Look, rng: np.random.Generator, x: float, count: int, coin: str, dark: str) -> None:
    wide, flat = 102.0, 30.0
    canvas.fill(box(x - wide + 20, FOOT - 24, x + wide + 130, FOOT + 22, 22), dark, blur=16, opacity=0.38)
    for number in range(count):
        y = FOOT - number * THICK
        cx = x + rng.normal(0, 4)
        rim = box(cx - wide, y - THICK, cx + wide, y) + ellipse(cx, y, wide, flat)
        canvas.fill(rim, Fade(mix(coin, look.light, 0.4), mix(coin, dark, 0.42), 0))
        canvas.fill(arc(cx, y, wide, 8, 172, 5, ry=flat), dark, opacity=0.28)
        canvas.fill(ellipse(cx, y - THICK, wide, flat), Fade(mix(coin, look.light, 0.45), coin, 20))
        if number == count - 1:
            canvas.fill(arc(cx, y - THICK, wide - 20, 0, 360, 5, ry=flat - 7), mix(coin, dark, 0.35), opacity=0.7)
            canvas.fill(ellipse(cx, y - THICK, 22, 7), mix(coin, dark, 0.35), opacity=0.7)


def _seedling(canvas: Canvas, look: Look, x: float, y: float, green: str, dark: str) -> None:
    y += 2
    stem = smooth([(x, y), (x - 4, y - 50), (x + 6, y - 104)], closed=False, width=9)
    canvas.fill(stem, mix(green, dark, 0.25))
    for turn, long in ((-28, 108), (-156, 124), (-78, 96)):
        start = (x - 2, y - 66) if turn != -78 else (x + 5, y - 96)
        blade = leaf(*start, long, 62, turn, 0.9)
        canvas.fill(blade, Fade(mix(green, look.light, 0.3), mix(green, dark, 0.1)))


SCENE = Scene(
    name="coins",
    draw=draw,
    mirrors=False,
    looks=(
        Look(
            ("#dfe9df", "#c9dccc"),
            "#173327",
            "#f5f9f2",
            ("#e2b04a", "#8fae98", "#3f7d58", "#3a2f10"),
            "#2f6b4c",
            light="#fffbe8",
        ),
        Look(
            ("#f4e7cf", "#ecd6b0"),
            "#3a2810",
            "#fdf7ea",
            ("#d99b3c", "#c7a574", "#5e8a4f", "#4a3110"),
            "#c4622f",
            light="#fff8e2",
        ),
        Look(
            ("#26384f", "#2f4763"),
            "#f7f2e4",
            "#22334a",
            ("#e6bb5c", "#3d5876", "#7fb08a", "#0b1420"),
            "#e6bb5c",
            light="#fff2c8",
        ),
        Look(
            ("#efdcd8", "#e2c3bd"),
            "#42211f",
            "#fcf3f0",
            ("#c9cdd0", "#b98f88", "#557f6a", "#3a2524"),
            "#b9504a",
            light="#ffffff",
        ),
    ),
)
