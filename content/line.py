"""The queue as the desk lists it: a stretch of it at a time, under headings that say how long items wait."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from common.moments import age_tone
from content.models import Container
from content.queries import earlier, later, queue

LENGTH = 20  # entries fetched at a time
BEHIND = 4  # entries before the one on stage, so that one sees where one is
HEADINGS = {"stop": "Over 20 h", "wait": "12 to 20 h", "quiet": "Under 12 h"}


@dataclass(frozen=True)
class Entry:
    """`heading` only where a new age group begins."""

    container: Container
    heading: str = ""


@dataclass(frozen=True)
class Line:
    """`before` and `after`: the ids from which more can be asked for; empty at an end of the queue."""

    entries: list[Entry]
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class _Part:
    rows: list[Container]
    more: bool


def around(container: Container | None, *, waits: bool = False) -> Line:
    """The stretch a page opens with. `waits`: the container itself is still in the queue."""
    if container is None:
        return _line(NONE, _part(queue(), LENGTH))
    ahead = _part(later(container), LENGTH)
    here = [container] if waits else []
    return _line(_part(earlier(container), BEHIND), _Part([*here, *ahead.rows], ahead.more))


def behind(container: Container) -> Line:
    """What follows an entry that is shown already; its heading goes on."""
    return _line(NONE, _part(later(container), LENGTH), under=container)


def before(container: Container) -> Line:
    """The stretch that ends right before an entry."""
    part = _part(earlier(container), LENGTH)
    return _line(part, _Part([], more=True)) if part.rows else around(None)


NONE = _Part([], more=False)


def _part(found: QuerySet[Container], size: int) -> _Part:
    rows = list(found.select_related("organization")[: size + 1])
    return _Part(rows[:size], len(rows) > size)


def _line(nearest_first: _Part, ahead: _Part, under: Container | None = None) -> Line:
    shown = [*reversed(nearest_first.rows), *ahead.rows]
    return Line(
        list(_under_headings(shown, under)),
        before=shown[0].id if nearest_first.more else "",
        after=shown[-1].id if ahead.more else "",
    )


def _heading(container: Container) -> str:
    return HEADINGS[age_tone(container.waiting_since)]


def _under_headings(rows: Iterable[Container], under: Container | None) -> Iterator[Entry]:
    current = _heading(under) if under else ""
    for row in rows:
        heading = _heading(row)
        yield Entry(row, heading if heading != current else "")
        current = heading
