"""What is asked about commands, by their target. The target's own page has checked that it may be seen."""

from django.db.models import QuerySet

from layers.outbox.models import OPEN, Command


def of_target(target: str) -> QuerySet[Command]:
    """All decisions about one object, newest first."""
    return Command.objects.filter(target=target).select_related("staff").order_by("-created_at")


def open_of(targets: list[str]) -> dict[str, Command]:
    """The open command of each target, for pages that show several."""
    rows = Command.objects.filter(target__in=targets, state__in=OPEN).select_related("staff").order_by("created_at")
    return {row.target: row for row in rows}
