"""Words that stay still while the picture behind them moves."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops

from sandbox.media.canvas import Canvas
from sandbox.media.legible import Dress, lay
from sandbox.media.typeset import Block, write


@dataclass(frozen=True, slots=True)
class Overlay:
    """Colour already weighted by its own cover, and what is left of the picture below it; both within `box`."""

    colour: Image.Image
    rest: Image.Image
    box: tuple[int, int, int, int]

    def over(self, frame: Image.Image, share: float) -> None:
        """Lays the words on the frame; `share` below 1 while they come or go."""
        if share <= 0:
            return
        below = frame.crop(self.box)
        covered = ImageChops.add(ImageChops.multiply(below, self.rest), self.colour)
        frame.paste(covered if share >= 1 else Image.blend(below, covered, share), self.box)


def overlay(words: list[tuple[Block, Dress]], scale: float) -> Overlay | None:
    """Draws the words and what they wear once on black and once on white: the difference is what shows through."""
    size = Canvas(scale).size
    sheets = []
    for ground in ("black", "white"):
        canvas = Canvas(scale, Image.new("RGB", size, ground))
        for block, worn in words:
            lay(canvas, block, worn)
            write(canvas.image, scale, block, worn.ink)
        sheets.append(canvas.image)
    rest = ImageChops.subtract(sheets[1], sheets[0])
    box = Image.fromarray(np.uint8(255) - np.asarray(rest)).getbbox()
    return Overlay(sheets[0].crop(box), rest.crop(box), box) if box else None
