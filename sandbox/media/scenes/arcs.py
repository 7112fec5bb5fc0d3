"""Layered paper arcs: the look of a trade nobody told us about."""

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, arc, ellipse
from sandbox.media.scene import Look, Moment, Scene


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: sheets from the back to the front, shadow last. The sun rises from slide to slide."""
    *sheets, dark = look.tones
    rng = moment.rng
    canvas.ground(*look.ground)
    left = rng.random() < 0.5
    cx = 330.0 if left else 750.0
    sun = ellipse(1080 - cx + (rng.random() - 0.5) * 60, 1010 - moment.step * 110, 126)
    canvas.fill(sun, Fade(mix(look.accent, "#ffffff", 0.12), look.accent))
    for number, sheet in enumerate(sheets):
        _paper(canvas, look, arc(cx, 1920, 880 - number * 178, 180, 360, ry=(880 - number * 178) * 1.06), sheet, dark)
    hill = arc(1080 - cx, 1960, 560, 180, 360, ry=330 + 50 * moment.step)
    _paper(canvas, look, hill, mix(sheets[0], look.ground[0], 0.3), dark)


def _paper(canvas: Canvas, look: Look, sheet: Shape, colour: str, dark: str) -> None:
    canvas.shadow(sheet, dark, dx=0, dy=-6, blur=34, opacity=0.3)
    canvas.fill(sheet, Fade(mix(colour, look.light, 0.12), mix(colour, dark, 0.1)))


SCENE = Scene(
    name="arcs",
    draw=draw,
    looks=(
        Look(
            ("#f2e4d3", "#e9d3bb"),
            "#33231b",
            "#fcf5ec",
            ("#e2a173", "#c96f52", "#8f4a4a", "#4f3446", "#3a2018"),
            "#f0b84f",
        ),
        Look(
            ("#e2ebe6", "#cfddd5"),
            "#1a322e",
            "#f5f8f4",
            ("#9cc3b4", "#5f9a8f", "#34706f", "#1f4a52", "#123034"),
            "#ef8a5c",
            light="#fbfff6",
        ),
        Look(
            ("#232a4a", "#313a60"),
            "#f8f3e8",
            "#1f2643",
            ("#4a5590", "#6d6aa8", "#a57fb0", "#d99aa5", "#0a0e20"),
            "#f4c466",
            light="#c9c6f0",
        ),
        Look(
            ("#f4e3ea", "#eacbd6"),
            "#3d1b30",
            "#fcf3f6",
            ("#e0a0b4", "#b9688f", "#7a4478", "#47305c", "#3d1730"),
            "#f2a65a",
            light="#fff6f6",
        ),
    ),
)
