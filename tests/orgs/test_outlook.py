"""What is kept about customers for lists says the same as what their own page works out."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.outbox.models import State
from orgs.giving.claims import OurWallet
from orgs.models import LedgerEvent, Organization, Outlook, SpendDay
from orgs.outlook import weigh
from orgs.queries import burn, customers_with_money, parent
from orgs.refill import why
from orgs.standing import SHORT, Standing
from tests import factories

pytestmark = pytest.mark.django_db
CREDITS = st.integers(0, 10_000)


def outlook(customer: Organization) -> Outlook:
    weigh([customer.id])
    return Outlook.objects.get(organization_id=customer.id)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    status=st.sampled_from(["active", "suspended", "archived", "a_state_of_tomorrow"]),
    available=st.none() | CREDITS,
    reserved=CREDITS,
    used=CREDITS,
    cap=st.none() | CREDITS,
    rule=st.none() | st.tuples(CREDITS, st.integers(1, 5_000)),
    spent=st.lists(st.integers(1, 3_000), max_size=4),
    age=st.integers(0, 400),
)
def test_a_kept_outlook_agrees_with_the_customers_own_page(
    status: str,
    available: int | None,
    reserved: int,
    used: int,
    cap: int | None,
    rule: tuple[int, int] | None,
    spent: list[int],
    age: int,
) -> None:
    row = factories.customer(status=status, created_at=timezone.now() - timedelta(days=age, hours=1))
    balance = None if available is None else available + reserved
    factories.wallet(row, available, balance=balance, reserved=reserved, used_this_period=used)
    threshold, amount = rule or (None, None)
    factories.credit_config(row, monthly_cap=cap, refill_threshold=threshold, refill_amount=amount)
    for credits in spent:
        factories.ledger_event(row, -credits, created_at=timezone.now())
    kept = outlook(row)
    customer = customers_with_money().get(id=row.id)
    standing = Standing(customer, burn(customer))
    active = status == "active"
    assert kept.near_cap == (active and standing.cap is not None and standing.cap.is_near)
    assert kept.cap_share == (standing.cap.share if standing.cap else None)
    assert standing.burn is not None
    is_short = standing.days_left is not None and standing.days_left < SHORT
    assert kept.runs_dry_soon == (active and not kept.refills and (standing.is_empty or is_short))
    assert (kept.read_at is None) == (status == "archived")
    assert (kept.burn, kept.days) == (standing.burn.total, standing.burn.days)
    if kept.runs_dry_at is None:
        assert not active or not kept.burn or available is None or (standing.days_left or 0) >= 36_500
    else:
        assert (kept.runs_dry_at - kept.weighed_at).days == standing.days_left


def test_a_cap_that_running_jobs_fill_up_is_near_its_end() -> None:
    row = factories.customer()
    factories.wallet(row, 5_000, used_this_period=700, reserved=300)
    factories.credit_config(row, monthly_cap=1_000)
    kept = outlook(row)
    assert (kept.near_cap, kept.cap_share) == (True, 100)


class TestRefills:
    """A rule that should have moved credits, and why it does not."""

    @pytest.fixture
    def low(self) -> Organization:
        """Below its line of 500, with a rule that adds 1,000; our own wallet holds 8,000 prepaid."""
        factories.parent(prepaid=8_000)
        row = factories.customer()
        factories.wallet(row, 100, balance=100, used_this_period=2_000)
        factories.credit_config(row, refill_threshold=500, refill_amount=1_000)
        return row

    def change(self, row: Organization, **config: Any) -> Outlook:
        row.credit_config.__class__.objects.filter(organization_id=row.id).update(**config)
        return outlook(row)

    def test_nothing_blocks_it(self, low: Organization) -> None:
        kept = outlook(low)
        assert (kept.blocked, kept.refills) == ("", True)

    def test_the_cap_leaves_no_room(self, low: Organization) -> None:
        kept = self.change(low, monthly_cap=2_100)
        assert (kept.blocked, kept.refills) == (Outlook.Blocked.CAP, False)

    def test_a_little_room_under_the_cap_is_enough(self, low: Organization) -> None:
        assert self.change(low, monthly_cap=2_101).blocked == ""

    def test_our_wallet_cannot_cover_it(self, low: Organization) -> None:
        assert self.change(low, refill_amount=8_001).blocked == Outlook.Blocked.PARENT

    @pytest.mark.parametrize(
        ("state", "done_after_the_copy", "claims"),
        [
            (State.QUEUED, False, True),
            (State.WAITING_APPROVAL, False, True),
            (State.UNKNOWN, False, True),
            (State.SUCCEEDED, True, True),
            (State.SUCCEEDED, False, False),
            (State.FAILED, True, False),
            (State.CANCELLED, True, False),
        ],
    )
    def test_what_is_on_its_way_out_of_our_wallet_does_not_cover_it(
        self, low: Organization, state: str, done_after_the_copy: bool, claims: bool
    ) -> None:
        finished_at = timezone.now() + timedelta(minutes=1 if done_after_the_copy else -60)
        factories.allocation(factories.customer(), 7_001, state=state, finished_at=finished_at)
        assert outlook(low).blocked == (Outlook.Blocked.PARENT if claims else "")
        standing = Standing(customers_with_money().get(id=low.id))
        assert why(standing, OurWallet(parent())).is_blocked is claims

    def test_what_the_cap_cuts_off_need_not_be_covered(self, low: Organization) -> None:
        assert self.change(low, refill_amount=8_001, monthly_cap=2_200).blocked == ""

    def test_above_the_line_nothing_is_due(self, low: Organization) -> None:
        assert self.change(low, refill_threshold=100, refill_amount=9_000).blocked == ""

    def test_a_suspended_customer_is_not_refilled_and_not_blocked(self, low: Organization) -> None:
        Organization.objects.filter(id=low.id).update(status="suspended")
        assert self.change(low, refill_amount=9_000).blocked == ""


class TestWhatRulesMayMove:
    """`next_refill`: if it fired now. `week_refills`: in a week like the worst of the last 30 days."""

    @pytest.fixture
    def rich(self) -> Organization:
        """4,000 available, used 2,000; below 500 it adds 1,000."""
        factories.parent()
        row = factories.customer()
        factories.wallet(row, 4_000, balance=4_000, used_this_period=2_000)
        factories.credit_config(row, refill_threshold=500, refill_amount=1_000)
        return row

    def spend(self, row: Organization, *by_days_ago: tuple[int, int]) -> None:
        for days, credits in by_days_ago:
            factories.ledger_event(row, -credits, created_at=timezone.now() - timedelta(days=days))

    def test_the_worst_week_is_any_seven_days_in_a_row(self, rich: Organization) -> None:
        self.spend(rich, (0, 100), (6, 300), (7, 500), (12, 900), (20, 1_000), (29, 50), (31, 9_000))
        assert outlook(rich).worst_week == 300 + 500 + 900

    def test_it_is_measured_for_named_customers_and_kept_for_all(self, rich: Organization) -> None:
        self.spend(rich, (1, 700))
        outlook(rich)
        weigh()
        assert Outlook.objects.get().worst_week == 700

    @pytest.mark.parametrize(("spent", "moved"), [(3_500, 0), (3_501, 1_000), (4_500, 1_000), (4_501, 2_000)])
    def test_such_a_week_takes_refills_up_to_the_line(self, rich: Organization, spent: int, moved: int) -> None:
        self.spend(rich, (1, spent))
        assert outlook(rich).week_refills == moved

    def test_no_more_is_moved_than_the_cap_leaves(self, rich: Organization) -> None:
        self.spend(rich, (1, 9_000))
        rich.credit_config.__class__.objects.filter(organization_id=rich.id).update(monthly_cap=6_300)
        kept = outlook(rich)
        assert (kept.next_refill, kept.week_refills) == (300, 300)

    def test_a_suspended_customer_takes_nothing(self, rich: Organization) -> None:
        self.spend(rich, (1, 9_000))
        Organization.objects.filter(id=rich.id).update(status="suspended")
        kept = outlook(rich)
        assert (kept.next_refill, kept.week_refills) == (0, 0)


def test_a_slow_one_does_not_put_back_what_a_later_one_has_seen() -> None:
    row = factories.customer()
    wallet = factories.wallet(row, 0)
    later = timezone.now() + timedelta(minutes=1)
    outlook(row)
    assert Outlook.objects.get().runs_dry_soon
    Outlook.objects.update(weighed_at=later)
    wallet.__class__.objects.filter(organization_id=row.id).update(available=5)
    weigh()
    assert Outlook.objects.get().runs_dry_soon


def test_our_own_organization_has_no_outlook() -> None:
    factories.parent()
    weigh()
    assert not Outlook.objects.exists()


def test_what_was_spent_is_kept_by_the_day_and_only_that() -> None:
    row, today = factories.customer(), timezone.now()
    for event_type, credits in [
        ("usage", -50),
        ("usage", -70),
        ("refund", 20),
        ("allocation", 900),
        ("adjustment", -5),
    ]:
        factories.ledger_event(row, credits, event_type=event_type, created_at=today)
    factories.ledger_event(row, -11, created_at=today - timedelta(days=3))
    days = SpendDay.objects.filter(organization_id=row.id).order_by("day").values_list("spent", flat=True)
    assert list(days) == [11, 100]


def test_a_row_that_comes_again_is_counted_once() -> None:
    row = factories.customer()
    event = factories.ledger_event(row, -50, created_at=timezone.now())
    LedgerEvent.objects.filter(id=event.id).update(description="again")
    assert SpendDay.objects.get(organization_id=row.id).spent == 50


def test_one_statement_weighs_everybody(django_assert_num_queries: Any) -> None:
    for _ in range(5):
        factories.wallet(factories.customer(), 10)
    with django_assert_num_queries(1):
        weigh()
    assert Outlook.objects.count() == 5
