"""What a wallet, a cap and a refill rule mean together, and what a person is told about it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orgs import queries
from orgs.attention import Attention, attention
from orgs.giving.claims import OurWallet
from orgs.models import Organization, Wallet
from orgs.standing import Burn, Cap, Standing
from tests import factories

pytestmark = pytest.mark.django_db


def told(customer: Organization, ours: Organization | None = None) -> list[Attention]:
    row = queries.organizations().get(id=customer.id)
    return attention(Standing(row, queries.burn(row)), OurWallet(ours or queries.parent()))


def titles(customer: Organization) -> list[str]:
    return [one.title for one in told(customer)]


def make(available: int | None = 5_000, status: str = "active", spent: int = 0, **rules: Any) -> Organization:
    of_wallet = {name: rules.pop(name) for name in ("used_this_period", "reserved") if name in rules}
    row = factories.customer(status=status)
    wallet = factories.wallet(row, **of_wallet)
    Wallet.objects.filter(pk=wallet.pk).update(available=available)
    factories.credit_config(row, **rules)
    if spent:
        factories.ledger_event(row, credits=-spent)
    return row


class TestCap:
    def test_what_runs_counts_against_it(self) -> None:
        cap = Cap(of=1_000, used=700, reserved=200)
        assert (cap.left, cap.share, cap.is_near) == (100, 90, True)

    def test_a_cap_of_nothing_is_used_up(self) -> None:
        assert (Cap(0, 0, 0).share, Cap(0, 0, 0).left, Cap(0, 0, 0).is_near) == (100, 0, True)

    def test_more_than_all_leaves_nothing_not_less(self) -> None:
        assert Cap(of=100, used=150, reserved=10).left == 0


class TestBurn:
    def test_it_counts_generation_and_what_was_given_back_but_no_moves(self, customer: Organization) -> None:
        for credits, kind in [
            (-120, "usage"),
            (-80, "usage"),
            (50, "refund"),
            (-30, "brand_new"),
            (9_000, "allocation"),
        ]:
            factories.ledger_event(customer, credits=credits, event_type=kind)
        assert queries.burn(customer).spent == 180

    def test_what_we_give_to_customers_is_what_our_own_wallet_is_for(self, ours: Organization) -> None:
        for credits, kind in [(-5_000, "allocation"), (700, "allocation"), (90_000, "purchase")]:
            factories.ledger_event(ours, credits=credits, event_type=kind)
        assert queries.burn(ours).spent == 4_300

    def test_what_is_older_than_thirty_days_is_over(self, customer: Organization) -> None:
        factories.ledger_event(customer, credits=-500, created_at=factories.ago(days=31))
        assert queries.burn(customer).spent == 0

    def test_a_young_customer_is_measured_over_its_own_age(self, ours: Organization) -> None:
        row = factories.customer(created_at=factories.ago(days=5))
        factories.ledger_event(row, credits=-500)
        assert (queries.burn(row).days, queries.burn(row).daily) == (5, 100)

    def test_what_running_jobs_hold_is_part_of_the_pace(self) -> None:
        assert Burn(spent=200, reserved=100, days=30).lasts(100) == 10

    def test_without_spending_nothing_runs_dry(self) -> None:
        assert Burn(spent=0, reserved=0, days=30).lasts(100) is None

    def test_it_is_one_query_on_the_ledger_index(self, customer: Organization, django_assert_num_queries: Any) -> None:
        row = queries.organizations().get(id=customer.id)
        with django_assert_num_queries(1):
            queries.burn(row)


class TestHistory:
    def test_the_balance_is_walked_back_from_today(self, customer: Organization) -> None:
        Wallet.objects.filter(organization=customer).update(balance=1_000)
        now = timezone.now()
        factories.ledger_event(customer, credits=-100, created_at=now)
        factories.ledger_event(customer, credits=700, event_type="allocation", created_at=now - timedelta(days=1))
        days = queries.history(queries.organizations().get(id=customer.id), days=3)
        assert [day.balance for day in days] == [400, 1_100, 1_000]
        assert [(day.spent, day.moved) for day in days] == [(0, 0), (0, 700), (100, 0)]

    def test_without_a_wallet_there_is_spending_but_no_balance(self, ours: Organization) -> None:
        row = factories.customer()
        factories.ledger_event(row, credits=-100, created_at=timezone.now())
        assert [(day.spent, day.balance) for day in queries.history(row, days=1)] == [(100, None)]

    def test_rows_from_the_future_are_left_out(self, customer: Organization) -> None:
        factories.ledger_event(customer, created_at=timezone.now() + timedelta(days=3))
        assert all(day.spent == 0 for day in queries.history(customer))


@pytest.mark.usefixtures("ours")
class TestAttention:
    def test_a_customer_with_enough_needs_nothing(self) -> None:
        assert titles(make(monthly_cap=10_000, refill_threshold=500, refill_amount=1_000)) == []

    def test_our_own_organization_needs_nothing(self) -> None:
        assert titles(Organization.objects.get(id="org_parent")) == []

    @pytest.mark.parametrize(
        ("values", "title", "action"),
        [
            ({"available": 0}, "No credits left.", "allocate"),
            ({"available": 90, "spent": 900}, "Runs dry in 3 days.", "allocate"),
            ({"available": 20, "spent": 900}, "Runs dry today.", "allocate"),
            ({"available": 400, "refill_threshold": 500}, "Below its refill line of 500.", "allocate"),
            (
                {"available": 400, "refill_threshold": 500, "refill_amount": 900},
                "Below its refill line of 500.",
                "allocate",
            ),
            ({"available": None}, "The wallet is not known yet.", "refresh"),
            ({"status": "suspended"}, "Suspended.", "resume"),
            ({"status": "archived", "available": 0}, "Archived.", ""),
        ],
    )
    def test_it_says_what_is_wrong_and_offers_what_clears_it(
        self, values: dict[str, Any], title: str, action: str
    ) -> None:
        assert [(one.title, one.action) for one in told(make(**values))] == [(title, action)]

    def test_a_wallet_that_refills_by_itself_does_not_run_dry(self) -> None:
        assert titles(make(available=600, spent=3_000, refill_threshold=500, refill_amount=900)) == []

    def test_a_nearly_used_cap_says_how_long_it_still_allows(self) -> None:
        said = told(make(monthly_cap=1_000, used_this_period=850, spent=300))
        assert said[0].title == "The cap is 85% used."
        assert said[0].text.startswith("150 of 1,000 are left until ")
        assert said[0].text.endswith(", about 15 days at 10 a day.")

    def test_a_used_up_cap_stops_generation_whatever_the_wallet_holds(self) -> None:
        said = told(make(monthly_cap=1_000, used_this_period=900, reserved=100))
        assert said[0].tone == "stop"
        assert said[0].title.startswith("The cap stops generation until ")

    @pytest.mark.parametrize(
        ("prepaid", "cap", "why"),
        [
            (800, None, "Our wallet cannot cover it: it needs 900, ours can move 800."),
            (5_000, 1_000, "Its cap of 1,000 leaves no room: 700 spent and 5,000 in its wallet."),
            (5_000, None, "It is due now, and Layers checks within minutes: it adds 900."),
        ],
    )
    def test_it_explains_why_a_refill_does_not_come(self, prepaid: int, cap: int | None, why: str) -> None:
        Wallet.objects.filter(organization_id="org_parent").update(prepaid=prepaid)
        row = make(available=400, used_this_period=700, monthly_cap=cap, refill_threshold=500, refill_amount=900)
        assert told(row)[0].text == why
