"""Celery's side of the outbox. The command row is the truth; a message only says "look at this one now"."""

from celery import shared_task

from layers.mirror.link import layers
from layers.outbox import delivery

AT_ONCE = 200


@shared_task
def deliver(command_id: str) -> None:
    delivery.deliver(layers(), command_id)


@shared_task
def sweep() -> None:
    """Every few seconds: rows whose worker died, and rows whose message was lost or whose time has come."""
    delivery.release_abandoned()
    for command_id in delivery.due(AT_ONCE):
        deliver.delay(command_id)
