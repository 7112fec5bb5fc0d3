"""A record on its player: music."""

import numpy as np

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, arc, box, ellipse, line, polygon, ring, union
from sandbox.media.scene import Look, Moment, Scene


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: player, vinyl, arm, shadow. The arm moves inwards from slide to slide."""
    player, vinyl, arm, dark = look.tones
    canvas.ground(*look.ground)
    case = box(70, 850, 1010, 1770, 54)
    canvas.shadow(case, dark, dx=26, dy=44, blur=44, opacity=0.5)
    canvas.fill(case, Fade(mix(player, look.light, 0.3), mix(player, dark, 0.12), 60))
    canvas.fill(case.minus(case.moved(5, 6)), "#ffffff", blur=3, opacity=0.5, inside=case)
    cx, cy, r = 490.0, 1320.0, 376.0
    canvas.fill(ellipse(cx, cy, r + 14), mix(player, dark, 0.3))
    disc = ellipse(cx, cy, r)
    canvas.fill(disc, vinyl)
    for groove in range(164, 370, 9):
        canvas.fill(ring(cx, cy, groove + 1.6, groove - 1.6), "#ffffff", opacity=0.05 + 0.05 * ((groove // 9) % 3 == 0))
    for turn in (-58, 122):
        canvas.fill(_gleam(cx, cy, r, turn, 17), "#ffffff", blur=22, opacity=0.3, inside=disc)
        canvas.fill(_gleam(cx, cy, r, turn + 46, 8), look.accent, blur=20, opacity=0.2, inside=disc)
    _label(canvas, look, cx, cy, moment.step * 70 + moment.rng.random() * 300)
    _arm(canvas, look, arm, dark, moment.step)
    for number in range(2):
        knob = ellipse(905, 1580 + number * 96, 32)
        canvas.shadow(knob, dark, dx=7, dy=11, blur=9, opacity=0.4)
        canvas.fill(knob, Fade(mix(arm, "#ffffff", 0.35), mix(arm, dark, 0.25)))
    canvas.fill(line([(905, 1558), (905, 1578)], 6), look.accent)


def _gleam(cx: float, cy: float, r: float, turn: float, half: float) -> Shape:
    corners = np.deg2rad([turn - half, turn + half])
    return polygon([(cx, cy), *((cx + np.cos(a) * r * 1.1, cy + np.sin(a) * r * 1.1) for a in corners)])


def _label(canvas: Canvas, look: Look, cx: float, cy: float, turn: float) -> None:
    canvas.fill(ellipse(cx, cy, 140), Fade(mix(look.accent, "#ffffff", 0.12), mix(look.accent, "#000000", 0.08)))
    sign = arc(cx, cy, 96, 180, 360).turned(turn, cx, cy)
    canvas.fill(sign, look.paper, opacity=0.9)
    canvas.fill(
        union(box(cx - 70 + inset, cy + 22 + inset, cx + 70 - inset, cy + 32 + inset, 5) for inset in (0, 24)).turned(
            turn, cx, cy
        ),
        look.paper,
        opacity=0.85,
    )
    canvas.fill(ring(cx, cy, 140, 134), "#000000", opacity=0.18)
    canvas.fill(ellipse(cx, cy, 15), "#1a1718")
    canvas.fill(ellipse(cx - 4, cy - 4, 7), "#d9d4cc")


def _arm(canvas: Canvas, look: Look, arm: str, dark: str, step: float) -> None:
    """Turned about its post, so that the needle stays on the disc."""
    x, y = 890.0, 985.0
    turn = step * 15

    def put(shape: Shape) -> Shape:
        return shape.turned(turn, x, y)

    tube = put(line([(x, y), (x - 6, 1330), (x - 84, 1466)], 17))
    head = put(polygon([(x - 62, 1446), (x - 106, 1424), (x - 158, 1520), (x - 112, 1546)]))
    weight = put(box(x - 34, y - 96, x + 34, y - 22, 12))
    whole = tube + head + weight
    canvas.shadow(whole, dark, dx=24, dy=34, blur=13, opacity=0.5)
    canvas.fill(ellipse(x, y, 66), Fade(mix(arm, "#ffffff", 0.2), mix(arm, dark, 0.3)))
    canvas.fill(tube, Fade(mix(arm, "#ffffff", 0.6), mix(arm, dark, 0.08), 0))
    canvas.fill(head, mix(look.accent, dark, 0.1))
    canvas.fill(weight, Fade(mix(arm, dark, 0.35), mix(arm, dark, 0.6), 0))
    canvas.fill(ellipse(x, y, 32), Fade(mix(arm, "#ffffff", 0.5), arm))


SCENE = Scene(
    name="record",
    draw=draw,
    mirrors=False,
    looks=(
        Look(("#efd3a8", "#e2b77f"), "#3d230d", "#fcf3e0", ("#c58a52", "#1d1a1b", "#e3dccf", "#4a270c"), "#d9502f"),
        Look(
            ("#8fb3ac", "#6e9790"),
            "#0f2926",
            "#f1f6f2",
            ("#efe7d6", "#1b1c1e", "#c9c4b8", "#17332f"),
            "#e27a3f",
            light="#fffdf0",
        ),
        Look(
            ("#2d2740", "#3f3556"),
            "#f8f0e6",
            "#2b253d",
            ("#55496f", "#100e14", "#d8cfc4", "#0b0812"),
            "#f2a24b",
            light="#8f7cbc",
        ),
        Look(
            ("#e9a79a", "#d98a7d"),
            "#40130f",
            "#fdf0ea",
            ("#f6e6d6", "#231a1c", "#d9cfc6", "#5a211a"),
            "#2f6f7d",
            light="#fffaf2",
        ),
    ),
)
