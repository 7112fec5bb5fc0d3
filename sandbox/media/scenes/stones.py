"""Raked sand around stones: meditation."""

import numpy as np

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, ellipse, leaf, line, smooth
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.texture import grid, noise

#: Distance between two furrows.
FURROW = 46.0


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: stone, second stone, shadow. Another stone with every third of the way."""
    dark = look.tones[2]
    rng = moment.rng
    canvas.ground(*look.ground)
    places = [(470 + rng.random() * 120, 1340 + rng.random() * 60, 215.0)]
    places.append((places[0][0] + 285, places[0][1] - 260, 112.0))
    places.append((places[0][0] - 300, places[0][1] + 250, 78.0))
    shown = places[: 1 + round(moment.step * 2)]
    _rake(canvas, look, shown)
    canvas.tooth(noise(rng, 270, 480, canvas.size), 0.045)
    for number, (x, y, size) in enumerate(shown):
        _stone(canvas, look, rng, x, y, size, look.tones[number % 2])
    _twig(canvas, look, dark, shown[0][0] + 30, shown[0][1] - 60)


def _rake(canvas: Canvas, look: Look, stones: list[tuple[float, float, float]]) -> None:
    """Straight furrows that give way to rings close to a stone; none below the words."""
    x, y = grid(canvas.size)
    ringed = np.full((canvas.size[1], canvas.size[0]), 9999, np.float32)
    for cx, cy, size in stones:
        ringed = np.minimum(ringed, np.hypot((x - cx), (y - cy) * 1.12) - np.float32(size))
    straight = y + np.float32(16) * np.sin(x / 260)
    near = 1 / (1 + np.exp(np.clip((ringed - FURROW * 4.5) * 0.6, -40, 40)))
    phase = np.where(near > 0.5, ringed, straight) / FURROW * 2 * np.pi
    edge = 1 - np.exp(-(((near - 0.5) * 3.2) ** 2) * 8)
    relief = np.sin(phase) * np.clip((y - 640) / 260, 0.12, 1) * np.maximum(edge, 0.25)
    canvas.veil(np.clip(relief, 0, 1) * 0.26, look.tones[2])
    canvas.veil(np.clip(-relief, 0, 1) * 0.4, look.light)


def _stone(canvas: Canvas, look: Look, rng: np.random.Generator, x: float, y: float, size: float, stone: str) -> None:
    dark = look.tones[2]
    turns = np.linspace(0, 2 * np.pi, 9, endpoint=False)
    reach = 1 + rng.normal(0, 0.05, len(turns))
    body = smooth(np.stack([x + np.cos(turns) * size * reach, y + np.sin(turns) * size * 0.84 * reach], 1))
    canvas.shadow(body, dark, dx=size * 0.2, dy=size * 0.27, blur=size * 0.16, opacity=0.6)
    canvas.fill(body, Fade(mix(stone, "#ffffff", 0.16), mix(stone, "#000000", 0.32), 62))
    canvas.fill(
        _lobe(x - size * 0.22, y - size * 0.3, size * 0.5),
        mix(stone, look.light, 0.6),
        blur=size * 0.2,
        opacity=0.6,
        inside=body,
    )
    canvas.fill(
        body.minus(body.moved(-size * 0.1, -size * 0.16)), "#000000", blur=size * 0.14, opacity=0.4, inside=body
    )
    canvas.tooth(noise(rng, 200, 340, canvas.size), 0.1, body)


def _lobe(x: float, y: float, size: float) -> Shape:
    return ellipse(x, y, size, size * 0.62).turned(-18, x, y)


def _twig(canvas: Canvas, look: Look, dark: str, x: float, y: float) -> None:
    stem = smooth([(x - 70, y + 90), (x - 10, y + 10), (x + 80, y - 60), (x + 120, y - 130)], closed=False, width=7)
    canvas.fill(stem.moved(12, 16), dark, blur=8, opacity=0.4)
    canvas.fill(stem, mix(look.accent, dark, 0.3))
    leaves = ((-12, 12, -150), (10, -6, 10), (62, -46, -165), (84, -64, 4), (118, -128, -70))
    for dx, dy, turn in leaves:
        blade = leaf(x + dx, y + dy, 104, 46, turn, 0.9)
        canvas.fill(blade.moved(12, 18), dark, blur=9, opacity=0.36)
        canvas.fill(blade, Fade(mix(look.accent, look.light, 0.24), look.accent))
        angle = np.deg2rad(turn)
        tip = (x + dx + np.cos(angle) * 90, y + dy + np.sin(angle) * 90)
        canvas.fill(line([(x + dx, y + dy), tip], 2.6), look.light, opacity=0.4)


SCENE = Scene(
    name="stones",
    draw=draw,
    looks=(
        Look(
            ("#ebe4d6", "#ddd2bd"), "#2b2a26", "#f8f4ea", ("#5b5d5c", "#8a8279", "#4a3f2e"), "#5d7a5a", light="#fffaf0"
        ),
        Look(
            ("#dfd3cd", "#cdbab3"), "#3a2728", "#f9f2ee", ("#6a4f52", "#9d8480", "#4a302e"), "#a5604f", light="#fff5f0"
        ),
        Look(
            ("#d4dcda", "#bccac7"), "#1e3032", "#f2f5f2", ("#3f5156", "#7d9091", "#243638"), "#cf8a4e", light="#f8fcfa"
        ),
        Look(
            ("#2f3a42", "#3c4a52"), "#f5f1e6", "#263038", ("#8d9499", "#5f6a70", "#0d1418"), "#a9bf8a", light="#8fa3ad"
        ),
    ),
)
