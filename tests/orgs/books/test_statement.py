"""The pages of statements and of rebilling."""

import csv
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orgs.models import Organization
from tests import factories

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 10, 9, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC)


@pytest.fixture
def booked(customer: Organization) -> Organization:
    """1,000 in February; in March 500 more, 120 spent for one project, 30 for none, 20 came back, and a surprise."""
    factories.project(customer, id="prj_march", name="Journal")
    factories.ledger_event(customer, 1_000, event_type="allocation", created_at=FEBRUARY)
    factories.ledger_event(customer, 500, event_type="allocation", created_at=MARCH)
    factories.ledger_event(customer, -120, project_id="prj_march", created_at=MARCH)
    factories.ledger_event(customer, -30, created_at=MARCH)
    factories.ledger_event(customer, 20, event_type="refund", project_id="prj_march", created_at=MARCH)
    factories.ledger_event(customer, -7, event_type="loyaltyBonus", created_at=MARCH)
    return customer


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(b"".join(answer).decode("utf-8-sig").splitlines()))


def statement(browser: Client, organization: Organization, **asked: str) -> Any:
    return browser.get(reverse("orgs:statement", args=[organization.id]), {"month": "2026-03"} | asked)


def rebilling(browser: Client, **asked: str) -> Any:
    return browser.get(reverse("orgs:rebilling"), {"month": "2026-03"} | asked)


def test_a_statement_leads_from_the_opening_to_the_closing(finance: Client, booked: Organization) -> None:
    response = statement(finance, booked)
    found = response.context["statement"]
    assert (found.opening, found.total_in, found.total_out, found.closing, found.off) == (1_000, 520, 157, 1_363, 0)
    html = response.content.decode()
    assert "Loyalty bonus" in html
    assert "A kind of row that this desk does not know" in html
    assert html.count("No project") == 1


def test_its_file_adds_up_to_the_closing(finance: Client, booked: Organization) -> None:
    lines = rows_of(statement(finance, booked, format="csv"))[1:]
    assert [line[3] for line in lines] == ["Opening", "In", "In", "Out", "Out", "Out", "Closing"]
    assert sum(int(line[-1]) for line in lines[:-1]) == int(lines[-1][-1]) == 1_363


def test_our_own_wallet_has_statements_too(finance: Client, ours: Organization) -> None:
    factories.ledger_event(ours, -500, event_type="allocation", created_at=MARCH)
    assert statement(finance, ours).context["statement"].closing == -500


def test_a_month_without_rows_keeps_the_balance(finance: Client, booked: Organization) -> None:
    found = statement(finance, booked, month="2026-06").context["statement"]
    assert found.opening == found.closing == 1_363
    assert found.is_empty


@pytest.mark.parametrize("month", ["", "2026-13", "0000-01", "9999-12", "março"])
def test_a_strange_month_shows_this_one(finance: Client, booked: Organization, month: str) -> None:
    assert statement(finance, booked, month=month).status_code == 200


def test_it_says_when_the_ledger_was_not_read_to_its_beginning(finance: Client, booked: Organization) -> None:
    assert b"has not been read to its beginning" in statement(finance, booked).content


def test_it_says_when_layers_names_another_balance(finance: Client, booked: Organization) -> None:
    factories.ledger_event(booked, -5, created_at=MARCH.replace(day=20), balance_after=1_300)
    assert statement(finance, booked).context["statement"].off_layers == 1_300 - 1_358


def test_strangers_and_those_who_may_not(signed_in: Any, booked: Organization) -> None:
    for role, status in (("Finance", 200), ("Support", 200), ("Reviewer", 403)):
        browser = signed_in(role)
        assert statement(browser, booked).status_code == status
        assert rebilling(browser).status_code == status
    assert signed_in("Finance").get(reverse("orgs:statement", args=["org_somebody"])).status_code == 404


def test_a_statement_costs_the_same_with_much(
    finance: Client, booked: Organization, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(19) as little:
        statement(finance, booked)
    for number in range(30):
        of = factories.project(booked).id
        factories.ledger_event(booked, -number, event_type=f"kind_{number % 7}", project_id=of, created_at=MARCH)
    with django_assert_num_queries(len(little)):
        statement(finance, booked)


def test_a_rebilling_file_holds_what_was_used_and_proves_it(finance: Client, booked: Organization) -> None:
    lines = rows_of(rebilling(finance, format="csv"))
    used = {(line[3], line[6]): line[-1] for line in lines if line[0] == "Used"}
    assert used == {
        ("Journal", "Generation"): "120",
        ("Journal", "Returned"): "-20",
        ("No project", "Generation"): "30",
        ("No project", "Loyalty bonus"): "7",
    }
    assert {line[0]: line[-1] for line in lines[-4:]} == {
        "Total": "137",
        "Not rebilled": "-500",
        "Ledgers": "-363",
        "Difference": "0",
    }


def test_its_page_says_what_the_file_holds(finance: Client, booked: Organization) -> None:
    response = rebilling(finance, markup="10", price="0.015", currency="eur")
    assert (response.context["used"], str(response.context["billed"])) == (137, "150.7")
    # 1.98 - 0.33 + 0.495 + 0.1155, each line rounded for itself
    assert str(response.context["amount"]) == "2.27"
    total = next(
        line for line in rows_of(rebilling(finance, markup="10", price="0.015", format="csv")) if line[0] == "Total"
    )
    assert total[-2:] == ["150.7", "2.27"]
    assert b"EUR" in response.content


def test_only_the_customers_that_were_selected(finance: Client, booked: Organization) -> None:
    other = factories.customer()
    factories.ledger_event(other, -1_000, created_at=MARCH)
    assert rebilling(finance).context["used"] == 1_137
    assert rebilling(finance, id=other.id).context["used"] == 1_000
    assert rows_of(rebilling(finance, id=booked.id, format="csv"))[-3][-1] == "-500"
    posted = finance.post(reverse("orgs:rebilling"), {"month": "2026-03", "id": [booked.id, other.id], "format": "csv"})
    assert rows_of(posted)[-4][-1] == "1137"


def test_terms_that_cannot_be_give_no_file(finance: Client, booked: Organization) -> None:
    response = rebilling(finance, price="cheap", format="csv")
    assert response.status_code == 422
    assert b"There is no file with these terms" in response.content


def test_rebilling_costs_the_same_with_much(
    finance: Client, booked: Organization, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(11) as little:
        rebilling(finance)
    for _ in range(20):
        factories.ledger_event(factories.customer(), -5, created_at=MARCH)
    with django_assert_num_queries(len(little)):
        rebilling(finance)
