"""Deciding from a page, one action or many: each its own seal and command. The decision itself is ads/commands.py."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from ads.commands import APPROVE as APPROVE_KIND
from ads.commands import STATUS, NotPending, SwitchedOff, approve, reject
from ads.forms import APPROVE, REJECT
from ads.models import PendingAction
from ads.values import changes, headline
from common.moments import span
from common.wording import platform_name
from layers.outbox.models import Command, State
from layers.outbox.queries import of_target
from layers.outbox.verbs import AlreadyGiven
from orgs.tenant import SealBroken, open_seal

DONE = {APPROVE: "Approved", REJECT: "Rejected"}


@dataclass(frozen=True)
class Outcome:
    """`command` when this try recorded a decision; otherwise `sentence` and the short `why` say what stands instead."""

    action: PendingAction
    command: Command | None = None
    sentence: str = ""
    why: str = ""


def opened(picks: list[str], staff: Any) -> list[PendingAction]:
    """The actions of posted `pick` values (Row.pick), each once. Raises SealBroken when one is not as it was shown."""
    sealed = dict(one.rpartition(" ")[::2] for one in picks)
    found = PendingAction.objects.in_bulk([action for action in sealed if "\x00" not in action])
    if len(found) != len(sealed):
        raise SealBroken("An action of this form is not in our copy any more. Open the page again.")
    for action in found.values():
        open_seal(sealed[action.id], staff, str(action.organization_id), action.id)
    return [found[action] for action in sealed]


def decide(staff: Any, action: PendingAction, decision: str, reason: str) -> Outcome:
    act = reject if decision == REJECT else approve
    try:
        return Outcome(action, act(staff, action, reason))
    except AlreadyGiven as given:
        return Outcome(action, sentence=_said(given.command, staff), why="decided already")
    except SwitchedOff:
        platform = platform_name(action.platform)
        sentence = f"The customer's kill switch for {platform} is on. Only they can release it."
        return Outcome(action, sentence=sentence, why="kill switch on")
    except NotPending:
        ours = of_target(action.id).filter(state=State.SUCCEEDED).first()
        if ours:
            return Outcome(action, sentence=_said(ours, staff), why="decided already")
        return Outcome(action, sentence=_stopped(action), why="expired" if action.is_expired else "decided elsewhere")


def _said(standing: Command, staff: Any) -> str:
    before, verb = span((timezone.now() - standing.created_at).total_seconds()), STATUS[standing.kind]
    who = "You" if standing.staff_id == staff.pk else standing.staff.name
    return f"{who} {verb} it {before} ago. That decision stands."


def _stopped(action: PendingAction) -> str:
    if action.is_expired:
        ago = span((timezone.now() - action.expires_at).total_seconds())
        return f"It expired {ago} ago, and Layers rejects it by itself. Nothing was sent."
    return f"It was decided outside this desk: it is {action.status.replace('_', ' ')} already."


def summary(outcomes: list[Outcome], decision: str) -> str:
    """Approved 4 actions. 2 stayed behind: 1 kill switch on, 1 expired."""
    done = [one for one in outcomes if one.command]
    left = Counter(one.why for one in outcomes if not one.command)
    said = f"{DONE[decision]} {len(done)} {'action' if len(done) == 1 else 'actions'}."
    if not left:
        return said
    reasons = ", ".join(f"{count} {why}" for why, count in left.most_common())
    return f"{said} {left.total()} stayed behind: {reasons}."


def named(command: Command, action: PendingAction) -> str:
    """Approved: raise daily budget, Spring restock."""
    verb = "Approved" if command.kind == APPROVE_KIND else "Rejected"
    what = headline(action.action_type, changes(action.current_value, action.new_value))
    return f"{verb}: {what[:1].lower()}{what[1:]}" + (f", {action.entity_name}" if action.entity_name else "")
