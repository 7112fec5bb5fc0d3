"""ISO 8601 durations of fixed length: weeks, or days and a time. Months and years have none."""

import re
from datetime import timedelta
from typing import Final

_WEEKS: Final = re.compile(r"P(\d{1,4})W", re.ASCII)
_DAYS: Final = re.compile(r"P(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?", re.ASCII)


def parse(text: str) -> timedelta:
    """`PT24H`, `P2DT12H`, `P1W`. Raises ValueError for anything else and for no time at all."""
    weeks = _WEEKS.fullmatch(text)
    days = _DAYS.fullmatch(text)
    if weeks:
        length = timedelta(weeks=int(weeks[1]))
    elif days:
        d, h, m, s = (int(part or 0) for part in days.groups())
        length = timedelta(days=d, hours=h, minutes=m, seconds=s)
    else:
        length = timedelta(0)
    if not length:
        raise ValueError(text)
    return length
