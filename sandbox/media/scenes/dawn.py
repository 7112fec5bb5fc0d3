"""Ridges in the first light: runs before work, long rides, quiet."""

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import ellipse, smooth
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.scenes.shared import land


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones are the ridges, far to near; the sun comes up from slide to slide."""
    rng = moment.rng
    canvas.ground(*look.ground)
    radius = 105 + rng.random() * 45
    x = 300 + rng.random() * 480
    y = 985 - moment.step * 110
    canvas.glow(x, y, radius * 3.6, look.light, 0.6)
    canvas.fill(ellipse(x, y, radius), look.accent)
    count = len(look.tones)
    for depth, tone in enumerate(look.tones):
        ridge = land(rng, 0.585 + 0.37 * depth / count, 0.13 * (1 - depth / count * 0.45))
        canvas.fill(ridge, Fade(tone, mix(tone, look.light, 0.16)))
    _birds(canvas, look, x - 60 + rng.random() * 200, y - radius - 70)


def _birds(canvas: Canvas, look: Look, x: float, y: float) -> None:
    for dx, dy, span in ((0, 0, 26), (58, -26, 20), (96, 14, 16)):
        wings = [
            (x + dx - span, y + dy - span * 0.35),
            (x + dx - span * 0.4, y + dy - span * 0.5),
            (x + dx, y + dy),
            (x + dx + span * 0.4, y + dy - span * 0.5),
            (x + dx + span, y + dy - span * 0.35),
        ]
        canvas.fill(smooth(wings, closed=False, width=4.5), look.tones[-1], opacity=0.75)


SCENE = Scene(
    name="dawn",
    draw=draw,
    looks=(
        Look(
            ("#f3c9a0", "#f7e2c4", "#fbeedd"),
            "#3b211c",
            "#fdf3e4",
            ("#d99d76", "#b97257", "#8e4e43", "#5c3436"),
            "#fff6e4",
            light="#ffe7bf",
        ),
        Look(
            ("#f4a56a", "#f8cf9a", "#fdeed2"),
            "#4a1f22",
            "#fff1dc",
            ("#e28a5e", "#c0604a", "#86404a", "#4b2b3f"),
            "#fff5df",
            light="#ffdca0",
        ),
        Look(
            ("#cfd8d3", "#e4e6da", "#f2eee0"),
            "#22342f",
            "#f6f3e8",
            ("#a9bab0", "#84998f", "#5f786f", "#3e564f"),
            "#fdf9ec",
            light="#f8f2dc",
        ),
        Look(
            ("#b9cfe0", "#dbe4e6", "#f6e7d8"),
            "#1f3145",
            "#f4f3ee",
            ("#9fb4c6", "#7891aa", "#54708c", "#33506b"),
            "#fff3e2",
            light="#ffe3cc",
        ),
    ),
)
