"""The only clock of the sandbox. It runs beside real time, can be put ahead and can stand still."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from sandbox import state

_moment: ContextVar[datetime | None] = ContextVar("sandbox_moment", default=None)


def exact_now() -> datetime:
    """Now in UTC with microseconds, as organizations print it (contract/control-plane.md, 1)."""
    override = _moment.get()
    if override is not None:
        return override
    current = state.current()
    return current.frozen_at or datetime.now(UTC) + current.clock_offset


def now() -> datetime:
    """Now in UTC, cut to milliseconds: what every other resource prints.

    Stored as printed, so that a client's `since=` and `until=` taken from an answer include the row itself.
    """
    moment = exact_now()
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def elapsed() -> float:
    """Seconds that never stand still: real time plus whatever was skipped.

    Rate limits count in it, so that a client which sleeps as told gets on under a frozen clock, and one that skips a
    minute need not sleep.
    """
    return time.time() + state.current().skipped.total_seconds()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside, `now()` is `moment`: what falls due carries the time it was due, however late it is looked at."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def freeze() -> None:
    """The clock stands still at this moment; a no-op when it does already."""
    if state.current().frozen_at is None:
        state.change(frozen_at=exact_now())


def resume() -> None:
    """The clock runs on from where it stands."""
    frozen_at = state.current().frozen_at
    if frozen_at is not None:
        state.change(frozen_at=None, clock_offset=frozen_at - datetime.now(UTC))


def move_to(moment: datetime) -> None:
    """Puts the clock ahead; never back, because what happened has happened."""
    ahead = moment - exact_now()
    if ahead <= timedelta(0):
        return
    current = state.current()
    skipped = current.skipped + ahead
    if current.frozen_at is None:
        state.change(clock_offset=current.clock_offset + ahead, skipped=skipped)
    else:
        state.change(frozen_at=moment, skipped=skipped)
