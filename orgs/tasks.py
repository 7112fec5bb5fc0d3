"""Celery's side of what is kept about customers."""

from celery import shared_task

from orgs.outlook import weigh


@shared_task
def weigh_all() -> None:
    """Time alone changes an outlook: a pace is of the last 30 days, and our own wallet decides about every refill."""
    weigh()
