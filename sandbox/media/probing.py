"""What an uploaded picture or film measures."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE

import imageio_ffmpeg
from PIL import Image

#: A film that takes longer to open than this is not worth waiting for.
PATIENCE_SECONDS = 20


class Unreadable(Exception):
    """The bytes are not the picture or film they begin like."""


@dataclass(frozen=True)
class Measures:
    """Pixels; `duration_ms` of films only."""

    width: int
    height: int
    duration_ms: int | None = None


def measure(path: Path, mime_type: str) -> Measures:
    """Raises Unreadable."""
    return _of_film(path) if mime_type.startswith("video/") else _of_picture(path)


def _of_picture(path: Path) -> Measures:
    try:
        with Image.open(path) as image:
            image.verify()
            return Measures(image.width, image.height)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise Unreadable("The picture cannot be read.") from None


def _of_film(path: Path) -> Measures:
    frames = imageio_ffmpeg.read_frames(path)
    try:
        facts = next(frames)
    except (OSError, StopIteration):
        raise Unreadable("The film cannot be read.") from None
    finally:
        frames.close()
    width, height = facts["source_size"]
    return Measures(width, height, round(facts["duration"] * 1000))


def first_frame(film: Path, picture: Path) -> None:
    """Writes the first frame as a JPEG. Raises Unreadable."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-protocol_whitelist", "file",
        "-i", str(film), "-frames:v", "1", "-q:v", "4", "-f", "image2", str(picture),
    ]  # fmt: skip
    # Paths of our own making; what is in the film is ffmpeg's to parse, without any network.
    done = subprocess.run(command, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, timeout=PATIENCE_SECONDS)  # noqa: S603
    if done.returncode or not picture.stat().st_size:
        raise Unreadable("The film has no first frame.")
