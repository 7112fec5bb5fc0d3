"""A lens seen from the front, its blades half closed: photography."""

import numpy as np

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, arc, ellipse, line, polygon, ring, union
from sandbox.media.scene import Look, Moment, Scene

BLADES = 7


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: barrel, blade, glass, shadow. The blades open from slide to slide."""
    barrel, blade, glass, dark = look.tones
    rng = moment.rng
    canvas.ground(*look.ground, degrees=70)
    cx, cy, r = 540.0, 1300.0, 400.0
    canvas.glow(cx, cy, 560, look.light, 0.24)
    body = ellipse(cx, cy, r)
    canvas.shadow(body, dark, dx=40, dy=66, blur=56, opacity=0.6)
    canvas.fill(body, Fade(mix(barrel, "#ffffff", 0.22), mix(barrel, "#000000", 0.35), 65))
    _grip(canvas, barrel, cx, cy, r)
    canvas.fill(ring(cx, cy, r - 44, r - 56), look.accent)
    canvas.fill(ellipse(cx, cy, r - 66), Fade(mix(barrel, "#000000", 0.55), mix(barrel, "#ffffff", 0.06), 65))
    inner = ellipse(cx, cy, r - 104)
    canvas.fill(inner, "#0b0d10")
    opening = 92 + moment.step * 96
    turn = rng.random() * 50 + moment.step * 24
    _blades(canvas, cx, cy, r - 104, opening, blade, inner, turn)
    pupil = _pupil(cx, cy, opening, turn)
    canvas.fill(pupil, Fade(mix(glass, "#000000", 0.5), glass, 60))
    canvas.fill(pupil.minus(pupil.moved(12, 16)), "#000000", blur=12, opacity=0.6, inside=pupil)
    canvas.glow(cx + 26, cy + 34, opening * 0.36, mix(glass, "#ffffff", 0.5), 0.6)
    canvas.fill(
        ellipse(cx - 120, cy - 130, 150, 104).turned(-40, cx - 120, cy - 130),
        mix(glass, "#ffffff", 0.6),
        blur=46,
        opacity=0.2,
        inside=inner,
    )
    canvas.fill(arc(cx, cy, r - 142, 196, 262, 26), "#ffffff", blur=10, opacity=0.42)
    canvas.fill(arc(cx, cy, r - 128, 24, 66, 12), look.accent, blur=9, opacity=0.6)
    canvas.fill(ring(cx, cy, r - 104, r - 112), "#000000", blur=6, opacity=0.6)
    for dx, dy, size in ((-96, -120, 26), (104, 112, 17), (140, 150, 10)):
        canvas.fill(ellipse(cx + dx, cy + dy, size), "#ffffff", blur=3, opacity=0.5)


def _grip(canvas: Canvas, barrel: str, cx: float, cy: float, r: float) -> None:
    notches = []
    for angle in np.deg2rad(np.arange(0, 360, 5)):
        dx, dy = np.cos(angle), np.sin(angle)
        notches.append(line([(cx + dx * (r - 28), cy + dy * (r - 28)), (cx + dx * (r - 6), cy + dy * (r - 6))], 7))
    canvas.fill(union(notches), mix(barrel, "#000000", 0.6), opacity=0.7)


def _blades(
    canvas: Canvas, cx: float, cy: float, reach: float, opening: float, blade: str, inner: Shape, turn: float
) -> None:
    """Wedges that meet at the corners of a heptagon and lean all the same way, as the leaves of a shutter do."""
    corners = [_at(cx, cy, opening, turn + number * 360 / BLADES) for number in range(BLADES + 2)]
    tips = [_beyond(corners[number], corners[number + 1], reach * 2.2) for number in range(BLADES + 1)]
    for number in range(BLADES):
        wedge = polygon([corners[number + 1], tips[number], tips[number + 1]])
        light = 0.5 + 0.5 * np.cos(np.deg2rad(turn + number * 360 / BLADES - 150))
        near, far = mix(blade, "#ffffff", 0.3 * light), mix(blade, "#000000", 0.45 - 0.25 * light)
        canvas.fill(wedge, Fade(near, far, turn + number * 360 / BLADES), inside=inner)
    edges = [line([corners[number], tips[number]], 5) for number in range(BLADES)]
    canvas.fill(union(edge.moved(3, 5) for edge in edges), "#000000", blur=6, opacity=0.5, inside=inner)
    canvas.fill(union(edges), mix(blade, "#ffffff", 0.35), opacity=0.5, inside=inner)


def _at(cx: float, cy: float, reach: float, degrees: float) -> tuple[float, float]:
    angle = np.deg2rad(degrees)
    return cx + float(np.cos(angle)) * reach, cy + float(np.sin(angle)) * reach


def _beyond(start: tuple[float, float], through: tuple[float, float], length: float) -> tuple[float, float]:
    """The point at `length` from the start, seen through another."""
    dx, dy = through[0] - start[0], through[1] - start[1]
    far = length / float(np.hypot(dx, dy))
    return start[0] + dx * far, start[1] + dy * far


def _pupil(cx: float, cy: float, opening: float, turn: float) -> Shape:
    return polygon([_at(cx, cy, opening, turn + number * 360 / BLADES) for number in range(BLADES)])


SCENE = Scene(
    name="lens",
    draw=draw,
    looks=(
        Look(
            ("#e8dccb", "#d3bfa3"),
            "#2c2219",
            "#faf4e9",
            ("#2b2c30", "#4a4d55", "#4f7fb0", "#4a3a28"),
            "#d9573b",
            light="#fff8ea",
        ),
        Look(
            ("#f0c14b", "#e2a93a"),
            "#33230a",
            "#fdf5dd",
            ("#26262a", "#47484f", "#7a5fa8", "#5a3f0a"),
            "#e9e4d8",
            light="#ffe9a8",
        ),
        Look(
            ("#9fb8b0", "#7f9d94"),
            "#10261f",
            "#f2f6f2",
            ("#e9e4da", "#8a8f92", "#3f8f8a", "#1f352d"),
            "#d96a3f",
            light="#e9f5ee",
        ),
        Look(
            ("#2d2a3a", "#3d3850"),
            "#f7f1ea",
            "#2b2838",
            ("#18181d", "#3c3a48", "#a25f8e", "#08070c"),
            "#f0a65a",
            light="#9a86c4",
        ),
    ),
)
