"""How the rules of four eyes are changed: one administrator proposes, another one agrees.

So nobody can lift a limit for themselves. The rules are kept version by version (four_eyes_models.py).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from layers.outbox.approving import SUBJECTS, Ask, Subject, ask
from layers.outbox.kinds import NotNow
from layers.outbox.models import Approval
from orgs.four_eyes import rules
from orgs.four_eyes_models import FourEyesRules

RULES = "rules"  # the kind of approval
SETS_RULES = "dashboard.manage_staff"
LIFETIME = timedelta(days=7)
LIMITS = {
    "single_above": "One allocation",
    "daily_above": "One person in 24 hours",
    "batch_above": "A batch",
    "scheduled_above": "A refill by rule",
}
Limits = dict[str, int | None]  # by the names of LIMITS; None: no second person


class AlreadyProposed(NotNow):
    def __init__(self) -> None:
        super().__init__("A change of the rules waits for a second administrator already.")


class NoChange(NotNow):
    def __init__(self) -> None:
        super().__init__("These are the rules as they are.")


@dataclass(frozen=True)
class Change:
    """One limit, before and after, in words."""

    name: str
    was: str
    becomes: str
    loosens: bool

    @property
    def is_one(self) -> bool:
        return self.was != self.becomes


def limits(version: FourEyesRules | None) -> Limits:
    return {name: getattr(version, name, None) for name in LIMITS}


def said(credits: int | None) -> str:
    """A limit in words: above 5,000, in credits."""
    return "never" if credits is None else f"above {credits:,}" if credits else "always"


def changes(was: Limits, becomes: Limits) -> list[Change]:
    """All four limits, in order; those that stay too."""
    return [
        Change(words, said(was[name]), said(becomes[name]), _loosens(was[name], becomes[name]))
        for name, words in LIMITS.items()
    ]


def _loosens(was: int | None, becomes: int | None) -> bool:
    return was is not None and (becomes is None or becomes > was)


@transaction.atomic
def propose(staff: Any, wanted: Limits) -> Approval:
    """A change of the rules, which holds once another administrator agrees. Raises AlreadyProposed, NoChange."""
    held = limits(rules())
    if held == wanted:
        raise NoChange
    proposal = FourEyesRules(proposed_by=staff, **wanted)
    try:
        with transaction.atomic():
            proposal.save(force_insert=True)
    except IntegrityError:
        raise AlreadyProposed from None
    request = Ask("A change of these rules needs a second administrator.", SETS_RULES, lifetime=LIFETIME)
    told = "; ".join(f"{one.name.lower()} {one.was} → {one.becomes}" for one in changes(held, wanted) if one.is_one)
    return ask(
        RULES, str(proposal.pk), f"Change when a second person is asked, in credits: {told}", request, requester=staff
    )


def _agreed(approval: Approval) -> None:
    versions, states = FourEyesRules.objects, FourEyesRules.State
    proposal = versions.select_for_update().filter(pk=approval.subject, state=states.PROPOSED).first()
    if proposal is None:
        raise NotNow("This proposal was taken back meanwhile.")
    versions.filter(state=states.ACTIVE).update(state=states.SUPERSEDED)
    versions.filter(pk=proposal.pk).update(state=states.ACTIVE, active_from=timezone.now())


def _not_agreed(approval: Approval) -> None:
    FourEyesRules.objects.filter(pk=approval.subject, state=FourEyesRules.State.PROPOSED).update(
        state=FourEyesRules.State.REFUSED
    )


SUBJECTS[RULES] = Subject(_agreed, _not_agreed)
