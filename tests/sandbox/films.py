"""Small real media, made once."""

import io
import subprocess
from functools import cache

import imageio_ffmpeg
from PIL import Image


@cache
def film(suffix: str = "mp4") -> bytes:
    """A second of a coloured frame, 90 by 160."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-f", "lavfi",
        "-i", "color=c=teal:s=90x160:d=1:r=8", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
        "-movflags", "frag_keyframe+empty_moov", "-f", suffix, "pipe:1",
    ]  # fmt: skip
    return subprocess.run(command, check=True, capture_output=True).stdout


@cache
def picture(form: str = "PNG", size: tuple[int, int] = (80, 100), colour: str = "orange") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form)
    return out.getvalue()
