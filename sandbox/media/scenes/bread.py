"""A round loaf on a striped cloth."""

import numpy as np

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, arc, leaf, polygon, smooth, union
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.scenes.shared import window_light
from sandbox.media.texture import clouds, noise


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: stripe, crust, dark crust, flour, shadow. The loaf bakes darker from slide to slide."""
    stripe, crust, burnt, flour, dark = look.tones
    rng = moment.rng
    canvas.ground(*look.ground)
    lines = []
    for x in range(-200, 1900, 230):
        for left, wide in ((0, 40), (62, 9)):
            lines.append(
                polygon([(x + left, 0), (x + left + wide, 0), (x + left + wide - 420, 1920), (x + left - 420, 1920)])
            )
    canvas.fill(union(lines), stripe, opacity=0.5)
    canvas.tooth(noise(rng, 200, 360, canvas.size), 0.05)
    window_light(canvas, look.light, 0.36)
    cx, cy = 540.0, 1300.0
    loaf = _loaf(rng, cx, cy)
    canvas.shadow(loaf, dark, dx=50, dy=72, blur=46, opacity=0.55)
    canvas.fill(loaf, Fade(mix(burnt, crust, 0.3), mix(burnt, dark, 0.25 + moment.step * 0.15), 60))
    canvas.fill(
        loaf.scaled(0.8, 0.8, cx - 40, cy - 50), mix(crust, burnt, 0.1 + moment.step * 0.25), blur=60, inside=loaf
    )
    canvas.glow(cx - 120, cy - 170, 150, mix(crust, flour, 0.5), 0.5)
    dust = clouds(rng, 9, 3, canvas.size)
    rings = union(arc(cx, cy, radius, 0, 360, 24) for radius in range(90, 350, 52)).scaled(0.98, 1.1, cx, cy)
    canvas.fill(rings, flour, blur=7, opacity=0.34, inside=loaf.scaled(0.95, 0.95, cx, cy))
    canvas.tooth(dust, 0.12, loaf)
    _ear(canvas, look, cx, cy)


def _loaf(rng: np.random.Generator, cx: float, cy: float) -> Shape:
    turns = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    reach = 1 + rng.normal(0, 0.012, len(turns))
    return smooth(np.stack([cx + np.cos(turns) * 372 * reach, cy + np.sin(turns) * 425 * reach], 1))


def _ear(canvas: Canvas, look: Look, cx: float, cy: float) -> None:
    """The cut: one long slash that opened in the oven, and leaves beside it."""
    _, crust, burnt, flour, dark = look.tones
    cuts = [leaf(cx - 40, cy + 330, 680, 120, -83, 1.0)]
    for row in range(4):
        y = cy - 190 + row * 128
        cuts += [leaf(cx + 88, y + 36, 190, 44, -42, 1.0), leaf(cx - 96, y + 60, 190, 44, -138, 1.0)]
    canvas.fill(union(cuts).moved(10, 12), dark, blur=10, opacity=0.45)
    canvas.fill(union(cuts), Fade(mix(flour, crust, 0.3), mix(crust, burnt, 0.2), 20))
    canvas.fill(union(cut.scaled(0.86, 0.9, *_middle(cut)).moved(-6, -5) for cut in cuts), flour, blur=12, opacity=0.75)
    canvas.fill(arc(cx + 118, cy, 320, 148, 212, 13, ry=330), burnt, blur=3, opacity=0.75, inside=cuts[0].moved(16, 0))


def _middle(shape: Shape) -> tuple[float, float]:
    left, top, right, bottom = shape.bounds()
    return (left + right) / 2, (top + bottom) / 2


SCENE = Scene(
    name="bread",
    draw=draw,
    looks=(
        Look(
            ("#efeadf", "#e0d9c9"),
            "#3a2816",
            "#fbf6ea",
            ("#9fb0b4", "#c07f3c", "#8d4f1c", "#f6ead2", "#4b3a26"),
            "#a8542c",
        ),
        Look(
            ("#e9d9c0", "#d9c19c"),
            "#3b2413",
            "#fcf4e4",
            ("#b9684a", "#b97434", "#7d4417", "#f3e2c2", "#4a2e18"),
            "#b9583a",
        ),
        Look(
            ("#5d6f78", "#41525b"),
            "#faf4e6",
            "#26343b",
            ("#8fa0a5", "#c88540", "#8a4d1b", "#f5e6c8", "#131c20"),
            "#e2a44d",
            light="#f2e2bd",
        ),
        Look(
            ("#dfe3d6", "#c7cfba"),
            "#27301f",
            "#f6f6ea",
            ("#7f9a78", "#b8783a", "#82481a", "#f4e7cb", "#343a26"),
            "#5c7a52",
        ),
    ),
)
