"""The life of a delivery: taken, attempted, delivered or tried again, given up (contract/control-plane.md, 6).

Who takes one holds it for a minute of real time. An endpoint is served one delivery at a time, so that events arrive
in the order in which they happened as long as the receiver takes them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from sandbox import clock
from sandbox.models import Organization, WebhookDelivery, WebhookEndpoint

#: Before each attempt: eight of them, thirty-one hours and a half from first to last.
LADDER: Final = (
    timedelta(0),
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
#: Failed attempts in a row, over all deliveries of an endpoint, after which it is paused.
PATIENCE: Final = 20
#: Real time after which a delivery that was taken and never came back may be taken again.
HOLD: Final = timedelta(seconds=60)

Status = WebhookDelivery.Status


@dataclass(frozen=True)
class Outcome:
    """Of one attempt: the status of the answer, or why none came."""

    status: int | None
    error: str | None = None

    @property
    def ok(self) -> bool:
        """Only 2xx; a redirect is not followed and counts as a failure."""
        return self.status is not None and 200 <= self.status < 300


def waiting() -> QuerySet[WebhookDelivery]:
    """What is still to be sent, also what is being sent right now. A suspended organization's deliveries wait until it
    is resumed, a paused endpoint's until it is active again."""
    rows = WebhookDelivery.objects.filter(next_attempt_at__isnull=False, endpoint__status=WebhookEndpoint.Status.ACTIVE)
    return rows.exclude(organization__status=Organization.Status.SUSPENDED).order_by("next_attempt_at", "event_id")


def _free() -> QuerySet[WebhookDelivery]:
    """Due by now, to endpoints that nobody is serving."""
    held = Q(status=Status.DELIVERING, taken_at__gt=datetime.now(UTC) - HOLD)
    served = WebhookDelivery.objects.filter(held, endpoint=OuterRef("endpoint"), next_attempt_at__isnull=False)
    return waiting().filter(next_attempt_at__lte=clock.now()).exclude(Exists(served))


def take() -> WebhookDelivery | None:
    """The next due delivery, now `delivering` and held by the caller, its endpoint loaded; None when none is free."""
    while True:
        with transaction.atomic():
            lock = _free().select_related("endpoint").select_for_update(of=("endpoint",), skip_locked=True, no_key=True)
            first = lock.first()
            if first is None:
                return None
            # Asked again now that the endpoint is locked: another process may just have begun to serve it.
            row = _free().filter(endpoint=first.endpoint_id).select_related("endpoint", "organization").first()
            if row is None:
                return None
            if row.organization.status != Organization.Status.ARCHIVED:
                row.status = Status.DELIVERING
                row.taken_at = datetime.now(UTC)
                row.save(update_fields=["status", "taken_at"])
                return row
            _give_up(row, Status.ABANDONED)
            row.save()


def hold_back(row: WebhookDelivery, by: timedelta) -> None:
    """Puts a delivery that was taken back in line for later; no attempt was made."""
    with transaction.atomic():
        if (held := _still_held(row)) is not None:
            held.status = Status.PENDING
            held.next_attempt_at = clock.now() + by
            held.was_held = True
            held.save()


def record(row: WebhookDelivery, outcome: Outcome) -> None:
    """Writes down what came of an attempt, and what comes next."""
    moment = clock.now()
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).filter(pk=row.endpoint_id).first()
        held = _still_held(row)
        if endpoint is None or held is None:
            # Deleted meanwhile, or another process has taken it because this attempt took too long.
            return
        held.attempts += 1
        held.last_error = outcome.error
        if outcome.status is not None:
            held.response_status, held.last_response_at = outcome.status, moment
        if outcome.ok:
            held.status, held.delivered_at, held.next_attempt_at = Status.DELIVERED, moment, None
            endpoint.consecutive_failures, endpoint.last_success_at = 0, moment
        else:
            _try_again(held, moment)
            endpoint.consecutive_failures += 1
            endpoint.last_failure_at = moment
            if endpoint.consecutive_failures >= PATIENCE:
                endpoint.status = WebhookEndpoint.Status.AUTO_PAUSED
        held.save()
        endpoint.save(update_fields=["consecutive_failures", "last_success_at", "last_failure_at", "status"])


def _try_again(row: WebhookDelivery, moment: datetime) -> None:
    if row.attempts >= len(LADDER):
        _give_up(row, Status.FAILED)
    else:
        row.status = Status.PENDING
        row.next_attempt_at = moment + LADDER[row.attempts]


def _give_up(row: WebhookDelivery, status: WebhookDelivery.Status) -> None:
    row.status, row.abandoned_at, row.next_attempt_at = status, clock.now(), None


def _still_held(row: WebhookDelivery) -> WebhookDelivery | None:
    mine = WebhookDelivery.objects.filter(pk=row.pk, status=Status.DELIVERING, taken_at=row.taken_at)
    return mine.select_for_update().first()
