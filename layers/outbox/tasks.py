"""Celery's side of the outbox. The command row is the truth; a message only says "look at this one now"."""

import time

from celery import shared_task
from django.db import connection

from layers.mirror.budget import Lane
from layers.mirror.link import layers
from layers.outbox import approving, delivery

AT_ONCE = 200
BATCH_WORKERS = 2  # at once, so that the other threads of the queue stay with the sweeps
BATCH_SHIFT = 60  # seconds
EXPIRES = 15  # seconds; the threads of a queue may be at something long, and the next sweep asks again
BATCH_LOCK = 7_200_500  # the first of as many advisory locks as there are batch workers


@shared_task
def deliver(command_id: str) -> None:
    """And what waited behind it: its own message came too early, and the sweep comes seconds later."""
    if delivery.deliver(layers(), command_id) and (following := delivery.next_of(command_id)):
        deliver.delay(following)


@shared_task
def sweep() -> None:
    """Every few seconds: rows whose worker died, and rows whose message was lost or whose time has come."""
    delivery.release_abandoned()
    approving.expire_due()
    approving.cancel_left_over()
    for command_id in delivery.due(AT_ONCE):
        deliver.apply_async((command_id,), expires=EXPIRES)
    if delivery.due(1, batches=True):
        start_batches()


def start_batches() -> None:
    for place in range(BATCH_WORKERS):
        work_batches.apply_async((place,), expires=EXPIRES)


@shared_task
def work_batches(place: int) -> None:
    """Delivers commands of batches one after the other, for a shift or until none is due. One worker a place."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [BATCH_LOCK + place])
        row = cursor.fetchone()
        if not row or not row[0]:
            return
    try:
        over, moved = time.monotonic() + BATCH_SHIFT, True
        while moved and time.monotonic() < over:
            due = delivery.due(AT_ONCE, batches=True)
            # The places start at different ends; a row that is taken already is passed over.
            moved = False
            for one in due if place == 0 else reversed(due):
                if time.monotonic() < over:
                    moved |= delivery.deliver(layers(Lane.BATCH), one)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [BATCH_LOCK + place])
