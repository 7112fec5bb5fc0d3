"""Clips: real files, read back with ffmpeg."""

import io
import re
import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

from sandbox.media import video as video_module
from sandbox.media.draw import picture
from sandbox.media.video import clip
from tests.sandbox_media.specs import slide, video

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()


@pytest.fixture(scope="module")
def short_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "short.mp4"
    clip(video(3200), path)
    return path


def told(path: Path) -> str:
    """What ffmpeg says about a file."""
    return subprocess.run([FFMPEG, "-i", str(path)], capture_output=True, text=True, check=False).stderr


def seconds(path: Path) -> float:
    found = re.search(r"Duration: (\d+):(\d+):([\d.]+)", told(path))
    assert found
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3])


def test_a_clip_is_as_long_as_its_spec(short_clip: Path) -> None:
    assert seconds(short_clip) == pytest.approx(3.2, abs=0.2)


def test_a_clip_is_h264_that_every_browser_plays(short_clip: Path) -> None:
    stream = told(short_clip)
    assert "Video: h264" in stream and "yuv420p" in stream and "540x960" in stream


def test_a_clip_can_start_before_it_is_loaded(short_clip: Path) -> None:
    """The index (moov) stands before the frames (mdat)."""
    content = short_clip.read_bytes()
    assert 0 < content.index(b"moov") < content.index(b"mdat")


def test_the_same_spec_gives_the_same_clip(tmp_path: Path) -> None:
    paths = [tmp_path / "one.mp4", tmp_path / "two.mp4"]
    for path in paths:
        clip(video(1000), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_the_poster_is_the_first_frame(short_clip: Path) -> None:
    frame = subprocess.run(
        [FFMPEG, "-loglevel", "error", "-i", str(short_clip), "-frames:v", "1", "-f", "image2pipe", "-c:v", "png", "-"],
        capture_output=True,
        check=True,
    ).stdout
    poster = Image.open(io.BytesIO(picture(slide(kind="poster", total=1), small=True))).convert("RGB")
    first = Image.open(io.BytesIO(frame)).convert("RGB").resize(poster.size)
    difference = np.abs(np.asarray(first, float) - np.asarray(poster, float))
    assert difference.mean() < 6


@pytest.mark.parametrize("asked", [0, 1])
def test_a_clip_without_a_sensible_length_still_plays(asked: int, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    clip(video(asked), path)
    assert seconds(path) == pytest.approx(video_module.SHORTEST, abs=0.2)


def test_a_failing_encoder_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="No such file or directory"):
        clip(video(1000), tmp_path / "no folder here" / "clip.mp4")
