"""The ledger of one wallet."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

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
    assert "No row of this type" in html
    assert "Drop Grant" in html


def test_the_file_holds_every_row_of_the_filter(
    finance: Client, customer: Organization, rows: list[LedgerEvent]
) -> None:
    lines = b"".join(finance.get(address(customer), {"format": "csv", "type": "usage"})).decode().splitlines()
    assert len(lines) == 1 + 108
    assert lines[1].split(",")[1:4] == [next(row.id for row in rows if row.event_type == "usage"), "usage", "-50"]


def test_it_costs_the_same_with_few_and_with_many(
    finance: Client, customer: Organization, django_assert_num_queries: Any
) -> None:
    factories.ledger_event(customer)
    with django_assert_num_queries(12) as few:
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
