"""Light, ground and land that several scenes use."""

import numpy as np

from sandbox.media.canvas import Canvas
from sandbox.media.geometry import HEIGHT, WIDTH, Shape, ellipse, polygon, union
from sandbox.media.texture import wood


def table(canvas: Canvas, rng: np.random.Generator, *colours: str, upright: bool = True, depth: float = 0.075) -> None:
    """A wooden top seen from above, or a wooden wall."""
    canvas.ground(*colours, degrees=70)
    canvas.tooth(wood(rng, canvas.size, upright), depth)


def window_light(
    canvas: Canvas, colour: str, strength: float = 0.4, left: float = 150, top: float = 120, soft: float = 14
) -> None:
    """Two by three panes of sunlight, slanted as they fall on a wall or table."""
    wide, high, gap, slant = 330, 420, 46, 0.42
    panes = []
    for column in range(2):
        for row in range(3):
            x, y = left + column * (wide + gap), top + row * (high + gap)
            corners = [(x, y), (x + wide, y - wide * slant), (x + wide, y + high - wide * slant), (x, y + high)]
            panes.append(polygon([(px + (py - top) * 0.22, py) for px, py in corners]))
    canvas.lit(union(panes), colour, strength=strength, blur=soft)


def land(rng: np.random.Generator, top: float, rough: float) -> Shape:
    """Everything below a mountain line; `top` and `rough` are shares of the height."""
    x = np.linspace(0, WIDTH, 240)
    rise = np.zeros_like(x)
    for octave, waves in enumerate((1.3, 2.7, 5.1, 11, 23)):
        phase, stretch = rng.random() * 2 * np.pi, 0.55 + 0.3 * rng.random()
        rise += np.sin(x / WIDTH * 2 * np.pi * waves * stretch + phase) * rough / 1.75**octave * 0.5
    ridge = np.stack([x, (top + rise) * HEIGHT], 1)
    return polygon(np.concatenate([[(0, HEIGHT + 4)], ridge, [(WIDTH, HEIGHT + 4)]]))


def stars(canvas: Canvas, rng: np.random.Generator, count: int, lowest: float, colour: str) -> None:
    """Points of light, fewer towards `lowest` (a share of the height)."""
    for brightness in (0.35, 0.6, 0.95):
        spots = []
        for _ in range(count // 3):
            x, y = rng.random() * WIDTH, rng.random() ** 1.4 * HEIGHT * lowest
            spots.append(ellipse(x, y, 1.6 + rng.random() ** 4 * 3.4))
        canvas.fill(union(spots), colour, opacity=brightness)
