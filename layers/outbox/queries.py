"""What is asked about commands by their target."""

from django.db.models import Exists, OuterRef, QuerySet

from layers.outbox.models import OPEN, Command, Failure, State


def of_target(target: str) -> QuerySet[Command]:
    """All decisions about one object, newest first. The object's own page has checked that it may be seen."""
    return Command.objects.filter(target=target).select_related("staff", "approval__decided_by").order_by("-created_at")


def goes_behind() -> Exists:
    """Whether an earlier command of its target goes first, for a filter or an annotation of commands."""
    # One that waits for a second person may wait for days: what is decided later does not wait with it.
    moving = [state for state in OPEN if state != State.WAITING_APPROVAL]
    earlier = Command.objects.filter(target=OuterRef("target"), state__in=moving, created_at__lt=OuterRef("created_at"))
    return Exists(earlier.exclude(failure=Failure.KEY_EXPIRED))
