"""Cutting a span of time into hours, days or weeks for a series of numbers."""

from datetime import datetime, timedelta
from typing import Final, Literal

from sandbox.api.errors import invalid

Granularity = Literal["hour", "day", "week"]
STEPS: Final[dict[str, timedelta]] = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
#: Longest series: six weeks of hours, almost three years of days.
MOST: Final = 1_000


def starts(since: datetime, until: datetime, granularity: str) -> list[datetime]:
    """The beginning of each bucket between `since` (included) and `until` (excluded): whole hours, days, or weeks
    from Monday, so the first may begin before `since`. 422 for a span that is empty or too long."""
    if until <= since:
        raise invalid("until", "until must be after since.")
    step = STEPS[granularity]
    first = since.replace(minute=0, second=0, microsecond=0)
    if granularity != "hour":
        first = first.replace(hour=0)
    if granularity == "week":
        first -= timedelta(days=min(first.weekday(), (first - datetime.min.replace(tzinfo=first.tzinfo)).days))
    count = -((first - until) // step)
    if count > MOST:
        raise invalid("granularity", f"This span has more than {MOST} of them.")
    return [first + number * step for number in range(count)]
