"""Celery's side of what is kept about customers."""

from celery import shared_task

from orgs.books.tieout.judging import catch_up
from orgs.keys.handover import erase_overdue
from orgs.outlook import weigh


@shared_task
def weigh_all() -> None:
    """Time alone changes an outlook: a pace is of the last 30 days, and our own wallet decides about every refill."""
    weigh()


@shared_task
def erase_secrets() -> None:
    """Secrets of keys that nobody came for in time."""
    erase_overdue()


@shared_task
def tie_out() -> None:
    """Judges the transfers that syncs and commands have changed since the last time."""
    catch_up()
