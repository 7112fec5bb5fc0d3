"""Wooden building blocks: parents and children."""

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, arc, box, ellipse, polygon
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.scenes.shared import window_light

FLOOR = 1690.0


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: five paints, floor, shadow. The tower grows from slide to slide."""
    *paints, floor, dark = look.tones
    rng = moment.rng
    canvas.ground(*look.ground)
    window_light(canvas, look.light, 0.4)
    canvas.fill(box(0, 1620, 1080, 1930), Fade(floor, mix(floor, dark, 0.2)))
    turn = int(rng.integers(0, len(paints)))
    colours = [paints[(number + turn) % len(paints)] for number in range(10)]
    pieces = [piece.scaled(1.28, 1.28, 470, FLOOR) for piece in _pieces()]
    count = 6 + round(moment.step * (len(pieces) - 6))
    shown = pieces[:count]
    for piece in shown:
        canvas.shadow(piece, dark, dx=52, dy=16, blur=24, opacity=0.26)
    for number, piece in enumerate(shown):
        _block(canvas, look, piece, colours[number], dark)
    ball_x = 950.0 + rng.random() * 20
    ball = ellipse(ball_x, FLOOR - 66, 66)
    canvas.fill(ellipse(ball_x + 26, FLOOR + 2, 80, 14), dark, blur=12, opacity=0.45)
    canvas.fill(ball, Fade(mix(look.accent, "#ffffff", 0.25), mix(look.accent, dark, 0.2), 60))
    canvas.fill(
        ellipse(ball_x - 22, FLOOR - 92, 20, 13).turned(-35, ball_x - 22, FLOOR - 92), "#ffffff", blur=7, opacity=0.6
    )


def _pieces() -> list[Shape]:
    """From the floor upwards, so that every prefix of the list stands."""
    bridge = box(360, FLOOR - 360, 720, FLOOR - 180, 10).minus(ellipse(540, FLOOR - 180, 104))
    return [
        box(190, FLOOR - 180, 370, FLOOR, 10),
        box(450, FLOOR - 180, 630, FLOOR, 10),
        box(670, FLOOR - 180, 780, FLOOR, 10),
        bridge,
        polygon([(186, FLOOR - 180), (374, FLOOR - 180), (280, FLOOR - 318)]),
        box(396, FLOOR - 430, 686, FLOOR - 360, 10),
        box(420, FLOOR - 570, 540, FLOOR - 430, 10),
        arc(632, FLOOR - 430, 76, 180, 360),
        polygon([(408, FLOOR - 570), (552, FLOOR - 570), (480, FLOOR - 690)]),
    ]


def _block(canvas: Canvas, look: Look, piece: Shape, paint: str, dark: str) -> None:
    canvas.fill(piece, Fade(mix(paint, look.light, 0.16), mix(paint, dark, 0.1), 70))
    canvas.fill(piece.minus(piece.moved(7, 8)), look.light, blur=3, opacity=0.45, inside=piece)
    canvas.fill(piece.minus(piece.moved(-9, -8)), dark, blur=6, opacity=0.3, inside=piece)


SCENE = Scene(
    name="blocks",
    draw=draw,
    looks=(
        Look(
            ("#f5e6cf", "#edd5b1"),
            "#38261a",
            "#fdf6e9",
            ("#d9644a", "#e9b44c", "#4f8a8b", "#3f5f8a", "#f0dcc0", "#c9a273", "#4a3018"),
            "#4f8a8b",
        ),
        Look(
            ("#dcebe8", "#c3dcd8"),
            "#1c3538",
            "#f4f8f5",
            ("#e8836b", "#f3cf7a", "#5aa392", "#2f6275", "#fbf3e2", "#93b2a8", "#1f3a38"),
            "#e8836b",
            light="#fffdf2",
        ),
        Look(
            ("#f3d6d0", "#e8bdb6"),
            "#45201f",
            "#fdf2ef",
            ("#b8504b", "#f0b36a", "#6d8f76", "#5f5a8a", "#faeee2", "#c48f82", "#4d221e"),
            "#5f5a8a",
            light="#fff6ee",
        ),
        Look(
            ("#3d4663", "#515b7c"),
            "#f8f2e6",
            "#353e5a",
            ("#ef8a62", "#f6cf72", "#7cc0ae", "#a9b8e8", "#f3e8d6", "#6d7492", "#12172a"),
            "#f6cf72",
            light="#dfe4ff",
        ),
    ),
)
