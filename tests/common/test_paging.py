from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.paging import page
from orgs.models import LedgerEvent, Organization
from tests import factories

pytestmark = pytest.mark.django_db
KEY = ("created_at", "id")


@pytest.fixture(scope="module")
def ledger(django_db_setup: None, django_db_blocker: Any) -> Any:
    """23 rows, several at the same instant, so that the id has to decide."""
    with django_db_blocker.unblock():
        owner = factories.customer(id="org_paging")
        moments = [factories.ago(hours=n // 4) for n in range(23)]
        ids = [factories.ledger_event(owner, created_at=moments[n // 4]).id for n in range(23)]
        yield LedgerEvent.objects.filter(organization=owner)
        LedgerEvent.objects.filter(id__in=ids).delete()
        Organization.objects.filter(id=owner.id).delete()


def walk(rows: Any, size: int, *, newest_first: bool, backwards: bool = False) -> list[str]:
    """Ids page by page; backwards starts from the last page."""
    factory, address = RequestFactory(), ""
    seen: list[str] = []
    if backwards:
        while (ahead := page(factory.get(f"/{address}"), rows, KEY, size, newest_first=newest_first)).next_url:
            address = ahead.next_url
    for _ in range(100):
        found = page(factory.get(f"/{address}"), rows, KEY, size, newest_first=newest_first)
        ids = [row.id for row in found.rows]
        seen = ids + seen if backwards else seen + ids
        address = found.previous_url if backwards else found.next_url
        if not address:
            return seen
    raise AssertionError("the walk does not end")


@given(size=st.integers(1, 30), newest_first=st.booleans(), backwards=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_page_size_in_any_direction_shows_every_row_once_in_order(
    ledger: Any, size: int, newest_first: bool, backwards: bool
) -> None:
    order = ("-created_at", "-id") if newest_first else ("created_at", "id")
    expected = list(ledger.order_by(*order).values_list("id", flat=True))
    assert walk(ledger, size, newest_first=newest_first, backwards=backwards) == expected


@given(cursor=st.text(max_size=40))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_cursor_that_was_changed_by_hand_shows_a_page_not_an_error(ledger: Any, cursor: str) -> None:
    request = RequestFactory().get("/", {"after": cursor})
    assert len(page(request, ledger, KEY, 5, newest_first=True).rows) == 5


@pytest.mark.parametrize("cursor", ["W10", "WzEsMl0", "WyJhIiwiYiJd", "W251bGwsbnVsbF0", "e30"])
def test_a_cursor_of_the_wrong_shape_shows_the_first_page(ledger: Any, cursor: str) -> None:
    """[], [1,2], ["a","b"], [null,null] and {} in base64."""
    request = RequestFactory().get("/", {"after": cursor})
    assert len(page(request, ledger, KEY, 5, newest_first=True).rows) == 5


def test_filters_stay_in_the_address_of_the_next_page(ledger: Any) -> None:
    found = page(RequestFactory().get("/?type=usage&after="), ledger, KEY, 5, newest_first=True)
    assert "type=usage" in found.next_url


def test_deep_pages_are_read_by_a_row_comparison_on_the_index(ledger: Any) -> None:
    first = page(RequestFactory().get("/"), ledger, KEY, 5, newest_first=True)
    rows = ledger.order_by("-created_at", "-id")
    assert first.rows == list(rows[:5])
