"""Sets words into a zone: the largest size at which they fit, lines of even length, nothing ever cut off."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import inf

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from sandbox.media.canvas import Canvas
from sandbox.media.colour import rgb
from sandbox.media.fonts import Voice, font, spell
from sandbox.media.geometry import Shape, box, union
from sandbox.media.scene import Zone

#: Widths are measured once at this size and scaled.
MEASURE = 100.0
#: Rather than go below this size, long words are broken with a hyphen.
READABLE = 56.0
#: Type may shrink to this share of the size that fits, if its lines then are of like length.
WORTH = 0.82
#: 200 of the widest letters still fit the smallest zone at this size.
SMALLEST = 24.0
#: Line breaks the writer asked for are kept up to this many lines.
MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its left end and baseline in frame units."""

    text: str
    x: float
    baseline: float
    width: float


@dataclass(frozen=True, slots=True)
class Block:
    """Words that have found their size and place."""

    lines: tuple[Line, ...]
    size: float
    package: str
    name: str

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom with room for accents and descenders; only for a block that has lines."""
        return (
            min(line.x for line in self.lines),
            self.lines[0].baseline - self.size,
            max(line.x + line.width for line in self.lines),
            self.lines[-1].baseline + self.size * 0.3,
        )

    def strips(self) -> Shape:
        """Strips of paper behind each line, as one shape."""
        rise, sink, side = self.size * 0.88, self.size * 0.36, self.size * 0.26
        strips = [
            box(line.x - side, line.baseline - rise, line.x + line.width + side, line.baseline + sink, self.size * 0.2)
            for line in self.lines
        ]
        # Square joints where two strips lie on each other, so that no notch is left between their round corners.
        joints = [
            box(
                max(a.x, b.x) - side, a.baseline, min(a.x + a.width, b.x + b.width) + side - self.size * 0.2, b.baseline
            )
            for a, b in pairwise(self.lines)
        ]
        return union(strips + joints)


def fit(
    text: str,
    voice: Voice,
    zone: Zone,
    *,
    largest: float = 124,
    plain: bool = False,
    centred: bool = False,
) -> Block:
    """The words in the zone, at most `largest`. Glyphs the font lacks are left out; the block may then be empty."""
    name = voice.plain if plain else voice.display
    face = font(voice.package, name, MEASURE)
    paragraphs = _paragraphs(spell(text, voice.package, name))
    width, height = zone.right - zone.left, zone.bottom - zone.top
    fallback: tuple[float, list[str]] | None = None
    for size, may_break in _sizes(largest):
        if fallback and (may_break or size < fallback[0] * WORTH):
            break
        room = width / size * MEASURE * 0.99
        words = [_measured(paragraph, face, room, may_break) for paragraph in paragraphs]
        rows = sum(_count(row, room, face) for row in words)
        longest = max((length for row in words for _, length in row), default=0)
        if longest > room or (rows - 1) * voice.leading * size + size * 1.3 > height:
            continue
        texts = [line for row in words for line in _even(row, room, face)]
        if len(paragraphs) > 1 or _handsome(texts, face):
            return _place(texts, voice, name, size, zone, centred=centred)
        fallback = fallback or (size, texts)
    size, texts = fallback or (SMALLEST, [])
    return _place(texts, voice, name, size, zone, centred=centred)


def write(image: Image.Image, scale: float, block: Block, colour: str) -> None:
    """Draws the block in the picture's own pixels, so that type is sharp at any size."""
    draw = ImageDraw.Draw(image)
    face = font(block.package, block.name, block.size * scale)
    for line in block.lines:
        draw.text((line.x * scale, line.baseline * scale), line.text, font=face, fill=rgb(colour), anchor="ls")


def shade(canvas: Canvas, block: Block, colour: str, opacity: float) -> None:
    """A soft shadow behind light type, one glow for the whole block."""
    left, top, right, bottom = block.bounds
    reach = 70.0
    pixels = [round(edge * canvas.scale) for edge in (left - reach, top - reach, right + reach, bottom + reach)]
    mask = Image.new("L", (pixels[2] - pixels[0], pixels[3] - pixels[1]))
    draw = ImageDraw.Draw(mask)
    face = font(block.package, block.name, block.size * canvas.scale)
    for line in block.lines:
        at = (line.x * canvas.scale - pixels[0], (line.baseline + 3) * canvas.scale - pixels[1])
        draw.text(at, line.text, font=face, fill=255, anchor="ls")
    mask = mask.filter(ImageFilter.GaussianBlur(16 * canvas.scale)).point([round(v * opacity) for v in range(256)])
    canvas.image.paste(rgb(colour), (pixels[0], pixels[1], pixels[2], pixels[3]), mask)


def _paragraphs(text: str) -> list[str]:
    """The writer's own lines; run together when there are too many of them to be a poster."""
    lines = text.split("\n")
    return lines if len(lines) <= MOST_LINES else [" ".join(lines)]


#: A word and its length at MEASURE.
Word = tuple[str, float]


def _sizes(largest: float) -> Iterator[tuple[float, bool]]:
    """Sizes to try, and whether long words may be broken: first down to READABLE with whole words, then again."""
    for may_break, smallest in ((False, READABLE), (True, SMALLEST)):
        size = largest
        while size >= smallest:
            yield size, may_break
            size -= 4


def _measured(paragraph: str, face: ImageFont.FreeTypeFont, room: float, may_break: bool) -> list[Word]:
    """The paragraph's words; one longer than the room is broken into even pieces if it may be."""
    words: list[Word] = []
    for word in paragraph.split():
        length = face.getlength(word)
        if length <= room or not may_break:
            words.append((word, length))
            continue
        # Letters differ in width: more pieces until the widest fits.
        for pieces in range(2, len(word) + 1):
            step = -(-len(word) // pieces)
            parts = [word[at : at + step] for at in range(0, len(word), step)]
            parts = [part + "-" for part in parts[:-1]] + parts[-1:]
            if max(map(face.getlength, parts)) <= room:
                break
        words += [(part, face.getlength(part)) for part in parts]
    return words


def _count(words: list[Word], room: float, face: ImageFont.FreeTypeFont) -> int:
    """Lines needed when each takes as many words as it can."""
    space, rows, used = face.getlength(" "), 0, room + 1
    for _, length in words:
        if used + space + length <= room:
            used += space + length
        else:
            rows, used = rows + 1, length
    return rows


def _even(words: list[Word], room: float, face: ImageFont.FreeTypeFont) -> list[str]:
    """No more lines than needed, and their ends as even as they can be: the sum of squared gaps is smallest."""
    space = face.getlength(" ")

    @cache
    def best(start: int, rows: int) -> tuple[float, tuple[str, ...]]:
        """Cost and lines of the words from `start` on, in at most so many rows."""
        if start == len(words):
            return 0.0, ()
        found: tuple[float, tuple[str, ...]] = (inf, ())
        length = -space
        for end in range(start + 1, len(words) + 1 if rows else start):
            length += space + words[end - 1][1]
            if length > room and end > start + 1:
                break
            cost, rest = best(end, rows - 1)
            cost += (room - length) ** 2
            if cost < found[0]:
                found = cost, (" ".join(word for word, _ in words[start:end]), *rest)
        return found

    return list(best(0, _count(words, room, face))[1])


def _handsome(texts: list[str], face: ImageFont.FreeTypeFont) -> bool:
    """No line is less than half as long as another."""
    lengths = [face.getlength(text) for text in texts]
    return min(lengths, default=0) >= max(lengths, default=0) / 2


def _place(texts: list[str], voice: Voice, name: str, size: float, zone: Zone, *, centred: bool) -> Block:
    face = font(voice.package, name, size)
    leading = voice.leading * size
    lines = []
    for row, text in enumerate(texts):
        width = face.getlength(text)
        x = zone.left + (zone.right - zone.left - width) / 2 if centred else zone.left
        lines.append(Line(text, x, zone.top + size * 0.8 + row * leading, width))
    return Block(tuple(lines), size, voice.package, name)
