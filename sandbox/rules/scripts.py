"""What a generated container says: slide lines, caption, first comment. Everything follows from the seed and the brand,
so that the same seed always writes the same script."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sandbox.models import Container, Project
from sandbox.world.texts import trade


@dataclass(frozen=True)
class Script:
    """`lines`: one per slide (empty on the first, which shows the hook), or the one line of a video."""

    lines: list[str]
    caption: str
    first_comment: str | None
    duration_ms: int | None


def write(project: Project, kind: Container.Media, seed: UUID) -> Script:
    """The script of one container of this brand, in the words of its trade."""
    chance = random.Random(seed.int)
    text = trade(project.trade)
    theme = chance.choice(text.themes)
    points, captions, actions = (in_own_name(project, part) for part in (theme.points, theme.captions, text.actions))
    first_comment = chance.choice(actions) if chance.random() < 0.25 else None
    caption = f"{chance.choice(captions)} {' '.join(text.hashtags[: chance.randint(3, 5)])}"
    if kind == Container.Media.VIDEO:
        return Script([chance.choice(points)], caption, first_comment, chance.randint(80, 300) * 100)
    count = min(chance.randint(2, 5), len(points))
    # in the order in which they were thought up
    chosen = [points[place] for place in sorted(chance.sample(range(len(points)), count))]
    return Script(["", *chosen, chance.choice(actions)], caption, first_comment, None)


def in_own_name(project: Project, sentences: Sequence[str]) -> list[str]:
    """Sentences of the trade's own customer, said of this brand."""
    return [words.replace(trade(project.trade).app, project.app_name or project.name) for words in sentences]
