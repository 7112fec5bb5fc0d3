"""Fields of noise (wood, water, land, cloth) and the film over the finished picture. Values lie between 0 and 1."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

Field = NDArray[np.float32]


def noise(rng: np.random.Generator, across: int, down: int, size: tuple[int, int]) -> Field:
    """Smooth noise with so many cells across and down, stretched to `size` (width, height in pixels)."""
    grid = Image.fromarray(rng.random((down + 1, across + 1), dtype=np.float32))
    return np.asarray(grid.resize(size, Image.Resampling.BICUBIC))


def clouds(rng: np.random.Generator, cells: int, octaves: int, size: tuple[int, int]) -> Field:
    """Noise upon finer noise. Drawn at a third of the size: nothing in it is fine enough to miss the rest."""
    small = (max(1, size[0] // 3), max(1, size[1] // 3))
    total = np.zeros((small[1], small[0]), np.float32)
    weight = 1.0
    for octave in range(octaves):
        across = cells * 2**octave
        total += np.float32(weight) * noise(rng, across, int(across * 1.78), small)
        weight /= 2
    field = np.asarray(Image.fromarray(total).resize(size, Image.Resampling.BICUBIC))
    low, high = field.min(), field.max()
    scaled: Field = (field - low) / max(float(high - low), 1e-6)
    return scaled


def wood(rng: np.random.Generator, size: tuple[int, int], upright: bool = True) -> Field:
    """Long fibres, upright or lying."""
    fine, broad = (90, 3), (26, 2)
    if not upright:
        fine, broad = (2, 170), (2, 48)
    return np.float32(0.5) * (noise(rng, *fine, size) + noise(rng, *broad, size))


def grid(size: tuple[int, int]) -> tuple[Field, Field]:
    """x and y of every pixel, in frame units."""
    width, height = size
    x = np.linspace(0, 1080, width, dtype=np.float32)[None, :]
    y = np.linspace(0, 1920, height, dtype=np.float32)[:, None]
    return x, y


def vignette(image: Image.Image) -> Image.Image:
    """A little darker towards the corners."""
    return ImageChops.multiply(image, _corners(image.size))


def grain(image: Image.Image) -> Image.Image:
    """The tooth of printed paper. One tile for all pictures, so that it costs no more than an addition."""
    return ImageChops.add(image, _grain(image.size), 1, -128)


@lru_cache(maxsize=4)
def _corners(size: tuple[int, int]) -> Image.Image:
    x, y = np.linspace(-0.5, 0.5, size[0])[None, :], np.linspace(-0.5, 0.5, size[1])[:, None]
    level = (1 - 0.34 * (x**2 + y**2)) * 255
    return Image.merge("RGB", [Image.fromarray(level.astype(np.uint8))] * 3)


@lru_cache(maxsize=4)
def _grain(size: tuple[int, int]) -> Image.Image:
    level = np.random.default_rng(7).normal(128, 3.4, (size[1], size[0]))
    return Image.merge("RGB", [Image.fromarray(level.astype(np.uint8))] * 3)
