"""Keeps one row for every transfer, judged by orgs/books/tieout/rules.py.

Triggers leave a mark where a ledger row or a command has changed (orgs/migrations/0006_tie_out.py). `catch_up` takes
the marks, and the transfers whose awaited ledger has been read meanwhile or is overdue, and judges them anew from all
that is known.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import connection, transaction
from django.db.models import DateTimeField, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from layers.mirror.models import Scope
from layers.outbox.models import Command
from orgs.books.tieout.facts import MOVING, Gathered
from orgs.books.tieout.models import TieMark, TieState, Transfer, TransferCount
from orgs.books.tieout.rules import COMMAND_KEY, PATIENCE, ROW_KEY, Facts, judge
from orgs.models import LedgerEvent
from orgs.queries import parent

AT_ONCE = 1000  # transfers
LOCK = 7_200_600  # advisory: one judges at a time, so that an older look never overwrites a newer one
COLUMNS = [field.attname for field in Transfer._meta.concrete_fields if field.attname != "key"]


@dataclass(frozen=True)
class TieOut:
    """How all transfers stand. `off_credits`: what those that do not match disagree about."""

    matched: int
    waiting: int
    exceptions: int
    accepted: int
    off_credits: int

    @property
    def tone(self) -> str:
        return "stop" if self.exceptions else "quiet"


def standing() -> TieOut:
    """After everything that has changed was judged."""
    catch_up(wait=True)
    return kept()


def kept() -> TieOut:
    """As it was judged last; a handful of kept counts."""
    return of_counts(TransferCount.objects.all())


def of_counts(counts: Iterable[TransferCount]) -> TieOut:
    found = dict.fromkeys(TieState, 0)
    off = 0
    for row in counts:
        found[TieState(row.state)] += row.transfers
        off += row.off if row.state == TieState.EXCEPTION else 0
    matched, waiting, exceptions, accepted = (found[state] for state in TieState)
    return TieOut(matched, waiting, exceptions, accepted, off)


def catch_up(*, wait: bool = False) -> int:
    """Judges what has changed; returns how many marks and transfers that were. While somebody else does, it leaves
    that to them, or waits for them. Before our own organization is known there is nothing to judge by."""
    done = 0
    while taken := _take(wait):
        done += taken
    return done


def _take(wait: bool) -> int:
    ours = parent()
    if ours is None:
        return 0
    with transaction.atomic():
        if not _alone(wait):
            return 0
        marks = list(TieMark.objects.order_by("id").values_list("id", "key")[:AT_ONCE])
        ready = list(_ready().values_list("key", flat=True)[:AT_ONCE])
        _tie({key for _, key in marks} | set(ready), ours.id)
        # Those seen, no others: a change that comes meanwhile leaves a mark of its own.
        TieMark.objects.filter(id__in=[identifier for identifier, _ in marks]).delete()
    return len(marks) + len(ready)


def mark(keys: Iterable[str]) -> None:
    """Has these judged anew: what they are judged by has changed."""
    TieMark.objects.bulk_create(TieMark(key=key) for key in keys)


def rebuild() -> int:
    """Judges every transfer anew, also those that are kept for no reason any more; returns how many."""
    ours = parent()
    if ours is None:
        return 0
    rest = _all_keys()
    while keys := set(islice(rest, AT_ONCE)):
        with transaction.atomic():
            _alone(wait=True)
            _tie(keys, ours.id)
    return Transfer.objects.count()


def _all_keys() -> Iterator[str]:
    moved = LedgerEvent.objects.exclude(transfer_id="").values_list("transfer_id", flat=True).distinct()
    yield from moved.order_by("transfer_id").iterator()
    for identifier in LedgerEvent.objects.filter(event_type="allocation", transfer_id="").values_list("id", flat=True):
        yield f"{ROW_KEY}{identifier}"
    for command_id in Command.objects.filter(kind__in=MOVING).values_list("id", flat=True).iterator():
        yield f"{COMMAND_KEY}{command_id}"
    yield from Transfer.objects.values_list("key", flat=True).iterator()


def _alone(wait: bool) -> bool:
    """Whether this transaction has the lock."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_{'' if wait else 'try_'}advisory_xact_lock(%s)", [LOCK])
        row = cursor.fetchone()
    return wait or bool(row and row[0])


def _ready() -> QuerySet[Transfer]:
    """Those whose awaited ledger has been read since, or was waited for long enough."""
    scope = Scope.objects.filter(id=OuterRef("awaits")).values("synced_at")
    rows = Transfer.objects.exclude(awaits="").annotate(read=Subquery(scope, output_field=DateTimeField()))
    overdue = Q(state=TieState.WAITING, awaits_read__lt=timezone.now() - PATIENCE)
    return rows.filter(overdue | Q(read__gt=F("awaits_read")))


def _tie(keys: set[str], our_id: str) -> None:
    """Writes what is known of these, and of all that shares a command with them."""
    if not keys:
        return
    gathered = Gathered(keys, our_id)
    rows = [row for facts in gathered.facts() if (row := _row(facts))]
    Transfer.objects.filter(key__in=gathered.keys - {row.key for row in rows}).delete()
    Transfer.objects.bulk_create(rows, update_conflicts=True, unique_fields=["key"], update_fields=COLUMNS)


def _row(facts: Facts) -> Transfer | None:
    judged = judge(facts)
    if judged is None:
        return None
    verdict = judged.verdict
    return Transfer(
        key=facts.key,
        organization_id=facts.customer_id or None,
        at=facts.at,
        origin=judged.origin,
        state=verdict.state,
        kind=verdict.kind,
        command_id=facts.orders[0].id if facts.orders else None,
        ordered=judged.ordered,
        ours=judged.ours,
        theirs=judged.theirs,
        off=verdict.off,
        awaits=verdict.awaits,
        awaits_read=verdict.awaits_read,
    )
