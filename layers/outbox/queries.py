"""What is asked about commands, by their target. The target's own page has checked that it may be seen."""

from django.db.models import QuerySet

from layers.outbox.models import Command


def of_target(target: str) -> QuerySet[Command]:
    """All decisions about one object, newest first."""
    return Command.objects.filter(target=target).select_related("staff", "approval__decided_by").order_by("-created_at")
