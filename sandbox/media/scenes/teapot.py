"""A teapot and a cup on a tray: tea."""

import numpy as np

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import arc, box, ellipse, line, smooth, union
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.texture import noise, wood


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: pot, cup, tray, wall disc, shadow. More steam on every slide."""
    pot, cup, tray, disc, dark = look.tones
    rng = moment.rng
    canvas.ground(*look.ground)
    canvas.fill(ellipse(540, 1190, 400), Fade(mix(disc, look.light, 0.25), disc))
    top = box(0, 1640, 1080, 1930)
    canvas.fill(top, Fade(tray, mix(tray, dark, 0.25)))
    canvas.tooth(wood(rng, canvas.size, upright=False), 0.08, top)
    _steam(canvas, look, rng, 850, 1450, 0.4 + 0.4 * moment.step)
    _pot(canvas, look, rng, pot, dark, 410, 1690)
    _cup(canvas, look, cup, dark, 868, 1706)


def _pot(canvas: Canvas, look: Look, rng: np.random.Generator, pot: str, dark: str, x: float, foot: float) -> None:
    body = smooth(
        [
            (x - 130, foot),
            (x - 235, foot - 90),
            (x - 250, foot - 200),
            (x - 190, foot - 305),
            (x - 90, foot - 350),
            (x + 90, foot - 350),
            (x + 190, foot - 305),
            (x + 250, foot - 200),
            (x + 235, foot - 90),
            (x + 130, foot),
        ]
    )
    spout = smooth(
        [
            (x + 205, foot - 90),
            (x + 300, foot - 190),
            (x + 318, foot - 290),
            (x + 352, foot - 336),
            (x + 312, foot - 348),
            (x + 262, foot - 300),
            (x + 236, foot - 230),
            (x + 190, foot - 200),
        ]
    )
    handle = smooth(
        [
            (x - 150, foot - 330),
            (x - 170, foot - 470),
            (x - 70, foot - 570),
            (x + 70, foot - 570),
            (x + 170, foot - 470),
            (x + 150, foot - 330),
        ],
        closed=False,
        width=32,
    )
    whole = body + spout + handle
    canvas.fill(ellipse(x + 60, foot, 290, 30), dark, blur=18, opacity=0.5)
    canvas.shadow(whole, dark, dx=46, dy=10, blur=30, opacity=0.2)
    canvas.fill(handle, Fade(mix(look.accent, look.light, 0.25), mix(look.accent, dark, 0.2)))
    canvas.fill(spout, Fade(mix(pot, look.light, 0.16), mix(pot, dark, 0.3), 40))
    canvas.fill(body, Fade(mix(pot, look.light, 0.24), mix(pot, dark, 0.42), 55))
    canvas.tooth(noise(rng, 180, 320, canvas.size), 0.05, body + spout)
    for y, half in ((foot - 262, 216), (foot - 242, 226)):
        canvas.fill(arc(x, y - 40, half, 18, 162, 5, ry=60), look.light, opacity=0.3, inside=body)
    lid = smooth(
        [(x - 108, foot - 340), (x - 84, foot - 378), (x, foot - 396), (x + 84, foot - 378), (x + 108, foot - 340)]
    )
    canvas.fill(lid.moved(3, 8), dark, blur=7, opacity=0.35)
    canvas.fill(lid, Fade(mix(pot, look.light, 0.28), mix(pot, dark, 0.25)))
    canvas.fill(ellipse(x, foot - 412, 27), Fade(mix(look.accent, look.light, 0.35), mix(look.accent, dark, 0.2)))
    canvas.fill(
        ellipse(x - 115, foot - 236, 74, 48).turned(-42, x - 115, foot - 236),
        look.light,
        blur=30,
        opacity=0.45,
        inside=body,
    )


def _cup(canvas: Canvas, look: Look, cup: str, dark: str, x: float, foot: float) -> None:
    body = smooth(
        [
            (x - 64, foot),
            (x - 108, foot - 60),
            (x - 122, foot - 170),
            (x + 122, foot - 170),
            (x + 108, foot - 60),
            (x + 64, foot),
        ]
    )
    canvas.fill(ellipse(x + 34, foot + 2, 140, 20), dark, blur=14, opacity=0.5)
    canvas.fill(body, Fade(mix(cup, look.light, 0.3), mix(cup, dark, 0.3), 20))
    canvas.fill(ellipse(x, foot - 172, 124, 24), mix(cup, look.light, 0.45))
    canvas.fill(ellipse(x, foot - 168, 110, 18), Fade("#9a5a24", "#c98a3f"))
    canvas.fill(box(x - 130, foot - 96, x + 130, foot - 84), look.accent, opacity=0.75, inside=body)


def _steam(canvas: Canvas, look: Look, rng: np.random.Generator, x: float, y: float, thick: float) -> None:
    wisps = []
    phase = rng.random() * 6
    for dx in (-46, 0, 46):
        t = np.linspace(0, 1, 26)
        sway = np.sin(t * 6 + phase + dx / 90) * (10 + 24 * t)
        wisps.append(line(np.stack([x + dx + sway, y - t * (300 + rng.random() * 120)], 1), 20))
    canvas.fill(union(wisps), mix(look.light, "#ffffff", 0.5), blur=17, opacity=thick)


SCENE = Scene(
    name="teapot",
    draw=draw,
    looks=(
        Look(
            ("#e8e0cf", "#d5c8ab"),
            "#2c2a1c",
            "#f9f5ea",
            ("#3f5a4f", "#efe6d4", "#a8845c", "#c9b98f", "#33291a"),
            "#b98a4a",
            light="#fffbee",
        ),
        Look(
            ("#d8e0d6", "#bccab9"),
            "#1c3024",
            "#f4f7f1",
            ("#e9e2d3", "#5f7f6a", "#8a9c80", "#a3b79f", "#22352a"),
            "#b8683f",
            light="#fdfff6",
        ),
        Look(
            ("#e6bfae", "#d6a38f"),
            "#42190f",
            "#fdf1ea",
            ("#35424f", "#f4e6d8", "#96604c", "#eaa788", "#4a1d12"),
            "#d9a24f",
            light="#ffeee0",
        ),
        Look(
            ("#2c3542", "#3d4857"),
            "#f5f0e4",
            "#28303c",
            ("#b9664a", "#d9d2c2", "#59483c", "#4d5b6d", "#0a0d12"),
            "#d9b36a",
            light="#e6d3ae",
        ),
    ),
)
