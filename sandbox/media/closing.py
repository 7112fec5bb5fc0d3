"""The last slide: what to do now, and who says so."""

from dataclasses import replace

from sandbox.media.canvas import Canvas, Fade
from sandbox.media.casting import Cast
from sandbox.media.colour import mix
from sandbox.media.geometry import box
from sandbox.media.legible import on
from sandbox.media.marks import mark
from sandbox.media.scene import Zone
from sandbox.media.spec import MediaSpec
from sandbox.media.typeset import Block, fit

CALL = Zone(left=110, top=250, right=970, bottom=560)
NAME = Zone(left=110, top=1000, right=970, bottom=1230)
TAGLINE = Zone(left=150, top=1240, right=930, bottom=1420)


def paint(canvas: Canvas, spec: MediaSpec, role: Cast) -> list[tuple[Block, str]]:
    look = role.look
    canvas.ground(mix(look.paper, "#ffffff", 0.05), mix(look.paper, look.accent, 0.07))
    canvas.glow(540, 860, 620, look.light, 0.22)
    tile = box(430, 740, 650, 960, 56)
    canvas.shadow(tile, mix(look.ink, "#000000", 0.5), dy=26, blur=34, opacity=0.24)
    canvas.fill(tile, Fade(mix(look.accent, "#ffffff", 0.1), mix(look.accent, "#000000", 0.06)))
    canvas.fill(mark(spec.palette_seed), on(look.accent))
    soft = mix(look.ink, look.paper, 0.22)
    name = fit(spec.brand_name, role.voice, NAME, largest=128, centred=True)
    below = replace(TAGLINE, top=name.bounds[3] + 34) if name.lines else TAGLINE
    blocks = [
        (fit(spec.caption_line, role.voice, CALL, largest=72, centred=True), look.ink),
        (name, look.ink),
        (fit(spec.tagline, role.voice, below, largest=54, plain=True, centred=True), soft),
    ]
    return [(block, colour) for block, colour in blocks if block.lines]
