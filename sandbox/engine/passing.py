"""Letting time pass: from one due moment to the next, in order, until there is nothing left to do."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection

from sandbox import clock, state
from sandbox.engine.courier import DELIVERING
from sandbox.engine.source import Source, next_moments
from sandbox.engine.sources import SOURCES

log = logging.getLogger("sandbox.engine")

#: One process at a time lets time pass. The number only has to differ from other advisory locks.
LOCK = 7_200_421
#: A source that asks for the same moment this often does not clear what it runs.
STUCK = 50


class Stuck(RuntimeError):
    """A source keeps asking for the same moment."""


def catch_up() -> int:
    """Carries out what is due by now; returns how many moments that were. 0 as well when another process is at it."""
    with alone(wait=False) as held:
        if not held:
            return 0
        state.read()
        return _walk(clock.exact_now(), SOURCES, forgiving=True)


def advance(by: timedelta) -> int:
    """Puts the clock ahead by `by`, stopping at every moment on the way. Returns how many moments that were."""
    with alone(wait=True):
        state.read()
        target = clock.exact_now() + by
        # In real time webhooks are sent beside the walk (courier.py); here they must have arrived before time goes on.
        moments = _walk(target, (*SOURCES, DELIVERING), forgiving=False)
        clock.move_to(target)
        return moments


def _walk(target: datetime, walked: Iterable[Source], *, forgiving: bool) -> int:
    """`forgiving`: a source that fails is left out of this walk, so that one bad row does not stop the others."""
    moments = 0
    last: tuple[str, datetime] | None = None
    repeats = 0
    sources = list(walked)
    while True:
        due = [(moment, source) for moment, source in next_moments(sources) if moment <= target]
        if not due:
            return moments
        moment, source = min(due, key=lambda one: one[0])
        repeats = repeats + 1 if (source.name, moment) == last else 0
        last = source.name, moment
        try:
            clock.move_to(moment)
            _run(source, moment, repeats)
        except Exception:
            if not forgiving:
                raise
            log.exception("%s failed and is tried again later.", source.name)
            sources.remove(source)
        moments += 1


def _run(source: Source, moment: datetime, repeats: int) -> None:
    if repeats > STUCK:
        raise Stuck(f"{source.name} does not get past {moment.isoformat()}.")
    log.info("%s %s", moment.isoformat(timespec="milliseconds"), source.name)
    source.run(moment)


@contextmanager
def alone(*, wait: bool) -> Iterator[bool]:
    """Holds the lock on this thread's connection. A session lock: the work inside is many transactions."""
    function = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}(%s)", [LOCK])
        row = cursor.fetchone()
    # pg_advisory_lock returns void, which is not False.
    held = bool(row) and row[0] is not False
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s)", [LOCK])
