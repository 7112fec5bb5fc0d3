"""A cup of coffee seen from above."""

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.colour import mix
from sandbox.media.geometry import Shape, box, ellipse, polygon, ring
from sandbox.media.scene import Look, Moment, Scene
from sandbox.media.scenes.shared import table, window_light


def draw(canvas: Canvas, look: Look, moment: Moment) -> None:
    """Tones: crockery, coffee, crema, foam, shadow. The cup empties from slide to slide."""
    crockery, coffee, crema, foam, dark = look.tones
    rng = moment.rng
    table(canvas, rng, *look.ground)
    window_light(canvas, look.light, 0.46)
    cx, cy, r = 530 + rng.random() * 40, 1285 + rng.random() * 40, 318.0
    saucer = ellipse(cx, cy, r * 1.36)
    canvas.shadow(saucer, dark, dx=46, dy=66, blur=44, opacity=0.5)
    canvas.fill(saucer, Fade(mix(crockery, "#ffffff", 0.35), mix(crockery, dark, 0.16), 60))
    canvas.fill(ring(cx, cy, r * 1.3, r * 1.24), dark, blur=8, opacity=0.1)
    cup = ellipse(cx, cy, r)
    handle = box(cx + r * 0.8, cy - 58, cx + r * 1.36, cy + 58, 58).minus(
        box(cx + r * 0.9, cy - 22, cx + r * 1.22, cy + 22, 22)
    )
    whole = (cup + handle).turned(-38, cx, cy)
    canvas.shadow(whole, dark, dx=30, dy=42, blur=26, opacity=0.42)
    canvas.fill(handle.turned(-38, cx, cy), Fade(mix(crockery, "#ffffff", 0.5), mix(crockery, dark, 0.2)))
    canvas.fill(cup, Fade(mix(crockery, "#ffffff", 0.6), mix(crockery, dark, 0.1), 60))
    inner = ellipse(cx, cy, r * 0.86)
    canvas.fill(inner, Fade(mix(crockery, dark, 0.34), mix(crockery, dark, 0.12), 60))
    level = 0.84 - moment.step * 0.16
    drink = ellipse(cx + 8 * moment.step, cy + 10 * moment.step, r * level)
    canvas.fill(drink, coffee, inside=inner)
    canvas.fill(ellipse(cx, cy, r * (level - 0.08)), crema, blur=26, opacity=0.9, inside=inner)
    _tulip(canvas, cx, cy, r * level / 0.84, crema, foam, rng.random() * 50 - 25)
    canvas.fill(drink.minus(drink.moved(26, 34)), dark, blur=16, opacity=0.5, inside=inner)


def _tulip(canvas: Canvas, cx: float, cy: float, r: float, crema: str, foam: str, turn: float) -> None:
    """Three hearts of foam, each lower and smaller."""
    for dy, size in ((-0.3, 0.4), (-0.03, 0.32), (0.22, 0.23)):
        for colour, more in ((crema, 0.05), (foam, 0.0)):
            heart = _heart(cx, cy + dy * r, (size + more) * r).turned(turn, cx, cy)
            canvas.fill(heart, colour, blur=4, opacity=0.95)


def _heart(x: float, y: float, q: float) -> Shape:
    lobes = ellipse(x - q * 0.47, y - q * 0.09, q * 0.53) + ellipse(x + q * 0.47, y - q * 0.09, q * 0.53)
    return lobes + polygon([(x - q * 0.93, y + q * 0.14), (x + q * 0.93, y + q * 0.14), (x, y + q * 1.1)])


SCENE = Scene(
    name="cup",
    draw=draw,
    looks=(
        Look(
            ("#e2cfb1", "#c2a077"),
            "#3a2716",
            "#fbf5ea",
            ("#fbf7ef", "#5b3420", "#8a5733", "#f0dfc6", "#4a3018"),
            "#a8542c",
        ),
        Look(
            ("#a3afa3", "#6c7a70"),
            "#14201a",
            "#f5f3ea",
            ("#f6f1e6", "#3c2416", "#6b4026", "#ecd9bd", "#1c261f"),
            "#c4703d",
        ),
        Look(
            ("#dcb8a4", "#b98570"),
            "#3d1f16",
            "#fdf2ea",
            ("#3f5660", "#4a2818", "#7d4c2d", "#efdcc3", "#4a2219"),
            "#3f5660",
        ),
        Look(
            ("#56504c", "#332e2b"),
            "#f9efe0",
            "#332c28",
            ("#e7dccb", "#3a2114", "#6e4327", "#eed8b6", "#120e0c"),
            "#d9964e",
            light="#f3d9ae",
        ),
    ),
)
