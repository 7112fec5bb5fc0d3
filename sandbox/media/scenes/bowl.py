"""A bowl of good things, seen from above: recipes."""

import numpy as np

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, arc, ellipse, leaf, line, polygon, ring, smooth, union
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.scenes.shared import table, window_light

CX, CY, R = 540.0, 1310.0, 372.0


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: bowl, broth, greens, shadow. One more thing in the bowl on every slide."""
    bowl, broth, green, dark = look.tones
    rng = moment.rng
    table(canvas, rng, *look.ground, depth=0.05)
    window_light(canvas, look.light, 0.34)
    _chopsticks(canvas, look, dark)
    outside = ellipse(CX, CY, R)
    canvas.shadow(outside, dark, dx=48, dy=68, blur=44, opacity=0.55)
    canvas.fill(outside, Fade(mix(bowl, "#ffffff", 0.3), mix(bowl, dark, 0.25), 60))
    canvas.fill(ellipse(CX, CY, R - 22), Fade(mix(bowl, dark, 0.4), mix(bowl, dark, 0.08), 60))
    inside = ellipse(CX, CY, R - 44)
    canvas.fill(inside, Fade(mix(broth, dark, 0.2), broth, 60))
    for x, y, size in rng.random((12, 3)):
        canvas.fill(
            ellipse(CX + (x - 0.5) * 520, CY + (y - 0.5) * 520, 10 + size * 22),
            mix(broth, look.light, 0.5),
            opacity=0.35,
            inside=inside,
        )
    things = [_noodles, _greens, _eggs, _slices, _tomatoes]
    turn = rng.random() * 360
    for thing in things[: 3 + round(moment.step * 2)]:
        thing(canvas, look, rng, turn, inside, green, dark)
    canvas.fill(outside.minus(ellipse(CX + 26, CY + 34, R - 40)), dark, blur=22, opacity=0.35, inside=inside)
    canvas.fill(arc(CX, CY, R - 12, 195, 265, 8), "#ffffff", blur=5, opacity=0.6)
    seeds = [
        ellipse(CX + x * 190, CY + y * 190, 6, 4).turned(x * 90, CX + x * 190, CY + y * 190)
        for x, y in rng.normal(0, 0.7, (26, 2))
    ]
    canvas.fill(union(seeds), look.light, opacity=0.9, inside=inside)


def _at(turn: float, reach: float) -> tuple[float, float]:
    angle = np.deg2rad(turn)
    return CX + np.cos(angle) * reach, CY + np.sin(angle) * reach


def _noodles(
    canvas: Canvas, look: Look, rng: np.random.Generator, turn: float, inside: Shape, green: str, dark: str
) -> None:
    x, y = _at(turn + 200, 130)
    for strand in range(15):
        reach = 60 + strand * 11
        start = turn + rng.random() * 40
        curl = arc(
            x + rng.normal(0, 9),
            y + rng.normal(0, 9),
            reach,
            start,
            start + 190 + rng.random() * 60,
            13,
            ry=reach * 0.8,
        )
        canvas.fill(curl.moved(4, 7), dark, opacity=0.22, inside=inside)
        canvas.fill(curl, mix("#f3d592", "#dfae5c", rng.random() * 0.6), inside=inside)


def _greens(
    canvas: Canvas, look: Look, rng: np.random.Generator, turn: float, inside: Shape, green: str, dark: str
) -> None:
    x, y = _at(turn + 20, 110)
    for number in range(9):
        blade = leaf(x, y, 150 + rng.random() * 60, 84, turn - 110 + number * 26, 0.9)
        canvas.fill(blade.moved(6, 10), dark, blur=7, opacity=0.3, inside=inside)
        canvas.fill(blade, Fade(mix(green, look.light, 0.24 * (number % 3)), mix(green, dark, 0.16)), inside=inside)


def _eggs(
    canvas: Canvas, look: Look, rng: np.random.Generator, turn: float, inside: Shape, green: str, dark: str
) -> None:
    for number in range(2):
        x, y = _at(turn + 100 + number * 46, 205)
        white = ellipse(x, y, 92, 76).turned(turn + 100 + number * 60, x, y)
        canvas.shadow(white, dark, dx=8, dy=13, blur=10, opacity=0.4)
        canvas.fill(white, Fade("#fffdf6", "#ebe3d2", 60))
        canvas.fill(ellipse(x + 4, y + 3, 45), Fade("#f7b437", "#e58a1f", 60))
        canvas.fill(ellipse(x - 10, y - 12, 13, 9), "#ffffff", blur=4, opacity=0.6)


def _slices(
    canvas: Canvas, look: Look, rng: np.random.Generator, turn: float, inside: Shape, green: str, dark: str
) -> None:
    for number in range(4):
        x, y = _at(turn + 255 + number * 17, 235 - number * 12)
        canvas.fill(ellipse(x + 7, y + 11, 70), dark, blur=8, opacity=0.35, inside=inside)
        canvas.fill(ellipse(x, y, 70), mix(green, dark, 0.15))
        canvas.fill(ellipse(x, y, 62), Fade("#e6efc4", "#cfe0a0", 60))
        seeds = union(leaf(*_around(x, y, angle, 16), 24, 10, angle, 1.0) for angle in range(0, 360, 45))
        canvas.fill(seeds, "#f6f7dd")


def _tomatoes(
    canvas: Canvas, look: Look, rng: np.random.Generator, turn: float, inside: Shape, green: str, dark: str
) -> None:
    for number in range(3):
        x, y = _at(turn + 345 + number * 27, 222 - 20 * (number % 2))
        canvas.fill(ellipse(x + 7, y + 11, 56), dark, blur=8, opacity=0.4, inside=inside)
        canvas.fill(ellipse(x, y, 56), Fade("#e5573c", "#c43a26", 60))
        canvas.fill(ring(x, y, 44, 20), "#f08f6a", opacity=0.8)
        canvas.fill(
            union(line([_around(x, y, angle, 8), _around(x, y, angle, 44)], 7) for angle in (30, 150, 270)), "#e5573c"
        )


def _around(x: float, y: float, degrees: float, reach: float) -> tuple[float, float]:
    angle = np.deg2rad(degrees)
    return x + np.cos(angle) * reach, y + np.sin(angle) * reach


def _chopsticks(canvas: Canvas, look: Look, dark: str) -> None:
    for dx in (0, 46):
        stick = polygon([(888 + dx, 850), (908 + dx, 846), (1010 + dx * 0.6, 1790), (1000 + dx * 0.6, 1792)])
        canvas.shadow(stick, dark, dx=16, dy=20, blur=8, opacity=0.4)
        canvas.fill(stick, Fade(mix(look.accent, look.light, 0.2), look.accent, 0))
        canvas.fill(smooth([(890 + dx, 866), (908 + dx, 862)], closed=False, width=8), look.light, opacity=0.6)


SCENE = Scene(
    name="bowl",
    draw=draw,
    looks=(
        Look(("#efe4d2", "#dcc9ab"), "#3a2614", "#fbf6ea", ("#35566b", "#b9722f", "#4f8a46", "#3a2412"), "#b4492f"),
        Look(("#d9dfd0", "#bcc7ae"), "#24301c", "#f5f7ec", ("#f1e8d6", "#c98a3c", "#3f7a4a", "#2c3220"), "#7a4a2c"),
        Look(
            ("#4a3f3a", "#332b28"),
            "#f9efdf",
            "#332b27",
            ("#c9d1cd", "#a85f28", "#5f9a52", "#0f0b09"),
            "#d8a15c",
            light="#f5dcae",
        ),
        Look(("#e9b9a0", "#d69a7d"), "#42190e", "#fdf1e8", ("#faf3e6", "#c47a35", "#4a8a5a", "#5a2412"), "#2f5d62"),
    ),
)
