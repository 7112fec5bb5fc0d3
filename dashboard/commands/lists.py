"""The work lists of commands: what each holds, in which order, and how many."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerField, Q, QuerySet, Subquery
from django.utils import timezone

from dashboard.models import Staff
from dashboard.queries import HOPELESS, commands, to_settle
from layers.outbox.models import MOVING, UNFINISHED, Command, State, Verdict
from layers.outbox.queries import goes_behind

KEY = ("created_at", "id")
MOST_COUNTED = 999  # past it a tab says 999+, so that no count reads more than a thousand rows


@dataclass(frozen=True)
class Tab:
    """One list. Each reads an index of the model in its order; work lists show what waits longest first."""

    name: str
    rows: Callable[[Staff], QuerySet[Command]]
    newest_first: bool = False
    counted: bool = True
    empty: tuple[str, str] = ("Nothing here", "")


def _mine(staff: Staff) -> QuerySet[Command]:
    return commands(staff).filter(minder=staff)


def _for_me(staff: Staff) -> QuerySet[Command]:
    """Commands of others that wait for this person's word."""
    asked = {
        "approval__state": Verdict.WAITING,
        "approval__needs__in": staff.get_all_permissions(),
        "approval__expires_at__gt": timezone.now(),
    }
    waiting = commands(staff).filter(UNFINISHED, state=State.WAITING_APPROVAL)
    return waiting.filter(**asked).exclude(approval__requester=staff)


def _in(state: State) -> Callable[[Staff], QuerySet[Command]]:
    return lambda staff: commands(staff).filter(UNFINISHED, state=state)


def _failed(staff: Staff) -> QuerySet[Command]:
    return commands(staff).filter(UNFINISHED, state=State.FAILED, settled=False).exclude(HOPELESS)


def _settled(staff: Staff) -> QuerySet[Command]:
    """What needs nobody any more."""
    over = Q(state__in=[State.SUCCEEDED, State.CANCELLED])
    return commands(staff).filter(over | (Q(state=State.FAILED) & (Q(settled=True) | HOPELESS)))


OWN = ("You have given nothing yet", "What you approve, reject or allocate appears here with what became of it.")
NEED = ("Nothing needs you", "Failed commands, and those without an answer, until you have looked at them.")
LOST = ("Nothing is unknown", "Sent, and no answer came back: they stay until it is known what became of them.")
FAILED = ("Nothing failed", "Failures stand here until somebody tries again or looks at them.")
ASKED = ("Nothing waits for you", "What a colleague asks for and you may decide.")
WAITING = ("Nothing waits for a second person", "")
HELD = ("Nothing is held", "Decisions stand here while they can be undone.")
OUT = ("Nothing is on its way", "What is sent now, or waits for its next try.")
TABS: dict[str, Tab] = {
    "": Tab("Mine", _mine, newest_first=True, counted=False, empty=OWN),
    "settle": Tab("Need me", to_settle, empty=NEED),
    "approve": Tab("For my approval", _for_me, empty=ASKED),
    "waiting": Tab("All waiting", _in(State.WAITING_APPROVAL), empty=WAITING),
    "held": Tab("Held", _in(State.HELD), empty=HELD),
    "sending": Tab("Sending", lambda staff: commands(staff).filter(state__in=MOVING), empty=OUT),
    "unknown": Tab("Unknown", _in(State.UNKNOWN), empty=LOST),
    "failed": Tab("Failed", _failed, empty=FAILED),
    "settled": Tab("Settled", _settled, newest_first=True, counted=False, empty=("Nothing is settled yet", "")),
    "all": Tab("All", commands, newest_first=True, counted=False, empty=("No commands yet", "")),
}


class _HowMany(Subquery):
    template = "(SELECT count(*) FROM (%(subquery)s) AS listed)"
    output_field = IntegerField()
    empty_result_set_value = 0


def counts(staff: Staff, narrow: Callable[[QuerySet[Command]], QuerySet[Command]]) -> dict[str, str]:
    """How many each counted list holds after `narrow`, as its tab says it: 7, 999+, empty for none. One query, which
    reads a thousand index entries a list at most."""
    limited = {
        f"in_{key}": _HowMany(narrow(tab.rows(staff)).order_by().values("pk")[: MOST_COUNTED + 1])
        for key, tab in TABS.items()
        if tab.counted
    }
    row: Any = Staff.objects.filter(pk=staff.pk).values(**limited).get()
    return {name.removeprefix("in_"): _words(found) for name, found in row.items()}


def _words(found: int) -> str:
    return f"{MOST_COUNTED}+" if found > MOST_COUNTED else str(found or "")


def with_order(rows: QuerySet[Command]) -> QuerySet[Command]:
    """Each row with `behind`: an earlier command of its target goes first."""
    return rows.annotate(behind=goes_behind())
