"""First lines that could open a project's content (contract/content.md, 9 Hooks)."""

import random
from typing import Final
from uuid import UUID

from sandbox.models import Project
from sandbox.rules.scripts import in_own_name
from sandbox.world.texts import trade

BANK: Final = 12
#: `{}` is one of the trade's keywords; line breaks are the two characters, as the bank prints them.
OPENINGS: Final = (
    "nobody tells you this about {}",
    "i was wrong about {}\\nhere is what changed",
    "POV: you finally get {}",
    "3 things i wish i knew about {}",
    "the {} mistake everybody makes",
    "stop scrolling if you care about {}",
    "you are overthinking {}",
    "{} in one minute a day",
    "what a year of {} taught me",
    "{}, but make it easy",
)


def bank(project: Project, fixed: UUID | None) -> list[str]:
    """A fresh bank on every call; `fixed`: the same one each time, for test keys."""
    chance = random.Random(fixed.int) if fixed else random.SystemRandom()
    text = trade(project.trade)
    proven = [hook.replace("\n", "\\n") for theme in text.themes for hook in in_own_name(project, theme.hooks)]
    invented = [opening.format(keyword) for opening in OPENINGS for keyword in text.keywords]
    return chance.sample(proven, min(len(proven), BANK // 2)) + chance.sample(invented, BANK // 2)
