"""A person takes responsibility for transfers that do not match."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from orgs.books.tieout import judge_now
from orgs.books.tieout_models import Acceptance, TieState, Transfer
from orgs.books.tieout_rules import facts_of


def facts_shown(row: Transfer) -> str:
    """What a form carries of a transfer, so that nobody accepts what they have not seen."""
    return facts_of(row.kind, row.off, row.ordered, row.ours, row.theirs)


def accept(staff: Any, shown: Iterable[tuple[str, str]], note: str) -> tuple[int, int]:
    """Accepts transfers, given as (key, facts), and returns how many were accepted and how many are not any more as
    they were shown. Once more by somebody else changes nothing: the first one stays responsible.
    """
    wanted = dict(shown)
    with transaction.atomic():
        rows = Transfer.objects.select_for_update().filter(key__in=wanted, state=TieState.EXCEPTION).order_by("key")
        same = [row for row in rows if facts_shown(row) == wanted[row.key]]
        Acceptance.objects.bulk_create(
            [Acceptance(key=row.key, facts=facts_shown(row), note=note, staff=staff) for row in same],
            ignore_conflicts=True,
        )
    judge_now(row.key for row in same)
    return len(same), len(wanted) - len(same)
