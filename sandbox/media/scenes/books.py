"""A stack of books by lamp light: reading."""

import numpy as np

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, arc, box, ellipse, line, union
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.texture import wood

FOOT = 1680.0


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: five covers, pages, table, shadow. A book more on the stack with every slide."""
    *covers, pages, top, dark = look.tones
    rng = moment.rng
    canvas.ground(*look.ground)
    canvas.glow(330, 1050, 520, look.light, 0.6)
    surface = box(0, FOOT, 1080, 1930)
    canvas.fill(surface, Fade(mix(top, look.light, 0.12), mix(top, dark, 0.2)))
    canvas.tooth(wood(rng, canvas.size, upright=False), 0.09, surface)
    order = rng.permutation(len(covers))
    first_cut = int(rng.integers(0, 3))
    y = FOOT
    for number in range(4 + round(moment.step)):
        thick = 100 + rng.random() * 40
        half = 330 - number * 9 + rng.random() * 48
        shift = (rng.random() - 0.5) * 66
        spot = (540 + shift, y, half, thick)
        if number % 3 == first_cut:
            _cut(canvas, spot, covers[order[number]], pages, dark)
        else:
            _back(canvas, look, spot, covers[order[number]], dark, 130 + rng.random() * 110)
        y -= thick
    _mug(canvas, look, dark, 500 + rng.random() * 60, y)


#: Middle of the book, its lower edge, half its width, its thickness.
Spot = tuple[float, float, float, float]


def _cut(canvas: Canvas, spot: Spot, cover: str, pages: str, dark: str) -> None:
    """A book that shows the cut of its pages."""
    x, y, half, thick = spot
    whole = _lie(canvas, spot, dark)
    canvas.fill(whole, cover)
    leaves = box(x - half + 4, y - thick + 14, x + half - 18, y - 14, 3)
    canvas.fill(leaves, Fade(pages, mix(pages, dark, 0.25)))
    rows = range(8, int(thick - 30), 9)
    cuts = [line([(x - half + 8, y - thick + 14 + row), (x + half - 22, y - thick + 14 + row)], 1.8) for row in rows]
    canvas.fill(union(cuts), dark, opacity=0.26)
    canvas.fill(box(x + half - 22, y - thick, x + half, y, 9), cover)


def _back(canvas: Canvas, look: Look, spot: Spot, cover: str, dark: str, title: float) -> None:
    """A book that shows its back, with bands and a title of that width."""
    x, y, half, thick = spot
    whole = _lie(canvas, spot, dark)
    canvas.fill(whole, Fade(mix(cover, look.light, 0.2), mix(cover, dark, 0.3)))
    trim = mix(cover, look.light, 0.62)
    edges = [x + side * (half - inset) for side in (-1, 1) for inset in (52, 78)]
    canvas.fill(union(box(edge, y - thick, edge + 9, y) for edge in edges), trim, opacity=0.75, inside=whole)
    canvas.fill(box(x - title / 2, y - thick / 2 - 8, x + title / 2, y - thick / 2 + 8, 8), trim, opacity=0.9)
    canvas.fill(box(x - half, y - 12, x + half, y), dark, blur=5, opacity=0.4, inside=whole)


def _lie(canvas: Canvas, spot: Spot, dark: str) -> Shape:
    x, y, half, thick = spot
    whole = box(x - half, y - thick, x + half, y, 9)
    canvas.shadow(whole, dark, dx=34, dy=10, blur=20, opacity=0.34)
    return whole


def _mug(canvas: Canvas, look: Look, dark: str, x: float, y: float) -> None:
    tall, half = 150.0, 76.0
    cup = box(x - half, y - tall, x + half, y, 26)
    canvas.shadow(cup, dark, dx=34, dy=6, blur=20, opacity=0.3)
    canvas.fill(arc(x + half, y - tall * 0.54, 44, -95, 95, 22, ry=42), mix(look.accent, dark, 0.14))
    canvas.fill(cup, Fade(mix(look.accent, look.light, 0.3), mix(look.accent, dark, 0.3), 0))
    canvas.fill(ellipse(x, y - tall + 4, half, 15), mix(look.accent, dark, 0.35))
    canvas.fill(ellipse(x, y - tall + 8, half - 12, 10), "#4a2a1a")
    for dx in (-24, 16):
        t = np.linspace(0, 1, 14)
        wisp = np.stack([x + dx + np.sin(t * 6 + dx) * 15, y - tall - 12 - t * 120], 1)
        canvas.fill(line(wisp, 10), look.light, blur=9, opacity=0.55)


SCENE = Scene(
    name="books",
    draw=draw,
    looks=(
        Look(
            ("#ead9bf", "#dcc19b"),
            "#37240f",
            "#fbf4e6",
            ("#a8452f", "#2f5d62", "#d3a24a", "#3f4a6b", "#7a8f6a", "#f5ead2", "#8a5a3a", "#3a2412"),
            "#f0e6d3",
        ),
        Look(
            ("#2f3d3a", "#41534e"),
            "#f7f0df",
            "#2a3734",
            ("#c98a4b", "#7fa08f", "#b65a43", "#d9c79a", "#4f7480", "#f3e8cf", "#5a4433", "#0c1311"),
            "#d9b36a",
            light="#f2d79c",
        ),
        Look(
            ("#dfe1ea", "#c4c9da"),
            "#20263d",
            "#f5f6fa",
            ("#4a5a8f", "#c9705a", "#e3c27a", "#6f93a8", "#8a6f9a", "#fbf6e8", "#8890a8", "#232a44"),
            "#e08a5f",
            light="#fffaf0",
        ),
        Look(
            ("#e2b7a6", "#d19a87"),
            "#3f160f",
            "#fdf1ea",
            ("#7d2f2b", "#35606a", "#efc988", "#54683f", "#5b3a55", "#faeed9", "#8f5243", "#43170f"),
            "#35606a",
            light="#ffe9d6",
        ),
    ),
)
