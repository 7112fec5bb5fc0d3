"""A map with height lines and a dotted way: travel and walks."""

import numpy as np
from PIL import Image

from sandbox.media.canvas import Canvas
from sandbox.media.geometry import ellipse, line, polygon, union
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.texture import Field, clouds

#: Height lines between the lowest and the highest point.
LINES = 20


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: line, then fills from low to high. The way grows from slide to slide."""
    height_line, *fills = look.tones
    canvas.ground(*look.ground)
    height = _land(moment.rng, canvas.size)
    for level, fill in enumerate(fills):
        canvas.veil(np.clip((height - 0.42 - level * 0.15) * 90 + 0.5, 0, 1), fill)
    slope_y, slope_x = np.gradient(height)
    slope = np.hypot(slope_x, slope_y) + np.float32(1e-6)
    away = (0.5 - np.abs((height * LINES) % 1 - 0.5)) / (slope * LINES)
    thick = np.where(np.floor(height * LINES + 0.5) % 5 == 0, 4.0, 1.9) * canvas.scale
    canvas.veil(np.clip(thick - away, 0, 1) * 0.8, height_line)
    _way(canvas, look, moment)


def _land(rng: np.random.Generator, size: tuple[int, int]) -> Field:
    """Hills without roughness: drawn small, so that every height line is one smooth stroke."""
    small = clouds(rng, 2, 3, (54, 96))
    return np.asarray(Image.fromarray(small).resize(size, Image.Resampling.BICUBIC))


def _way(canvas: Canvas, look: Look, moment: Moment) -> None:
    t = np.linspace(0, 1, 90)
    swing, phase = 90 + moment.rng.random() * 60, moment.rng.random() * 2
    path = np.stack(
        [
            220 + 620 * t + np.sin(t * 7 + phase) * swing - np.sin(phase) * swing * (1 - t),
            1690 - 780 * t + np.cos(t * 5) * 60,
        ],
        1,
    )
    reached = max(16, round(len(path) * (0.35 + 0.65 * moment.step))) if moment.step else len(path)
    dashes = [line(path[i : i + 3], 11) for i in range(0, reached - 3, 4)]
    canvas.fill(union(dashes), look.paper, blur=5, opacity=0.7)
    canvas.fill(union(dashes), look.accent)
    x, y = path[0]
    canvas.fill(ellipse(x, y, 31), look.paper)
    canvas.fill(ellipse(x, y, 21), look.accent)
    _pin(canvas, look, *path[reached - 1])


def _pin(canvas: Canvas, look: Look, x: float, y: float) -> None:
    """A pin whose point is at (x, y)."""
    pin = ellipse(x, y - 116, 62) + polygon([(x - 59, y - 98), (x + 59, y - 98), (x, y)])
    canvas.fill(ellipse(x + 26, y + 2, 56, 16), "#101a16", blur=9, opacity=0.4)
    canvas.fill(pin, look.accent)
    canvas.fill(ellipse(x, y - 116, 25), look.paper)


SCENE = Scene(
    name="contours",
    draw=draw,
    looks=(
        Look(("#ece5d3",), "#24342b", "#f9f5e9", ("#8fa58b", "#e3dcc4", "#d8d5b6", "#cbd0aa"), "#c9583a"),
        Look(("#1f3a44",), "#f7f2e2", "#17303a", ("#5f8a8e", "#24444d", "#2b5058", "#345d63"), "#f0a95a"),
        Look(("#e9dccb",), "#3a2a22", "#fbf5ec", ("#b08f78", "#e3cfb6", "#dbbf9f", "#d1ad89"), "#2f6f73"),
        Look(("#d5e2e4",), "#1f3540", "#f6f8f5", ("#84a3ad", "#e4e4d2", "#d9d6b9", "#c9c79f"), "#d9573b"),
    ),
    labels=True,
)
