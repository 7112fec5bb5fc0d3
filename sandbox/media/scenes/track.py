"""A running track from above, with a baton left on the lane."""

import numpy as np

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, box, ellipse, ring, union
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.texture import noise


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: line, field, shadow. The baton moves up the lanes from slide to slide."""
    stripe, field, dark = look.tones
    rng = moment.rng
    canvas.ground(*look.ground, degrees=60)
    canvas.tooth(noise(rng, 300, 520, canvas.size), 0.09)
    cx, cy = -420 + rng.random() * 160, 2150.0
    first, lane = 640.0, 196.0
    for number in range(9):
        radius = first + number * lane
        canvas.fill(ring(cx, cy, radius + 6.5, radius - 6.5), stripe, opacity=0.93)
    canvas.fill(ellipse(cx, cy, first - 30), Fade(mix(field, "#ffffff", 0.08), field))
    angle = np.deg2rad(-52 - moment.step * 16)
    radius = first + lane * 2.5
    _baton(canvas, look, dark, cx + np.cos(angle) * radius, cy + np.sin(angle) * radius, 38 - moment.step * 14)


def _baton(canvas: Canvas, look: Look, dark: str, x: float, y: float, turn: float) -> None:
    long, half = 230, 40

    def put(shape: Shape) -> Shape:
        return shape.turned(turn, x, y)

    body = put(box(x - long, y - half, x + long, y + half, half))
    canvas.shadow(body, dark, dx=34, dy=46, blur=22, opacity=0.55)
    canvas.fill(body, Fade(mix(look.accent, "#ffffff", 0.22), mix(look.accent, dark, 0.22), 90 + turn * 0.4))
    bands = union(put(box(x + at, y - half, x + at + 46, y + half)) for at in (-150, -80, 104))
    canvas.fill(bands, look.paper, opacity=0.95, inside=body)
    canvas.fill(put(box(x - long + 24, y - half + 12, x + long - 24, y - half + 26, 7)), "#ffffff", blur=5, opacity=0.6)
    canvas.fill(put(box(x - long, y + half - 26, x + long, y + half)), dark, blur=12, opacity=0.4, inside=body)
    canvas.fill(put(ellipse(x + long - 30, y, 16, 24)), dark, opacity=0.55)


SCENE = Scene(
    name="track",
    draw=draw,
    looks=(
        Look(("#cb5c3f", "#a9432b"), "#5a1f14", "#fbf4e8", ("#f6ecdd", "#3f6b55", "#4b1a12"), "#f0b84a"),
        Look(("#4c7f96", "#2f5c74"), "#173848", "#f8f5ec", ("#eef3ee", "#a2b86c", "#10303f"), "#ee7f4b"),
        Look(("#6f9678", "#4b7358"), "#1e3a2a", "#f9f6ea", ("#f3f2e2", "#c7a25b", "#183022"), "#e85f45"),
        Look(("#8a6aa0", "#64487c"), "#36214a", "#f8f3f2", ("#f2e8ee", "#5d8f7c", "#2c1a3d"), "#f3c24f"),
    ),
    labels=True,
)
