"""Colours: hex text to numbers, mixes, and contrast as WCAG 2 counts it."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RGB = tuple[int, int, int]


@lru_cache(maxsize=2048)
def rgb(colour: str) -> RGB:
    """`"#d9573b"` to (217, 87, 59)."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(first: str, second: str, share: float) -> str:
    """`first` with `share` (0 to 1) of `second` in it."""
    pairs = zip(rgb(first), rgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def luminance(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Relative luminance, 0 (black) to 1 (white), of rows of red, green, blue (0 to 255)."""
    value = colours / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(colour: str, others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Contrast ratio, 1 to 21, of one colour with each row of others."""
    own, rest = luminance(np.array(rgb(colour), float)), luminance(others)
    return (np.maximum(own, rest) + 0.05) / (np.minimum(own, rest) + 0.05)
