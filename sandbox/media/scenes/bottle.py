"""A dropper bottle before an arch: skincare."""

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, arc, box, ellipse, leaf, line, smooth, union
from sandbox.media.scene import Look, Moment, Scene


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: arch, plinth, glass, cap, leaf, shadow. The bottle empties from slide to slide."""
    arch, plinth, glass, cap, green, dark = look.tones
    rng = moment.rng
    canvas.ground(*look.ground)
    doorway = box(250, 860, 830, 1990, 290)
    canvas.fill(doorway, Fade(mix(arch, look.light, 0.3), arch))
    canvas.fill(doorway.minus(doorway.moved(34, 26)), dark, blur=26, opacity=0.24, inside=doorway)
    canvas.glow(690, 1010, 330, look.light, 0.5)
    canvas.fill(box(0, 1770, 1080, 1930), Fade(mix(plinth, dark, 0.2), mix(plinth, dark, 0.34)))
    stand = box(270, 1640, 810, 1930, 10)
    canvas.shadow(stand, dark, dx=50, dy=30, blur=34, opacity=0.4)
    canvas.fill(stand, Fade(mix(plinth, look.light, 0.4), mix(plinth, dark, 0.16), 0))
    canvas.fill(ellipse(540, 1642, 270, 46), mix(plinth, look.light, 0.5))
    side = -1 if rng.random() < 0.5 else 1
    _sprig(canvas, look, green, dark, 540 + side * 175, side)
    _bottle(canvas, look, glass, cap, dark, 540 - side * 45, moment.step)


def _bottle(canvas: Canvas, look: Look, glass: str, cap: str, dark: str, x: float, step: float) -> None:
    foot, shoulder, half = 1655.0, 1335.0, 132.0
    body = box(x - half, shoulder - 70, x + half, foot, 58)
    canvas.fill(ellipse(x + 60, foot - 4, 190, 26), dark, blur=16, opacity=0.5)
    canvas.shadow(body, dark, dx=58, dy=14, blur=30, opacity=0.26)
    canvas.fill(box(x - 52, shoulder - 120, x + 52, shoulder - 50, 12), mix(glass, dark, 0.2))
    canvas.fill(body, Fade(mix(glass, look.light, 0.34), mix(glass, dark, 0.2), 0), opacity=0.94)
    level = shoulder + 20 + step * 150
    canvas.fill(box(x - half, level, x + half, foot), mix(glass, dark, 0.3), opacity=0.5, inside=body)
    canvas.fill(ellipse(x, level, half - 8, 12), mix(glass, look.light, 0.5), opacity=0.55, inside=body)
    label = box(x - 92, shoulder + 76, x + 92, foot - 74, 8)
    canvas.fill(label, "#fbf7ef", opacity=0.97)
    canvas.fill(ellipse(x, shoulder + 128, 20), look.accent)
    bars = box(x - 56, shoulder + 168, x + 56, shoulder + 177, 4) + box(
        x - 34, shoulder + 190, x + 34, shoulder + 197, 3
    )
    canvas.fill(bars, dark, opacity=0.55)
    canvas.fill(box(x - half + 18, shoulder - 30, x - half + 36, foot - 60, 9), "#ffffff", blur=5, opacity=0.6)
    canvas.fill(box(x + half - 22, shoulder - 20, x + half - 10, foot - 60, 6), dark, blur=6, opacity=0.25)
    collar = box(x - 62, shoulder - 196, x + 62, shoulder - 84, 12)
    canvas.fill(collar, Fade(mix(cap, "#ffffff", 0.3), mix(cap, dark, 0.35), 0))
    canvas.fill(
        union(line([(x + dx, shoulder - 186), (x + dx, shoulder - 94)], 3) for dx in range(-50, 60, 12)),
        dark,
        opacity=0.2,
    )
    bulb = smooth(
        [
            (x - 38, shoulder - 192),
            (x - 43, shoulder - 270),
            (x - 34, shoulder - 336),
            (x, shoulder - 362),
            (x + 34, shoulder - 336),
            (x + 43, shoulder - 270),
            (x + 38, shoulder - 192),
        ]
    )
    canvas.fill(bulb, Fade(mix(look.accent, "#ffffff", 0.28), mix(look.accent, dark, 0.3), 0))
    canvas.fill(arc(x - 4, shoulder - 276, 24, 160, 235, 8, ry=60), "#ffffff", blur=4, opacity=0.5)


def _sprig(canvas: Canvas, look: Look, green: str, dark: str, x: float, side: int) -> None:
    """A twig behind the bottle."""

    def put(shape: Shape) -> Shape:
        return shape.scaled(side, 1, x, 0)

    stem = put(smooth([(x - 30, 1640), (x, 1440), (x + 50, 1240), (x + 120, 1060)], closed=False, width=8))
    blades = []
    for dx, y, turn, long in (
        (-6, 1470, -20, 170),
        (-2, 1440, -150, 160),
        (22, 1350, -28, 170),
        (26, 1320, -142, 150),
        (58, 1220, -36, 150),
        (60, 1200, -138, 130),
        (92, 1130, -48, 120),
        (118, 1066, -70, 120),
    ):
        blades.append(put(leaf(x + dx, y, long, 76, turn, 0.9)))
    canvas.shadow(union(blades), dark, dx=40, dy=26, blur=22, opacity=0.26)
    canvas.fill(stem, mix(green, dark, 0.3))
    for number, blade in enumerate(blades):
        canvas.fill(blade, Fade(mix(green, look.light, 0.1 + 0.16 * (number % 2)), mix(green, dark, 0.16)))


SCENE = Scene(
    name="bottle",
    draw=draw,
    looks=(
        Look(
            ("#f1dfd3", "#e6c9b8"),
            "#44241c",
            "#fcf3ed",
            ("#d9a58d", "#e9d3c4", "#b5683f", "#3a2a25", "#7d9070", "#6d3f2f"),
            "#c8654a",
        ),
        Look(
            ("#dfe5da", "#c5d0bf"),
            "#22332a",
            "#f5f7f0",
            ("#9fb59a", "#d6dccd", "#5e7f6b", "#d8c08a", "#52725a", "#2c4236"),
            "#c9a24e",
            light="#fdfbea",
        ),
        Look(
            ("#e6e0ee", "#cfc5dd"),
            "#32264a",
            "#f7f4fa",
            ("#a99bc4", "#ddd5e8", "#7d6aa6", "#e8dfd0", "#6f8f83", "#3e2f5c"),
            "#e08a6a",
            light="#fff6fb",
        ),
        Look(
            ("#33474f", "#253840"),
            "#f6efe2",
            "#24363d",
            ("#4d6a73", "#5c757c", "#c98b4a", "#161f23", "#86a58c", "#0b1417"),
            "#e3b26a",
            light="#c9dedd",
        ),
    ),
)
