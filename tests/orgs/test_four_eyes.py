"""When an allocation needs a second person, and how the rules that say so are changed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from dashboard.models import Staff
from layers.outbox import approving, verbs
from layers.outbox.kinds import NotNow
from layers.outbox.models import Approval, Command, Failure, State, Verdict
from orgs.commands import allocate
from orgs.four_eyes import alone, given_in_a_day, rules
from orgs.four_eyes_models import FourEyesRules
from orgs.four_eyes_rules import AlreadyProposed, Limits, NoChange, propose
from orgs.models import Organization
from orgs.tenant import Seal
from tests import factories

NONE: Limits = dict.fromkeys(("single_above", "daily_above", "batch_above", "scheduled_above"))
forms = count()


def give(staff: Staff, customer: Organization, credits: int) -> Command:
    """An allocation from a form of its own."""
    seal = Seal(customer.id, customer.id, f"form-{next(forms)}")
    return allocate(staff, customer, seal, credits=credits, description="")


def hold(**limits: int) -> FourEyesRules:
    """Rules that hold now."""
    FourEyesRules.objects.filter(state=FourEyesRules.State.ACTIVE).update(state=FourEyesRules.State.SUPERSEDED)
    return FourEyesRules.objects.create(state=FourEyesRules.State.ACTIVE, active_from=timezone.now(), **limits)


def waits(command: Command) -> bool:
    return command.state == State.WAITING_APPROVAL


def request_of(command: Command) -> Approval:
    return Approval.objects.get(subject=str(command.id))


@pytest.fixture
def ana(db: None) -> Staff:
    return factories.staff("Finance", name="Ana")


@pytest.fixture
def ben(db: None) -> Staff:
    return factories.staff("Finance", name="Ben")


@pytest.mark.django_db
class TestAsking:
    def test_without_rules_nobody_is_asked(self, ana: Staff, customer: Organization) -> None:
        assert not waits(give(ana, customer, 90_000))

    @pytest.mark.parametrize(("credits", "asks"), [(5_000, False), (5_001, True)])
    def test_above_the_limit_of_one_allocation(
        self, ana: Staff, customer: Organization, credits: int, asks: bool
    ) -> None:
        hold(single_above=5_000)
        assert waits(give(ana, customer, credits)) is asks

    def test_a_limit_of_nothing_always_asks(self, ana: Staff, customer: Organization) -> None:
        hold(single_above=0)
        command = give(ana, customer, 1)
        assert waits(command)
        assert request_of(command).why == "One allocation of more than 0 credits."

    def test_many_small_ones_reach_the_daily_limit_and_those_that_wait_count(
        self, ana: Staff, customer: Organization
    ) -> None:
        hold(single_above=5_000, daily_above=9_000)
        assert waits(give(ana, customer, 6_000))
        assert not waits(give(ana, customer, 3_000))
        last = give(ana, customer, 1)
        assert waits(last)
        assert "9,000 credits by one person in 24 hours; 9,000 before this" in request_of(last).why

    def test_each_person_has_a_day_of_their_own(self, ana: Staff, ben: Staff, customer: Organization) -> None:
        hold(daily_above=1_000)
        give(ana, customer, 1_000)
        assert not waits(give(ben, customer, 1_000))

    def test_midnight_does_not_begin_a_new_day(self, ana: Staff, customer: Organization) -> None:
        hold(daily_above=1_000)
        late = timezone.now().replace(hour=23, minute=59) - timedelta(days=2)
        with time_machine.travel(late, tick=False) as clock:
            give(ana, customer, 1_000)
            clock.shift(timedelta(minutes=2))
            assert waits(give(ana, customer, 1))
            clock.shift(timedelta(hours=23, minutes=58))
            assert not waits(give(ana, customer, 999))

    @pytest.mark.parametrize(
        ("put", "counted"),
        [
            ({"state": State.QUEUED}, 700),
            ({"state": State.UNKNOWN, "failure": Failure.ANSWER_LOST}, 700),
            ({"state": State.SUCCEEDED}, 700),
            ({"state": State.FAILED, "failure": Failure.NOT_ENOUGH_CREDITS}, 0),
            ({"state": State.CANCELLED}, 0),
            ({"state": State.FAILED, "failure": Failure.KEY_EXPIRED, "settled": True}, 700),
        ],
    )
    def test_what_may_have_moved_counts(
        self, ana: Staff, customer: Organization, put: dict[str, Any], counted: int
    ) -> None:
        command = give(ana, customer, 700)
        Command.objects.filter(id=command.id).update(**put)
        assert given_in_a_day(ana) == counted

    def test_it_says_beforehand_what_one_may_move_alone(self, ana: Staff, customer: Organization) -> None:
        assert alone(ana).most is None
        hold(single_above=5_000, daily_above=6_000)
        assert alone(ana).most == 5_000
        give(ana, customer, 4_000)
        assert (alone(ana).most, alone(ana).given) == (2_000, 4_000)


@pytest.mark.django_db
class TestFailing:
    """What was agreed to by two fails: whoever gives it again is alone again."""

    @pytest.fixture
    def failed(self, ana: Staff, ben: Staff, customer: Organization) -> Command:
        hold(single_above=5_000)
        command = give(ana, customer, 6_000)
        approving.decide(request_of(command).id, ben, agree=True)
        Command.objects.filter(id=command.id).update(state=State.FAILED, failure=Failure.NOT_ENOUGH_CREDITS)
        return command

    def test_the_second_person_cannot_agree_to_their_own_try_again(self, ben: Staff, failed: Command) -> None:
        again = verbs.give_again(failed.id, ben)
        assert waits(again)
        with pytest.raises(approving.OwnRequest):
            approving.decide(request_of(again).id, ben, agree=True)

    def test_the_first_person_can(self, ana: Staff, ben: Staff, failed: Command) -> None:
        again = verbs.give_again(failed.id, ben)
        approving.decide(request_of(again).id, ana, agree=True)
        again.refresh_from_db()
        assert again.state == State.QUEUED


@pytest.mark.django_db
class TestWhoever:
    @pytest.fixture
    def command(self, ana: Staff, customer: Organization) -> Command:
        hold(single_above=5_000)
        return give(ana, customer, 6_000)

    @pytest.mark.parametrize("lose", ["role", "account"])
    def test_asked_and_may_not_any_more_is_not_one_of_two(
        self, ana: Staff, ben: Staff, command: Command, lose: str
    ) -> None:
        if lose == "role":
            ana.groups.clear()
        else:
            Staff.objects.filter(pk=ana.pk).update(is_active=False)
        with pytest.raises(approving.RequesterLost, match="Ana, who asked, may not do this any more"):
            approving.decide(request_of(command).id, ben, agree=True)
        approving.decide(request_of(command).id, ben, agree=False, comment="gone")
        command.refresh_from_db()
        assert command.state == State.CANCELLED

    def test_asked_can_take_it_back_and_nobody_else_can(self, ana: Staff, ben: Staff, command: Command) -> None:
        with pytest.raises(approving.NotYours):
            approving.take_back(request_of(command).id, ben)
        approving.take_back(request_of(command).id, ana)
        command.refresh_from_db()
        assert (command.state, request_of(command).state) == (State.CANCELLED, Verdict.WITHDRAWN)


@pytest.mark.django_db
class TestRules:
    @pytest.fixture
    def jonas(self) -> Staff:
        return factories.staff("Admin", name="Jonas")

    @pytest.fixture
    def lena(self) -> Staff:
        return factories.staff("Admin", name="Lena")

    def test_hold_when_a_second_administrator_agrees(self, jonas: Staff, lena: Staff) -> None:
        request = propose(jonas, NONE | {"single_above": 5_000})
        assert "one allocation never → above 5,000" in request.words
        assert rules() is None
        approving.decide(request.id, lena, agree=True)
        held = rules()
        assert held
        assert (held.single_above, held.daily_above) == (5_000, None)

    def test_are_not_lifted_by_one_administrator(self, jonas: Staff, ben: Staff) -> None:
        before = hold(single_above=5_000)
        request = propose(jonas, NONE)
        with pytest.raises(approving.OwnRequest):
            approving.decide(request.id, jonas, agree=True)
        with pytest.raises(approving.NotAllowed):
            approving.decide(request.id, ben, agree=True)
        assert rules() == before

    @pytest.mark.parametrize("end", ["refuse", "withdraw", "expire"])
    def test_a_change_that_is_not_agreed_to_makes_room_for_the_next(self, jonas: Staff, lena: Staff, end: str) -> None:
        before = hold(single_above=5_000)
        request = propose(jonas, NONE)
        with pytest.raises(AlreadyProposed):
            propose(lena, NONE | {"single_above": 1})
        if end == "refuse":
            approving.decide(request.id, lena, agree=False)
        elif end == "withdraw":
            approving.take_back(request.id, jonas)
        else:
            Approval.objects.update(expires_at=timezone.now())
            approving.expire_due()
        assert rules() == before
        assert propose(lena, NONE | {"single_above": 1})

    def test_the_same_rules_are_no_change(self, jonas: Staff) -> None:
        hold(single_above=5_000)
        with pytest.raises(NoChange):
            propose(jonas, NONE | {"single_above": 5_000})

    def test_never_end_because_a_proposal_is_gone(self, jonas: Staff, lena: Staff) -> None:
        before = hold(single_above=5_000)
        request = propose(jonas, NONE)
        FourEyesRules.objects.filter(state=FourEyesRules.State.PROPOSED).update(state=FourEyesRules.State.REFUSED)
        with pytest.raises(NotNow, match="taken back"):
            approving.decide(request.id, lena, agree=True)
        assert rules() == before


@pytest.mark.django_db(transaction=True)
def test_forms_that_arrive_at_once_do_not_slip_under_one_limit() -> None:
    factories.parent(prepaid=None)
    customers = [factories.customer() for _ in range(4)]
    ana = factories.staff("Finance")
    hold(daily_above=1_000)

    def post(customer: Organization) -> bool:
        try:
            return waits(give(ana, customer, 600))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(post, customers)) == [False, True, True, True]


@pytest.mark.django_db(transaction=True)
def test_of_one_who_takes_back_and_one_who_agrees_at_once_exactly_one_wins() -> None:
    factories.parent()
    hold(single_above=1)
    ana, ben = factories.staff("Finance"), factories.staff("Finance")
    customer = factories.customer()

    def cancel(command: Command) -> bool:
        try:
            return verbs.cancel(command.id, ana)
        finally:
            connection.close()

    def agree(command: Command) -> bool:
        try:
            return bool(approving.decide(request_of(command).id, ben, agree=True))
        except NotNow:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for _ in range(8):
            command = give(ana, customer, 2)
            taken, agreed = pool.submit(cancel, command), pool.submit(agree, command)
            taken.result()
            command.refresh_from_db()
            wanted = State.QUEUED if agreed.result() and not taken.result() else State.CANCELLED
            assert command.state == wanted


@pytest.mark.django_db
def test_the_form_says_from_where_it_waits_and_its_answer_promises_nothing(
    signed_in: Any, ana: Staff, customer: Organization
) -> None:
    client, address = signed_in(person=ana), reverse("orgs:allocate", args=[customer.id])
    assert "second person" not in client.get(address).content.decode()
    hold(single_above=5_000)
    shown = client.get(address)
    assert "More than 5,000 credits wait for a second person." in shown.content.decode()
    answer = client.post(address, {"seal": shown.context["seal"], "credits": "6,000"}, follow=True).content.decode()
    for part in ("Waits for a second person", "One allocation of more than 5,000", "Nothing is sent until"):
        assert part in answer
    for part in ("on its way", "goes on by itself", "Queued"):
        assert part not in answer
