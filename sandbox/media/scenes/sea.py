"""A sail on an evening sea."""

import numpy as np

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import box, ellipse, polygon, smooth, union
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.scenes.shared import land

HORIZON = 1180.0


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: far coast, sea far, sea near, sail. The boat sails on and the sun sinks from slide to slide."""
    coast, far, near, sail = look.tones
    rng = moment.rng
    canvas.ground(*look.ground)
    x, y, r = 330 + rng.random() * 420, 985 + moment.step * 120, 128.0
    canvas.glow(x, y, 420, look.light, 0.6)
    canvas.fill(ellipse(x, y, r), look.accent)
    canvas.fill(land(rng, 0.585, 0.05), coast)
    sea = box(0, HORIZON, 1080, 1930)
    canvas.fill(sea, Fade(far, near))
    _glitter(canvas, rng, x, look.light)
    _swell(canvas, rng, near)
    _boat(canvas, look, 250 + moment.step * 380 + rng.random() * 140, 1420, sail, near)


def _glitter(canvas: Canvas, rng: np.random.Generator, x: float, colour: str) -> None:
    """The sun's path on the water, wider towards us."""
    for band in range(3):
        strokes = []
        for _ in range(34):
            depth = rng.random() ** 1.2
            y = HORIZON + 10 + depth * 700
            half = (10 + 52 * depth) * (0.5 + rng.random())
            cx = x + rng.normal(0, 34 + 96 * depth)
            strokes.append(box(cx - half, y, cx + half, y + 3.5 + 6 * depth, 5))
        canvas.fill(union(strokes), colour, opacity=0.25 + 0.2 * band)


def _swell(canvas: Canvas, rng: np.random.Generator, near: str) -> None:
    for y in (1500, 1640, 1780):
        t = np.linspace(-20, 1100, 24)
        crest = np.stack([t, y + np.sin(t / (120 + rng.random() * 80) + rng.random() * 6) * 13], 1)
        canvas.fill(
            polygon(np.concatenate([crest, [(1100, 1940), (-20, 1940)]])),
            mix(near, "#000000", 0.2),
            blur=6,
            opacity=0.22,
        )


def _boat(canvas: Canvas, look: Look, x: float, y: float, sail: str, near: str) -> None:
    hull = smooth([(x - 120, y - 34), (x - 92, y + 14), (x + 84, y + 14), (x + 132, y - 38), (x + 20, y - 30)])
    mast = polygon([(x - 4, y - 30), (x + 4, y - 30), (x + 3, y - 372), (x - 2, y - 372)])
    main = smooth([(x + 12, y - 360), (x + 72, y - 220), (x + 136, y - 66), (x + 12, y - 58)])
    jib = smooth([(x - 12, y - 330), (x - 60, y - 190), (x - 112, y - 62), (x - 12, y - 66)])
    mirrored = (hull + main + jib).scaled(1, -0.55, x, y + 12)
    canvas.fill(mirrored, mix(near, sail, 0.3), blur=9, opacity=0.5)
    canvas.fill(mast, mix(near, "#000000", 0.4))
    canvas.fill(main, Fade(mix(sail, "#ffffff", 0.2), mix(sail, look.accent, 0.2)))
    canvas.fill(jib, Fade(mix(sail, look.light, 0.2), mix(sail, near, 0.28)))
    canvas.fill(hull, Fade(mix(near, "#000000", 0.2), mix(near, "#000000", 0.5)))
    canvas.fill(box(x - 118, y - 24, x + 128, y - 14), look.accent, inside=hull)


SCENE = Scene(
    name="sea",
    draw=draw,
    looks=(
        Look(
            ("#f6c492", "#fbdcb4", "#fdeacb"),
            "#43200f",
            "#fdf2e2",
            ("#c98a78", "#e9a98a", "#6f5f86", "#fff8ea"),
            "#f2704a",
            light="#ffe9bd",
        ),
        Look(
            ("#a9d0d8", "#cfe4df", "#f4e9d3"),
            "#12333d",
            "#f3f7f3",
            ("#8fb0ad", "#8cc4c4", "#1f6b80", "#fffaf0"),
            "#f3a05a",
            light="#fff3d6",
        ),
        Look(
            ("#2b2f5c", "#6b5486", "#d98a86"),
            "#fdf3e8",
            "#282b54",
            ("#4d4474", "#a9708f", "#2a2b57", "#f9e8d8"),
            "#f9c98a",
            light="#f6b69a",
        ),
        Look(
            ("#d8dfe6", "#e9e6e0", "#f6e6d6"),
            "#22303f",
            "#f7f6f2",
            ("#a7b2bd", "#b4c2cb", "#4c6478", "#ffffff"),
            "#e9835f",
            light="#ffeeda",
        ),
    ),
)
