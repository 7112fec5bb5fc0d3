"""A command that waits for a second person: who may decide, what follows, and what cannot happen."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from layers.outbox import approving, delivery, verbs
from layers.outbox.approving import Ask, Decided, NotAllowed, OwnRequest, decide
from layers.outbox.kinds import NotNow
from layers.outbox.models import Approval, Command, State, Verdict
from tests import factories
from tests.layers.api import Api, answer

pytestmark = pytest.mark.django_db
ASK = Ask(why="more than 5,000 credits", needs="dashboard.allocate_credits", credits=9_000)


@pytest.fixture
def asker() -> Any:
    return factories.staff("Finance")


@pytest.fixture
def second() -> Any:
    return factories.staff("Finance")


@pytest.fixture
def command(asker: Any) -> Command:
    """9,000 credits that wait for a second person."""
    factories.parent()
    customer = factories.customer(name="Luma Language")
    return verbs.give(
        "credits.allocate",
        staff=asker,
        target=customer.id,
        organization_id=customer.id,
        once="form-1",
        payload={"credits": 9_000, "description": "", "customer": customer.name},
        second=ASK,
    )


@pytest.fixture
def approval(command: Command) -> Approval:
    return Approval.objects.get(kind="command", subject=str(command.id))


def test_it_says_what_will_happen_and_why_it_waits(approval: Approval) -> None:
    assert (approval.words, approval.why) == ("Allocate 9,000 credits to Luma Language", "more than 5,000 credits")


def test_until_then_nothing_is_sent(command: Command) -> None:
    api = Api(answer({}))
    delivery.deliver(api.layers, command.id)
    command.refresh_from_db()
    assert (command.state, api.calls) == (State.WAITING_APPROVAL, [])


def test_when_a_second_person_agrees_it_is_queued(command: Command, approval: Approval, second: Any) -> None:
    decided = decide(approval.id, second, agree=True, comment="as agreed with Ana")
    command.refresh_from_db()
    assert (command.state, decided.decided_by, decided.comment) == (State.QUEUED, second, "as agreed with Ana")


def test_when_they_refuse_it_is_cancelled_and_says_why(command: Command, approval: Approval, second: Any) -> None:
    decide(approval.id, second, agree=False, comment="wrong customer")
    command.refresh_from_db()
    assert (command.state, command.detail) == (State.CANCELLED, f"Refused by {second.name}. wrong customer")


@pytest.mark.parametrize("agree", [True, False])
def test_whoever_asks_is_not_a_second_person(approval: Approval, asker: Any, agree: bool) -> None:
    with pytest.raises(OwnRequest):
        decide(approval.id, asker, agree=agree)
    assert not approval.may_be_decided_by(asker)


def test_not_even_the_database_lets_them(approval: Approval, asker: Any) -> None:
    with pytest.raises(IntegrityError):
        Approval.objects.filter(id=approval.id).update(state=Verdict.APPROVED, decided_by=asker)


def test_a_second_person_must_be_allowed_to(approval: Approval) -> None:
    reviewer = factories.staff("Reviewer")
    with pytest.raises(NotAllowed):
        decide(approval.id, reviewer, agree=True)
    assert not approval.may_be_decided_by(reviewer)


def test_the_first_of_two_deciders_wins_and_the_other_is_told(
    command: Command, approval: Approval, second: Any
) -> None:
    decide(approval.id, second, agree=False)
    with pytest.raises(Decided, match=f"Refused by {second.name}"):
        decide(approval.id, factories.staff("Finance"), agree=True)
    command.refresh_from_db()
    assert command.state == State.CANCELLED


def test_a_request_that_is_taken_back_cannot_be_agreed_to(command: Command, approval: Approval, second: Any) -> None:
    assert verbs.cancel(command.id, command.staff)
    with pytest.raises(Decided, match="Withdrawn by"):
        decide(approval.id, second, agree=True)


def test_after_its_time_it_cannot_be_agreed_to_and_is_cancelled(
    command: Command, approval: Approval, second: Any
) -> None:
    Approval.objects.filter(id=approval.id).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Decided, match="Its time is over"):
        decide(approval.id, second, agree=True)
    assert approving.expire_due() == 1
    assert approving.expire_due() == 0
    command.refresh_from_db()
    assert (command.state, command.detail) == (State.CANCELLED, "Expired.")


def test_a_command_that_is_gone_is_not_agreed_to(command: Command, approval: Approval, second: Any) -> None:
    Command.objects.filter(id=command.id).update(state=State.CANCELLED)
    with pytest.raises(NotNow, match="taken back"):
        decide(approval.id, second, agree=True)
    approval.refresh_from_db()
    assert approval.state == Verdict.WAITING


def test_what_waits_for_a_second_person_holds_nobody_up(command: Command, asker: Any) -> None:
    later = verbs.give(
        "credits.allocate",
        staff=asker,
        target=command.target,
        organization_id=command.target,
        once="form-2",
        payload={"credits": 5, "description": "", "customer": "Luma"},
    )
    api = Api(answer({"id": "txn_1"}, 201))
    delivery.deliver(api.layers, later.id)
    assert len(api.calls) == 1


@pytest.mark.parametrize(("state", "left"), [(Verdict.WAITING, 0), (Verdict.WITHDRAWN, 1), (Verdict.EXPIRED, 1)])
def test_a_command_whose_request_is_over_does_not_wait_for_ever(
    command: Command, approval: Approval, state: Verdict, left: int
) -> None:
    by = approval.requester if state == Verdict.WITHDRAWN else None
    Approval.objects.filter(id=approval.id).update(state=state, decided_by=by)
    assert approving.cancel_left_over() == left
    command.refresh_from_db()
    assert command.state == (State.CANCELLED if left else State.WAITING_APPROVAL)
