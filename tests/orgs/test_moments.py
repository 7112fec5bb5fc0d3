"""Times at both ends of the calendar: no zone can show them, and no page may break on them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orgs.models import Organization
from tests import factories

pytestmark = pytest.mark.django_db

FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.fixture(params=["America/Los_Angeles", "Asia/Tokyo"])
def abroad(request: pytest.FixtureRequest, signed_in: Any) -> Client:
    """Somebody from finance, west or east of UTC: there one end of the calendar lies outside of it."""
    browser: Client = signed_in(person=factories.staff("Finance", time_zone=request.param))
    return browser


def page(browser: Client, row: Organization) -> str:
    response = browser.get(reverse("orgs:detail", args=[row.id]))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("moment", [FIRST, LAST], ids=["year 1", "year 9999"])
def test_a_customer_with_times_at_an_end_of_the_calendar_has_a_page(
    abroad: Client, ours: Organization, moment: datetime
) -> None:
    row = factories.customer(created_at=moment)
    factories.wallet(row, period_start=moment, period_end=moment)
    factories.credit_config(row, monthly_cap=100)
    factories.ledger_event(row, created_at=moment, description="Out of time")
    factories.project(row, created_at=moment)
    html = page(abroad, row)
    for words in ("Customer since", "<b>Cap, <time", "Out of time"):
        assert words in html
    assert abroad.get(reverse("orgs:ledger", args=[row.id])).status_code == 200


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (factories.ago(days=3), None, "<b>Cap since <time"),
        (None, factories.ago(days=-3), "<b>Cap until <time"),
        (None, None, "<b>Cap</b>"),
    ],
)
def test_a_period_with_an_end_missing_says_the_other_one(
    finance: Client, ours: Organization, start: datetime | None, end: datetime | None, words: str
) -> None:
    row = factories.customer()
    factories.wallet(row, period_start=start, period_end=end)
    factories.credit_config(row, monthly_cap=100)
    assert words in page(finance, row)
