"""A ringed planet with its moons: astronomy."""

import numpy as np

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, arc, ellipse, line, union
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.scenes.shared import stars
from sandbox.media.texture import clouds, grid

TILT = -18.0


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: planet, its bands, ring, moon. The moons travel from slide to slide."""
    body, bands, ringed, moon = look.tones
    rng = moment.rng
    canvas.ground(*look.ground)
    mist = clouds(rng, 2, 3, canvas.size)
    _, y = grid(canvas.size)
    canvas.veil(np.clip(mist - 0.35, 0, 1) * np.clip(y / 1500, 0.1, 0.75), look.light)
    stars(canvas, rng, 220, 1.0, "#f8f1e0")
    cx, cy, r = 540.0, 1310.0, 245.0
    for reach in (440, 620):
        canvas.fill(arc(cx, cy, reach, 0, 360, 2.4, ry=reach * 0.8), look.light, opacity=0.3)
    canvas.glow(cx, cy, 430, look.light, 0.36)
    _ring(canvas, ringed, cx, cy, 180, 360)
    disc = ellipse(cx, cy, r)
    canvas.fill(disc, Fade(mix(body, "#ffffff", 0.16), mix(body, "#000000", 0.1), 60))
    _bands(canvas, rng, bands, disc, cx, cy, r)
    canvas.fill(disc.minus(ellipse(cx - 70, cy - 72, r * 1.06)), look.ground[0], blur=42, opacity=0.85, inside=disc)
    canvas.fill(
        ellipse(cx - 96, cy - 110, 90, 64).turned(-38, cx - 96, cy - 110), "#ffffff", blur=40, opacity=0.35, inside=disc
    )
    _ring(canvas, ringed, cx, cy, 0, 180)
    turn = rng.random() * 360
    for reach, size, speed, colour in ((440, 42, 60, moon), (620, 26, -40, look.accent)):
        angle = np.deg2rad(turn + speed * moment.step)
        x, y0 = cx + np.cos(angle) * reach, cy + np.sin(angle) * reach * 0.8
        small = ellipse(x, y0, size)
        canvas.fill(small, Fade(mix(colour, "#ffffff", 0.2), mix(colour, "#000000", 0.35), 60))
        turn += 150


def _ring(canvas: Canvas, colour: str, cx: float, cy: float, start: float, end: float) -> None:
    for reach, width, thick in ((462, 12, 0.6), (428, 34, 0.9), (384, 26, 0.7), (350, 12, 0.5)):
        band = arc(cx, cy, reach, start, end, width, ry=reach * 0.24).turned(TILT, cx, cy)
        canvas.fill(band, colour, opacity=thick)


def _bands(canvas: Canvas, rng: np.random.Generator, colour: str, disc: Shape, cx: float, cy: float, r: float) -> None:
    rows = []
    for at in (-0.72, -0.4, -0.16, 0.2, 0.46, 0.74):
        t = np.linspace(-1.1, 1.1, 24)
        wave = np.sin(t * (3 + rng.random() * 3) + rng.random() * 6) * 5
        rows.append(line(np.stack([cx + t * r, cy + at * r + wave + (1 - t**2) * 16], 1), 12 + rng.random() * 26))
    canvas.fill(union(rows).turned(TILT, cx, cy), colour, blur=5, opacity=0.6, inside=disc)


SCENE = Scene(
    name="planet",
    draw=draw,
    looks=(
        Look(
            ("#0f1433", "#232a5c", "#4a3f78"),
            "#fbf4e6",
            "#161b40",
            ("#e0a46a", "#b8693f", "#f3deb4", "#d8d3e2"),
            "#f0b24f",
            light="#8f83c8",
        ),
        Look(
            ("#081f2c", "#113d4f", "#1f6470"),
            "#f3f8f2",
            "#0b2a38",
            ("#7cc6b4", "#3f8f8a", "#f2e6c4", "#f0b48a"),
            "#f08a5a",
            light="#6fb0b4",
        ),
        Look(
            ("#2a1030", "#552049", "#93405a"),
            "#fdf1e6",
            "#34143a",
            ("#f0a58a", "#c4566a", "#f9dcc0", "#e9c6e0"),
            "#f6c866",
            light="#d87a8f",
        ),
        Look(
            ("#14181c", "#262d33", "#3f4a50"),
            "#f6f3ea",
            "#1b2126",
            ("#d9d2c2", "#9a9284", "#e9b15a", "#a8b4ba"),
            "#e9b15a",
            light="#8a9aa2",
        ),
    ),
)
