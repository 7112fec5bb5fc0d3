"""Months of the books. They begin and end in UTC, as the billing periods of Layers do, whatever the reader's zone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import total_ordering

from django.utils import timezone

from common.moments import YEARS

FORM = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@total_ordering
@dataclass(frozen=True)
class Month:
    """`first` is its first day."""

    first: date

    @classmethod
    def of(cls, moment: datetime) -> "Month":
        return cls(moment.astimezone(UTC).date().replace(day=1))

    @classmethod
    def now(cls) -> "Month":
        return cls.of(timezone.now())

    @classmethod
    def read(cls, text: str) -> "Month | None":
        """2026-10; None for anything else, and for months that no clock of ours has seen."""
        found = FORM.fullmatch(text.strip())
        if not found or int(found[1]) not in YEARS:
            return None
        return cls(date(int(found[1]), int(found[2]), 1))

    @property
    def next(self) -> "Month":
        return Month(date(self.first.year + self.first.month // 12, self.first.month % 12 + 1, 1))

    @property
    def previous(self) -> "Month":
        return Month(date(self.first.year - (self.first.month == 1), (self.first.month - 2) % 12 + 1, 1))

    @property
    def start(self) -> datetime:
        return datetime(self.first.year, self.first.month, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self.next.start

    @property
    def last(self) -> datetime:
        """Its last minute."""
        return self.end - timedelta(minutes=1)

    @property
    def is_over(self) -> bool:
        return self.end <= timezone.now()

    @property
    def words(self) -> str:
        return f"{self.first:%B %Y}"

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"

    def __lt__(self, other: "Month") -> bool:
        return self.first < other.first
