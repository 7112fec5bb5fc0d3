"""Draws one slide or poster and hands back a JPEG."""

import io
import os
import threading
from dataclasses import replace

from PIL import Image

from sandbox.media import closing
from sandbox.media.canvas import Canvas
from sandbox.media.casting import Cast, cast_for
from sandbox.media.geometry import HEIGHT, WIDTH, ellipse
from sandbox.media.legible import DARK, dress, lay, on
from sandbox.media.scene import Zone
from sandbox.media.spec import MediaSpec
from sandbox.media.texture import grain, vignette
from sandbox.media.typeset import Block, fit, write

#: Pixels per frame unit: a scene is matte and soft, so half of it is enough for the large picture. Type is not.
SCENE_SCALE = 1 / 2
SMALL_SCALE = 1 / 3
QUALITY = 84

#: A gallery asks for forty pictures at once; more drawings than cores only take each other's time.
_cores = threading.BoundedSemaphore(os.cpu_count() or 1)


def picture(spec: MediaSpec, *, small: bool = False) -> bytes:
    """A progressive JPEG, 1080 x 1920, or 360 x 640 when `small`. The same spec gives the same bytes."""
    with _cores:
        return _drawn(spec, small)


def _drawn(spec: MediaSpec, small: bool) -> bytes:
    canvas = Canvas(SMALL_SCALE if small else SCENE_SCALE)
    blocks = _paint(canvas, spec)
    image, scale = vignette(canvas.image), SMALL_SCALE
    if not small:
        image, scale = image.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC), 1.0
    image = grain(image)
    for block, colour in blocks:
        write(image, scale, block, colour)
    return _jpeg(image)


def scenery(canvas: Canvas, role: Cast, step: float) -> None:
    """The scene alone, `step` from 0 (first picture) to 1 (last)."""
    role.scene.draw(canvas, role.look, role.moment(step))
    if role.mirrored:
        canvas.image = canvas.image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def _paint(canvas: Canvas, spec: MediaSpec) -> list[tuple[Block, str]]:
    """Paints everything below the words; says which words go where, in which colour."""
    role = cast_for(spec)
    if 1 < spec.total == spec.index:
        return closing.paint(canvas, spec, role)
    scenery(canvas, role, (spec.index - 1) / (spec.total - 1) if spec.total > 1 else 0.0)
    zone = role.scene.zone
    if spec.index == 1:
        return _words(canvas, role, spec.hook, zone)
    # A middle slide without a sentence of its own repeats the hook.
    point = _words(canvas, role, spec.caption_line or spec.hook, replace(zone, top=zone.top + 136))
    return [*point, _numeral(canvas, role, spec.index - 1)]


def _words(canvas: Canvas, role: Cast, text: str, zone: Zone) -> list[tuple[Block, str]]:
    block = fit(text, role.voice, zone)
    if not block.lines:
        return []
    worn = dress(canvas, block, role.scene, role.look)
    lay(canvas, block, worn)
    return [(block, worn.ink)]


def _numeral(canvas: Canvas, role: Cast, number: int) -> tuple[Block, str]:
    """Which point this is, on a spot of the brand's colour above the words."""
    zone = role.scene.zone
    x, y, radius = zone.left + 50, zone.top + 36, 50.0
    spot = ellipse(x, y, radius)
    canvas.shadow(spot, DARK, dy=6, blur=12, opacity=0.2)
    canvas.fill(spot, role.look.accent)
    size = 54.0
    block = fit(
        str(number), role.voice, Zone(x - radius, y - size * 0.45, x + radius, y + radius), largest=size, centred=True
    )
    return block, on(role.look.accent)


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, progressive=True)
    return out.getvalue()
