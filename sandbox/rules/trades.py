"""Which of the sandbox's trades a partner's project belongs to: it decides how its content looks and sounds."""

import random
import re
from collections import Counter
from functools import cache
from typing import Final

from sandbox.media.spec import TRADES
from sandbox.world.texts import trade

#: Too short to tell a trade; the common longer ones are outweighed, because many trades know them.
_WORD: Final = re.compile(r"[a-z]{4,}")
#: Below this sum of rarities a likeness is chance. A word that only one trade uses counts 1.
ENOUGH: Final = 1.0


def fitting(*texts: str | None) -> str:
    """The trade whose words come nearest to the texts; one chosen by the texts alone when none comes near."""
    words = _words(" ".join(text for text in texts if text))
    rarity = _rarity()
    scores = {key: sum(rarity[word] for word in words & _vocabulary(key)) for key in TRADES}
    best = max(TRADES, key=lambda key: scores[key])
    if scores[best] >= ENOUGH:
        return best
    return random.Random("\n".join(text or "" for text in texts)).choice(TRADES)


def _words(text: str) -> set[str]:
    # A plural is the same word.
    return {word.rstrip("s") for word in _WORD.findall(text.lower())}


@cache
def _vocabulary(key: str) -> frozenset[str]:
    it = trade(key)
    points = (point for theme in it.themes for point in (*theme.hooks, *theme.points))
    return frozenset(_words(" ".join((key, it.name, it.description, *it.keywords, *it.hashtags, *points))))


@cache
def _rarity() -> dict[str, float]:
    known = Counter(word for key in TRADES for word in _vocabulary(key))
    return {word: 1 / count for word, count in known.items()}
