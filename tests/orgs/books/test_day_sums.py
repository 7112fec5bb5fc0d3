"""Whatever becomes of ledger rows, the kept sums of days are those of the rows: a signed day rests on them."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chaos.tieout import wrong_sums
from layers.client.shapes import LedgerEvent as LedgerShape
from layers.mirror.upsert import upsert
from orgs import queries
from orgs.books.closing.day import Day
from orgs.books.closing.models import DaySum
from orgs.books.kinds import MOVES
from orgs.models import LedgerEvent, Organization, SpendDay
from tests import factories

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 1, 20, tzinfo=UTC)
WALLETS = ("org_parent", "org_one", "org_two")
MOVEMENTS = {"allocation": "given", "refill": "refilled", "reclaim": "reclaimed"}
MOVEMENTS |= dict.fromkeys(("grant", "purchase", "adjustment"), "added")

VALUES = st.fixed_dictionaries(
    {
        "organization_id": st.sampled_from(WALLETS),
        "created_at": st.integers(0, 60).map(lambda hours: START + timedelta(hours=hours)),
        "credits": st.integers(-900, 900),
        "event_type": st.sampled_from(["usage", "refund", "allocation", "purchase", "stardust"]),
        "direction": st.sampled_from(["", "reclaim"]),
        "raw": st.sampled_from([{}, {"metadata": {"trigger": "auto_refill"}}]),
    }
)
STEPS = st.lists(
    st.tuples(st.sampled_from(["insert", "insert", "insert", "update", "update", "delete"]), st.integers(0, 9), VALUES),
    max_size=20,
)


def kept() -> dict[tuple[Any, ...], tuple[int, int]]:
    rows = DaySum.objects.exclude(lines=0, credits=0)
    return {(row.day, row.side, row.movement): (row.credits, row.lines) for row in rows}


def added_up() -> dict[tuple[Any, ...], tuple[int, int]]:
    """By looking at every row."""
    credits: Counter[tuple[Any, ...]] = Counter()
    lines: Counter[tuple[Any, ...]] = Counter()
    for row in LedgerEvent.objects.all():
        side = "ours" if row.organization_id == "org_parent" else "customers"
        key = (row.created_at.date(), side, MOVEMENTS.get(row.kind, "spent"))
        credits[key] += row.credits
        lines[key] += 1
    return {key: (credits[key], lines[key]) for key in lines}


def spent() -> dict[tuple[Any, ...], int]:
    found: Counter[tuple[Any, ...]] = Counter()
    for row in LedgerEvent.objects.exclude(kind__in=MOVES):
        found[row.organization_id, row.created_at.date()] -= row.credits
    return {key: credits for key, credits in found.items() if credits}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_sums_of_days_are_those_of_the_rows_whatever_becomes_of_these(steps: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        factories.parent()
        for wallet in WALLETS[1:]:
            factories.customer(id=wallet)
        for step, number, values in steps:
            rows = LedgerEvent.objects.filter(id=f"evt_{number}")
            if step == "delete":
                rows.delete()
            elif step == "update":
                # Rows beside it that stay as they are are part of the same statement.
                LedgerEvent.objects.filter(id__gte=f"evt_{number}").update(description="Read again")
                rows.update(**values)
            elif not rows.exists():
                LedgerEvent.objects.create(id=f"evt_{number}", remote_updated_at=values["created_at"], **values)
        assert kept() == added_up()
        assert wrong_sums() == 0
        days = SpendDay.objects.exclude(spent=0)
        assert {(row.organization_id, row.day): row.spent for row in days} == spent()
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "spoilt", [{"credits": None}, {"createdAt": "2026-13-45T25:61:00Z"}, {"eventType": "adjustment"}]
)
def test_a_row_that_was_read_spoilt_is_in_its_day_once_it_is_healed(
    customer: Organization, spoilt: dict[str, Any]
) -> None:
    whole = {"eventId": "e-1", "credits": -120, "eventType": "usage", "createdAt": START.isoformat()}
    for raw in (whole | spoilt, whole):
        upsert(LedgerEvent, [LedgerShape.of(customer.id, raw)])
    assert Day(START.date()).columns[1].moved["spent"] == -120
    assert Day(START.date()).columns[1].closing == -120


def test_the_end_of_a_chaos_run_finds_a_sum_that_is_not_that_of_its_rows(customer: Organization) -> None:
    factories.ledger_event(customer, -50)
    assert wrong_sums() == 0
    DaySum.objects.update(credits=-51)
    assert wrong_sums() == 1


@pytest.mark.parametrize(
    ("kind", "ours_uses", "theirs_uses"),
    [
        ({"event_type": "usage"}, True, True),
        ({"event_type": "allocation"}, True, False),
        ({"event_type": "allocation", "direction": "reclaim"}, True, False),
        ({"event_type": "allocation", "raw": {"metadata": {"trigger": "auto_refill"}}}, True, False),
        ({"event_type": "purchase"}, False, False),
    ],
)
def test_what_moves_between_us_and_customers_uses_up_our_credits_and_none_of_theirs(
    ours: Organization, customer: Organization, kind: dict[str, Any], *, ours_uses: bool, theirs_uses: bool
) -> None:
    for wallet, uses in ((ours, ours_uses), (customer, theirs_uses)):
        row = factories.ledger_event(wallet, -50, **kind)
        assert queries.ledger(wallet.id).filter(queries.spending(wallet), id=row.id).exists() == uses
