"""The two typefaces, from the pip packages font-manrope and font-hanken-grotesk, and what they can spell."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

from PIL import ImageFont


@dataclass(frozen=True, slots=True)
class Voice:
    """One typeface in the two weights a slide needs. `leading` is the line's height per size."""

    package: str
    display: str
    plain: str
    leading: float


VOICES = (
    Voice("font_manrope", "Manrope-Bold.ttf", "Manrope-Medium.ttf", 1.13),
    Voice("font_hanken_grotesk", "HankenGrotesk-Bold.otf", "HankenGrotesk-Medium.otf", 1.08),
    Voice("font_manrope", "Manrope-ExtraBold.ttf", "Manrope-SemiBold.ttf", 1.1),
    Voice("font_hanken_grotesk", "HankenGrotesk-SemiBold.otf", "HankenGrotesk-Regular.otf", 1.08),
)


@lru_cache(maxsize=256)
def font(package: str, name: str, size: float) -> ImageFont.FreeTypeFont:
    """A font in pixels; sizes may be fractions."""
    return ImageFont.truetype(str(_path(package, name)), size)


@lru_cache(maxsize=16)
def _path(package: str, name: str) -> Path:
    # The packages are plain folders on disk, so the path stays good after the context ends.
    with as_file(files(package) / "files" / name) as path:
        return path


def spell(text: str, package: str, name: str) -> str:
    """The text without what the font has no glyph for (emoji, joiners), line breaks kept, spaces tidied."""
    lines = unicodedata.normalize("NFKC", text).splitlines()
    kept = ("".join(letter if _has(letter, package, name) else " " for letter in line) for line in lines)
    return "\n".join(tidy for line in kept if (tidy := " ".join(line.split())))


@lru_cache(maxsize=2048)
def _has(letter: str, package: str, name: str) -> bool:
    """A font draws the same box for everything it lacks; U+10FFFF is a letter no font has."""
    if letter.isspace():
        return True
    if unicodedata.category(letter)[0] in "CM":
        return False
    face = font(package, name, 24)
    return bytes(face.getmask(letter)) != bytes(face.getmask("\U0010ffff"))
