"""The list of customers: what it shows, what its filters leave, and what it costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from layers.mirror.resources import REGISTRY
from orgs.models import Organization, Wallet
from orgs.outlook import weigh
from tests import factories

URL = "/customers/"
pytestmark = pytest.mark.django_db


def names(response: Any) -> list[str]:
    return [one.customer.name for one in response.context["standings"]]


@pytest.fixture
def several(ours: Organization) -> None:
    """One customer for each work list."""
    for name, status, available, cap, used, rule in [
        ("Fine", "active", 9_000, 10_000, 100, (500, 1_000)),
        ("Low", "active", 400, None, 0, (500, 1_000)),
        ("Empty", "active", 0, None, 0, (None, None)),
        ("Near", "active", 5_000, 1_000, 800, (None, None)),
        ("Held", "suspended", 5_000, None, 0, (None, None)),
        ("Gone", "archived", 0, None, 0, (None, None)),
    ]:
        row = factories.customer(name=name, status=status)
        factories.wallet(row, available=available, used_this_period=used)
        factories.credit_config(row, monthly_cap=cap, refill_threshold=rule[0], refill_amount=rule[1])


@pytest.mark.usefixtures("several")
class TestFilters:
    @pytest.mark.parametrize(
        ("address", "expected"),
        [
            ("", ["Empty", "Fine", "Gone", "Held", "Low", "Near"]),
            ("?sort=-name", ["Near", "Low", "Held", "Gone", "Fine", "Empty"]),
            ("?status=suspended", ["Held"]),
            ("?cap=near", ["Near"]),
            ("?wallet=low&status=active", ["Empty", "Low"]),
            ("?refill=off&status=active", ["Empty", "Near"]),
            ("?sort=available&status=active", ["Empty", "Low", "Near", "Fine"]),
            ("?sort=-available&status=active", ["Fine", "Near", "Low", "Empty"]),
            ("?q=EA", ["Near"]),
            ("?cap=nonsense&wallet=&sort=sideways&status=", ["Empty", "Fine", "Gone", "Held", "Low", "Near"]),
        ],
    )
    def test_the_address_says_what_is_shown_and_in_which_order(
        self, finance: Client, address: str, expected: list[str]
    ) -> None:
        assert names(finance.get(URL + address)) == expected

    def test_a_piece_of_an_id_finds_its_customer(self, finance: Client) -> None:
        row = Organization.objects.get(name="Held")
        assert names(finance.get(URL, {"q": f" {row.id[-6:]} "})) == ["Held"]

    def test_work_lists_carry_their_counts_and_the_open_one_is_marked(self, finance: Client) -> None:
        found = finance.get(f"{URL}?status=active&wallet=low").context["work_lists"]
        counts = {words: (count, current) for words, _, count, current in found}
        assert counts == {
            "All": (6, False),
            "Need credits": (2, True),
            "Near cap": (1, False),
            "No refill rule": (2, False),
            "Suspended": (1, False),
        }

    def test_the_address_of_a_work_list_shows_as_many_as_it_counts(self, finance: Client) -> None:
        for _, address, count, _ in finance.get(URL).context["work_lists"]:
            assert len(names(finance.get(URL + address))) == count

    def test_an_empty_list_says_which_filter_to_drop(self, finance: Client) -> None:
        response = finance.get(f"{URL}?status=suspended&cap=near")
        assert [one.words for one in response.context["to_drop"]] == ["Suspended", "Cap over 80%"]
        drop = response.context["to_drop"][1]
        assert f'href="{drop.address}"' in response.content.decode()
        assert names(finance.get(URL + drop.address)) == ["Held"]

    def test_when_no_single_filter_is_to_blame_it_offers_all_customers(self, finance: Client) -> None:
        response = finance.get(f"{URL}?status=suspended&cap=near&q=zzz")
        assert response.context["to_drop"] == []
        assert b"Show all customers" in response.content

    def test_a_filter_change_brings_only_the_part_that_changes(self, finance: Client) -> None:
        response = finance.get(f"{URL}?status=suspended", headers={"HX-Request": "true"})
        assert b"Held" in response.content
        assert b"<html" not in response.content
        assert "HX-Request" in response.headers["Vary"]


def test_before_the_first_sync_it_says_so(finance: Client) -> None:
    assert b"No customers yet" in finance.get(URL).content


def test_our_own_organization_is_no_customer(finance: Client, customer: Organization) -> None:
    assert names(finance.get(URL)) == ["Morrow Journal"]


def test_a_customer_whose_wallet_is_not_known_is_listed_and_says_so(finance: Client, ours: Organization) -> None:
    factories.customer(name="New")
    response = finance.get(URL)
    assert names(response) == ["New"]
    assert b"Not known yet" in response.content


def test_sorted_by_runway_who_runs_dry_first_comes_first_and_who_never_does_has_no_place(finance: Client) -> None:
    factories.parent()
    rows = {"Soon": (100, 3_000), "Later": (5_000, 3_000), "Never": (5_000, 0)}
    for name, (available, spent) in rows.items():
        row = factories.customer(name=name)
        factories.wallet(row, available)
        factories.ledger_event(row, -spent)
    gone = factories.customer(name="Gone", status="archived")
    factories.wallet(gone, 0)
    factories.ledger_event(gone, -500)
    weigh()
    response = finance.get(URL, {"sort": "runway"})
    assert names(response) == ["Soon", "Later"]
    assert "are not in this order" in response.content.decode()
    assert ">49 days<" in response.content.decode()
    response = finance.get(URL, {"sort": "-runway"})
    assert names(response) == ["Later", "Soon"]


def test_sorted_by_available_unknown_wallets_have_no_place_and_it_says_so(
    finance: Client, customer: Organization
) -> None:
    factories.customer(name="New")
    response = finance.get(f"{URL}?sort=available")
    assert names(response) == ["Morrow Journal"]
    assert response.context["unplaced"]
    assert names(finance.get(f"{URL}?wallet=unknown")) == ["New"]


def test_an_old_wallet_is_marked_with_its_age(finance: Client, customer: Organization) -> None:
    assert b"min</time> old" not in finance.get(URL).content
    old = timezone.now() - REGISTRY["wallet"].limit - timedelta(minutes=21)
    Wallet.objects.filter(organization=customer).update(synced_at=old)
    assert b"26 min</time> old" in finance.get(URL).content


def test_a_cap_of_nothing_counts_as_reached(finance: Client, ours: Organization) -> None:
    row = factories.customer(name="Capped")
    factories.wallet(row)
    factories.credit_config(row, monthly_cap=0)
    assert names(finance.get(f"{URL}?cap=near")) == ["Capped"]


def test_numbers_of_any_size_and_states_nobody_knows_break_nothing(finance: Client, ours: Organization) -> None:
    row = factories.customer(name="", status="on_fire", created_at=None, metadata={"a": None})
    factories.wallet(row, available=2**62 - 1, used_this_period=2**62, balance=None, reserved=None, period_end=None)
    factories.credit_config(row, monthly_cap=2**62, refill_threshold=2**62)
    for address in ("", "?cap=near", "?wallet=low", "?refill=off", "?sort=available", "?status=on_fire"):
        assert len(names(finance.get(URL + address))) == 1
    assert b"On fire" in finance.get(URL).content


@pytest.mark.parametrize("text", ["%", "_", "\\", "a\x00b", "'; --", "x" * 500])
def test_a_strange_search_finds_nothing_and_breaks_nothing(finance: Client, customer: Organization, text: str) -> None:
    assert finance.get(URL, {"q": text, "status": text}).status_code == 200


class TestPaging:
    @pytest.fixture
    def many(self, ours: Organization) -> list[str]:
        """120 customers with three different amounts, so that the id has to decide."""
        rows = [factories.customer(name=f"Customer {number % 7}") for number in range(120)]
        for number, row in enumerate(rows):
            factories.wallet(row, available=number % 3)
        return [row.id for row in rows]

    @pytest.mark.parametrize("sort", ["name", "-name", "available", "-available"])
    def test_the_pages_of_either_order_hold_everybody_once(self, finance: Client, many: list[str], sort: str) -> None:
        seen: list[str] = []
        address = f"?sort={sort}"
        sizes = []
        while address:
            response = finance.get(URL + address)
            ids = [one.customer.id for one in response.context["standings"]]
            sizes.append(len(ids))
            seen += ids
            address = response.context["page"].next_url
        assert sizes == [50, 50, 20]
        assert sorted(seen) == sorted(many)

    def test_a_page_costs_the_same_with_few_and_with_many(
        self, finance: Client, ours: Organization, django_assert_num_queries: Any
    ) -> None:
        factories.wallet(factories.customer())
        finance.get(URL)
        with django_assert_num_queries(11) as few:
            finance.get(URL)
        for _ in range(60):
            row = factories.customer()
            factories.wallet(row)
            factories.credit_config(row, monthly_cap=100, refill_threshold=10, refill_amount=10)
        with django_assert_num_queries(len(few)):
            assert len(names(finance.get(URL))) == 50


class TestCsv:
    def test_it_holds_the_customers_that_the_filters_leave(self, finance: Client, several: None) -> None:
        response = finance.get(f"{URL}?format=csv&status=active&wallet=low")
        lines = b"".join(response).decode().splitlines()
        assert [line.split(",")[0] for line in lines] == ["\ufeffName", "Empty", "Low"]
        assert 'attachment; filename="customers-' in response.headers["Content-Disposition"]

    def test_it_is_one_query_and_more_than_a_page(
        self, finance: Client, ours: Organization, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(70):
            factories.wallet(factories.customer())
        with django_assert_max_num_queries(5):
            assert len(b"".join(finance.get(f"{URL}?format=csv")).splitlines()) == 71

    def test_a_name_that_is_a_formula_is_defused(self, finance: Client, ours: Organization) -> None:
        factories.customer(name="=HYPERLINK(1)")
        assert b"\r\n'=HYPERLINK(1)," in b"".join(finance.get(f"{URL}?format=csv"))

    def test_an_unknown_wallet_is_an_empty_cell(self, finance: Client, ours: Organization) -> None:
        factories.customer(name="New", id="org_new")
        assert b"New,org_new,active,,,,,,,,," in b"".join(finance.get(f"{URL}?format=csv"))


@pytest.mark.parametrize(
    ("role", "status"), [("Finance", 200), ("Support", 200), ("Ads manager", 200), ("Reviewer", 403)]
)
def test_who_may_see_customers(signed_in: Any, customer: Organization, role: str, status: int) -> None:
    browser = signed_in(role)
    assert browser.get(URL).status_code == status
    assert browser.get(reverse("orgs:detail", args=[customer.id])).status_code == status
    assert browser.get(reverse("orgs:ledger", args=[customer.id])).status_code == status
