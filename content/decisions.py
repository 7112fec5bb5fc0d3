"""Deciding from a page: what came of it, in words. The decision itself is content/commands.py."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from common.moments import span
from content.commands import STATUS, NotWaiting, approve, reject
from content.forms import REJECT
from content.history import confirmed
from content.models import Container
from layers.outbox.models import Command, State
from layers.outbox.queries import of_target
from layers.outbox.verbs import AlreadyGiven


@dataclass(frozen=True)
class Outcome:
    """`command` when this try recorded a decision; otherwise `sentence` says what stands instead, and `decided`
    whether that is another decision. A held command needs no sentence: its undo says it.
    """

    command: Command | None = None
    sentence: str = ""
    decided: bool = False


def decide_one(staff: Any, container: Container, decision: str, words: str) -> Outcome:
    act = reject if decision == REJECT else approve
    try:
        command = act(staff, container, words)
    except AlreadyGiven as given:
        return Outcome(sentence=_said(given.command, staff), decided=True)
    except NotWaiting:
        ours = confirmed(container, list(of_target(container.id)))
        if ours:
            return Outcome(sentence=_said(ours, staff), decided=True)
        if container.approval_status in STATUS.values():
            return Outcome(sentence=f"It was {container.approval_status} outside this desk before you.", decided=True)
        return Outcome(sentence="It does not wait for review any more.")
    on_its_way = f"{STATUS[command.kind].capitalize()}. On its way to Layers."
    return Outcome(command, "" if command.state == State.HELD else on_its_way)


def _said(standing: Command, staff: Any) -> str:
    before, verb = span((timezone.now() - standing.created_at).total_seconds()), STATUS[standing.kind]
    if standing.staff_id == staff.pk:
        return f"You {verb} it {before} ago."
    return f"{standing.staff.name} {verb} it {before} before you."
