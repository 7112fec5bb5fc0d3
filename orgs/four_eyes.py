"""Four eyes on credits: when an allocation needs a second person, and how the rules themselves are changed.

Nobody moves more than the rules allow alone: not in one allocation, not in a batch, not in many small ones a day.
A change of the rules needs a second administrator, so that nobody can lift the limit for themselves.
"""

from datetime import datetime, time, timedelta
from typing import Any, Literal

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone

from layers.outbox.approving import SUBJECTS, Ask, Subject, ask
from layers.outbox.kinds import NotNow
from layers.outbox.models import Approval, Command, State
from orgs.four_eyes_models import FourEyesRules

Source = Literal["single", "batch", "scheduled"]
RULES = "rules"  # the kind of approval
APPROVES = "dashboard.allocate_credits"
SETS_RULES = "dashboard.manage_staff"
LIMITS = ("single_above", "daily_above", "batch_above", "scheduled_above")
SAID: dict[Source, str] = {"single": "One allocation", "batch": "A batch", "scheduled": "A scheduled allocation"}


class AlreadyProposed(NotNow):
    def __init__(self) -> None:
        super().__init__("A change of the rules waits for a second administrator already.")


class NoChange(NotNow):
    def __init__(self) -> None:
        super().__init__("These are the rules as they are.")


def rules() -> FourEyesRules | None:
    """The rules that hold now; None while there are none."""
    return FourEyesRules.objects.filter(state=FourEyesRules.State.ACTIVE).first()


def second_pair(staff: Any, credits: int, source: Source) -> Ask | None:
    """Whether this person needs a second one to move `credits` now, and why. Call it in the transaction that records
    the allocation: the person's row is held until then, so that two of their forms cannot slip under one limit."""
    held = rules()
    if held is None:
        return None
    get_user_model().objects.select_for_update().get(pk=staff.pk)
    limit = getattr(held, f"{source}_above")
    if limit is not None and credits > limit:
        return Ask(f"{SAID[source]} of more than {limit:,} credits.", APPROVES, credits)
    if held.daily_above is not None:
        today = given_today(staff)
        if today + credits > held.daily_above:
            words = f"More than {held.daily_above:,} credits by one person in a day; {today:,} before this."
            return Ask(words, APPROVES, credits)
    return None


def given_today(staff: Any) -> int:
    """Credits of all allocations this person has given since midnight UTC, those that wait included."""
    midnight = datetime.combine(timezone.now().date(), time.min, tzinfo=timezone.get_default_timezone())
    given = Command.objects.filter(kind="credits.allocate", staff=staff, created_at__gte=midnight)
    given = given.exclude(state__in=[State.FAILED, State.CANCELLED])
    return int(given.aggregate(total=Sum(Cast(KT("payload__credits"), BigIntegerField())))["total"] or 0)


@transaction.atomic
def propose(staff: Any, limits: dict[str, int | None]) -> Approval:
    """A change of the rules, which holds once another administrator agrees. Raises AlreadyProposed, NoChange."""
    held = rules()
    if {name: getattr(held, name, None) for name in LIMITS} == limits:
        raise NoChange
    proposal = FourEyesRules(proposed_by=staff, **limits)
    try:
        with transaction.atomic():
            proposal.save(force_insert=True)
    except IntegrityError:
        raise AlreadyProposed from None
    request = Ask("A change of these rules needs a second administrator.", SETS_RULES, lifetime=timedelta(days=7))
    return ask(RULES, str(proposal.pk), _words(limits), request, requester=staff)


def _words(limits: dict[str, int | None]) -> str:
    names = {"single": "one allocation", "daily": "one person in a day", "batch": "a batch", "scheduled": "scheduled"}
    said = [f"{words}: {_limit(limits[f'{name}_above'])}" for name, words in names.items()]
    return f"Change when a second person is asked. {'; '.join(said)}."


def _limit(credits: int | None) -> str:
    return "no limit" if credits is None else f"above {credits:,} credits"


def _agreed(approval: Approval) -> None:
    FourEyesRules.objects.filter(state=FourEyesRules.State.ACTIVE).update(state=FourEyesRules.State.SUPERSEDED)
    FourEyesRules.objects.filter(pk=approval.subject, state=FourEyesRules.State.PROPOSED).update(
        state=FourEyesRules.State.ACTIVE, active_from=timezone.now()
    )


def _not_agreed(approval: Approval) -> None:
    FourEyesRules.objects.filter(pk=approval.subject, state=FourEyesRules.State.PROPOSED).update(
        state=FourEyesRules.State.REFUSED
    )


SUBJECTS[RULES] = Subject(_agreed, _not_agreed)
