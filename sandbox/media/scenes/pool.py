"""A pool from above: lane ropes, light on the water, a swim ring."""

import numpy as np

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import arc, box, polygon, ring, union
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.texture import clouds, grid


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: sparkle, rope, depth. The ring drifts from slide to slide."""
    sparkle, rope, depth = look.tones
    rng = moment.rng
    _water(canvas, look, moment)
    with_ropes = rng.random() < 0.6
    if with_ropes:
        for side, x in enumerate((150, 930)):
            _rope(canvas, look, rope, depth, x, side)
    cx = 540 + (rng.random() - 0.5) * 90 + (moment.step - 0.5) * 110
    cy = 1290 + (rng.random() - 0.5) * 60 - moment.step * 60
    _ring(canvas, look, sparkle, depth, cx, cy, 25 + rng.random() * 50 + moment.step * 40)


def _water(canvas: Canvas, look: Look, moment: Moment) -> None:
    canvas.ground(*look.ground, degrees=80)
    x, y = grid(canvas.size)
    first, second = (clouds(moment.rng, cells, 3, canvas.size) for cells in (3, 4))
    drift = np.float32(moment.step * 0.9)
    u, v = x / 170 + first * 4.6 + drift, y / 225 + second * 4.6 - drift
    folds = np.abs(np.sin(u + np.sin(v * 0.9)) * np.sin(v + np.sin(u * 0.8)))
    canvas.veil(np.clip(first - 0.45, 0, 1) * 0.5, look.tones[2])
    canvas.veil(np.exp(-folds * 7.5) * 0.5, look.tones[0])


def _rope(canvas: Canvas, look: Look, rope: str, depth: str, x: float, side: int) -> None:
    floats = []
    for row in range(-1, 34):
        y, sway = row * 60.0, np.sin(row * 0.55 + side) * 11
        floats.append(box(x + sway - 16, y, x + sway + 16, y + 51, 15))
    canvas.shadow(union(floats), depth, dx=22, dy=26, blur=14, opacity=0.4)
    canvas.fill(union(part for row, part in enumerate(floats) if (row // 3) % 2), rope)
    canvas.fill(union(part for row, part in enumerate(floats) if not (row // 3) % 2), look.accent)


def _ring(canvas: Canvas, look: Look, white: str, depth: str, cx: float, cy: float, turn: float) -> None:
    outer, inner = 300.0, 138.0
    body = ring(cx, cy, outer, inner)
    canvas.shadow(body, depth, dx=46, dy=64, blur=30, opacity=0.5)
    canvas.fill(body, Fade(mix(white, "#ffffff", 0.5), mix(white, depth, 0.12), 60))
    middle, width = (outer + inner) / 2, outer - inner
    for quarter in range(4):
        start = turn + quarter * 90
        t = np.deg2rad(np.linspace(start, start + 38, 20))
        band = np.concatenate(
            [
                np.stack([cx + np.cos(t) * outer, cy + np.sin(t) * outer], 1),
                np.stack([cx + np.cos(t) * inner, cy + np.sin(t) * inner], 1)[::-1],
            ]
        )

        canvas.fill(polygon(band), look.accent)
    # The tube is round: dark at both rims, a highlight on the side of the sun.
    for radius in (outer - 10, inner + 10):
        canvas.fill(ring(cx, cy, radius + 14, radius - 14), depth, blur=13, opacity=0.26, inside=body)
    canvas.fill(arc(cx, cy, middle - 18, 190, 290, width * 0.13), "#ffffff", blur=9, opacity=0.75, inside=body)
    canvas.fill(arc(cx, cy, middle + 8, 20, 100, width * 0.2), depth, blur=20, opacity=0.2, inside=body)


SCENE = Scene(
    name="pool",
    draw=draw,
    looks=(
        Look(("#7ad3d1", "#2b9aa8", "#12788c"), "#0b3a47", "#fbfaf4", ("#f3fbf1", "#f6efe2", "#06404f"), "#e4623f"),
        Look(("#8fcbd8", "#3f8fae", "#1b5f84"), "#0c2f4a", "#fbf8f0", ("#eef8fb", "#f7f2e6", "#0a2f4d"), "#f0b23c"),
        Look(("#9fdcc4", "#4fae9c", "#217d78"), "#0b3d3a", "#fdf9ee", ("#f5fcf2", "#fbf6ea", "#064440"), "#e8765c"),
        Look(("#5aa7cf", "#2873a8", "#124c80"), "#0b2848", "#f9f7f0", ("#e8f5fb", "#fdf8ec", "#061f42"), "#ef5d57"),
    ),
    labels=True,
)
