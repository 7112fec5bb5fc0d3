"""The sheet a scene is drawn on. Scenes speak in frame units (1080 x 1920); the canvas knows pixels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from sandbox.media.colour import rgb
from sandbox.media.geometry import HEIGHT, WIDTH, Shape

#: Edges are drawn this many times larger and averaged down: Pillow's polygons have no smooth edge of their own.
FINER = 3


@dataclass(frozen=True, slots=True)
class Fade:
    """From one colour to another across a shape; 90 degrees is from top to bottom, 0 from left to right."""

    start: str
    end: str
    degrees: float = 90


Paint = str | Fade


class Canvas:
    """`image` is the picture so far, `scale` its pixels per frame unit (1/2 for a slide, 1/3 for a small one)."""

    def __init__(self, scale: float, image: Image.Image | None = None) -> None:
        self.scale = scale
        self.image = image or Image.new("RGB", (round(WIDTH * scale), round(HEIGHT * scale)))
        #: The last `inside` and its mask: many things are laid into the same bowl.
        self._framed: tuple[Shape, Image.Image] | None = None

    @property
    def size(self) -> tuple[int, int]:
        return self.image.size

    def ground(self, *colours: str, degrees: float = 90) -> None:
        """Covers everything with a fade through the colours."""
        width, height = self.size
        along, stops = _ramp(width // 6, height // 6, degrees), np.linspace(0, 1, len(colours))
        bands = [np.interp(along, stops, [rgb(colour)[band] for colour in colours]) for band in range(3)]
        small = Image.fromarray(np.stack(bands, -1).round().astype(np.uint8))
        self.image = small.resize((width, height), Image.Resampling.BILINEAR)

    def fill(
        self, shape: Shape, paint: Paint, *, blur: float = 0, opacity: float = 1, inside: Shape | None = None
    ) -> None:
        """Lays a colour or a fade on a shape, soft by `blur`, kept within another shape if one is given."""
        box = self._box(shape, blur)
        if box is None:
            return
        mask = self.mask(shape, box, blur)
        if inside is not None:
            mask = ImageChops.multiply(mask, self._frame(inside).crop(box))
        if opacity < 1:
            mask = mask.point([round(value * opacity) for value in range(256)])
        if isinstance(paint, str):
            self.image.paste(rgb(paint), box, mask)
        else:
            self.image.paste(_fade(box[2] - box[0], box[3] - box[1], paint), box, mask)

    def shadow(
        self, shape: Shape, colour: str, *, dx: float = 0, dy: float = 0, blur: float = 30, opacity: float = 0.4
    ) -> None:
        """What the shape would throw on the ground behind it."""
        self.fill(shape.moved(dx, dy), colour, blur=blur, opacity=opacity)

    def glow(self, cx: float, cy: float, radius: float, colour: str, strength: float = 0.8, squash: float = 1) -> None:
        """A soft round light that reaches about twice its radius."""
        reach = radius * 2.2
        left, top = round((cx - reach) * self.scale), round((cy - reach * squash) * self.scale)
        width, height = max(1, round(reach * 2 * self.scale)), max(1, round(reach * 2 * squash * self.scale))
        mask = _GLOW.resize((width, height), Image.Resampling.BICUBIC)
        mask = mask.point([round(value * strength) for value in range(256)])
        self.image.paste(rgb(colour), (left, top, left + width, top + height), mask)

    def lit(self, shape: Shape, colour: str, *, strength: float = 0.4, blur: float = 14) -> None:
        """Lets light fall on a shape: colours below stay alive, as they would under a window."""
        box = self._box(shape, blur)
        if box is None:
            return
        below = self.image.crop(box)
        lamp = Image.new("RGB", below.size, rgb(colour))
        lit = Image.blend(ImageChops.soft_light(below, lamp), lamp, 0.28)
        mask = self.mask(shape, box, blur).point([round(value * strength) for value in range(256)])
        self.image.paste(lit, box, mask)

    def veil(self, strength: NDArray[np.float32], colour: str) -> None:
        """Lays a colour over everything, as thick as `strength` (0 to 1, one value per pixel) says."""
        mask = Image.fromarray((np.clip(strength, 0, 1) * 255).astype(np.uint8))
        self.image.paste(rgb(colour), (0, 0, *self.size), mask)

    def tooth(self, field: NDArray[np.float32], amount: float, shape: Shape | None = None) -> None:
        """Makes the ground (or a shape) lighter and darker by a field around 0.5: grain of wood, weave of cloth."""
        box = self._box(shape, 0) if shape else (0, 0, *self.size)
        if box is None:
            return
        left, top, right, bottom = box
        level = np.clip((1 + (field[top:bottom, left:right] - 0.5) * 2 * amount) * 128, 0, 255).astype(np.uint8)
        shade = Image.merge("RGB", [Image.fromarray(level)] * 3)
        # Multiplying can only darken. Half of it, added to itself, leaves a level of 128 as it was.
        half = ImageChops.multiply(self.image.crop(box), shade)
        toned = ImageChops.add(half, half)
        self.image.paste(toned, box, self.mask(shape, box) if shape else None)

    def mask(self, shape: Shape, box: tuple[int, int, int, int], blur: float = 0) -> Image.Image:
        """The shape as grey levels within a box of pixels."""
        left, top, right, bottom = box
        finer = Image.new("L", ((right - left) * FINER, (bottom - top) * FINER))
        draw = ImageDraw.Draw(finer)
        zoom = self.scale * FINER
        for part in shape.parts:
            points = part.points * zoom - (left * FINER, top * FINER)
            level = 0 if part.cut else 255
            flat = points.ravel().tolist()
            if not part.width:
                draw.polygon(flat, fill=level)
                continue
            width = max(1, round(part.width * zoom))
            draw.line(flat, fill=level, width=width)
            # A disc on every joint (thin strokes: only at the ends), because Pillow's own joints leave cracks.
            half = (width - 1) / 2
            for x, y in points if width > 5 else points[[0, -1]]:
                draw.ellipse((x - half, y - half, x + half, y + half), fill=level)
        mask = finer.reduce(FINER)
        return mask.filter(ImageFilter.GaussianBlur(blur * self.scale)) if blur else mask

    def _frame(self, inside: Shape) -> Image.Image:
        if self._framed is None or self._framed[0] is not inside:
            self._framed = inside, self.mask(inside, (0, 0, *self.size))
        return self._framed[1]

    def _box(self, shape: Shape, blur: float) -> tuple[int, int, int, int] | None:
        """The pixels a shape touches; None when it lies outside the frame."""
        left, top, right, bottom = shape.bounds()
        edge = blur * 2.5 + 2
        width, height = self.size
        box = (
            max(0, int((left - edge) * self.scale)),
            max(0, int((top - edge) * self.scale)),
            min(width, int((right + edge) * self.scale) + 2),
            min(height, int((bottom + edge) * self.scale) + 2),
        )
        return box if box[0] < box[2] and box[1] < box[3] else None


def _ramp(width: int, height: int, degrees: float) -> NDArray[np.float32]:
    """0 to 1 across a box in a direction."""
    angle = np.deg2rad(degrees)
    x = np.linspace(0, 1, width, dtype=np.float32) * np.float32(np.cos(angle))
    y = np.linspace(0, 1, height, dtype=np.float32) * np.float32(np.sin(angle))
    ramp: NDArray[np.float32] = np.add.outer(y, x)
    low, high = ramp.min(), ramp.max()
    return (ramp - low) / max(high - low, np.float32(1e-6))


def _fade(width: int, height: int, fade: Fade) -> Image.Image:
    mask = Image.fromarray((_ramp(width, height, fade.degrees) * 255).astype(np.uint8))
    image = Image.new("RGB", (width, height), rgb(fade.start))
    image.paste(rgb(fade.end), (0, 0, width, height), mask)
    return image


def _gaussian_spot(size: int = 160) -> Image.Image:
    axis = np.linspace(-2.2, 2.2, size)
    spot = np.exp(-np.add.outer(axis**2, axis**2))
    # Reaches 0 at the rim, so that no square shows.
    spot = np.clip((spot - np.exp(-(2.2**2))) / (1 - np.exp(-(2.2**2))), 0, 1)
    return Image.fromarray((spot * 255).astype(np.uint8))


_GLOW = _gaussian_spot()
