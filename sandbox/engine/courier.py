"""Sending deliveries. In real time a few threads of each server process do it, so that a slow receiver never stops the
world; an advance of the clock does it in its own place in time and waits for them, whoever sends.

Which attempt is whose is settled in the database (rules/deliveries.py): no attempt is made twice.
"""

import logging
import threading
import time
from datetime import datetime, timedelta
from functools import cache
from typing import Final

import httpx
import msgspec
from django.db import connections

from sandbox import clock, state
from sandbox.control.faults import wanted
from sandbox.engine.source import Source, next_moment
from sandbox.models import WebhookDelivery
from sandbox.rules import deliveries, signing
from sandbox.rules.deliveries import Outcome

log = logging.getLogger("sandbox.engine")

#: Few, because each holds a database connection while it waits for a receiver.
THREADS: Final = 3
TIMEOUT_SECONDS: Final = 10
#: How long a fault keeps a delivery back so that later ones overtake it.
OVERTAKEN_AFTER: Final = timedelta(seconds=5)

_places = threading.BoundedSemaphore(THREADS)


def look() -> None:
    """Asked by the ticker: starts a thread when something is due and not all of this process are at work."""
    moment = next_moment(DELIVERING)
    if moment is not None and moment <= clock.now() and _places.acquire(blocking=False):
        threading.Thread(target=_work, name="sandbox-courier", daemon=True).start()


def _work() -> None:
    try:
        state.read()
        while (row := deliveries.take()) is not None:
            _deliver(row)
            state.read()
    except Exception:
        log.exception("A courier stumbled; what it held is free again in a minute.")
    finally:
        connections.close_all()
        _places.release()


def _send_due(until: datetime) -> None:
    """Within an advance: returns when nothing that was due by then waits or is under way."""
    while (moment := next_moment(DELIVERING)) is not None and moment <= until:
        row = deliveries.take()
        if row is not None:
            _deliver(row)
        else:
            # The threads above are at it.
            time.sleep(0.01)


def _deliver(row: WebhookDelivery) -> None:
    """One attempt, outside of any transaction."""
    by = _held_back(row)
    if by is not None:
        deliveries.hold_back(row, by)
    elif wanted("webhook_lost", row.event_type) is not None:
        # Lost on the way: the sender knows nothing of it and thinks that all is well.
        deliveries.record(row, Outcome(200))
    else:
        outcome = _post(row)
        if wanted("webhook_doubled", row.event_type) is not None:
            outcome = _post(row)
        deliveries.record(row, outcome)


def _held_back(row: WebhookDelivery) -> timedelta | None:
    if row.was_held:
        return None
    late = wanted("webhook_delayed", row.event_type)
    if late is not None:
        return timedelta(seconds=late["seconds"])
    return None if wanted("webhook_reordered", row.event_type) is None else OVERTAKEN_AFTER


def _post(row: WebhookDelivery) -> Outcome:
    body = msgspec.json.encode(row.payload)
    keys = signing.live_secrets(row.endpoint)
    if wanted("webhook_bad_signature", row.event_type) is not None:
        keys = [signing.new_secret()]
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Layers-Webhooks/1",
        # Real time, wherever the sandbox's clock stands: receivers refuse what is more than five minutes off theirs.
        signing.HEADER: signing.signature(body, int(time.time()), keys),
        signing.EVENT_ID_HEADER: str(row.payload["id"]),
    }
    try:
        # Only the status counts; a body without end is not waited for.
        with _client().stream("POST", row.endpoint.url, content=body, headers=headers) as answer:
            return Outcome(answer.status_code)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as problem:
        return Outcome(None, f"{type(problem).__name__}: {problem}"[:500])


@cache
def _client() -> httpx.Client:
    """Made by the first delivery and not at import: the server forks in between."""
    return httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)


DELIVERING = Source("webhooks", deliveries.waiting, "next_attempt_at", _send_due)
