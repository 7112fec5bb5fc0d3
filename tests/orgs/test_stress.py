"""What our wallet would be short of if all refills came, and which are blocked."""

import csv
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orgs.giving.claims import OurWallet
from orgs.models import Organization
from orgs.outlook import weigh
from orgs.queries import parent
from orgs.stress import stress
from tests import factories

pytestmark = pytest.mark.django_db
URL = "orgs:refills"


def customer(available: int = 900, *, adds: int = 1_000, spent: int = 0, **more: Any) -> Organization:
    """Refilled below 500."""
    row = factories.customer(**{name: more.pop(name) for name in ("name", "status") if name in more})
    factories.wallet(row, available, used_this_period=more.pop("used", 0))
    factories.credit_config(row, refill_threshold=500, refill_amount=adds, **more)
    if spent:
        factories.ledger_event(row, -spent, created_at=factories.ago(days=2))
    return row


def shown(client: Client, **asked: str) -> list[str]:
    return [row.organization.name for row, _ in client.get(reverse(URL), asked).context["rows"]]


def test_it_adds_up_what_every_rule_would_move_and_says_what_is_short(ours: Organization) -> None:
    factories.Wallet.objects.filter(organization=ours).update(prepaid=3_500, available=4_000)
    customer(adds=1_000, spent=2_000)
    customer(adds=2_000, monthly_cap=2_000, used=100)
    customer(adds=3_000, status="suspended")
    factories.wallet(factories.customer(), 10)
    weigh([row.id for row in Organization.objects.exclude(parent_id="")])
    found = stress(OurWallet(parent()))
    assert (found.tonight.credits, found.tonight.customers, found.tonight.short) == (1_000 + 1_000, 2, 0)
    assert (found.tonight.left, found.tonight.tone) == (1_500, "ok")
    # 900 − 2,000 is 1,600 below its line: two refills.
    assert (found.week.credits, found.week.customers) == (2_000, 1)
    factories.Wallet.objects.filter(organization=ours).update(prepaid=600)
    assert (stress(OurWallet(parent())).tonight.short, stress(OurWallet(parent())).week.short) == (1_400, 1_400)


def test_without_our_wallet_nothing_is_promised() -> None:
    customer()
    weigh()
    found = stress(OurWallet(parent()))
    assert (found.tonight.credits, found.tonight.short, found.tonight.left) == (1_000, 0, None)


class TestPage:
    @pytest.fixture
    def three(self, ours: Organization) -> None:
        customer(name="Small", adds=100, spent=450)
        customer(name="Large", adds=5_000, spent=401, monthly_cap=50_000)
        customer(name="Blocked", available=100, adds=900, monthly_cap=2_000, used=1_900)
        weigh([row.id for row in Organization.objects.exclude(parent_id="")])

    def test_customers_come_in_the_order_that_is_asked_for(self, three: None, support: Client) -> None:
        assert shown(support) == shown(support, view="week") == shown(support, view="nonsense") == ["Large", "Small"]
        assert shown(support, view="tonight") == ["Large", "Small"]
        assert shown(support, view="dry") == ["Small", "Large"]
        assert shown(support, view="blocked") == ["Blocked"]

    def test_it_says_why_a_refill_is_blocked(self, three: None, support: Client) -> None:
        page = support.get(reverse(URL), {"view": "blocked"}).content.decode()
        assert "Its cap of 2,000 leaves no room: 1,900 spent and 100 in its wallet." in page

    def test_the_headline_is_the_worst_news(self, three: None, ours: Organization, support: Client) -> None:
        assert "Our wallet covers every refill" in support.get(reverse(URL)).content.decode()
        factories.Wallet.objects.filter(organization=ours).update(prepaid=1_000)
        assert "Our wallet would be 4,100 short tonight" in support.get(reverse(URL)).content.decode()

    def test_what_is_on_its_way_out_of_our_wallet_cannot_be_moved_by_a_refill(
        self, three: None, support: Client
    ) -> None:
        factories.allocation(customer(), 95_000)
        page = support.get(reverse(URL)).content.decode()
        assert "Our wallet would be 100 short tonight" in page
        assert "Prepaid, less 95,000 being sent and not reserved" in page
        large = Organization.objects.get(name="Large")
        factories.Wallet.objects.filter(organization=large).update(available=100)
        factories.allocation(customer(), 1)
        page = support.get(reverse(URL), {"view": "tonight"}).content.decode()
        assert "it needs 5,000, ours can move 4,999" in page

    def test_all_rows_go_into_the_csv_in_the_same_order(self, three: None, support: Client) -> None:
        response = support.get(reverse(URL), {"view": "tonight", "format": "csv"})
        text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
        rows = list(csv.DictReader(text.splitlines()))
        assert [(row["Name"], row["Moves if it fired now"]) for row in rows] == [("Large", "5000"), ("Small", "100")]

    def test_it_costs_the_same_for_many(
        self, ours: Organization, support: Client, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(3):
            customer()
        weigh()
        support.get(reverse(URL), {"view": "tonight"})
        with django_assert_max_num_queries(20) as few:
            support.get(reverse(URL), {"view": "tonight"})
        for _ in range(20):
            customer()
        weigh()
        with django_assert_max_num_queries(len(few)):
            assert len(shown(support, view="tonight")) == 23

    def test_it_is_empty_before_anything_is_known(self, support: Client) -> None:
        page = support.get(reverse(URL)).content.decode()
        assert "Our wallet is not known yet" in page
        assert "No customer would be refilled" in page

    def test_reviewers_may_not_see_it(self, signed_in: Any) -> None:
        assert signed_in("Reviewer").get(reverse(URL)).status_code == 403
