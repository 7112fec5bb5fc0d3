"""A plant in a pot by the window."""

import numpy as np

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, box, ellipse, leaf, line, polygon, union
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.scenes.shared import window_light

ROOT_X, ROOT_Y = 540.0, 1390.0


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: four greens from dark to light, pot, floor. A leaf or two more on every slide."""
    *greens, pot, floor = look.tones
    rng = moment.rng
    canvas.ground(*look.ground)
    window_light(canvas, look.light, 0.55)
    canvas.fill(box(0, 1690, 1080, 1930), Fade(floor, mix(floor, "#000000", 0.14)), blur=2)
    leaves = _leaves(rng, greens, 9 + round(moment.step * 6))
    shade = mix(greens[0], "#2a2214", 0.6)
    canvas.shadow(union(shape for shape, _, _ in leaves), shade, dx=76, dy=46, blur=26, opacity=0.24)
    for shape, rib, green in leaves:
        canvas.fill(shape, Fade(mix(green, "#ffffff", 0.06), mix(green, "#000000", 0.14)))
        canvas.fill(rib, mix(green, greens[-1], 0.75), opacity=0.7)
    _pot(canvas, pot, shade)


def _leaves(rng: np.random.Generator, greens: list[str], count: int) -> list[tuple[Shape, Shape, str]]:
    """Leaf, midrib and colour; the outer ones first, so that the inner ones lie over them."""
    leaves = []
    for place in range(15):
        spread = (place - 7) / 7
        turn = -90 + spread * 78 + rng.normal(0, 3.5)
        length = 520 - abs(spread) * 90 + rng.random() * 80
        width = 120 + rng.random() * 70
        green = greens[int(rng.integers(0, len(greens)))]
        shape = leaf(ROOT_X, ROOT_Y, length, width, turn)
        angle = np.deg2rad(turn)
        tip = (ROOT_X + np.cos(angle) * length * 0.95, ROOT_Y + np.sin(angle) * length * 0.95)
        leaves.append((rng.random(), abs(spread), shape, line([(ROOT_X, ROOT_Y), tip], 4.5), green))
    kept = sorted(leaves, key=lambda entry: entry[0])[:count]
    return [(shape, rib, green) for _, _, shape, rib, green in sorted(kept, key=lambda entry: -entry[1])]


def _pot(canvas: Canvas, pot: str, shade: str) -> None:
    canvas.fill(ellipse(575, 1742, 270, 40), shade, blur=24, opacity=0.5)
    body = polygon([(368, 1360), (712, 1360), (668, 1742), (412, 1742)])
    rim = box(340, 1322, 740, 1412, 12)
    canvas.fill(body, Fade(mix(pot, "#ffffff", 0.1), mix(pot, "#000000", 0.26), 0))
    canvas.fill(box(340, 1400, 740, 1438), shade, blur=12, opacity=0.4, inside=body)
    canvas.fill(rim, Fade(mix(pot, "#ffffff", 0.16), mix(pot, "#000000", 0.16), 0))


SCENE = Scene(
    name="plant",
    draw=draw,
    looks=(
        Look(
            ("#ece6d5", "#d2cab0"),
            "#22382a",
            "#f7f3e6",
            ("#2f4f3a", "#44694c", "#5d8460", "#7ea27a", "#c06a44", "#b79f7e"),
            "#c06a44",
        ),
        Look(
            ("#dfc0a9", "#c8a287"),
            "#3b2117",
            "#fbf1e7",
            ("#27463c", "#3a6152", "#527d69", "#86a98f", "#f0e6d6", "#8d6a52"),
            "#3a6152",
        ),
        Look(
            ("#cfdadb", "#aebfc2"),
            "#1c3036",
            "#f2f5f1",
            ("#24473f", "#3b665a", "#5a8a78", "#8fb59d", "#3f5d7d", "#8b9a98"),
            "#3f5d7d",
        ),
        Look(
            ("#f0dfb0", "#e3c57f"),
            "#3a2c10",
            "#fcf5e0",
            ("#3a4f25", "#566f33", "#7a9148", "#a7b76c", "#e9e2d2", "#b48b52"),
            "#8a5a2c",
        ),
    ),
)
