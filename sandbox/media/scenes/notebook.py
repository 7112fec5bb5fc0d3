"""A page on a desk by the window, with a pencil: journals."""

import numpy as np

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, box, line, polygon, union
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.scenes.shared import table, window_light

LEFT, TOP, RIGHT, BOTTOM = 220, 850, 850, 1690
LINES = 11


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: page, ruling, writing, wood of the shadow. The page fills from slide to slide."""
    page, rule, writing, dark = look.tones
    rng = moment.rng
    table(canvas, rng, *look.ground)
    window_light(canvas, look.light, 0.42)
    turn = -7 + rng.random() * 12
    cx, cy = (LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2

    def put(shape: Shape) -> Shape:
        return shape.turned(turn, cx, cy)

    sheet = put(box(LEFT, TOP, RIGHT, BOTTOM, 14))
    for lift in (2, 1):
        canvas.shadow(sheet.turned(lift * 0.8, cx, cy), dark, dx=16 * lift, dy=22 * lift, blur=13 * lift, opacity=0.3)
        canvas.fill(sheet.turned(lift * 0.8, cx, cy).moved(lift * 4, lift * 5), mix(page, dark, 0.12 * lift))
    canvas.fill(sheet, Fade(page, mix(page, dark, 0.09), 40))
    step = (BOTTOM - TOP - 120) / LINES
    rows = [TOP + 110 + row * step for row in range(LINES)]
    canvas.fill(put(union(line([(LEFT + 30, y), (RIGHT - 30, y)], 2.4) for y in rows)), rule, opacity=0.8)
    canvas.fill(put(line([(LEFT + 82, TOP + 26), (LEFT + 82, BOTTOM - 26)], 2.6)), look.accent, opacity=0.5)
    written = round(1 + moment.step * (LINES - 2))
    canvas.fill(put(union(_handwriting(rng, y) for y in rows[:written])), writing, opacity=0.88)
    _pencil(canvas, look, dark, 905 + rng.random() * 20, 1240)


def _handwriting(rng: np.random.Generator, y: float) -> Shape:
    """A row of words nobody can read."""
    words = []
    x, end = LEFT + 108.0, RIGHT - 60 - rng.random() * 150
    while x < end:
        span = 44 + rng.random() * 86
        t = np.arange(0, span, 2.5)
        tall = np.maximum(0, np.sin(t * 0.11 + rng.random() * 6) - 0.6) * 44
        height = np.sin(t * 0.36 + rng.random() * 6) * (5 + 3 * np.sin(t * 0.17)) - 10 - tall
        words.append(line(np.stack([x + t, y + height], 1), 4))
        x += span + 24
    return union(words)


def _pencil(canvas: Canvas, look: Look, dark: str, x: float, y: float) -> None:
    long, half = 330, 19

    def put(shape: Shape) -> Shape:
        return shape.turned(17, x, y)

    body = put(box(x - half, y - long, x + half, y + long - 80))
    tip = put(polygon([(x - half, y + long - 80), (x + half, y + long - 80), (x, y + long)]))
    canvas.shadow(body + tip, dark, dx=26, dy=30, blur=18, opacity=0.42)
    canvas.fill(tip, "#e8cfa6")
    canvas.fill(put(polygon([(x - 6, y + long - 25), (x + 6, y + long - 25), (x, y + long)])), "#3a2f2a")
    canvas.fill(body, look.accent)
    canvas.fill(put(box(x - half, y - long, x - half + 11, y + long - 80)), "#ffffff", opacity=0.2)
    canvas.fill(put(box(x + half - 12, y - long, x + half, y + long - 80)), dark, opacity=0.25)
    canvas.fill(put(box(x - half, y - long, x + half, y - long + 40)), "#c9bda9")
    canvas.fill(put(box(x - half, y - long - 42, x + half, y - long + 2, 14)), "#e8b3a4")


SCENE = Scene(
    name="notebook",
    draw=draw,
    mirrors=False,
    looks=(
        Look(("#e3c5a0", "#c4966a"), "#3a2415", "#fbf3e3", ("#fdf8ea", "#b9c2c4", "#34405c", "#4a2e17"), "#d9573b"),
        Look(
            ("#76877f", "#3f4c47"),
            "#fbf6e8",
            "#22302b",
            ("#f8f3e6", "#b9c2bb", "#2b3a36", "#141c19"),
            "#e0b252",
            light="#f1e7c7",
        ),
        Look(
            ("#e6d9c8", "#c9b197"),
            "#33261b",
            "#faf4ea",
            ("#fffaf0", "#c4c3cc", "#4a3f6b", "#4a3826"),
            "#6a5d9c",
            light="#fff6df",
        ),
        Look(
            ("#a3b4c4", "#62768c"),
            "#16222f",
            "#f4f1ea",
            ("#fbf8f0", "#bcc6cc", "#2a3d55", "#1f2c3a"),
            "#d1703d",
            light="#dfe9f5",
        ),
    ),
)
