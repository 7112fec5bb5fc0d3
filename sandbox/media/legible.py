"""Keeps words readable on whatever a scene put below them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sandbox.media.canvas import Canvas
from sandbox.media.colour import contrast, luminance, rgb
from sandbox.media.geometry import box
from sandbox.media.scene import Look, Scene
from sandbox.media.typeset import Block, shade

#: WCAG 2, level AA, for text of any size.
ENOUGH = 4.5
LIGHT, DARK = "#fffaf0", "#1c1512"

#: Rows of red, green, blue.
Samples = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Dress:
    """What words wear on a picture: their colour, and what is laid under them (empty text: nothing)."""

    ink: str
    strips: str = ""
    cloth: str = ""
    thickness: float = 0


def dress(canvas: Canvas, block: Block, scene: Scene, look: Look) -> Dress:
    """The scene's own colours where they can be read; otherwise a cloth under the words, as thin as possible."""
    if scene.labels:
        return Dress(look.ink, strips=look.paper)
    below = samples(canvas, block)
    ink = look.ink
    if worst(ink, below) < ENOUGH:
        ink = max((look.ink, look.paper, LIGHT, DARK), key=lambda colour: worst(colour, below))
    if worst(ink, below) >= ENOUGH:
        return Dress(ink)
    ink, cloth = (LIGHT, DARK) if luminance(below).mean() < 0.3 else (DARK, LIGHT)
    cover = np.array(rgb(cloth), float)
    for thickness in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        if worst(ink, below + (cover - below) * thickness) >= ENOUGH:
            break
    return Dress(ink, cloth=cloth, thickness=thickness)


def on(colour: str) -> str:
    """Light or dark: what stands out more on a plain colour."""
    ground = np.array([rgb(colour)], float)
    return max((LIGHT, DARK), key=lambda ink: float(contrast(ink, ground)[0]))


def lay(canvas: Canvas, block: Block, worn: Dress) -> None:
    """Paints what lies under the words. The words themselves are written last, in full resolution."""
    if worn.strips:
        strips = block.strips()
        canvas.shadow(strips, DARK, dy=10, blur=18, opacity=0.22)
        canvas.fill(strips, worn.strips)
        return
    if worn.cloth:
        left, top, right, bottom = block.bounds
        canvas.fill(
            box(left - 110, top - 60, right + 110, bottom + 60, 90), worn.cloth, blur=58, opacity=worn.thickness
        )
    if luminance(np.array(rgb(worn.ink), float)) > 0.5:
        shade(canvas, block, DARK, 0.42)


def samples(canvas: Canvas, block: Block) -> Samples:
    """What lies below the words: averages over patches about as large as a letter's stroke."""
    left, top, right, bottom = (round(edge * canvas.scale) for edge in block.bounds)
    part = canvas.image.crop((max(0, left), max(0, top), min(canvas.size[0], right), min(canvas.size[1], bottom)))
    return np.asarray(part.resize((24, 24), Image.Resampling.BOX), float).reshape(-1, 3)


def worst(ink: str, below: Samples) -> float:
    """Contrast where it is nearly lowest; single sparks (a star) do not count."""
    return float(np.quantile(contrast(ink, below), 0.02))
