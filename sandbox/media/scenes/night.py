"""Moonrise over ridges: sleep, stargazing, and anything said late in the day."""

from sandbox.media.canvas import Canvas
from sandbox.media.colour import mix
from sandbox.media.geometry import ellipse
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.scenes.shared import land, stars


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones are the ridges, far to near; the moon climbs from slide to slide."""
    rng = moment.rng
    canvas.ground(*look.ground)
    stars(canvas, rng, 150, 0.6, "#f4ecd8")
    radius = 92 + rng.random() * 70
    x = 330 + rng.random() * 420 + moment.step * 90
    y = 1075 - moment.step * 150
    canvas.glow(x, y, radius * 3.4, look.light, 0.5)
    canvas.glow(x, y, radius * 1.7, look.light, 0.35)
    moon = ellipse(x, y, radius)
    canvas.fill(moon, look.accent)
    canvas.fill(
        ellipse(x + radius * 0.5, y + radius * 0.35, radius * 0.95),
        mix(look.accent, look.tones[0], 0.35),
        blur=radius * 0.34,
        opacity=0.4,
        inside=moon,
    )
    for dx, dy, size in ((-0.35, -0.3, 0.2), (0.15, -0.05, 0.27), (-0.2, 0.36, 0.16), (0.42, -0.46, 0.11)):
        crater = ellipse(x + dx * radius, y + dy * radius, size * radius)
        canvas.fill(crater, mix(look.accent, look.tones[0], 0.5), blur=7, opacity=0.22)
    count = len(look.tones)
    for depth, tone in enumerate(look.tones):
        ridge = land(rng, 0.62 + 0.33 * depth / count, 0.12 * (1 - depth / count * 0.5))
        canvas.fill(ridge, tone)
        if depth < count - 1:
            _mist(canvas, 0.62 + 0.33 * (depth + 1) / count, look)


def _mist(canvas: Canvas, level: float, look: Look) -> None:
    canvas.glow(540, level * 1920 + 30, 520, look.light, 0.1, squash=0.16)


SCENE = Scene(
    name="night",
    draw=draw,
    looks=(
        Look(
            ("#141a3a", "#2c3566", "#6a5f8e", "#a98aa0"),
            "#fff8ea",
            "#1a2044",
            ("#4c4a7a", "#3a3c6b", "#292c57", "#1a1d43"),
            "#f6ead0",
            light="#d5cdf0",
        ),
        Look(
            ("#1b2a52", "#3c5286", "#8794b4", "#d6b6a8"),
            "#fff8ea",
            "#1c2a4d",
            ("#55608c", "#434e7a", "#303b66", "#202a50"),
            "#fff1d6",
            light="#f5d7b0",
        ),
        Look(
            ("#0e1430", "#22305e", "#44598a"),
            "#fff8ea",
            "#121a3c",
            ("#2b3d70", "#1f2d5b", "#162146", "#0d1533"),
            "#f0e6cf",
            light="#aab4e0",
        ),
        Look(
            ("#10292e", "#235057", "#5f8f88", "#c9c3a0"),
            "#fbf6e4",
            "#12302f",
            ("#3c6b68", "#2c5654", "#1f4342", "#133030"),
            "#f7edcb",
            light="#cfe6cf",
        ),
    ),
)
