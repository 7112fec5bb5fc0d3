"""What is posted with a container, read from both spellings: `captions[]` and `caption` (contract/content.md, 4)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from layers.client import read

TAG = re.compile(r"([#@]\w[\w.]*)")


@dataclass(frozen=True)
class Caption:
    """`platform` is the API's word, or empty for a caption that goes everywhere. `name` says what it is instead."""

    text: str
    platform: str = ""
    name: str = ""

    @property
    def length(self) -> int:
        """Characters, as the platforms count them."""
        return len(self.text)

    @property
    def parts(self) -> list[tuple[str, bool]]:
        """The text in pieces: (piece, whether it is a hashtag or a mention)."""
        return [(piece, bool(index % 2)) for index, piece in enumerate(TAG.split(self.text)) if piece]


def captions(raw: Any) -> list[Caption]:
    """Every caption of a container as the API sent it. Anything that cannot be read is left out."""
    if not isinstance(raw, Mapping):
        return []
    found = list(_by_platform(raw))
    one = read.text(raw, "caption").strip()
    if one and one not in [caption.text for caption in found]:
        found.append(Caption(one, name="Caption"))
    comment = read.text(raw, "firstComment").strip()
    if comment:
        found.append(Caption(comment, name="First comment"))
    return found


def _by_platform(raw: Mapping[str, Any]) -> Iterator[Caption]:
    for row in read.items(raw, "captions"):
        text = read.text(row, "text", "caption").strip()
        if text:
            platform = read.text(row, "platform")
            yield Caption(text, platform, "" if platform else "Caption")
