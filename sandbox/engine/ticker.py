"""Real time: a thread in each server process that carries out what falls due.

It is started by the first request and not at import, because the server imports before it forks and threads do not
cross a fork.
"""

import logging
import threading

from django.db import close_old_connections

from sandbox.engine import courier
from sandbox.engine.passing import catch_up

log = logging.getLogger("sandbox.engine")

#: How late things may be. Each look costs a handful of indexed queries.
EVERY_SECONDS = 0.25

_starting = threading.Lock()
_thread: threading.Thread | None = None


def ensure_running() -> None:
    """Starts the thread of this process once; free afterwards."""
    global _thread
    if _thread is not None:
        return
    with _starting:
        if _thread is None:
            _thread = threading.Thread(target=_tick, name="sandbox-ticker", daemon=True)
            _thread.start()


def _tick() -> None:
    pause = threading.Event()
    while not pause.wait(EVERY_SECONDS):
        try:
            catch_up()
            courier.look()
        except Exception:
            # Time must go on when one thing that was due cannot be done; the traceback says which.
            log.exception("The engine stumbled; it tries again.")
            close_old_connections()
