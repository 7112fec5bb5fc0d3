"""How the page says times, spans and figures."""

from datetime import datetime, timedelta

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def moment(when: datetime) -> str:
    """`2026-06-09 14:03:22`, UTC."""
    return when.strftime("%Y-%m-%d %H:%M:%S")


def span(length: timedelta) -> str:
    """`3 h 12 min`: the two largest units."""
    left = round(abs(length.total_seconds()))
    said: list[str] = []
    for unit, size in _UNITS:
        amount, left = divmod(left, size)
        if amount or (unit == "s" and not said):
            said.append(f"{amount} {unit}")
        elif said:
            break
        if len(said) == 2:
            break
    return " ".join(said)


def distance(when: datetime, now: datetime) -> str:
    """`in 3 h 12 min`, `due`, `2 d ago`."""
    if abs(when - now) < timedelta(seconds=1):
        return "now"
    return f"in {span(when - now)}" if when > now else f"{span(now - when)} ago"


def figure(number: int) -> str:
    """`60,742`."""
    return f"{number:,}"


def plural(number: int, word: str) -> str:
    return f"{number:,} {word if number == 1 else word + 's'}"
