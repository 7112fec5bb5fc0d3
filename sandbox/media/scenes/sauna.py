"""A sauna: planks, a bucket with a ladle, rising steam."""

import numpy as np

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import arc, box, ellipse, line, polygon, smooth, union
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.texture import clouds, grid, wood


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: bench, bucket, hoop, shadow. More steam on every slide."""
    bench, bucket, hoop, dark = look.tones
    rng = moment.rng
    canvas.ground(*look.ground)
    planks = [80 + plank * 154 for plank in range(7)]
    canvas.fill(union(box(x - 4, -10, x + 4, 1560) for x in planks), dark, blur=2, opacity=0.4)
    canvas.fill(union(box(x + 5, -10, x + 9, 1560) for x in planks), look.light, blur=2, opacity=0.16)
    canvas.tooth(wood(rng, canvas.size), 0.07)
    canvas.glow(200, 300, 560, look.light, 0.34)
    canvas.fill(box(0, 1470, 1080, 1930), dark, blur=30, opacity=0.5)
    for slat in range(3):
        y = 1560 + slat * 132
        board = box(-10, y, 1090, y + 116)
        canvas.fill(board, Fade(mix(bench, look.light, 0.22 - slat * 0.06), mix(bench, dark, 0.12 + slat * 0.06)))
    canvas.tooth(wood(rng, canvas.size, upright=False), 0.09, box(0, 1560, 1080, 1930))
    x = 540 + (rng.random() - 0.5) * 160
    _bucket(canvas, look, x, bucket, hoop, dark)
    _steam(canvas, look, moment)


def _bucket(canvas: Canvas, look: Look, x: float, bucket: str, hoop: str, dark: str) -> None:
    top, foot = 1190.0, 1640.0
    body = polygon([(x - 232, top), (x + 232, top), (x + 182, foot), (x - 182, foot)]) + ellipse(x, foot, 182, 34)
    canvas.fill(ellipse(x + 40, foot + 24, 260, 46), dark, blur=22, opacity=0.6)
    canvas.fill(arc(x, top + 10, 222, 186, 354, 17, ry=270), mix(hoop, dark, 0.2))
    canvas.fill(arc(x - 3, top + 6, 222, 200, 340, 5, ry=270), "#ffffff", opacity=0.25)
    canvas.fill(body, Fade(mix(bucket, look.light, 0.3), mix(bucket, dark, 0.42), 0))
    shares = (-0.72, -0.4, -0.08, 0.24, 0.55, 0.82)
    staves = [line([(x + share * 232, top), (x + share * 182, foot + 20)], 4) for share in shares]
    canvas.fill(union(staves), dark, opacity=0.4, inside=body)
    for at in (0.2, 0.76):
        wide = 232 - 50 * at
        y = top + (foot - top) * at
        band = arc(x, y, wide, 0, 180, 34, ry=34)
        canvas.fill(band, Fade(mix(hoop, "#ffffff", 0.3), mix(hoop, dark, 0.35), 0), inside=body)
    canvas.fill(ellipse(x, top, 232, 46), mix(bucket, dark, 0.5))
    canvas.fill(ellipse(x, top + 4, 208, 34), mix(dark, look.accent, 0.3))
    ladle = smooth(
        [(x + 30, top + 14), (x + 150, top - 120), (x + 270, top - 262), (x + 330, top - 318)], closed=False, width=24
    )
    canvas.fill(ladle.moved(10, 12), dark, blur=10, opacity=0.35)
    canvas.fill(ladle, Fade(mix(look.accent, look.light, 0.25), look.accent))
    canvas.fill(arc(x, top, 220, 10, 170, 20, ry=42), mix(bucket, look.light, 0.22), opacity=0.9)


def _steam(canvas: Canvas, look: Look, moment: Moment) -> None:
    cloud = clouds(moment.rng, 2, 4, canvas.size)
    x, y = grid(canvas.size)
    wisp = np.sin(x / 190 + cloud * 7 + y / 420) * 0.5 + 0.5
    rising = np.clip((1500 - y) / 700, 0, 1) * np.clip((y - 520) / 620, 0, 1)
    canvas.veil(np.clip((cloud - 0.34) * 1.5, 0, 1) * wisp * rising * np.float32(0.34 + 0.3 * moment.step), "#fff6e8")


SCENE = Scene(
    name="sauna",
    draw=draw,
    looks=(
        Look(
            ("#5e3d2a", "#7c5339", "#6b4530"),
            "#fff4e2",
            "#4a2f20",
            ("#a9744c", "#c08a5a", "#3c3a3a", "#22130b"),
            "#d9a066",
            light="#ffd9a0",
        ),
        Look(
            ("#dcb98f", "#c99e6f"),
            "#3a2212",
            "#fbf1e0",
            ("#b98352", "#c9965f", "#44525a", "#4a2b14"),
            "#8a5a34",
            light="#fff0d2",
        ),
        Look(
            ("#3a4a4c", "#54676a", "#45575a"),
            "#f6f3e6",
            "#2c393b",
            ("#9a7a5c", "#b28b63", "#2b3132", "#121a1b"),
            "#d7b07a",
            light="#f3e2be",
        ),
        Look(
            ("#c98f72", "#b5765a"),
            "#3c1a10",
            "#fcefe4",
            ("#96593d", "#e0c3a0", "#5a3a2e", "#3a170c"),
            "#5a3326",
            light="#ffe6cd",
        ),
    ),
)
