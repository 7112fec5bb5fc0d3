"""Specs for these tests, with what a test does not care about filled in."""

from dataclasses import replace
from typing import Any

from sandbox.media.spec import MediaSpec

_SLIDE = MediaSpec(
    container_id="5f0c2d7b-8a41-4e9c-a6d8-13b7e2f49c50",
    kind="slide",
    index=1,
    total=5,
    hook="I wrote one line a day for a year",
    caption_line="",
    brand_name="Morrow",
    tagline="One line a day.",
    trade="journal",
    palette_seed=3,
    duration_ms=0,
)


def slide(**changes: Any) -> MediaSpec:
    return replace(_SLIDE, **changes)


def video(duration_ms: int, **changes: Any) -> MediaSpec:
    return replace(_SLIDE, kind="video", total=1, duration_ms=duration_ms, caption_line="Start tonight.", **changes)
