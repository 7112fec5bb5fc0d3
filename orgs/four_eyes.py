"""Four eyes on credits: when moving them needs a second person.

Nobody moves more than the rules allow alone: not in one allocation, not in a batch, not by a refill rule that Layers
follows by itself ("scheduled": what it adds to an empty wallet), not in many small steps a day. A day is the last 24
hours, not the calendar's: over midnight nobody can move the limit twice.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from django.contrib.auth import get_user_model
from django.db.models import BigIntegerField, Q, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone

from layers.outbox.approving import Ask
from layers.outbox.models import Command, Failure, State
from orgs.four_eyes_models import FourEyesRules

Source = Literal["single", "batch", "scheduled"]
APPROVES: dict[Source, str] = {
    "single": "dashboard.allocate_credits",
    "batch": "dashboard.allocate_credits",
    "scheduled": "dashboard.set_caps",
}
MOVING = ("credits.allocate", "credits.configure")  # kinds whose payload says in `credits` what counts
DAY = timedelta(hours=24)
SAID: dict[Source, str] = {
    "single": "One allocation of",
    "batch": "A batch of",
    "scheduled": "Refill rules that fill empty wallets with",
}
CREDITS = Cast(KT("payload__credits"), BigIntegerField())  # of a command of MOVING
# Closed by a person as "looked at": nobody knows whether the credits moved, so they count as moved.
MOVED_NOTHING = Q(state=State.CANCELLED) | (Q(state=State.FAILED) & ~Q(failure=Failure.KEY_EXPIRED))


def rules() -> FourEyesRules | None:
    """The rules that hold now; None while there are none."""
    return FourEyesRules.objects.filter(state=FourEyesRules.State.ACTIVE).first()


def second_pair(staff: Any, credits: int, source: Source, *, largest: int = 0) -> Ask | None:
    """Whether this person needs a second one to move `credits` now, and why. `largest`: of the rows of a batch, which
    each are one allocation too. Call it in the transaction that records the decision, after taking our own wallet or
    the customers: the person's row is held until then, so that two of their forms cannot slip under one limit."""
    if not credits or rules() is None:
        return None
    get_user_model().objects.select_for_update(no_key=True).get(pk=staff.pk)
    return foresee(staff, credits, source, largest=largest)


def foresee(staff: Any, credits: int, source: Source, *, largest: int = 0) -> Ask | None:
    """The same for showing, before anybody presses a button: nothing is held."""
    held = rules() if credits else None
    asked: list[tuple[Source, int]] = [(source, credits), ("single", largest)]
    for kind, moved in asked:
        limit = getattr(held, f"{kind}_above", None)
        if limit is not None and moved > limit:
            return Ask(f"{SAID[kind]} more than {limit:,} credits.", APPROVES[source], credits)
    if held and held.daily_above is not None:
        given = given_in_a_day(staff)
        if given + credits > held.daily_above:
            before = f"{given:,} before this" if given else "none before this"
            words = f"More than {held.daily_above:,} credits by one person in 24 hours; {before}."
            return Ask(words, APPROVES[source], credits)
    return None


def given_in_a_day(staff: Any) -> int:
    """Credits of all allocations this person has given in the last 24 hours, and what the refill rules they let move
    more add to empty wallets: single ones and those of batches, those that wait included."""
    given = Command.objects.filter(kind__in=MOVING, staff=staff, created_at__gt=timezone.now() - DAY)
    total = given.exclude(MOVED_NOTHING).aggregate(total=Sum(CREDITS))["total"]
    return int(total or 0)


@dataclass(frozen=True)
class Alone:
    """What one person may still move without a second one, in credits; None: any amount."""

    at_once: int | None
    daily: int | None
    given: int

    @property
    def left(self) -> int | None:
        """Of the daily limit."""
        return None if self.daily is None else max(0, self.daily - self.given)

    @property
    def most(self) -> int | None:
        """In the next decision."""
        known = [limit for limit in (self.at_once, self.left) if limit is not None]
        return min(known, default=None)


def alone(staff: Any, source: Source = "single") -> Alone:
    """For showing, before anybody presses a button; what counts is second_pair."""
    held = rules()
    at_once = getattr(held, f"{source}_above", None)
    if held is None or (at_once is None and held.daily_above is None):
        return Alone(None, None, 0)
    return Alone(at_once, held.daily_above, given_in_a_day(staff) if held.daily_above is not None else 0)
