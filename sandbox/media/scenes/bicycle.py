"""A bicycle that leans on a sunny wall."""

import numpy as np

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, arc, box, ellipse, line, ring, smooth, union
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.scenes.shared import window_light
from sandbox.media.texture import noise

BACK, FRONT, AXLE, WHEEL = 290.0, 800.0, 1500.0, 205.0


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: floor, tyre, saddle, shadow. The wheels turn and the light moves on from slide to slide."""
    floor, tyre, saddle, dark = look.tones
    rng = moment.rng
    canvas.ground(*look.ground)
    canvas.tooth(noise(rng, 60, 110, canvas.size), 0.03)
    window_light(canvas, look.light, 0.6, left=60 + moment.step * 160, soft=10)
    canvas.fill(box(0, 1688, 1080, 1930), Fade(floor, mix(floor, dark, 0.25)))
    canvas.fill(box(0, 1680, 1080, 1700), dark, blur=7, opacity=0.3)
    wheels = union(ring(x, AXLE, WHEEL, WHEEL - 17) for x in (BACK, FRONT))
    frame, bars, seat = _frame(), _bars(), _seat()
    spokes = _spokes(moment.step * 14)
    everything = wheels + frame + bars + seat
    canvas.shadow(everything, dark, dx=64, dy=30, blur=9, opacity=0.3)
    canvas.fill(ellipse(560, 1712, 470, 20), dark, blur=14, opacity=0.5)
    canvas.fill(spokes, mix(tyre, "#ffffff", 0.55), opacity=0.8)
    canvas.fill(wheels, tyre)
    canvas.fill(union(ring(x, AXLE, WHEEL - 17, WHEEL - 25) for x in (BACK, FRONT)), "#e9e2d4")
    canvas.fill(frame, Fade(mix(look.accent, "#ffffff", 0.1), mix(look.accent, dark, 0.12)))
    _drive(canvas, tyre)
    canvas.fill(bars, tyre)
    canvas.fill(seat, saddle)
    if rng.random() < 0.6:
        _basket(canvas, look, saddle, dark)


def _frame() -> Shape:
    head, neck, foot, post = (705, 1190), (718, 1252), (500, 1515), (425, 1195)
    back, front = (BACK, AXLE), (FRONT, AXLE)
    fork = smooth([head, neck, (760, 1395), front], closed=False, width=18)
    tubes = union(line(pair, 20) for pair in ((post, foot), ((432, 1225), head), (neck, foot)))
    stays = union(line(pair, 12) for pair in ((back, foot), (back, (432, 1230))))
    return tubes + stays + fork


def _bars() -> Shape:
    bend = smooth(
        [(640, 1122), (700, 1110), (716, 1112), (770, 1118), (812, 1160), (786, 1208)], closed=False, width=16
    )
    return line([(705, 1190), (697, 1114)], 17) + bend


def _seat() -> Shape:
    pad = smooth(
        [(338, 1146), (352, 1128), (430, 1136), (500, 1128), (512, 1140), (470, 1156), (410, 1172), (352, 1174)]
    )
    return pad + line([(418, 1160), (425, 1200)], 13)


def _spokes(turn: float) -> Shape:
    rays = []
    for x in (BACK, FRONT):
        for angle in np.deg2rad(np.arange(0, 180, 15) + turn):
            dx, dy = np.cos(angle) * (WHEEL - 20), np.sin(angle) * (WHEEL - 20)
            rays.append(line([(x - dx, AXLE - dy), (x + dx, AXLE + dy)], 2.4))
    return union(rays)


def _drive(canvas: Canvas, tyre: str) -> None:
    chain = line([(BACK, AXLE - 22), (500, 1515 - 44)], 4) + line([(BACK, AXLE + 22), (500, 1515 + 44)], 4)
    canvas.fill(chain, tyre)
    canvas.fill(
        ring(500, 1515, 46, 33) + ellipse(500, 1515, 14) + ring(BACK, AXLE, 24, 14) + ellipse(FRONT, AXLE, 13), tyre
    )
    crank = (
        line([(452, 1470), (548, 1560)], 12)
        + line([(426, 1470), (474, 1470)], 14)
        + line([(524, 1560), (574, 1560)], 14)
    )
    canvas.fill(crank, mix(tyre, "#ffffff", 0.12))


def _basket(canvas: Canvas, look: Look, wicker: str, dark: str) -> None:
    body = smooth(
        [(752, 1130), (800, 1126), (960, 1126), (1000, 1130), (972, 1262), (960, 1272), (800, 1272), (786, 1262)]
    )
    canvas.fill(body, Fade(mix(wicker, look.light, 0.35), mix(wicker, dark, 0.12)))
    weave = [line([(740, 1158 + row * 28), (1010, 1158 + row * 28)], 4) for row in range(4)]
    weave += [line([(785 + column * 32, 1126), (793 + column * 28, 1272)], 4) for column in range(7)]
    canvas.fill(union(weave), dark, opacity=0.28, inside=body)
    canvas.fill(arc(876, 1130, 122, 0, 360, 14, ry=9), mix(wicker, look.light, 0.2))


SCENE = Scene(
    name="bicycle",
    draw=draw,
    looks=(
        Look(("#f0d9b8", "#e3bd8f"), "#3b2213", "#fcf3e3", ("#b98d66", "#2b2724", "#8a5733", "#5a3418"), "#2f6f73"),
        Look(
            ("#d98a6a", "#c66f52"),
            "#3a140b",
            "#fdf0e6",
            ("#8c4a36", "#26201e", "#5e3422", "#46160b"),
            "#f3e3c3",
            light="#ffdcb8",
        ),
        Look(("#b5cbd0", "#93b1ba"), "#14303a", "#f3f6f2", ("#6d858c", "#22282b", "#9a6a42", "#1c3842"), "#d9573b"),
        Look(("#e6e2cd", "#cfcba9"), "#2d3019", "#f8f6e8", ("#96916e", "#2a2a24", "#7a5636", "#3f3d22"), "#d39a2f"),
    ),
)
