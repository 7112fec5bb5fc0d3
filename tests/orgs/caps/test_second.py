"""When a change of caps and refill rules needs a second person, and what becomes of it then."""

from typing import Any

import pytest
from django.utils import timezone

from dashboard.models import Staff
from layers.outbox import approving, verbs
from layers.outbox.kinds import NotNow
from layers.outbox.models import Approval, Command, Failure, State, Verdict
from orgs.batches.progress import stop
from orgs.caps.batch import give_batch
from orgs.caps.commands import rules_of, set_caps, waiting_for
from orgs.caps.models import CapBatch
from orgs.caps.plan import Plan
from orgs.caps.rules import CHANGE_CAPS, Changes, Rules
from orgs.four_eyes import given_in_a_day
from orgs.four_eyes_models import FourEyesRules
from orgs.models import CreditConfig, Organization
from orgs.tenant import Seal
from tests import factories

pytestmark = pytest.mark.django_db
WISH: Changes = {"line": 500, "amount": 2_000}
BIG = Rules(line=1_000_000, amount=90_000)


def hold(**limits: int) -> None:
    """Rules of four eyes that hold now."""
    FourEyesRules.objects.all().delete()
    FourEyesRules.objects.create(state=FourEyesRules.State.ACTIVE, active_from=timezone.now(), **limits)


def seal(customer: Organization) -> Seal:
    """Of a form of its own."""
    return Seal(customer.id, CHANGE_CAPS, f"form-{next(factories.numbers)}")


def change(staff: Staff, customer: Organization, wanted: Rules) -> Command:
    row = Organization.objects.get(id=customer.id)
    return set_caps(staff, row, seal(row), shown=rules_of(row) or Rules(), wanted=wanted)


def change_many(staff: Staff, customers: list[Organization], wish: Changes) -> CapBatch:
    ids = [row.id for row in customers]
    shown = Plan(ids, wish).digest
    return give_batch(staff, ids, wish, seal(customers[0]), shown=shown, reason="")[0]


def at_layers(customer: Organization, rules: Rules) -> None:
    """Our copy says that these hold."""
    CreditConfig.objects.filter(organization=customer).update(
        monthly_cap=rules.cap, refill_threshold=rules.line, refill_amount=rules.amount
    )


def waits(command: Command) -> bool:
    return command.state == State.WAITING_APPROVAL


def request_of(command: Command) -> Approval:
    assert command.approval
    return Approval.objects.get(id=command.approval.id)


@pytest.fixture
def ana() -> Staff:
    return factories.staff("Finance", name="Ana")


@pytest.fixture
def ben() -> Staff:
    return factories.staff("Finance", name="Ben")


class TestAsking:
    def test_one_person_cannot_let_layers_move_what_they_may_not_move_themselves(
        self, ana: Staff, customer: Organization
    ) -> None:
        hold(single_above=5_000, daily_above=25_000, scheduled_above=5_000)
        command = change(ana, customer, BIG)
        assert waits(command)
        request = request_of(command)
        assert (request.why, request.credits) == (
            "Refill rules that fill empty wallets with more than 5,000 credits.",
            1_080_000,
        )
        assert request.words == "Change Morrow Journal: refill below none → 1,000,000, refill adds none → 90,000"

    def test_without_rules_nobody_is_asked(self, ana: Staff, customer: Organization) -> None:
        assert not waits(change(ana, customer, BIG))

    @pytest.mark.parametrize(
        ("before", "after", "credits"),
        [
            (Rules(), Rules(line=500, amount=1_000), 1_000),
            (Rules(), Rules(cap=500), 0),
            (Rules(line=500, amount=1_000), Rules(line=500, amount=1_001), 1_001),
            (Rules(line=500, amount=1_000), Rules(line=501, amount=900), 900),
            (Rules(line=500, amount=1_000), Rules(line=400, amount=900), 0),
            (Rules(line=500, amount=1_000), Rules(cap=10, line=500, amount=1_000), 0),
            (Rules(line=500, amount=1_000), Rules(), 0),
            (Rules(cap=10, line=500, amount=1_000), Rules(cap=11, line=500, amount=1_000), 1_000),
            (Rules(cap=0, line=500, amount=1_000), Rules(line=500, amount=1_000), 1_000),
            (Rules(cap=10, line=500, amount=1_000), Rules(cap=9, line=500, amount=1_000), 0),
            (Rules(cap=10), Rules(), 0),
            (Rules(), Rules(line=1_000_000, amount=5_000), 1_000_000),
            (Rules(line=1_000, amount=1_000), Rules(line=1_000, amount=999), 1_998),
            (Rules(), Rules(line=0, amount=300), 300),
        ],
    )
    def test_what_counts_is_what_fills_an_empty_wallet_where_refills_may_come_sooner_be_larger_or_go_on_longer(
        self, ana: Staff, customer: Organization, before: Rules, after: Rules, credits: int
    ) -> None:
        at_layers(customer, before)
        hold(scheduled_above=999)
        command = change(ana, customer, after)
        assert command.payload["credits"] == credits
        assert waits(command) == (credits > 999)

    def test_many_small_rules_and_allocations_reach_one_daily_limit(self, ana: Staff, customer: Organization) -> None:
        hold(daily_above=2_500, scheduled_above=1_000)
        factories.allocation(customer, 600, staff=ana)
        others = [factories.credit_config(factories.customer()).organization for _ in range(2)]
        first, second = (change(ana, row, Rules(line=500, amount=1_000)) for row in others)
        assert not waits(first)
        assert waits(second)
        assert "2,500 credits by one person in 24 hours; 1,600 before this" in request_of(second).why
        assert given_in_a_day(ana) == 2_600

    def test_lowering_never_asks_however_much_was_given(self, ana: Staff, customer: Organization) -> None:
        at_layers(customer, BIG)
        hold(daily_above=0, scheduled_above=0)
        factories.allocation(customer, 600, staff=ana)
        assert not waits(change(ana, customer, Rules(line=10, amount=10)))

    def test_what_is_lowered_now_and_may_be_taken_back_does_not_hide_what_a_refill_adds(
        self, ana: Staff, customer: Organization
    ) -> None:
        at_layers(customer, Rules(line=500, amount=90_000))
        hold(scheduled_above=5_000)
        lower = change(ana, customer, Rules(line=500, amount=1_000))
        assert not waits(lower)
        raise_line = change(ana, customer, Rules(line=1_000_000, amount=1_000))
        assert verbs.cancel(lower.id, ana)
        assert waits(raise_line)

    def test_what_waits_is_not_what_the_next_change_builds_on(self, ana: Staff, customer: Organization) -> None:
        at_layers(customer, Rules(line=500, amount=1_000))
        hold(scheduled_above=5_000)
        assert waits(change(ana, customer, Rules(line=500, amount=90_000)))
        assert rules_of(Organization.objects.get(id=customer.id)) == Rules(line=500, amount=1_000)
        assert waits(change(ana, customer, Rules(line=500, amount=80_000)))


class TestDeciding:
    @pytest.fixture
    def command(self, ana: Staff, customer: Organization) -> Command:
        hold(scheduled_above=5_000)
        return change(ana, customer, BIG)

    def test_it_goes_when_a_colleague_who_may_set_caps_agrees(self, ana: Staff, ben: Staff, command: Command) -> None:
        request = request_of(command)
        assert request.needs == "dashboard.set_caps"
        with pytest.raises(approving.OwnRequest):
            approving.decide(request.id, ana, agree=True)
        with pytest.raises(approving.NotAllowed):
            approving.decide(request.id, factories.staff("Support"), agree=True)
        approving.decide(request.id, ben, agree=True)
        command.refresh_from_db()
        assert command.state == State.QUEUED

    @pytest.mark.parametrize("end", ["refuse", "withdraw", "expire", "cancel"])
    def test_nothing_is_sent_when_nobody_agrees(self, ana: Staff, ben: Staff, command: Command, end: str) -> None:
        request = request_of(command)
        if end == "refuse":
            approving.decide(request.id, ben, agree=False, comment="Too much")
        elif end == "withdraw":
            approving.take_back(request.id, ana)
        elif end == "expire":
            Approval.objects.update(expires_at=timezone.now())
            approving.expire_due()
        else:
            assert verbs.cancel(command.id, ana)
        command.refresh_from_db()
        assert command.state == State.CANCELLED
        assert waiting_for(Organization.objects.get(id=command.target)) is None

    def test_it_does_not_write_over_what_was_changed_meanwhile(
        self, ben: Staff, customer: Organization, command: Command
    ) -> None:
        at_layers(customer, Rules(line=700, amount=2_000))
        with pytest.raises(NotNow, match=r"Morrow Journal changed since this was asked. Refuse it"):
            approving.decide(request_of(command).id, ben, agree=True)
        assert request_of(command).state == Verdict.WAITING
        approving.decide(request_of(command).id, ben, agree=False, comment="Changed")

    def test_a_change_on_its_way_counts_as_made_meanwhile(
        self, ana: Staff, ben: Staff, customer: Organization, command: Command
    ) -> None:
        change(ben, customer, Rules(line=700, amount=2_000))
        with pytest.raises(NotNow):
            approving.decide(request_of(command).id, ben, agree=True)

    def test_another_number_may_have_changed(self, ben: Staff, customer: Organization, command: Command) -> None:
        at_layers(customer, Rules(cap=9_000))
        approving.decide(request_of(command).id, ben, agree=True)
        command.refresh_from_db()
        assert command.state == State.QUEUED

    def test_an_archived_customer_stays_as_it_is(self, ben: Staff, customer: Organization, command: Command) -> None:
        Organization.objects.filter(id=customer.id).update(status="archived")
        with pytest.raises(NotNow):
            approving.decide(request_of(command).id, ben, agree=True)

    def test_given_again_it_asks_again(self, ana: Staff, ben: Staff, command: Command) -> None:
        approving.decide(request_of(command).id, ben, agree=True)
        Command.objects.filter(id=command.id).update(state=State.FAILED, failure=Failure.SWITCHED_OFF)
        again = verbs.give_again(command.id, ben)
        assert waits(again)
        with pytest.raises(approving.OwnRequest):
            approving.decide(request_of(again).id, ben, agree=True)
        approving.decide(request_of(again).id, ana, agree=True)


class TestMany:
    @pytest.fixture
    def three(self, customer: Organization) -> list[Organization]:
        """Without a rule, with a smaller one, with a larger one."""
        rows = [customer, *(factories.customer() for _ in range(2))]
        factories.credit_config(rows[1], refill_threshold=400, refill_amount=1_000)
        factories.credit_config(rows[2], refill_threshold=600, refill_amount=3_000)
        return rows

    @pytest.fixture
    def batch(self, ana: Staff, three: list[Organization]) -> CapBatch:
        hold(scheduled_above=3_999)
        return change_many(ana, three, WISH)

    def states(self) -> set[str]:
        return set(Command.objects.values_list("state", flat=True))

    def test_what_the_new_and_raised_ones_add_is_one_sum(self, ana: Staff, three: list[Organization]) -> None:
        hold(scheduled_above=4_000)
        assert change_many(ana, three, WISH).approval is None
        assert given_in_a_day(ana) == 4_000

    def test_above_the_limit_all_of_it_waits(self, ana: Staff, batch: CapBatch) -> None:
        assert self.states() == {State.WAITING_APPROVAL}
        assert batch.approval
        assert (batch.approval.words, batch.approval.credits) == (
            "Change 3 customers: refill below 500, refill adds 2,000",
            4_000,
        )

    def test_it_goes_when_a_colleague_agrees(self, ben: Staff, batch: CapBatch) -> None:
        approving.decide(batch.approval_id, ben, agree=True)
        assert self.states() == {State.QUEUED}

    @pytest.mark.parametrize("end", ["refuse", "withdraw", "expire", "stop"])
    def test_nothing_is_sent_when_nobody_agrees(self, ana: Staff, ben: Staff, batch: CapBatch, end: str) -> None:
        if end == "refuse":
            approving.decide(batch.approval_id, ben, agree=False, comment="Too much")
        elif end == "withdraw":
            approving.take_back(batch.approval_id, ana)
        elif end == "expire":
            Approval.objects.update(expires_at=timezone.now())
            approving.expire_due()
        else:
            assert stop(batch, ana) == 3
        assert self.states() == {State.CANCELLED}
        assert Approval.objects.get().state != Verdict.WAITING

    def test_it_writes_over_nothing_that_was_changed_meanwhile(
        self, ben: Staff, three: list[Organization], batch: CapBatch
    ) -> None:
        for row in three[1:]:
            at_layers(row, Rules(line=1, amount=1))
        with pytest.raises(NotNow, match=r"Customer \d+ and 1 more changed since this was asked"):
            approving.decide(batch.approval_id, ben, agree=True)
        assert self.states() == {State.WAITING_APPROVAL}

    def test_agreeing_costs_the_same_for_many(
        self, ben: Staff, three: list[Organization], batch: CapBatch, django_assert_num_queries: Any
    ) -> None:
        more = [factories.credit_config(factories.customer()).organization for _ in range(12)]
        other = change_many(factories.staff("Finance"), more, WISH)
        for asked in (batch.approval_id, other.approval_id):
            person = Staff.objects.get(pk=ben.pk)
            with django_assert_num_queries(12):
                approving.decide(asked, person, agree=True)
