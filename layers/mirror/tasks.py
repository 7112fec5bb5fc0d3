"""Celery's side of the mirror. Ids say what to fetch; every task may run twice."""

from celery import shared_task

from layers.mirror import scopes
from layers.mirror.budget import Lane
from layers.mirror.link import layers, state

EXPIRES = 60  # seconds
AT_ONCE = 200  # scopes put on the queue in one tick, so that a backlog never floods the broker


@shared_task
def start_due() -> None:
    """Every few seconds: hands out what is due. While Layers is down a single scope probes for all."""
    scopes.sum_up()
    for identifier in scopes.take_due(1 if state().down_since else AT_ONCE):
        # A message that nobody takes in time is not kept: the scope will be due again.
        sync_scope.apply_async((identifier,), expires=EXPIRES)


@shared_task
def sync_scope(identifier: str) -> None:
    scopes.fetch(layers(Lane.SWEEP), identifier)


@shared_task
def refresh(identifier: str, whole: bool = False) -> None:
    """The same fetch on the urgent queue: a person asked, or a command just changed it."""
    scopes.fetch(layers(), identifier, whole=whole)
