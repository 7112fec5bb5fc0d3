"""A kettlebell on the gym floor: strength."""

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import arc, box, ellipse, polygon, ring, smooth, union
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.texture import clouds, noise


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: floor, iron, shadow. A plate more leans behind it on every third slide."""
    floor, iron, dark = look.tones
    rng = moment.rng
    canvas.ground(*look.ground)
    canvas.fill(box(0, 1190, 1080, 1214), look.accent, opacity=0.85)
    canvas.fill(box(0, 1224, 1080, 1232), look.accent, opacity=0.6)
    canvas.glow(250, 900, 520, look.light, 0.34)
    canvas.fill(box(0, 1500, 1080, 1930), Fade(mix(floor, look.light, 0.12), mix(floor, dark, 0.3)))
    canvas.tooth(noise(rng, 220, 390, canvas.size), 0.08, box(0, 1500, 1080, 1930))
    for number in range(1 + round(moment.step * 1.4)):
        _plate(canvas, look, 770 + number * 120, 1440 - number * 26, 250 - number * 30, iron, dark)
    _kettlebell(canvas, look, 430 + rng.random() * 40, iron, dark)
    dust = clouds(rng, 3, 3, canvas.size)
    canvas.veil(dust * 0.1, look.light)


def _plate(canvas: Canvas, look: Look, x: float, y: float, r: float, iron: str, dark: str) -> None:
    """A weight plate that leans on the wall."""
    metal = mix(iron, look.light, 0.16)
    body = ring(x, y, r, 34)
    canvas.shadow(body, dark, dx=60, dy=24, blur=30, opacity=0.45)
    canvas.fill(body, Fade(mix(metal, look.light, 0.2), mix(metal, dark, 0.3), 50))
    canvas.fill(ring(x, y, r - 26, r - 40), dark, blur=4, opacity=0.35)
    canvas.fill(ring(x, y, 96, 84), dark, blur=3, opacity=0.4)
    canvas.fill(arc(x, y, r - 10, 190, 290, 7), look.light, blur=3, opacity=0.4)
    canvas.fill(
        union(box(x - 20, y - r + 66, x + 20, y - 118, 20).turned(turn, x, y) for turn in (0, 120, 240)),
        dark,
        opacity=0.5,
    )


def _kettlebell(canvas: Canvas, look: Look, x: float, iron: str, dark: str) -> None:
    cy, r = 1450.0, 252.0
    ball = ellipse(x, cy, r, r * 0.97).minus(box(x - r, cy + r * 0.86, x + r, cy + r + 40))
    handle = smooth(
        [
            (x - 158, cy - 170),
            (x - 186, cy - 300),
            (x - 150, cy - 430),
            (x, cy - 474),
            (x + 150, cy - 430),
            (x + 186, cy - 300),
            (x + 158, cy - 170),
        ],
        closed=False,
        width=76,
    )
    flare = polygon([(x - 214, cy - 128), (x - 150, cy - 236), (x + 150, cy - 236), (x + 214, cy - 128)]).minus(
        ellipse(x, cy - 268, 116, 66)
    )
    long = polygon([(x - 150, cy + 216), (x + 180, cy + 216), (x + 640, cy + 330), (x + 420, cy + 380)])
    canvas.fill(long, dark, blur=30, opacity=0.5)
    canvas.fill(ellipse(x, cy + 216, 215, 26), dark, blur=14, opacity=0.7)
    canvas.fill(handle, Fade(mix(iron, look.light, 0.32), mix(iron, dark, 0.1)))
    canvas.fill(flare, Fade(mix(iron, look.light, 0.1), iron))
    canvas.fill(ball, Fade(mix(iron, look.light, 0.12), mix(iron, dark, 0.42), 65))
    canvas.fill(
        ellipse(x - 92, cy - 96, 110, 82).turned(-32, x - 92, cy - 96), look.light, blur=46, opacity=0.42, inside=ball
    )
    canvas.fill(arc(x, cy - 296, 168, 200, 276, 13, ry=160), look.light, blur=7, opacity=0.55)
    canvas.fill(arc(x, cy, r - 14, 20, 80, 9), look.accent, blur=10, opacity=0.4, inside=ball)
    badge = ellipse(x + 6, cy + 18, 108)
    canvas.fill(badge, Fade(look.accent, mix(look.accent, dark, 0.2)))
    canvas.fill(ring(x + 6, cy + 18, 92, 86), mix(look.accent, dark, 0.35), opacity=0.8)
    bar = box(x - 46, cy + 10, x + 58, cy + 26, 6)
    weights = union(
        box(x + dx - 11, cy - tall, x + dx + 11, cy + 36 + tall, 7)
        for dx, tall in ((-38, 28), (50, 28), (-62, 14), (74, 14))
    )
    canvas.fill(bar + weights, mix(iron, dark, 0.3))


SCENE = Scene(
    name="kettlebell",
    draw=draw,
    looks=(
        Look(
            ("#e9ddca", "#d9c6a9"), "#2a221b", "#faf4e8", ("#8f7a62", "#34363b", "#1f1711"), "#dd5a3a", light="#fff8e8"
        ),
        Look(
            ("#2c3036", "#3b4048"), "#f6f2e8", "#2a2e34", ("#4a4640", "#4a5058", "#08090b"), "#e9b13c", light="#e8e6df"
        ),
        Look(
            ("#c9d6d2", "#aec1bc"), "#17302e", "#f2f6f3", ("#6d837f", "#27393b", "#122422"), "#e2733f", light="#fbfffa"
        ),
        Look(
            ("#d9796a", "#c25f52"), "#3a100d", "#fdf0ea", ("#7b3a35", "#33252a", "#2b0d0b"), "#f6dfb8", light="#ffe9dc"
        ),
    ),
)
