"""What the staff want, each wish drawn from the seed and its number: the same course gives the same wishes."""

import random
from dataclasses import dataclass, field

from chaos.course import Course

BATCH = 10  # customers, at most
MORE = 1.02
CAPS_FROM = 1_000_000  # far above any balance, so that no cap forbids a refill; the number of the wish is added


@dataclass(frozen=True)
class Wish:
    """`at`: seconds after the start. `customer`: a place in the list of customers. Caps are unlike in every wish, so
    that each change can be told from all others in the records of Layers. `twice`: the same form, once more."""

    number: int
    kind: str  # allocate, allocate batch, caps, caps batch
    at: float
    customer: int
    credits: int = 0
    changes: dict[str, int | None] = field(default_factory=dict)
    size: int = 1
    twice: bool = False
    cancelled: bool = False

    @property
    def reason(self) -> str:
        return f"chaos {self.number}"


def wishes(course: Course) -> list[Wish]:
    """As many as it takes for course.commands commands, and some more for those that are refused; a batch is one wish
    and several commands."""
    found: list[Wish] = []
    given = 0
    while given < course.commands * MORE:
        wish = _wish(course, len(found), given)
        found.append(wish)
        given += wish.size
    return found


def _wish(course: Course, number: int, given: int) -> Wish:
    chance = random.Random(f"{course.seed}:{number}")  # noqa: S311  reproducible, not secret
    at = course.seconds * given / course.commands / MORE
    customer = chance.randrange(course.customers)
    twice, cancelled = chance.random() < 0.15, chance.random() < 0.08
    kind = chance.random()
    size = min(BATCH, course.customers - 1)  # one of them is archived
    if kind < 0.03:
        return Wish(number, "allocate batch", at, customer, chance.randint(1, 60), size=size, twice=twice)
    if kind < 0.68:
        large = chance.random() < 0.08
        credits = chance.randint(5_001, 5_060) if large else chance.randint(1, 60)
        return Wish(number, "allocate", at, customer, credits, twice=twice, cancelled=cancelled)
    changes: dict[str, int | None] = {"cap": CAPS_FROM + number}
    if kind < 0.96:
        if chance.random() < 0.4:
            changes |= {"line": chance.randint(1, 400), "amount": chance.randint(1, 50)}
        elif chance.random() < 0.3:
            changes |= {"line": None, "amount": None}
        return Wish(number, "caps", at, customer, changes=changes, twice=twice, cancelled=cancelled)
    return Wish(number, "caps batch", at, customer, changes=changes, size=size, twice=twice)
