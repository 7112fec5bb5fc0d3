"""The daily close: what a day (UTC) came to, what stands in the way of signing it, signing, and what came afterwards.

Days are UTC days, as in the books of Layers: everybody signs the same day, wherever they read it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db import IntegrityError
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.text import capfirst

from layers.mirror.models import Scope
from layers.outbox.models import OPEN, Command, State
from orgs.books.closing.models import DayClose, DaySum, Movement, Side
from orgs.books.snapshot import snapshot
from orgs.books.tieout.judging import catch_up
from orgs.books.tieout.models import TieMark, TieState, Transfer
from orgs.caps.rules import CHANGE_CAPS
from orgs.commands import ALLOCATE
from orgs.deciding import CLOCKS_APART
from orgs.lifecycle.archive import ARCHIVE

MONEY = (ALLOCATE, CHANGE_CAPS, ARCHIVE)
UNDER_WAY = tuple(state for state in OPEN if state != State.WAITING_APPROVAL)
SHOWN = 10  # of the ledgers that were not read
READ = ("ledger", "organizations")  # a customer that we do not know yet has a ledger that nobody reads
ODD = (TieState.EXCEPTION, TieState.WAITING, TieState.ACCEPTED)

Sums = Mapping[tuple[str, str], int]


class CannotSign(Exception):
    """Nothing was signed. The message is what the person reads."""


@dataclass(frozen=True)
class Column:
    """One side of a day, in credits."""

    side: Side
    opening: int
    moved: dict[str, int]

    @property
    def closing(self) -> int:
        return self.opening + sum(self.moved.values())

    @property
    def kept(self) -> dict[str, int]:
        """As a close keeps it."""
        return {"opening": self.opening, **self.moved, "closing": self.closing}


@dataclass(frozen=True)
class Change:
    """What came into a day after it was signed."""

    side: str
    movement: str
    credits: int


@dataclass(frozen=True)
class Shift:
    """How many transfers of a day stood so when it was signed, and how many do now."""

    state: TieState
    then: int
    now: int


@dataclass
class Day:
    """A day as it stands now. A handful of queries, whatever happened on it."""

    on: date

    @property
    def start(self) -> datetime:
        return datetime.combine(self.on, time.min, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        return self.start + timedelta(days=1)

    @property
    def is_over(self) -> bool:
        return timezone.now() >= self.end

    @cached_property
    def columns(self) -> list[Column]:
        moved = sums_of([self.on])[self.on]
        before = dict(
            DaySum.objects.filter(day__lt=self.on).values_list("side").annotate(total=Sum("credits", default=0))
        )
        return [
            Column(side, int(before.get(side, 0)), {move: moved.get((side, move), 0) for move in Movement.values})
            for side in Side
        ]

    @cached_property
    def transfers(self) -> dict[str, int]:
        """How many there are of each state."""
        rows = Transfer.objects.filter(at__gte=self.start, at__lt=self.end)
        found = dict(rows.values_list("state").annotate(n=Count("key")).order_by())
        return {state: found.get(state, 0) for state in TieState.values}

    @cached_property
    def off(self) -> dict[str, int]:
        """Credits that transfers of a state disagree about."""
        odd = (TieState.EXCEPTION, TieState.ACCEPTED)
        rows = Transfer.objects.filter(at__gte=self.start, at__lt=self.end, state__in=odd)
        found = dict(rows.values_list("state").annotate(off=Sum("off", default=0)).order_by())
        return {state: int(found.get(state, 0)) for state in odd}

    @cached_property
    def commands(self) -> dict[str, int]:
        """Commands about money that were given on it, by state."""
        rows = Command.objects.filter(created_at__gte=self.start, created_at__lt=self.end, kind__in=MONEY)
        found = dict(rows.values_list("state").annotate(n=Count("id")).order_by())
        return {state: found[state] for state in State.values if state in found}

    @cached_property
    def read(self) -> int:
        """How many ledgers there are to read, and the list of customers."""
        return Scope.objects.filter(resource__in=READ).count()

    @cached_property
    def _unread(self) -> Any:
        late = Q(synced_at__isnull=True) | Q(synced_at__lt=self.end + CLOCKS_APART)
        return Scope.objects.filter(late, resource__in=READ)

    @cached_property
    def _unread_of(self) -> dict[str, int]:
        return dict(self._unread.values_list("resource").annotate(n=Count("id")).order_by())

    @property
    def unread(self) -> int:
        """Those of them that were not read since the day was over."""
        return sum(self._unread_of.values())

    @property
    def unread_words(self) -> str:
        ledgers = self._unread_of.get("ledger", 0)
        parts = [f"{ledgers:,} ledger{_s(ledgers)}"] if ledgers else []
        return " and ".join([*parts, *["the list of customers"] * ("organizations" in self._unread_of)])

    @cached_property
    def oldest_unread(self) -> list[Scope]:
        return list(self._unread.order_by("-resource", "synced_at")[:SHOWN])

    @cached_property
    def sides_agree(self) -> bool:
        """What left our wallet for customers is what came in there."""
        ours, theirs = self.columns
        moves = (Movement.GIVEN, Movement.REFILLED, Movement.RECLAIMED)
        return all(ours.moved[move] == -theirs.moved[move] for move in moves)

    @cached_property
    def close(self) -> DayClose | None:
        return DayClose.objects.select_related("staff").filter(day=self.on).first()

    @cached_property
    def changes(self) -> list[Change]:
        return changes_since(self.close, sums_of([self.on])[self.on]) if self.close else []

    @property
    def shifts(self) -> list[Shift]:
        return shifts_since(self.close, self.transfers) if self.close else []

    @property
    def hindrances(self) -> list[str]:
        """Why it cannot be signed, whatever the note says."""
        found = []
        if not self.is_over:
            found.append("The day is not over yet.")
        if odd := self.transfers[TieState.EXCEPTION]:
            found.append(f"{odd:,} transfer{_s(odd)} of it {_do(odd)} not match. Clear or accept {_it(odd)} first.")
        if waiting := self.transfers[TieState.WAITING]:
            still = f"still wait{'s' * (waiting == 1)} to be read or answered"
            found.append(f"{waiting:,} transfer{_s(waiting)} of it {still}.")
        if underway := sum(n for state, n in self.commands.items() if state in UNDER_WAY):
            found.append(f"{underway:,} command{_s(underway)} of it {'is' if underway == 1 else 'are'} not over yet.")
        return found


def _s(n: int) -> str:
    return "" if n == 1 else "s"


def _do(n: int) -> str:
    return "does" if n == 1 else "do"


def _it(n: int) -> str:
    return "it" if n == 1 else "them"


def sums_of(days: Sequence[date]) -> dict[date, Sums]:
    """What moved on each day, by side and movement. One query."""
    found: dict[date, dict[tuple[str, str], int]] = {day: {} for day in days}
    for row in DaySum.objects.filter(day__in=days):
        found[row.day][row.side, row.movement] = row.credits
    return dict(found)


def changes_since(close: DayClose, sums: Sums) -> list[Change]:
    """What the ledgers say of a signed day now and did not say then."""
    found = []
    for side in Side.values:
        signed = close.figures.get(side, {})
        for movement in Movement.values:
            credits = sums.get((side, movement), 0) - int(signed.get(movement, 0))
            if credits:
                found.append(Change(side, movement, credits))
    return found


def odd_transfers(first: date, last: date) -> dict[date, dict[str, int]]:
    """How many transfers of each day do not match, wait or are accepted, by state. One query."""
    rows = Transfer.objects.filter(state__in=ODD, at__gte=Day(first).start, at__lt=Day(last).end)
    rows = rows.annotate(on=TruncDate("at", tzinfo=UTC))
    found: dict[date, dict[str, int]] = {}
    for on, state, number in rows.values_list("on", "state").annotate(n=Count("key")).order_by():
        found.setdefault(on, {})[state] = number
    return found


def shifts_since(close: DayClose, transfers: Mapping[str, int]) -> list[Shift]:
    """What its transfers are now and were not when it was signed. That more of them match is seen by the credits."""
    pairs = [(state, close.transfers.get(state, 0), transfers.get(state, 0)) for state in ODD]
    return [Shift(state, then, now) for state, then, now in pairs if then != now]


def sign(staff: Any, on: date, note: str = "") -> DayClose:
    """Keeps the figures of a day for good. Ledgers that were not read since need a note. Raises CannotSign.

    What it is judged by and what is kept are of one moment, and nothing had arrived by then that was not judged. Of two
    people who sign at once one wins; the other is told.
    """
    catch_up(wait=True)
    try:
        with snapshot(writes=True):
            day = Day(on)
            _check(day, note)
            return DayClose.objects.create(
                day=on,
                figures={column.side.value: column.kept for column in day.columns},
                commands=day.commands,
                transfers=day.transfers,
                accepted_off=day.off[TieState.ACCEPTED],
                unread=day.unread,
                note=note.strip(),
                staff=staff,
            )
    except IntegrityError:
        raise CannotSign("Somebody else signed it a moment ago.") from None


def _check(day: Day, note: str) -> None:
    """Raises CannotSign."""
    if day.close:
        raise CannotSign(f"{day.close.staff.name} signed it already.")
    if TieMark.objects.exists():
        raise CannotSign("Rows have just arrived that are not matched yet. Sign again in a moment.")
    if day.hindrances:
        raise CannotSign(" ".join(day.hindrances))
    if day.unread and not note.strip():
        raise CannotSign(f"{capfirst(day.unread_words)} not read since. Say in the note why that is all right.")
