"""Draws a clip: a slow move over stills of one scene, the hook above them, the brand at the end."""

import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from subprocess import DEVNULL, PIPE
from tempfile import TemporaryFile
from typing import IO, cast

import imageio_ffmpeg
from PIL import Image

from sandbox.media import closing
from sandbox.media.canvas import Canvas
from sandbox.media.casting import Cast, cast_for
from sandbox.media.draw import scenery
from sandbox.media.legible import Dress, dress
from sandbox.media.overlay import Overlay, overlay
from sandbox.media.spec import MediaSpec
from sandbox.media.texture import vignette
from sandbox.media.typeset import fit, write

WIDTH, HEIGHT = 540, 960
SCALE = WIDTH / 1080
#: The view moves by less than a pixel from frame to frame: more of them would look the same and take longer.
FPS = 16
#: Stills are a little larger than the frame, so that moving closer does not make them soft.
STILL_SCALE = SCALE * 1.08
CLOSER = 0.09
FADE = 0.5
SHORTEST, LONGEST = 1.0, 30.0

#: One clip at a time: two would only take turns on the same cores.
_encoder = threading.Semaphore(1)


@dataclass(frozen=True, slots=True)
class Shot:
    """A still on screen from `start` to `end`, in seconds, fading into the next one at its end."""

    still: Image.Image
    start: float
    end: float
    #: Share of the still cut away when the shot begins and when it ends.
    zoom: tuple[float, float]
    #: Where the view drifts to, as shares of what was cut away.
    drift: tuple[float, float]

    def at(self, time: float) -> Image.Image:
        share = min(1.0, max(0.0, (time - self.start) / (self.end - self.start)))
        cut = self.zoom[0] + (self.zoom[1] - self.zoom[0]) * share
        width, height = self.still.size
        left, top = width * cut * self.drift[0], height * cut * self.drift[1]
        view = (left, top, left + width * (1 - cut), top + height * (1 - cut))
        return self.still.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box=view)


@dataclass(frozen=True, slots=True)
class Caption:
    """Words on screen from `start` to `end`; the first ones are there from the first frame on."""

    words: Overlay
    start: float
    end: float

    def share(self, time: float) -> float:
        coming = 1.0 if self.start <= 0 else (time - self.start) / FADE
        return max(0.0, min(1.0, coming, (self.end - time) / FADE))


def clip(spec: MediaSpec, path: Path) -> None:
    """Writes an H.264 MP4 (yuv420p, index first, no sound) of the spec's length to the path.

    Raises RuntimeError with ffmpeg's own words when it fails.
    """
    seconds = min(LONGEST, max(SHORTEST, spec.duration_ms / 1000))
    with _encoder:
        _encode(_frames(spec, seconds), path)


def _frames(spec: MediaSpec, seconds: float) -> Iterator[bytes]:
    role = cast_for(spec)
    shots = _shots(spec, role, seconds)
    captions = _captions(spec, role, shots)
    for number in range(round(seconds * FPS)):
        time = number / FPS
        frame = _picture(shots, time)
        for caption in captions:
            caption.words.over(frame, caption.share(time))
        yield frame.tobytes()


def _shots(spec: MediaSpec, role: Cast, seconds: float) -> list[Shot]:
    """Two or three stills of the scene, then the closing card."""
    card = min(2.8, seconds * 0.25)
    count = 2 if seconds < 7 else 3
    each = (seconds - card) / count
    drifts = ((0.5, 0.75), (0.2, 0.6), (0.8, 0.85))
    shots = []
    for number in range(count):
        canvas = Canvas(STILL_SCALE)
        scenery(canvas, role, number / (count - 1))
        # The first frame shows the whole still, like the poster. Then closer, back, closer.
        zoom = (0.0, CLOSER) if number % 2 == 0 else (CLOSER, 0.0)
        shots.append(Shot(vignette(canvas.image), number * each, (number + 1) * each, zoom, drifts[number]))
    canvas = Canvas(STILL_SCALE)
    # The caption line has just been read above the scene.
    blocks = closing.paint(canvas, replace(spec, caption_line=""), role)
    image = vignette(canvas.image)
    for block, colour in blocks:
        write(image, STILL_SCALE, block, colour)
    shots.append(Shot(image, seconds - card, seconds, (0.03, 0.0), (0.5, 0.5)))
    return shots


def _captions(spec: MediaSpec, role: Cast, shots: list[Shot]) -> list[Caption]:
    """The hook over the first half of the scene, the caption line over the rest of it."""
    end = shots[-1].start + FADE * 0.5
    texts = [text for text in (spec.hook, spec.caption_line) if text]
    half = shots[-1].start * 0.48
    spans = [(0.0, end)] if len(texts) == 1 else [(0.0, half + FADE / 2), (half + FADE / 2, end)]
    captions = []
    for text, (start, stop) in zip(texts, spans, strict=False):
        block = fit(text, role.voice, role.scene.zone)
        if not block.lines:
            continue
        on_screen = [shot for shot in shots[:-1] if shot.start < stop and start < shot.end]
        stills = [Canvas(STILL_SCALE, shot.still) for shot in on_screen]
        worn = [dress(still, block, role.scene, role.look) for still in stills]
        words = overlay([(block, _strongest(worn))], SCALE)
        if words:
            captions.append(Caption(words, start, stop))
    return captions


def _strongest(worn: list[Dress]) -> Dress:
    """The words stay while stills change below them: dressed for the still that needs it most."""
    return max(worn, key=lambda choice: choice.thickness)


def _picture(shots: list[Shot], time: float) -> Image.Image:
    current = next((shot for shot in shots if time < shot.end), shots[-1])
    for before, after in pairwise(shots):
        if before is current and time > before.end - FADE:
            return Image.blend(before.at(time), after.at(time), (time - before.end + FADE) / FADE)
    return current.at(time)


def _encode(frames: Iterator[bytes], path: Path) -> None:
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error",
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS), "-i", "pipe:0",
        "-c:v", "libx264", "-preset", "ultrafast", "-crf", "26", "-pix_fmt", "yuv420p",
        "-g", str(FPS * 2), "-threads", "2", "-fflags", "+bitexact", "-flags:v", "+bitexact",
        "-movflags", "+faststart", "-f", "mp4", str(path),
    ]  # fmt: skip
    with TemporaryFile() as complaints:
        # Fixed arguments and a path of our own making: nothing of a request reaches this line.
        with subprocess.Popen(command, stdin=PIPE, stdout=DEVNULL, stderr=complaints) as encoder:  # noqa: S603
            _feed(cast(IO[bytes], encoder.stdin), frames)
        if encoder.returncode:
            complaints.seek(0)
            raise RuntimeError(f"ffmpeg could not write a clip: {complaints.read().decode(errors='replace').strip()}")


def _feed(pipe: IO[bytes], frames: Iterator[bytes]) -> None:
    try:
        for frame in frames:
            pipe.write(frame)
        pipe.close()
    except BrokenPipeError:
        return  # ffmpeg has gone; its exit code and words tell why
