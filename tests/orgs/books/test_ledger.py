"""The ledger of one wallet."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from layers.outbox.models import Command
from orgs.commands import ALLOCATE, COMMAND_ID
from orgs.models import LedgerEvent, Organization
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(customer: Organization) -> list[LedgerEvent]:
    """120 rows, newest first; every tenth is an allocation, and several share an instant."""
    start = timezone.now() - timedelta(days=30)
    made = [
        factories.ledger_event(
            customer,
            credits=1_000 if number % 10 == 0 else -50,
            event_type="allocation" if number % 10 == 0 else "usage",
            transfer_id=f"txn_{number}" if number % 10 == 0 else "",
            balance_after=number,
            created_at=start + timedelta(hours=number // 3),
        )
        for number in range(120)
    ]
    return sorted(made, key=lambda row: (row.created_at, row.id), reverse=True)


def address(customer: Organization) -> str:
    return reverse("orgs:ledger", args=[customer.id])


def test_its_pages_hold_every_row_once_newest_first(
    finance: Client, customer: Organization, rows: list[LedgerEvent]
) -> None:
    seen: list[str] = []
    more = "?"
    while more:
        response = finance.get(address(customer) + more)
        seen += [row.id for row in response.context["page"].rows]
        more = response.context["page"].next_url
    assert seen == [row.id for row in rows]


def test_a_row_that_is_looked_for_begins_its_page_and_is_marked(
    finance: Client, customer: Organization, rows: list[LedgerEvent]
) -> None:
    wanted = rows[77]
    response = finance.get(address(customer), {"row": wanted.id})
    assert response.status_code == 302
    assert response.headers["Location"].endswith("#row")
    landed = finance.get(response.headers["Location"])
    assert landed.context["page"].rows[0].id == wanted.id
    assert landed.context["page"].previous_url
    assert landed.content.decode().count('id="row" aria-current="true"') == 1


def test_the_newest_row_is_marked_where_it_is(finance: Client, customer: Organization, rows: list[LedgerEvent]) -> None:
    response = finance.get(address(customer), {"row": rows[0].id})
    assert response.status_code == 200
    assert b'id="row" aria-current="true"' in response.content


def test_a_row_of_another_ledger_is_not_shown_but_named(
    finance: Client, customer: Organization, rows: list[LedgerEvent]
) -> None:
    foreign = factories.ledger_event(factories.customer())
    response = finance.get(address(customer), {"row": foreign.id})
    assert b"does not hold that row" in response.content
    assert b'id="row"' not in response.content


def test_one_type_only(finance: Client, customer: Organization, rows: list[LedgerEvent]) -> None:
    response = finance.get(address(customer), {"type": "allocation"})
    assert {row.event_type for row in response.context["page"].rows} == {"allocation"}
    assert b'href="/go/txn_0"' in response.content


def test_a_type_without_rows_offers_all(finance: Client, customer: Organization, rows: list[LedgerEvent]) -> None:
    html = finance.get(address(customer), {"type": "grant"}).content.decode()
    assert "No such row" in html
    assert "Drop Grant" in html


def test_the_file_holds_every_row_of_the_filter(
    finance: Client, customer: Organization, rows: list[LedgerEvent]
) -> None:
    lines = b"".join(finance.get(address(customer), {"format": "csv", "type": "usage"})).decode().splitlines()
    assert len(lines) == 1 + 108
    assert lines[1].split(",")[1:5] == [
        next(row.id for row in rows if row.event_type == "usage"),
        "Generation",
        "usage",
        "-50",
    ]


def test_it_costs_the_same_with_few_and_with_many(
    finance: Client, customer: Organization, django_assert_num_queries: Any
) -> None:
    factories.ledger_event(customer)
    with django_assert_num_queries(17) as few:
        finance.get(address(customer))
    for _ in range(60):
        factories.ledger_event(customer, container_id="cnt_1", workflow_id="job_1")
    with django_assert_num_queries(len(few)):
        finance.get(address(customer))


def test_a_container_is_a_link_for_those_who_may_open_it(signed_in: Any, customer: Organization) -> None:
    factories.ledger_event(customer, container_id="cnt_1")
    for role, linked in (("Support", True), ("Finance", False)):
        html = signed_in(role).get(address(customer)).content.decode()
        assert ('href="/go/cnt_1"' in html) is linked


def test_credits_that_came_back_from_an_archived_customer_are_reclaimed(finance: Client, ours: Organization) -> None:
    factories.ledger_event(ours, credits=500, event_type="allocation", direction="reclaim")
    assert b"Reclaimed" in finance.get(address(ours)).content


class TestBalances:
    def test_they_are_right_on_every_page_and_with_every_filter(
        self, finance: Client, customer: Organization, rows: list[LedgerEvent]
    ) -> None:
        LedgerEvent.objects.update(balance_after=None)
        after: dict[str, int] = {}
        balance = 0
        for row in reversed(rows):
            balance += row.credits
            after[row.id] = balance
        for address_of in ("?", "?type=usage", "?way=in", "?least=60", "?type=nothing"):
            more = address_of
            seen: dict[str, int] = {}
            while more:
                response = finance.get(address(customer) + more)
                seen |= {entry.row.id: entry.balance for entry in response.context["entries"]}
                more = response.context["page"].next_url
            assert seen == {row_id: after[row_id] for row_id in seen}

    def test_they_begin_with_what_was_there_before_the_first_row(self, finance: Client, customer: Organization) -> None:
        factories.ledger_event(customer, -50, balance_after=650)
        response = finance.get(address(customer))
        assert response.context["entries"][0].balance == 650
        assert b"Balances start at 700 credits" in response.content

    def test_the_file_has_the_same_ones_with_a_filter(
        self, finance: Client, customer: Organization, rows: list[LedgerEvent]
    ) -> None:
        LedgerEvent.objects.update(balance_after=None)
        shown = finance.get(address(customer), {"type": "allocation"}).context["entries"]
        lines = b"".join(finance.get(address(customer), {"format": "csv", "type": "allocation"})).decode().splitlines()
        assert [line.split(",")[5] for line in lines[1:]] == [str(entry.balance) for entry in shown]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"way": "in"}, {"allocated", "refunded"}),
        ({"way": "out"}, {"job", "odd"}),
        ({"least": "1,000"}, {"allocated"}),
        ({"most": "50"}, {"job", "odd"}),
        ({"least": "abc"}, {"allocated", "refunded", "job", "odd"}),
        ({"least": "1,5"}, {"allocated", "refunded", "job", "odd"}),
        ({"project": "prj_x"}, {"job"}),
        ({"project": "none"}, {"allocated", "refunded", "odd"}),
        ({"cause": "job"}, {"job"}),
        ({"cause": "none"}, {"refunded", "odd"}),
        ({"cause": "elsewhere"}, {"allocated"}),
        ({"cause": "desk"}, set()),
        ({"type": "stardust"}, {"odd"}),
        ({"of": "txn_7"}, {"allocated"}),
        ({"since": "2026-05-02", "until": "2026-05-02"}, {"refunded"}),
        ({"since": "2026-05-02T12:00", "until": "nonsense"}, {"job", "odd"}),
        ({"until": "9999-12-31"}, {"allocated", "refunded", "job", "odd"}),
    ],
)
def test_filters(finance: Client, customer: Organization, asked: dict[str, str], found: set[str]) -> None:
    def made(name: str, day: int, credits: int, **values: Any) -> None:
        at = datetime(2026, 5, day, 10, tzinfo=UTC)
        factories.ledger_event(customer, credits, description=name, created_at=at, **values)

    made("allocated", 1, 5_000, event_type="allocation", transfer_id="txn_7", counterparty_id="org_parent")
    made("refunded", 2, 60, event_type="refund")
    made("job", 3, -50, project_id="prj_x", workflow_id="job_1", container_id="cnt_1")
    made("odd", 4, -5, event_type="stardust")
    assert {row.description for row in finance.get(address(customer), asked).context["page"].rows} == found


def test_days_of_a_filter_are_those_of_the_reader(signed_in: Any, customer: Organization) -> None:
    factories.ledger_event(customer, created_at=datetime(2026, 5, 1, 23, 30, tzinfo=UTC))
    browser = signed_in("Finance", factories.staff("Finance", time_zone="Asia/Tokyo"))
    assert browser.get(address(customer), {"since": "2026-05-02"}).context["page"].rows
    assert not browser.get(address(customer), {"until": "2026-05-01"}).context["page"].rows


class TestCauses:
    def test_an_allocation_names_our_command_who_gave_it_and_the_other_side(
        self, signed_in: Any, ours: Organization, customer: Organization
    ) -> None:
        person = factories.staff("Finance", name="Ana Reis")
        command = Command.objects.create(
            kind=ALLOCATE,
            target=customer.id,
            organization_id=customer.id,
            staff=person,
            once="x",
            state="succeeded",
            payload={"credits": 500, "customer": customer.name},
        )
        of = {"event_type": "allocation", "transfer_id": "txn_1", "raw": {"metadata": {COMMAND_ID: str(command.id)}}}
        factories.ledger_event(customer, 500, counterparty_id=ours.id, **of)
        mine = factories.ledger_event(ours, -500, counterparty_id=customer.id, **of)
        html = signed_in("", person).get(address(customer)).content.decode()
        assert "Allocated by Ana Reis" in html
        assert reverse("commands:detail", args=[command.id]) in html
        assert f"?row={mine.id}" in html

    def test_refills_and_transfers_from_elsewhere_are_told_apart(self, finance: Client, customer: Organization) -> None:
        factories.ledger_event(customer, 5, event_type="allocation", raw={"metadata": {"trigger": "auto_refill"}})
        factories.ledger_event(
            customer,
            5,
            event_type="allocation",
            transfer_id="txn_9",
            counterparty_id="org_parent",
            raw={"metadata": {COMMAND_ID: "not-one-of-ours"}},
        )
        html = finance.get(address(customer)).content.decode()
        assert "Refill rule" in html
        assert "Not from this desk" in html
        assert "not seen there yet" in html

    def test_they_cost_the_same_with_many(
        self, finance: Client, customer: Organization, ours: Organization, django_assert_num_queries: Any
    ) -> None:
        def transfer(number: int) -> None:
            of = {"event_type": "allocation", "transfer_id": f"txn_{number}", "project_id": f"prj_{number}"}
            raw = {"metadata": {COMMAND_ID: str(UUID(int=number))}}
            factories.ledger_event(customer, 5, counterparty_id=ours.id, raw=raw, **of)
            factories.ledger_event(ours, -5, counterparty_id=customer.id, raw=raw, **of)

        transfer(1)
        with django_assert_num_queries(22) as few:
            finance.get(address(customer))
        for number in range(2, 30):
            transfer(number)
        with django_assert_num_queries(len(few)):
            finance.get(address(customer))
