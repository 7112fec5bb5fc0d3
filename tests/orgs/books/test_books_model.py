"""Whatever order ledger rows come in, in any pages, once or twice: the books agree with a plain model to the credit."""

import csv
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.client.shapes import LedgerEvent as LedgerShape
from layers.mirror.upsert import upsert
from orgs.books.export import csv_rows
from orgs.books.filters import LedgerFilters
from orgs.books.kinds import MOVES
from orgs.books.months import Month
from orgs.books.rebilling import End, Line, Rebilling, Terms, file_of
from orgs.books.running import balances, beginning
from orgs.books.statement import statement
from orgs.customers.selection import Selection
from orgs.models import LedgerDay, LedgerEvent, LedgerMonth, Organization
from tests import factories

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 30, 20, tzinfo=UTC)
WALLETS = ("org_parent", "org_one", "org_two")
TYPES = ("usage", "usage", "refund", "allocation", "refill", "reclaim", "grant", "adjustment", "teleport")
PROJECTS = ("", "prj_a", "prj_b")


@dataclass(frozen=True)
class Made:
    """One row as the test knows it. `hours` after START; several share an instant."""

    number: int
    wallet: str
    hours: int
    credits: int
    kind: str
    project: str

    @property
    def at(self) -> datetime:
        return START + timedelta(hours=self.hours)

    @property
    def id(self) -> str:
        # Not in the order they were made: rows of one instant are ordered by their id.
        return f"{self.number * 7919 % 1000:03d}-{self.number}"

    def raw(self, balance_after: int | None) -> dict[str, Any]:
        metadata = {"reclaim": {"direction": "reclaim"}, "refill": {"trigger": "auto_refill"}}.get(self.kind)
        return {
            "eventId": self.id,
            "credits": self.credits,
            "eventType": "allocation" if self.kind in ("reclaim", "refill") else self.kind,
            "projectId": self.project or None,
            "metadata": metadata,
            "balanceAfterPrepaid": balance_after,
            "createdAt": self.at.isoformat().replace("+00:00", "Z"),
        }


ROWS = st.lists(
    st.tuples(
        st.sampled_from(WALLETS),
        st.integers(0, 90),
        st.integers(-900, 900),
        st.sampled_from(TYPES),
        st.sampled_from(PROJECTS),
    ),
    max_size=40,
).map(lambda found: [Made(number, *one) for number, one in enumerate(found)])


def deliver(rows: Sequence[Made], openings: dict[str, int], chance: random.Random, names_balance: bool) -> None:
    """All rows, in pages of any size and any order; some pages twice."""
    told = {}
    for wallet in WALLETS:
        balance = openings[wallet]
        for row in sorted((row for row in rows if row.wallet == wallet), key=lambda row: (row.at, row.id)):
            balance += row.credits
            told[row.id] = balance
    shapes = [LedgerShape.of(row.wallet, row.raw(told[row.id] if names_balance else None)) for row in rows]
    chance.shuffle(shapes)
    while shapes:
        size = chance.randint(1, 9)
        page, shapes = shapes[:size], shapes[size:]
        for _ in range(chance.choice([1, 1, 2])):
            upsert(LedgerEvent, page)
        if chance.random() < 0.2:
            shapes += page[:2]


def in_order(rows: Sequence[Made], wallet: str) -> list[Made]:
    return sorted((row for row in rows if row.wallet == wallet), key=lambda row: (row.at, row.id))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=ROWS, seed=st.integers(0, 10**6), opening=st.sampled_from([0, 0, 700]), names_balance=st.booleans())
def test_balances_statements_and_rebilling_agree_with_a_plain_model(
    rows: list[Made], seed: int, opening: int, names_balance: bool
) -> None:
    with transaction.atomic():
        organizations = {
            "org_parent": factories.parent(),
            "org_one": factories.customer(id="org_one", name="One"),
            "org_two": factories.customer(id="org_two", name="Two"),
        }
        factories.project(organizations["org_one"], id="prj_a", name="A")
        chance = random.Random(seed)
        deliver(rows, dict.fromkeys(WALLETS, opening), chance, names_balance)
        for wallet, organization in organizations.items():
            mine = in_order(rows, wallet)
            # What was there before is known only from what Layers names; without that the books begin at 0.
            before = opening if names_balance and mine else 0
            check_balances(organization, mine, before, chance)
            check_statements(organization, mine, before)
        check_rebilling(rows)
        transaction.set_rollback(True)


def check_balances(organization: Organization, mine: Sequence[Made], before: int, chance: random.Random) -> None:
    after, balance = {}, before
    for row in mine:
        balance += row.credits
        after[row.id] = balance
    some = {row.id: after[row.id] for row in mine if chance.random() < 0.5}
    begun = beginning(organization.id)
    # A first instant whose rows lead back to where they began has more than one possible start.
    if begun.before != before:
        instant = [row for row in mine if row.at == mine[0].at]
        assert len(instant) > 1
        assert sum(row.credits for row in instant) == 0
        return
    for asked in (some, after):
        told = balances(organization.id, list(asked), begun.before)
        assert {row_id: balance.credits for row_id, balance in told.items()} == asked
    at = Counter(row.at for row in mine)
    assert {row_id for row_id, balance in told.items() if balance.is_sure} == {
        row.id for row in mine if at[row.at] == 1
    }
    way = LedgerFilters(QueryDict("way=out"), organization)
    sent = [(line[1], line[5]) for line in csv_rows(organization.id, way)]
    assert sent == [(row.id, after[row.id]) for row in reversed(mine) if row.credits < 0]


def check_statements(organization: Organization, mine: Sequence[Made], before: int) -> None:
    balance = beginning(organization.id).before
    if balance != before:
        return
    for month in (Month.of(START), Month.of(START).next, Month.of(START).next.next):
        of_month = [row for row in mine if Month.of(row.at) == month]
        found = statement(organization, month)
        assert found.opening == balance
        balance += sum(row.credits for row in of_month)
        assert found.closing == balance
        assert found.opening + found.total_in - found.total_out == found.closing
        assert found.off == 0
        assert sum(line[5] for line in found.lines()) - found.closing == found.closing
        for movements, sign in ((found.came, 1), (found.went, -1)):
            told = {(one.kind, part.project_id): (part.credits, part.rows) for one in movements for part in one.parts}
            expected: dict[tuple[str, str], tuple[int, int]] = {}
            for row in of_month:
                if (row.credits > 0) == (sign > 0):
                    credits, count = expected.get((row.kind, row.project), (0, 0))
                    expected[row.kind, row.project] = (credits + sign * row.credits, count + 1)
            assert told == expected


def check_rebilling(rows: Sequence[Made]) -> None:
    terms = Terms(markup=Decimal("12.5"), price=Decimal("0.0333"), currency="EUR")
    for month in (Month.of(START), Month.of(START).next):
        of_month = [row for row in rows if Month.of(row.at) == month and row.wallet != "org_parent"]
        given = list(file_of(Rebilling(month, Selection(), terms)))
        lines = [one for one in given if isinstance(one, Line)]
        ends = {one.name: one for one in given if isinstance(one, End)}
        expected: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        for row in of_month:
            if row.kind not in MOVES:
                expected[row.wallet, row.project, row.kind][0] -= row.credits
                expected[row.wallet, row.project, row.kind][1] += 1
        assert {(line.customer_id, line.project_id, line.kind): [line.credits, line.rows] for line in lines} == expected
        amounts = [
            (Decimal(credits) * Decimal("1.125") * Decimal("0.0333")).quantize(Decimal("0.01"), ROUND_HALF_UP)
            for credits, _ in expected.values()
        ]
        assert ends["Total"].amount == sum(amounts)
        assert ends["Ledgers"].credits == -sum(row.credits for row in of_month)
        assert ends["Ledgers"].rows == len(of_month)
        assert (ends["Difference"].credits, ends["Difference"].rows) == (0, 0)


def test_sums_follow_a_row_that_changes_its_owner_and_one_that_goes(db: None) -> None:
    one, two = factories.customer(), factories.customer()
    row = factories.ledger_event(one, credits=-70, project_id="prj_a")
    factories.ledger_event(one, credits=500, event_type="allocation")
    LedgerEvent.objects.filter(id=row.id).update(organization=two, credits=-80)
    kept = Counter({one.organization_id: one.credits for one in LedgerDay.objects.all()})
    assert kept == Counter({one.id: 500, two.id: -80})
    LedgerEvent.objects.filter(id=row.id).delete()
    assert LedgerDay.objects.get(organization_id=two.id).credits == 0
    assert LedgerMonth.objects.get(organization_id=two.id).credits_out == 0


def test_cells_of_a_rebilling_file_are_text_and_plain_numbers(signed_in: Any) -> None:
    factories.parent()
    customer = factories.customer(name='=HYPERLINK("http://x")')
    factories.ledger_event(customer, credits=-100, created_at=datetime(2026, 2, 3, tzinfo=UTC))
    answer = signed_in("Finance").get(
        "/customers/rebilling/", {"month": "2026-02", "format": "csv", "markup": "10", "price": "0.005"}
    )
    lines = list(csv.reader(b"".join(answer).decode("utf-8-sig").splitlines()))
    assert lines[1][1] == '\'=HYPERLINK("http://x")'
    assert lines[1][3] == "No project"
    assert lines[1][-4:] == ["1", "100", "110", "0.55"]
    assert lines[2][0] == "Total"
    assert lines[2][-4:] == ["1", "100", "110", "0.55"]
