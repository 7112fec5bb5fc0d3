"""What is going on: figures, what falls due next, the last calls and deliveries."""

from typing import Any, Final

from sandbox import clock
from sandbox.control import worlds
from sandbox.control.journal import KEPT
from sandbox.control.words import distance, figure, moment
from sandbox.engine.courier import DELIVERING
from sandbox.engine.source import next_moments
from sandbox.engine.sources import SOURCES
from sandbox.models import ApiKey, Journal, WebhookDelivery, WebhookEndpoint

CALLS: Final = 40
DELIVERIES: Final = 12
ACTIVE: Final = WebhookEndpoint.Status.ACTIVE
_TONES: Final = {
    WebhookDelivery.Status.DELIVERED: "ok",
    WebhookDelivery.Status.FAILED: "stop",
    WebhookDelivery.Status.ABANDONED: "stop",
    WebhookDelivery.Status.DELIVERING: "info",
    WebhookDelivery.Status.PENDING: "wait",
}


def figures() -> list[dict[str, str]]:
    """name, value, note."""
    count = worlds.counts()
    return [
        {
            "name": "Organizations",
            "value": figure(count["organizations"]),
            "note": f"{figure(count['projects'])} projects, {figure(count['keys'])} keys",
        },
        {
            "name": "Containers",
            "value": figure(count["containers"]),
            "note": f"{figure(count['containersPending'])} wait for review",
        },
        {"name": "Pending actions", "value": figure(count["pendingActions"]), "note": "ads, undecided"},
        {"name": "Running jobs", "value": figure(count["jobsRunning"]), "note": "finish by the clock"},
        {"name": "Ledger rows", "value": figure(count["ledgerRows"]), "note": "on all wallets"},
        {
            "name": "Deliveries",
            "value": figure(count["deliveries"]),
            "note": f"{figure(count['deliveriesDue'])} still due",
        },
    ]


def coming() -> list[dict[str, str]]:
    """The next moment of every source that has one, soonest first: what, iso, when, distance."""
    now = clock.exact_now()
    due = [(when, source.name) for when, source in next_moments((*SOURCES, DELIVERING))]
    return [
        {"what": name, "iso": when.isoformat(), "when": moment(when), "distance": distance(when, now)}
        for when, name in sorted(due)
    ]


def requests(everything: bool) -> list[dict[str, Any]]:
    """The last calls of every process, newest first: a few, or all that are kept."""
    rows = list(Journal.objects.order_by("-seq")[: KEPT if everything else CALLS])
    names = dict(ApiKey.objects.filter(key_id__in={row.key_id for row in rows}).values_list("key_id", "name"))
    return [
        {
            "at": row.at.strftime("%H:%M:%S"),
            "iso": row.at.isoformat(timespec="milliseconds"),
            "method": row.method,
            "path": row.path,
            "status": row.status or "dropped",
            "tone": _tone(row.status),
            "milliseconds": f"{row.milliseconds:.0f}" if row.milliseconds >= 10 else f"{row.milliseconds:.1f}",
            "key": names.get(row.key_id) or row.key_id,
            "request_id": row.request_id,
            "faults": [kind for kind in row.faults.split(",") if kind],
        }
        for row in rows
    ]


def _tone(status: int | None) -> str:
    if status is None or status >= 500:
        return "stop"
    return "ok" if status < 300 else "quiet" if status < 400 else "wait"


def deliveries() -> list[dict[str, Any]]:
    """The webhooks sent or due last, newest first."""
    now = clock.exact_now()
    rows = WebhookDelivery.objects.select_related("endpoint").order_by("-created_at", "-id")[:DELIVERIES]
    return [
        {
            "at": moment(row.created_at),
            "iso": row.created_at.isoformat(),
            "type": row.event_type,
            "url": row.endpoint.url,
            "paused": "" if row.endpoint.status == ACTIVE else row.endpoint.get_status_display().lower(),
            "status": row.status,
            "tone": _TONES[WebhookDelivery.Status(row.status)],
            "attempts": row.attempts,
            "answer": row.response_status or row.last_error or "",
            "next": "" if row.next_attempt_at is None else distance(row.next_attempt_at, now),
        }
        for row in rows
    ]
