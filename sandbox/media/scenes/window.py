"""Evening light and the shadow of leaves on a wall, a vase below: a calm scene that suits most trades."""

import numpy as np

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, box, ellipse, leaf, line, smooth, union
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.scenes.shared import window_light
from sandbox.media.texture import noise


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: vase, table, grass, shadow. The light moves along the wall from slide to slide."""
    vase, top, grass, dark = look.tones
    rng = moment.rng
    canvas.ground(*look.ground)
    canvas.tooth(noise(rng, 40, 70, canvas.size), 0.03)
    window_light(canvas, look.light, 0.8, left=60 + moment.step * 190, top=150, soft=9)
    shade = union(_twig(rng, 1130 + number * 30, 330 + number * 300, 200 - number * 6) for number in range(3))
    canvas.fill(shade, mix(dark, look.ground[-1], 0.3), blur=13, opacity=0.2)
    canvas.fill(box(0, 1640, 1080, 1930), Fade(top, mix(top, dark, 0.22)))
    canvas.fill(box(0, 1632, 1080, 1650), dark, blur=6, opacity=0.2)
    _vase(canvas, look, rng, vase, grass, dark, 470 + rng.random() * 140)


def _twig(rng: np.random.Generator, x: float, y: float, turn: float) -> Shape:
    """A branch that reaches in from the side."""
    long = 560
    parts = [line([(x, y), (x - long, y + 40)], 7)]
    for at in np.linspace(0.12, 1, 9):
        lift = (rng.random() - 0.5) * 30
        parts += [
            leaf(x - at * long, y + at * 40, 150, 58, 215 + lift, 0.9),
            leaf(x - at * long, y + at * 40, 140, 54, 142 + lift, 0.9),
        ]
    return union(parts).turned(turn - 200 - 12, x, y)


def _vase(canvas: Canvas, look: Look, rng: np.random.Generator, vase: str, grass: str, dark: str, x: float) -> None:
    foot = 1700.0
    body = smooth(
        [
            (x - 78, foot),
            (x - 142, foot - 110),
            (x - 132, foot - 240),
            (x - 58, foot - 330),
            (x - 44, foot - 400),
            (x - 62, foot - 428),
            (x + 62, foot - 428),
            (x + 44, foot - 400),
            (x + 58, foot - 330),
            (x + 132, foot - 240),
            (x + 142, foot - 110),
            (x + 78, foot),
        ]
    )
    stems, plumes = [], []
    for lean in (-150, -64, 30, 128):
        tip_x, tip_y = x + lean + rng.normal(0, 12), foot - 840 - rng.random() * 70 + abs(lean) * 0.5
        stems.append(
            smooth([(x + lean * 0.08, foot - 420), (x + lean * 0.4, foot - 620), (tip_x, tip_y)], closed=False, width=5)
        )
        angle = np.rad2deg(np.arctan2(tip_y - (foot - 620), tip_x - (x + lean * 0.4)))
        plumes += [
            leaf(
                tip_x - np.cos(np.deg2rad(angle)) * 120,
                tip_y - np.sin(np.deg2rad(angle)) * 120,
                150 + rng.random() * 40,
                34,
                angle + side,
                0.8,
            )
            for side in (-9, 0, 9)
        ]
    canvas.shadow(body + union(stems + plumes), dark, dx=120, dy=24, blur=22, opacity=0.22)
    canvas.fill(ellipse(x + 46, foot, 180, 22), dark, blur=14, opacity=0.45)
    canvas.fill(union(stems), mix(grass, dark, 0.2))
    for number, plume in enumerate(plumes):
        canvas.fill(plume, mix(grass, look.light, 0.12 * (number % 3)), opacity=0.92)
    canvas.fill(body, Fade(mix(vase, look.light, 0.35), mix(vase, dark, 0.34), 0))
    canvas.tooth(noise(rng, 160, 280, canvas.size), 0.08, body)
    canvas.fill(ellipse(x, foot - 426, 60, 10), mix(vase, dark, 0.5))


SCENE = Scene(
    name="window",
    draw=draw,
    looks=(
        Look(("#e9d5bd", "#d8b896"), "#38240f", "#fbf3e6", ("#f0e6d6", "#a97c58", "#b98a55", "#5a3a20"), "#b9583a"),
        Look(
            ("#cfd6cb", "#b3bfae"),
            "#1e2e24",
            "#f3f6ef",
            ("#5d7466", "#8f9c88", "#c9a86a", "#2c3d32"),
            "#c4703d",
            light="#fff8df",
        ),
        Look(
            ("#d9bfc0", "#c49f9f"),
            "#3f1d22",
            "#faf0ee",
            ("#8f4f4a", "#a47a78", "#e6d3b8", "#4d2326"),
            "#8f4f4a",
            light="#ffece0",
        ),
        Look(
            ("#b9c6d6", "#97a9bf"),
            "#14253a",
            "#f2f5f8",
            ("#f3eadb", "#75869c", "#d3b078", "#1f3048"),
            "#d4733f",
            light="#fff3dc",
        ),
    ),
)
