"""Writing down the last calls of all processes without slowing them: kept in memory, flushed by a thread."""

import logging
import threading
from collections import deque
from datetime import UTC, datetime
from typing import Final

from django.db import close_old_connections
from django.http import HttpRequest

from sandbox.models import Journal

log = logging.getLogger("sandbox.requests")

#: Calls that are kept.
KEPT: Final = 500
EVERY_SECONDS: Final = 0.5

_waiting: deque[Journal] = deque(maxlen=KEPT)
_starting = threading.Lock()
_thread: threading.Thread | None = None


def note(request: HttpRequest, request_id: str, status: int | None, milliseconds: float, faults: list[str]) -> None:
    """Remembers one call of the API; written within half a second. `status` None: the connection was closed."""
    _waiting.append(
        Journal(
            at=datetime.now(UTC),
            method=request.method or "",
            path=request.get_full_path()[:500],
            status=status,
            milliseconds=round(milliseconds, 1),
            key_id=_key_id(request.headers.get("Authorization", "")),
            request_id=request_id,
            faults=",".join(faults)[:200],
        )
    )
    _ensure_running()


def flush() -> None:
    """Writes what waits in this process and forgets what is too old."""
    rows = [_waiting.popleft() for _ in range(len(_waiting))]
    if not rows:
        return
    Journal.objects.bulk_create(rows)
    newest = max(row.seq for row in rows)
    Journal.objects.filter(seq__lte=newest - KEPT).delete()


def _key_id(authorization: str) -> str:
    """`LARKSPURSANDBOX2` of `Bearer lp_live_LARKSPURSANDBOX2_...`; the secret is never kept."""
    parts = authorization.removeprefix("Bearer ").split("_", 3)
    return parts[2][:16] if len(parts) == 4 and parts[0] == "lp" else ""


def _ensure_running() -> None:
    """A thread of each process, started by its first call because threads do not cross the server's fork."""
    global _thread
    if _thread is not None:
        return
    with _starting:
        if _thread is None:
            _thread = threading.Thread(target=_run, name="sandbox-journal", daemon=True)
            _thread.start()


def _run() -> None:
    pause = threading.Event()
    while not pause.wait(EVERY_SECONDS):
        try:
            flush()
        except Exception:
            log.exception("Some calls are missing from the list of recent ones.")
            close_old_connections()
