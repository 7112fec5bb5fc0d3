"""TikTok posts to remix, made up: everything about one follows from its id and the trade that looks at it
(contract/content.md, 9 Source recommendations)."""

import hashlib
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any, Final, Literal

from sandbox.media.spec import TRADES
from sandbox.models import KeywordBank, Project
from sandbox.world.texts import trade

Kind = Literal["slideshow", "video"]
#: Ids of posts have nineteen digits.
SMALLEST: Final = 7 * 10**18
RANGE: Final = 10**18
#: What a search or a portfolio holds of each kind.
STOCK: Final = 40
HANDLES: Final = ("daily", "notes", "withme", "corner", "club", "diaries", "lab", "fyi", "studio", "loop")


@dataclass(frozen=True)
class Post:
    """A post as the platform would describe it."""

    id: str
    kind: Kind
    trade: str
    hook: str
    caption: str
    handle: str
    stats: dict[str, int]
    #: Slides of a slideshow, else None.
    images: int | None
    #: Length of a video, else None.
    length: timedelta | None


def post(trade_key: str, tiktok_id: str) -> Post:
    chance = random.Random(f"tiktok:{tiktok_id}")
    text = trade(trade_key)
    theme = chance.choice(text.themes)
    slideshow = _is_slideshow(tiktok_id)
    views = int(10 ** chance.uniform(3.5, 6.6))
    return Post(
        id=tiktok_id,
        kind="slideshow" if slideshow else "video",
        trade=trade_key,
        hook=chance.choice(theme.hooks),
        caption=f"{_in_general(text.app, chance.choice(theme.captions))} {' '.join(text.hashtags[:3])}",
        handle=f"{_word(chance.choice(text.keywords))}{chance.choice(HANDLES)}",
        stats={
            "views": views,
            "likes": int(views * chance.uniform(0.03, 0.14)),
            "comments": int(views * chance.uniform(0.001, 0.006)),
            "shares": int(views * chance.uniform(0.002, 0.02)),
        },
        images=chance.randint(4, 9) if slideshow else None,
        length=None if slideshow else timedelta(seconds=chance.randint(7, 40)),
    )


def portfolio(project: Project, kinds: set[Kind], limit: int) -> list[Post]:
    """Posts that research has found for the project: none before its first keyword run."""
    if not KeywordBank.objects.filter(project=project).exists():
        return []
    return _found(f"portfolio:{project.pk}", project.trade, kinds, limit)


def search(project: Project, keyword: str, kinds: set[Kind], limit: int) -> list[Post]:
    """The same keyword always finds the same posts, of the trade it speaks of if there is one."""
    words = keyword.casefold().split()
    spoken_of = next(
        (key for key in TRADES if any(word in " ".join((key, *trade(key).keywords)).split() for word in words)),
        project.trade,
    )
    return _found(f"search:{' '.join(words)}", spoken_of, kinds, limit)


def words_of(project: Project, tiktok_id: str) -> str:
    """What the first slide or frame of a source says."""
    return post(project.trade, tiktok_id).hook


def _found(query: str, trade_key: str, kinds: set[Kind], limit: int) -> list[Post]:
    posts = (post(trade_key, tiktok_id) for tiktok_id in _ids(query))
    return list(islice((one for one in posts if one.kind in kinds), limit))


def _ids(query: str) -> Iterator[str]:
    for number in range(STOCK):
        digest = hashlib.sha256(f"{query}:{number}".encode()).digest()
        yield str(SMALLEST + int.from_bytes(digest[:16]) % RANGE)


def _is_slideshow(tiktok_id: str) -> bool:
    return int(tiktok_id) % 2 == 0


def _in_general(name: str, words: str) -> str:
    """Strangers do not praise the customer's app."""
    return words.replace(name, "it")


def _word(text: str) -> str:
    return re.sub(r"\W", "", text)


def show(one: Post, thumbnail_url: str) -> dict[str, Any]:
    """As the API prints it."""
    return {
        "tiktokId": one.id,
        "kind": one.kind,
        "thumbnailUrl": thumbnail_url,
        "caption": one.caption,
        "author": {"handle": one.handle},
        "stats": one.stats,
        "imageCount": one.images,
        "durationMs": None if one.length is None else one.length // timedelta(milliseconds=1),
    }
