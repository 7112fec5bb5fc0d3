"""Commands as rows of a list: what each says, and what this reader can do with it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from dashboard.models import Staff
from layers.outbox.advice import advice
from layers.outbox.kinds import KINDS
from layers.outbox.models import DUE, Command, Failure, State, Verdict
from orgs.models import Organization

AT_ONCE = 500


@dataclass(frozen=True)
class Row:
    """`acts`: whether the reader may do something with it; `behind` as in dashboard/commands/lists.py."""

    command: Command
    customer: str
    acts: bool
    takes_over: bool
    behind: bool

    @property
    def dom_id(self) -> str:
        return f"row-{self.command.id}"

    @property
    def advice(self) -> str:
        return advice(self.command, behind=self.behind)

    @cached_property
    def can(self) -> list[str]:
        """Names of dashboard/commands/acting.py ACTIONS that would do something now."""
        command = self.command
        able = {
            "hurry": self.acts and command.can_hurry,
            "cancel": self.acts and command.can_cancel,
            "again": self.acts and command.can_retry,
            "settle": self.acts and command.can_settle,
            "hand": self.takes_over and command.is_unfinished,
        }
        return [name for name, can in able.items() if can]

    @property
    def next_at(self) -> Any:
        """When something happens with it by itself; None where that is not known, or nothing will."""
        command = self.command
        waits = command.state in DUE and command.failure != Failure.KEY_EXPIRED and not self.behind
        return command.not_before if waits else None

    @property
    def is_moving(self) -> bool:
        """Whether it will soon look different without anybody doing anything."""
        command = self.command
        return command.state in (State.HELD, State.QUEUED, State.SENDING) or (
            command.state == State.UNKNOWN and command.failure not in (Failure.KEY_EXPIRED, Failure.LOOKING)
        )

    @property
    def asks(self) -> bool:
        """Whether a request for a second person waits."""
        return bool(self.command.approval and self.command.approval.state == Verdict.WAITING)


def minds(staff: Staff, command: Command) -> bool:
    """Whoever minds a command does something with it, while their role includes it; and administrators."""
    kind = KINDS.get(command.kind)
    able = kind is not None and staff.has_perm(kind.needs)
    return able and (command.minder_id == staff.pk or staff.has_perm("dashboard.manage_staff"))


def hands_over(staff: Staff, command: Command) -> bool:
    """Its minder, also one who changed desks; and whoever could do it, so that a colleague's can be taken over."""
    kind = KINDS.get(command.kind)
    return kind is not None and (command.minder_id == staff.pk or staff.has_perm(kind.needs))


def rows(found: Iterable[Command], staff: Staff) -> list[Row]:
    """Rows of one page. Names of all customers are one query."""
    return list(_rows(list(found), staff))


def row(command: Command, staff: Staff) -> Row:
    return rows([command], staff)[0]


def stream(found: Iterable[Command], staff: Staff) -> Iterator[Row]:
    """Rows of a list of any length, read while they are sent."""
    left = iter(found)
    while some := list(islice(left, AT_ONCE)):
        yield from _rows(some, staff)


def _rows(some: list[Command], staff: Staff) -> Iterator[Row]:
    names = Organization.objects.filter(id__in={one.organization_id for one in some})
    customers = dict(names.values_list("id", "name"))
    for one in some:
        yield Row(
            command=one,
            customer=customers.get(one.organization_id, ""),
            acts=minds(staff, one),
            takes_over=hands_over(staff, one),
            behind=getattr(one, "behind", False),
        )
