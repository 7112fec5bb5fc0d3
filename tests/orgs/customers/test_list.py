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
    return [one.customer.name for one in response.context["rows"]]


@pytest.fixture
def several(ours: Organization) -> None:
    """One customer for each work list. Ours can move 100,000."""
    for name, status, available, cap, used, rule in [
        ("Fine", "active", 9_000, 10_000, 100, (500, 1_000)),
        ("Low", "active", 400, None, 0, (500, 1_000)),
        ("Empty", "active", 0, None, 0, (None, None)),
        ("Near", "active", 5_000, 1_000, 800, (None, None)),
        ("Stuck", "active", 100, 1_000, 950, (500, 1_000)),
        ("Held", "suspended", 5_000, None, 0, (None, None)),
        ("Gone", "archived", 0, None, 0, (None, None)),
    ]:
        row = factories.customer(name=name, status=status, metadata={"plan": name.lower(), "crm": f"A-{name}"})
        factories.wallet(row, available=available, used_this_period=used)
        factories.credit_config(row, monthly_cap=cap, refill_threshold=rule[0], refill_amount=rule[1])
    old = timezone.now() - REGISTRY["wallet"].limit - timedelta(minutes=1)
    Wallet.objects.filter(organization__name="Held").update(synced_at=old)
    weigh()


EVERYBODY = ["Empty", "Fine", "Gone", "Held", "Low", "Near", "Stuck"]


@pytest.mark.usefixtures("several")
class TestFilters:
    @pytest.mark.parametrize(
        ("address", "expected"),
        [
            ("?tab=all", EVERYBODY),
            ("?sort=-name", EVERYBODY[::-1]),
            ("?status=suspended", ["Held"]),
            ("?tab=dry", ["Empty"]),
            ("?tab=near", ["Near", "Stuck"]),
            ("?tab=blocked", ["Stuck"]),
            ("?tab=suspended", ["Held"]),
            ("?tab=stale", ["Held"]),
            ("?tab=archived", ["Gone"]),
            ("?tab=near&refill=off", ["Near"]),
            ("?refill=on", ["Fine", "Low", "Stuck"]),
            ("?available_from=400&available_to=5%2C000", ["Held", "Low", "Near"]),
            ("?cap_from=80&cap_to=94", ["Near"]),
            ("?meta=plan", EVERYBODY),
            ("?meta=plan%3Dfine", ["Fine"]),
            ("?meta=plan&meta=crm%3DA-Low", ["Low"]),
            ("?meta=nothing", []),
            ("?sort=available&status=active", ["Empty", "Stuck", "Low", "Near", "Fine"]),
            ("?sort=-available&status=active", ["Fine", "Near", "Low", "Stuck", "Empty"]),
            ("?sort=-cap", ["Stuck", "Near", "Fine"]),
            ("?q=EA", ["Near"]),
            ("?q=A-Stuck", ["Stuck"]),
        ],
    )
    def test_the_address_says_what_is_shown_and_in_which_order(
        self, finance: Client, address: str, expected: list[str]
    ) -> None:
        assert names(finance.get(URL + address)) == expected

    def test_a_piece_of_an_id_finds_its_customer(self, finance: Client) -> None:
        row = Organization.objects.get(name="Held")
        assert names(finance.get(URL, {"q": f" {row.id[-6:]} "})) == ["Held"]

    def test_what_a_project_is_called_at_the_customers_own_finds_it(self, finance: Client) -> None:
        factories.project(Organization.objects.get(name="Low"), customer_external_id="shop-77")
        assert names(finance.get(URL, {"q": "shop-77"})) == ["Low"]
        assert names(finance.get(URL, {"q": "shop-7"})) == []

    def test_customers_by_the_day_they_came(self, finance: Client) -> None:
        Organization.objects.filter(name="Near").update(created_at="2026-03-05T23:59:59.5Z")
        assert names(finance.get(f"{URL}?created_from=2026-03-05&created_to=2026-03-05")) == ["Near"]
        assert names(finance.get(f"{URL}?created_to=2026-03-04")) == []

    def test_work_lists_carry_their_counts_and_the_open_one_is_marked(self, finance: Client) -> None:
        found = finance.get(f"{URL}?tab=dry").context["work_lists"]
        counts = {one.name: (count, current) for one, count, current in found}
        assert counts == {
            "all": (7, False),
            "dry": (1, True),
            "near": (2, False),
            "blocked": (1, False),
            "suspended": (1, False),
            "stale": (1, False),
            "archived": (1, False),
        }

    def test_the_address_of_a_work_list_shows_as_many_as_it_counts(self, finance: Client) -> None:
        for one, count, _ in finance.get(f"{URL}?tab=all").context["work_lists"]:
            assert len(names(finance.get(f"{URL}?tab={one.name}"))) == count

    def test_an_empty_list_says_which_filter_to_drop(self, finance: Client) -> None:
        response = finance.get(f"{URL}?status=suspended&meta=plan%3Dfine")
        assert [one.words for one in response.context["to_drop"]] == ["Suspended", "plan = fine"]
        assert names(finance.get(URL + response.context["to_drop"][1].address)) == ["Held"]

    def test_when_no_single_filter_is_to_blame_it_offers_the_list(self, finance: Client) -> None:
        response = finance.get(f"{URL}?status=suspended&cap_from=1&q=zzz")
        assert response.context["to_drop"] == []
        assert b"Show the list" in response.content

    def test_each_filter_that_is_on_can_be_dropped_alone(self, finance: Client) -> None:
        chips = finance.get(f"{URL}?meta=plan&meta=crm&available_from=1&sort=-name").context["filters"].chips
        assert {one.words: one.address for one in chips} == {
            "Available 1 or more": "?meta=plan&meta=crm&sort=-name",
            "has plan": "?available_from=1&meta=crm&sort=-name",
            "has crm": "?available_from=1&meta=plan&sort=-name",
        }

    def test_a_filter_change_brings_only_the_part_that_changes(self, finance: Client) -> None:
        response = finance.get(f"{URL}?status=suspended", headers={"HX-Request": "true"})
        assert b"Held" in response.content
        assert b"<html" not in response.content
        assert "HX-Request" in response.headers["Vary"]

    def test_how_many_match_is_told_to_who_asks(self, finance: Client) -> None:
        assert finance.get(f"{URL}?meta=plan&refill=on&format=count").content == b"3"

    def test_what_is_no_filter_is_named_and_changes_nothing(self, finance: Client) -> None:
        response = finance.get(f"{URL}?cap=near&tab=nonsense&sort=sideways&cap_from=many&status=")
        assert names(response) == EVERYBODY
        assert set(response.context["filters"].ignored) == {
            "cap=near",
            "tab=nonsense",
            "sort=sideways",
            "cap_from=many",
        }
        assert b"is not a filter" in response.content


def test_before_the_first_sync_it_says_so(finance: Client) -> None:
    assert b"No customers yet" in finance.get(f"{URL}?tab=all").content


def test_our_own_organization_is_no_customer(finance: Client, customer: Organization) -> None:
    assert names(finance.get(f"{URL}?tab=all")) == ["Morrow Journal"]


def test_a_customer_whose_wallet_is_not_known_is_listed_and_says_so(finance: Client, ours: Organization) -> None:
    factories.customer(name="New")
    response = finance.get(f"{URL}?tab=all")
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
    assert b"min</time> old" not in finance.get(f"{URL}?tab=all").content
    old = timezone.now() - REGISTRY["wallet"].limit - timedelta(minutes=21)
    Wallet.objects.filter(organization=customer).update(synced_at=old)
    assert b"26 min</time> old" in finance.get(f"{URL}?tab=all").content


def test_a_cap_of_nothing_counts_as_reached(finance: Client, ours: Organization) -> None:
    row = factories.customer(name="Capped")
    factories.wallet(row)
    factories.credit_config(row, monthly_cap=0)
    weigh()
    assert names(finance.get(f"{URL}?tab=near")) == ["Capped"]


def test_numbers_of_any_size_and_states_nobody_knows_break_nothing(finance: Client, ours: Organization) -> None:
    row = factories.customer(name="", status="on_fire", created_at=None, metadata={"a": None})
    factories.wallet(row, available=2**62 - 1, used_this_period=2**62, balance=None, reserved=None, period_end=None)
    factories.credit_config(row, monthly_cap=2**62, refill_threshold=2**62)
    weigh()
    for address in ("?tab=all", "?cap_from=99", "?sort=-cap", "?refill=off", "?sort=available", "?status=on_fire"):
        assert len(names(finance.get(URL + address))) == 1
    assert b"On fire" in finance.get(f"{URL}?tab=all").content


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
            ids = [one.customer.id for one in response.context["rows"]]
            sizes.append(len(ids))
            seen += ids
            address = response.context["page"].next_url
        assert sizes == [50, 50, 20]
        assert sorted(seen) == sorted(many)

    def test_a_page_costs_the_same_with_few_and_with_many(
        self, finance: Client, ours: Organization, django_assert_num_queries: Any
    ) -> None:
        factories.wallet(factories.customer())
        finance.get(f"{URL}?tab=all")
        with django_assert_num_queries(14) as few:
            finance.get(f"{URL}?tab=all")
        for _ in range(60):
            row = factories.customer()
            factories.wallet(row)
            factories.credit_config(row, monthly_cap=100, refill_threshold=10, refill_amount=10)
        with django_assert_num_queries(len(few)):
            assert len(names(finance.get(f"{URL}?tab=all"))) == 50


@pytest.mark.parametrize(
    ("role", "status"), [("Finance", 200), ("Support", 200), ("Ads manager", 200), ("Reviewer", 403)]
)
def test_who_may_see_customers(signed_in: Any, customer: Organization, role: str, status: int) -> None:
    browser = signed_in(role)
    assert browser.get(f"{URL}?tab=all").status_code == status
    assert browser.get(reverse("orgs:detail", args=[customer.id])).status_code == status
    assert browser.get(reverse("orgs:ledger", args=[customer.id])).status_code == status
