"""Asking whether something shall go wrong now. Costs nothing while no fault is switched on."""

import fnmatch
import random
import re
from dataclasses import dataclass
from typing import Any

from django.db import connections

from sandbox import state
from sandbox.models.faults import Fault

#: A second connection (settings.DATABASES): a hit counts even when the caller's transaction is rolled back.
BESIDE = "beside"

_COUNT = "update sandbox_fault set seen = seen + 1 where id = %s returning seen"
_HIT = "update sandbox_fault set hits = hits + 1 where id = %s and (count is null or hits < count)"


@dataclass(frozen=True)
class Known:
    """A fault as a process remembers it."""

    id: int
    kind: str
    pattern: re.Pattern[str]
    options: dict[str, Any]
    probability: float
    seed: int


_known: tuple[int, tuple[Known, ...]] = (0, ())


def wanted(kind: str, subject: str = "") -> dict[str, Any] | None:
    """The options of a switched-on fault of that kind whose pattern matches the subject, counting it; else None.

    `subject`: `POST /v1/projects` for faults of calls, an event type for webhooks, a job kind, a platform.
    """
    for fault in matching(kind, subject):
        if hits(fault):
            return fault.options
    return None


def matching(kind: str, subject: str) -> list[Known]:
    """Faults that may hit the subject, oldest first; nothing is counted yet."""
    return [fault for fault in switched_on() if fault.kind == kind and fault.pattern.fullmatch(subject)]


def hits(fault: Known) -> bool:
    """Counts one matching subject and decides about it. The n-th subject of a fault is decided by its seed and n
    alone, whichever process serves it."""
    with connections[BESIDE].cursor() as cursor:
        cursor.execute(_COUNT, [fault.id])
        row = cursor.fetchone()
        if row is None or random.Random(f"{fault.seed}:{row[0]}").random() >= fault.probability:
            return False
        cursor.execute(_HIT, [fault.id])
        return bool(cursor.rowcount == 1)


def switched_on() -> tuple[Known, ...]:
    """Read from the database when the control row says that something has changed, else as remembered."""
    global _known
    version = state.current().faults_version
    if _known[0] != version:
        _known = version, tuple(_remember(fault) for fault in Fault.objects.order_by("id"))
    return _known[1]


def _remember(fault: Fault) -> Known:
    pattern = re.compile(fnmatch.translate(fault.pattern))
    return Known(fault.pk, fault.kind, pattern, fault.options, fault.probability, fault.seed)
