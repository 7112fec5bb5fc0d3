"""Chance with a fixed seed: ids, times and picks that come out the same on every seeding."""

import random
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sandbox import ids

T = TypeVar("T")


class Chance:
    """One stream of chance. `now` is the moment of seeding; every time of the world hangs on it."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.random = random.Random(seed)
        self.now = now

    def uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128), version=4)

    def ulid(self, moment: datetime) -> str:
        return ids.ulid_from(int(moment.timestamp() * 1000), self.random.getrandbits(80))

    def ago(self, **span: float) -> datetime:
        """`now` minus a span (days, hours, minutes), cut to milliseconds."""
        return self.cut(self.now - timedelta(**span))

    def between(self, start: datetime, end: datetime) -> datetime:
        return self.cut(start + (end - start) * self.random.random())

    def soon_after(self, moment: datetime, low_minutes: float, high_minutes: float) -> datetime:
        return self.cut(moment + timedelta(minutes=self.random.uniform(low_minutes, high_minutes)))

    @staticmethod
    def cut(moment: datetime) -> datetime:
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def pick(self, options: Sequence[T]) -> T:
        return self.random.choice(options)

    def weighted(self, options: Sequence[T], weights: Sequence[float]) -> T:
        return self.random.choices(options, weights)[0]

    def some(self, options: Sequence[T], count: int) -> list[T]:
        """`count` different ones, in their own order."""
        chosen = sorted(self.random.sample(range(len(options)), min(count, len(options))))
        return [options[position] for position in chosen]

    def happens(self, probability: float) -> bool:
        return self.random.random() < probability

    def whole(self, low: int, high: int) -> int:
        return self.random.randint(low, high)
