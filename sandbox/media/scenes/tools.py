"""Tools on a pegboard: repair."""

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, arc, box, ellipse, line, polygon, ring, smooth, union
from sandbox.media.scene import Look, Moment, Scene


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: steel, handle, shadow. The hammer is sometimes still in use on the first slide."""
    steel, handle, dark = look.tones
    canvas.ground(*look.ground)
    # Faint behind the words.
    for rows, depth in ((range(60, 760, 90), 0.1), (range(780, 1920, 90), 0.26)):
        holes = union(ellipse(x, y, 8) for y in rows for x in range(45, 1080, 90))
        canvas.fill(holes.moved(2, 3), look.light, opacity=depth)
        canvas.fill(holes, dark, opacity=depth)
    _wrench(canvas, look, steel, dark)
    _screwdriver(canvas, look, steel, dark)
    _tape(canvas, look, dark)
    if moment.step or moment.rng.random() < 0.6:
        _hammer(canvas, look, steel, handle, dark)


def _metal(canvas: Canvas, look: Look, shape: Shape, colour: str, dark: str, degrees: float = 0) -> None:
    canvas.fill(shape, Fade(mix(colour, "#ffffff", 0.32), mix(colour, dark, 0.22), degrees))
    canvas.fill(shape.minus(shape.moved(5, 5)), "#ffffff", blur=2, opacity=0.5, inside=shape)


def _hang(canvas: Canvas, shape: Shape, dark: str) -> None:
    canvas.shadow(shape, dark, dx=30, dy=44, blur=20, opacity=0.42)


def _peg(canvas: Canvas, look: Look, x: float, y: float, dark: str) -> None:
    canvas.fill(ellipse(x + 5, y + 8, 17), dark, blur=6, opacity=0.4)
    canvas.fill(ellipse(x, y, 16), Fade("#f3efe6", "#a8a298"))


def _wrench(canvas: Canvas, look: Look, steel: str, dark: str) -> None:
    x, top, foot = 268.0, 930.0, 1640.0
    jaw = ellipse(x, top + 50, 108).minus(
        polygon([(x - 50, top - 80), (x + 50, top - 80), (x + 50, top + 34), (x, top + 66), (x - 50, top + 34)])
    )
    shaft = polygon([(x - 42, top + 120), (x + 42, top + 120), (x + 34, foot - 80), (x - 34, foot - 80)])
    end = ring(x, foot - 50, 82, 46)
    whole = jaw + shaft + end
    _hang(canvas, whole, dark)
    _metal(canvas, look, shaft + jaw, steel, dark)
    _metal(canvas, look, end, steel, dark)
    canvas.fill(box(x - 17, top + 210, x + 17, foot - 190, 17), dark, opacity=0.22)
    canvas.fill(box(x - 15, top + 214, x + 17, foot - 190, 16), mix(steel, look.light, 0.4), opacity=0.6)
    _peg(canvas, look, x, top - 4 + 108, dark)


def _screwdriver(canvas: Canvas, look: Look, steel: str, dark: str) -> None:
    x, top = 540.0, 960.0
    grip = smooth(
        [
            (x - 44, top),
            (x - 62, top + 60),
            (x - 58, top + 190),
            (x - 40, top + 270),
            (x + 40, top + 270),
            (x + 58, top + 190),
            (x + 62, top + 60),
            (x + 44, top),
        ]
    )
    blade = box(x - 13, top + 290, x + 13, top + 590, 3) + polygon(
        [
            (x - 13, top + 580),
            (x + 13, top + 580),
            (x + 21, top + 640),
            (x + 12, top + 676),
            (x - 12, top + 676),
            (x - 21, top + 640),
        ]
    )
    collar = box(x - 30, top + 268, x + 30, top + 306, 8)
    _hang(canvas, grip + blade + collar, dark)
    _metal(canvas, look, blade, steel, dark)
    _metal(canvas, look, collar, mix(steel, dark, 0.3), dark)
    canvas.fill(grip, Fade(mix(look.accent, "#ffffff", 0.25), mix(look.accent, dark, 0.32), 0))
    canvas.fill(
        union(line([(x + dx, top + 50), (x + dx * 0.9, top + 230)], 9) for dx in (-34, -12, 12, 34)),
        dark,
        blur=2,
        opacity=0.22,
        inside=grip,
    )
    _peg(canvas, look, x, top + 336, dark)


def _hammer(canvas: Canvas, look: Look, steel: str, handle: str, dark: str) -> None:
    x, top = 815.0, 985.0
    shaft = smooth(
        [
            (x - 25, top),
            (x - 23, top + 300),
            (x - 34, top + 520),
            (x - 30, top + 690),
            (x + 30, top + 690),
            (x + 34, top + 520),
            (x + 23, top + 300),
            (x + 25, top),
        ]
    )
    head = smooth(
        [
            (x + 150, top - 64),
            (x + 158, top + 44),
            (x + 90, top + 40),
            (x + 62, top + 52),
            (x - 62, top + 52),
            (x - 100, top + 30),
            (x - 176, top + 72),
            (x - 150, top - 10),
            (x - 84, top - 58),
            (x + 62, top - 66),
            (x + 90, top - 56),
        ]
    )
    _hang(canvas, shaft + head, dark)
    canvas.fill(shaft, Fade(mix(handle, look.light, 0.3), mix(handle, dark, 0.3), 0))
    canvas.fill(box(x - 60, top + 470, x + 60, top + 720), look.accent, opacity=0.92, inside=shaft)
    canvas.fill(box(x + 8, top + 60, x + 40, top + 700), dark, blur=9, opacity=0.3, inside=shaft)
    _metal(canvas, look, head, steel, dark, 90)
    for dx in (-44, 44):
        _peg(canvas, look, x + dx, top + 72, dark)


def _tape(canvas: Canvas, look: Look, dark: str) -> None:
    """Rolls of tape on one peg, low on the board."""
    x, y = 540.0, 1772.0
    for dx, colour in ((30, mix(look.accent, dark, 0.2)), (0, look.accent)):
        roll = ring(x + dx, y, 88, 46)
        _hang(canvas, roll, dark)
        canvas.fill(roll, Fade(mix(colour, "#ffffff", 0.22), mix(colour, dark, 0.2), 60))
    canvas.fill(ring(x, y, 58, 46), "#e9dcc4")
    canvas.fill(arc(x, y, 76, 190, 280, 9), "#ffffff", blur=5, opacity=0.5)
    _peg(canvas, look, x, y - 30, dark)


SCENE = Scene(
    name="tools",
    draw=draw,
    looks=(
        Look(("#e6d3b3", "#d6bc94"), "#37240f", "#fbf3e3", ("#9aa1a5", "#a8683c", "#4a2f16"), "#d4502f"),
        Look(
            ("#6f8f8c", "#567673"), "#0c211f", "#f1f5f0", ("#c9cdcb", "#c08a54", "#11292a"), "#f0a63c", light="#cfe6e0"
        ),
        Look(
            ("#33404f", "#435164"), "#f6f2e8", "#2e3a48", ("#b9c0c6", "#b98556", "#0c1219"), "#ee7a4a", light="#8ea2b8"
        ),
        Look(
            ("#efe9dc", "#ded5c1"), "#26302f", "#faf8f0", ("#8a9396", "#b57d4c", "#3a3426"), "#2f7a78", light="#ffffff"
        ),
    ),
)
