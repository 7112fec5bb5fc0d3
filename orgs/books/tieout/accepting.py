"""A person takes responsibility for transfers that do not match, or takes that back."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from layers.outbox.models import Command
from orgs.books.tieout.facts import Gathered
from orgs.books.tieout.judging import catch_up, mark
from orgs.books.tieout.models import Acceptance, TieState, Transfer
from orgs.books.tieout.rules import facts_of
from orgs.queries import parent

WITHDRAWS_ANY = "dashboard.manage_staff"


class Accepted(NamedTuple):
    """How many transfers were accepted, are not any more as they were shown, and are about commands of one's own."""

    done: int
    changed: int
    own: int


class CannotWithdraw(Exception):
    """Nothing was withdrawn. The message is what the person reads."""


def facts_shown(row: Transfer) -> str:
    """What a form carries of a transfer, so that nobody accepts what they have not seen."""
    return facts_of(row.kind, row.off, row.ordered, row.ours, row.theirs)


def about_own(staff: Any, keys: Collection[str]) -> set[str]:
    """Those of the transfers that have a command which this person gave, or decided as the second person."""
    ours = parent()
    gathered = Gathered(keys, ours.id).facts() if ours and keys else []
    of_key = {facts.key: {order.id for order in facts.orders} for facts in gathered}
    own = Command.objects.filter(Q(staff=staff) | Q(approval__decided_by=staff), id__in=set().union(*of_key.values()))
    mine = set(own.values_list("id", flat=True))
    return {key for key in keys if of_key.get(key, set()) & mine}


def accept(staff: Any, shown: Iterable[tuple[str, str]], note: str) -> Accepted:
    """Accepts transfers, given as (key, facts). Those about commands of one's own are left for a colleague. Once more
    by somebody else changes nothing: the first one stays responsible.
    """
    wanted = dict(shown)
    with transaction.atomic():
        rows = Transfer.objects.select_for_update().filter(key__in=wanted, state=TieState.EXCEPTION).order_by("key")
        same = [row for row in rows if facts_shown(row) == wanted[row.key]]
        own = about_own(staff, {row.key for row in same})
        taken = [row for row in same if row.key not in own]
        Acceptance.objects.bulk_create(
            [Acceptance(key=row.key, facts=facts_shown(row), note=note, staff=staff) for row in taken],
            ignore_conflicts=True,
        )
        mark(row.key for row in taken)
    catch_up(wait=True)
    return Accepted(len(taken), len(wanted) - len(same), len(own))


def holding(row: Transfer) -> Acceptance | None:
    """The acceptance of a transfer that is accepted."""
    if row.state != TieState.ACCEPTED:
        return None
    found = Acceptance.objects.filter(key=row.key, facts=facts_shown(row), withdrawn_at__isnull=True)
    return found.select_related("staff").first()


def may_withdraw(staff: Any, acceptance: Acceptance) -> bool:
    return acceptance.staff_id == staff.pk or bool(staff.has_perm(WITHDRAWS_ANY))


def withdraw(staff: Any, key: str, note: str) -> None:
    """Ends the acceptance that holds, so that the transfer does not match again. Raises CannotWithdraw."""
    with transaction.atomic():
        row = Transfer.objects.select_for_update().filter(key=key).first()
        acceptance = holding(row) if row else None
        if acceptance is None:
            raise CannotWithdraw("It is not accepted any more.")
        if not may_withdraw(staff, acceptance):
            raise CannotWithdraw(f"{acceptance.staff.name} accepted it: they withdraw it, or an administrator does.")
        acceptance.withdrawn_by, acceptance.withdrawn_at, acceptance.withdrawn_note = staff, timezone.now(), note
        acceptance.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_note"])
        mark([key])
    catch_up(wait=True)
