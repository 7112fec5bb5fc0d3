"""A cat on a window sill, seen from behind: pets."""

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, box, ellipse, line, polygon, smooth, union
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.scenes.shared import land


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: sky top, sky foot, hills, sill, cat. The sun goes down from slide to slide."""
    high, low, hills, sill, fur = look.tones
    rng = moment.rng
    canvas.ground(*look.ground)
    pane = box(130, 840, 950, 1600, 26)
    dark = mix(look.ink if look.paper > look.ink else look.paper, "#000000", 0.35)
    canvas.shadow(pane, dark, dx=0, dy=10, blur=22, opacity=0.2)
    canvas.fill(box(100, 810, 980, 1640, 40), mix(sill, "#ffffff", 0.35))
    canvas.fill(pane, Fade(high, low))
    x, y = 360 + rng.random() * 80, 1020 + moment.step * 180
    for size, thick in ((230, 0.16), (165, 0.22)):
        canvas.fill(ellipse(x, y, size), look.light, blur=40, opacity=thick, inside=pane)
    canvas.fill(ellipse(x, y, 96), look.accent, inside=pane)
    canvas.fill(land(rng, 0.71, 0.05), mix(hills, low, 0.4), inside=pane)
    canvas.fill(land(rng, 0.755, 0.05), hills, inside=pane)
    bars = box(528, 840, 552, 1600) + box(130, 1064, 950, 1086)
    canvas.fill(bars, mix(sill, "#ffffff", 0.35))
    canvas.fill(pane.minus(pane.moved(16, 18)), dark, blur=16, opacity=0.3, inside=pane)
    canvas.fill(box(50, 1590, 1030, 1668, 12), Fade(mix(sill, "#ffffff", 0.25), sill))
    canvas.fill(box(70, 1664, 1010, 1700), dark, blur=14, opacity=0.3)
    _cat(canvas, look, fur, dark, 690 + rng.random() * 50)


def _cat(canvas: Canvas, look: Look, fur: str, dark: str, x: float) -> None:
    foot = 1604.0
    tail = smooth(
        [
            (x + 105, foot - 28),
            (x + 190, foot + 10),
            (x + 214, foot + 110),
            (x + 176, foot + 196),
            (x + 196, foot + 236),
        ],
        closed=False,
        width=40,
    )
    body = smooth(
        [
            (x - 150, foot),
            (x - 168, foot - 90),
            (x - 140, foot - 205),
            (x - 92, foot - 300),
            (x - 70, foot - 372),
            (x + 70, foot - 372),
            (x + 92, foot - 300),
            (x + 140, foot - 205),
            (x + 168, foot - 90),
            (x + 150, foot),
        ]
    )
    head = smooth(
        [
            (x - 112, foot - 398),
            (x - 100, foot - 462),
            (x - 50, foot - 500),
            (x + 50, foot - 500),
            (x + 100, foot - 462),
            (x + 112, foot - 398),
            (x + 76, foot - 340),
            (x - 76, foot - 340),
        ]
    )
    ears = polygon([(x - 106, foot - 430), (x - 98, foot - 562), (x - 20, foot - 494)]) + polygon(
        [(x + 106, foot - 430), (x + 98, foot - 562), (x + 20, foot - 494)]
    )
    canvas.shadow(tail, dark, dx=18, dy=14, blur=12, opacity=0.35)
    canvas.fill(ellipse(x + 10, foot + 4, 190, 22), dark, blur=10, opacity=0.45)
    whole = body + head + ears
    canvas.fill(tail, Fade(fur, mix(fur, dark, 0.3)))
    canvas.fill(whole, Fade(mix(fur, "#ffffff", 0.05), mix(fur, dark, 0.25)))
    canvas.fill(_stripes(x, foot), mix(fur, dark, 0.5), blur=3, opacity=0.55, inside=whole)
    # The sun is in front of the cat: only a rim of it is bright.
    canvas.fill(whole.minus(whole.moved(9, 7)), look.light, blur=5, opacity=0.5, inside=whole)


def _stripes(x: float, foot: float) -> Shape:
    rows = [
        smooth(
            [(x + side * near, foot + dy + 14), (x + side * over, foot + dy), (x + side * far, foot + dy + 16)],
            False,
            17,
        )
        for near, over, far, dy in ((40, 99, 166, -90), (40, 96, 159, -150), (40, 89, 146, -210), (40, 80, 127, -268))
        for side in (-1, 1)
    ]
    rows += [line([(x + dx, foot - 486), (x + dx * 0.8, foot - 440)], 14) for dx in (-34, 0, 34)]
    return union(rows)


SCENE = Scene(
    name="cat",
    draw=draw,
    looks=(
        Look(
            ("#efe3d0", "#e2d0b5"),
            "#3a2718",
            "#fbf5e9",
            ("#f2b07a", "#fbe2b4", "#8d6f6a", "#c9ac86", "#d08a4a"),
            "#fff3d6",
            light="#fff0c9",
        ),
        Look(
            ("#c9d4cf", "#b3c2bb"),
            "#1c302c",
            "#f3f5ef",
            ("#7fb2c4", "#e9ecd9", "#5f8471", "#94a79b", "#4a4a4c"),
            "#fdf6dc",
            light="#fdfbe6",
        ),
        Look(
            ("#3b3558", "#4d4470"),
            "#fbf3e8",
            "#352f50",
            ("#2a3268", "#b97f9b", "#3b3160", "#6f628f", "#2b2540"),
            "#f7e6c0",
            light="#f0c9c4",
        ),
        Look(
            ("#e8c9bd", "#d9ae9e"),
            "#40201a",
            "#fcf1ec",
            ("#9cc3d0", "#f7e6d4", "#7f9a78", "#b8826f", "#f1e4d4"),
            "#fff4dc",
            light="#ffffff",
        ),
    ),
)
