"""Another world in place of the one that is there, while the server runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Any, Final

from django.apps import apps
from django.db import OperationalError, connection, transaction

from sandbox import state
from sandbox.control.faults import BESIDE
from sandbox.engine import passing
from sandbox.models import Control, Journal, RateWindow, Seeding
from sandbox.world.plan import Plan
from sandbox.world.seed import World, build, put

#: One world at a time. The number only has to differ from other advisory locks.
LOCK: Final = 7_200_422
#: Tables that outlive a world.
KEPT: Final = (Control, Journal, Seeding)
#: A making that has said nothing for this long died with its process.
SILENT: Final = timedelta(minutes=1)
#: Calls under way finish first. Waiting for them longer than this could end in a deadlock that kills the call; so the
#: lock is given up and asked for again.
PATIENCE: Final = "500ms"
ATTEMPTS: Final = 100
#: How long calls under way have to end while new ones wait, in seconds.
DRAIN: Final = 0.1
#: The clock and the switches of a new world.
UNTOUCHED: Final[dict[str, Any]] = {
    "clock_offset": timedelta(0),
    "skipped": timedelta(0),
    "frozen_at": None,
    "global_kill": False,
    "audit_reads": False,
}


class Busy(Exception):
    """Another world is being made already."""


def replace(plan: Plan) -> dict[str, int]:
    """Rows written, by table. The clock goes back to real time, faults are cleared, keys keep working.

    Calls of others see the old world until the new one is complete; for the seconds of writing they wait.
    """
    with _only_one():
        progress = Progress(plan.name)
        try:
            world = build(plan, datetime.now(UTC), progress.report)
            with passing.alone(wait=True):
                _swap(plan, world, progress)
        finally:
            progress.over()
    return {name: len(rows) for name, rows in world.items()}


def under_way() -> Seeding | None:
    """The making that goes on now."""
    return Seeding.objects.filter(seen_at__gt=datetime.now(UTC) - SILENT).first()


def _swap(plan: Plan, world: World, progress: "Progress") -> None:
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                _clear()
                put(plan, world, progress.report)
                state.change(**UNTOUCHED)
                state.faults_changed()
        except OperationalError as problem:
            if getattr(problem.__cause__, "sqlstate", None) != "55P03" or attempt == ATTEMPTS - 1:
                raise
            sleep(0.05)
        else:
            return


def _clear() -> None:
    models = [model for model in apps.get_app_config("sandbox").get_models() if model not in KEPT]
    tables = ", ".join(model._meta.db_table for model in models)
    with connection.cursor() as cursor:
        cursor.execute(f"set local lock_timeout = '{PATIENCE}'")
        # Every call is counted before it holds anything, so behind this lock no new one comes in the way.
        cursor.execute(f"lock table {RateWindow._meta.db_table} in access exclusive mode")
        cursor.execute("select pg_sleep(%s)", [DRAIN])
        cursor.execute(f"truncate {tables} restart identity")
        cursor.execute("set local lock_timeout = 0")


class Progress:
    """Tells everybody else how far it is, on a connection of its own: the rows themselves are not committed yet."""

    def __init__(self, world: str) -> None:
        self.world = world
        self.told = ("", -1)

    def report(self, step: str, share: float) -> None:
        percent = int(share * 100)
        if (step, percent) != self.told:
            self.told = step, percent
            Seeding.objects.using(BESIDE).update_or_create(
                id=1, defaults={"world": self.world, "step": step, "share": share, "seen_at": datetime.now(UTC)}
            )

    def over(self) -> None:
        Seeding.objects.using(BESIDE).all().delete()


@contextmanager
def _only_one() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [LOCK])
        row = cursor.fetchone()
    if not (row and row[0]):
        raise Busy
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [LOCK])
