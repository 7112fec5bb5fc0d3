"""How a selection travels from the list to pages that act on many."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client, RequestFactory

from orgs.customers.selection import Selection
from orgs.models import Organization
from tests import factories

pytestmark = pytest.mark.django_db


def selected(address: str, method: str = "GET") -> Selection:
    factory = RequestFactory()
    if method == "GET":
        return Selection.from_request(factory.get(f"/?{address}"))
    return Selection.from_request(
        factory.post("/?id=not_this", QueryDict(address).urlencode(), "application/x-www-form-urlencoded")
    )


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_ids_are_kept_in_their_order_once(method: str) -> None:
    found = selected("id=org_b&id=org_a&id=org_b&match=status%3Dactive", method)
    assert found.ids == ("org_b", "org_a")
    assert found.found(10) == ["org_b", "org_a"]
    assert found.words == "2 customers"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_ids_of_other_pages_come_on_a_line_each(method: str) -> None:
    assert selected("picked=org_b%0D%0Aorg_a%0D%0A&id=org_a&id=org_c", method).ids == ("org_b", "org_a", "org_c")


def test_a_selection_of_thousands_is_one_field(finance: Client, customer: Organization) -> None:
    many = Selection(ids=(customer.id, *(f"org_{number}" for number in range(1_200))))
    assert len(many.fields) == 1
    response: Any = finance.post("/customers/rebilling/", dict(many.fields))
    assert response.status_code == 200
    assert response.context["selection"] == many


def test_all_that_match_is_a_filter_and_no_ids() -> None:
    rows = [factories.customer(name=name) for name in ("B", "A")]
    factories.customer(name="C", status="suspended")
    found = selected("id=org_ticked&select=all&match=status%3Dactive")
    assert found.found(10) == [rows[1].id, rows[0].id]
    assert found.words == "All that match: Active"
    assert len(found.found(0)) == 1  # one more than asked for tells that there are too many


def test_all_without_filters_is_everybody() -> None:
    row = factories.customer()
    assert selected("select=all&match=").found(10) == [row.id]


def test_nothing_selected_is_nobody() -> None:
    factories.customer()
    found = selected("match=status%3Dactive")
    assert not found
    assert found.found(10) == []


@pytest.mark.parametrize("match", ["wallet=low", "status=active&tab=nonsense", "cap_from=many"])
def test_a_filter_that_we_do_not_have_selects_nobody(match: str) -> None:
    factories.customer()
    found = Selection(match=match)
    assert found.found(10) == []
    assert "There is no such filter" in found.problem


def test_it_travels_unchanged() -> None:
    for one in (
        Selection(ids=("org_a", "org&b=1")),
        Selection(match="meta=plan%3Dgold&q=a+b"),
        Selection(match=""),
        Selection(),
    ):
        assert selected(one.address) == one
        assert selected(one.address, "POST") == one


class TestToCaps:
    def test_the_ticked_ones_open_the_form(self, finance: Client, customer: Organization) -> None:
        response: Any = finance.post("/customers/caps/", {"id": [customer.id, "org_gone"], "match": "status=active"})
        assert response.status_code == 200
        assert response.context["form"].initial["ids"] == f"{customer.id}\norg_gone"

    def test_all_that_match_open_it_too(self, finance: Client, customer: Organization) -> None:
        factories.customer(status="archived")
        response = finance.post("/customers/caps/", {"id": ["org_x"], "select": "all", "match": "status=active"})
        assert response.context["form"].initial["ids"] == customer.id

    def test_a_filter_that_is_gone_opens_it_empty_and_says_why(self, finance: Client, customer: Organization) -> None:
        response = finance.get("/customers/caps/?select=all&match=wallet%3Dlow")
        assert response.context["form"].initial["ids"] == ""
        assert "There is no such filter" in response.content.decode()
