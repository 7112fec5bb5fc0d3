"""Commands against a Partner API that answers, refuses, stalls or vanishes."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.utils import timezone

from content.commands import approve
from content.models import Container
from layers.client.errors import NotSent
from layers.mirror import link
from layers.outbox import closing, delivery, tasks, verbs
from layers.outbox.models import Command, Failure, State
from orgs.commands import allocate
from orgs.models import Wallet
from orgs.tenant import Seal
from tests import factories
from tests.layers.api import Api, answer, refusal

pytestmark = pytest.mark.django_db
LOST = httpx.ReadTimeout("too slow")
UNREACHED = httpx.ConnectError("refused")
TRANSFER = {"id": "txn_1", "allocated": 500, "balance": 5500, "available": 5500, "replayed": False}


@pytest.fixture
def finance() -> Any:
    return factories.staff("Finance")


@pytest.fixture
def customer() -> Any:
    factories.parent()
    row = factories.customer(name="Luma Language")
    factories.wallet(row, 5_000)
    return row


@pytest.fixture
def command(finance: Any, customer: Any) -> Command:
    """An allocation of 500 credits that is due."""
    return allocate(finance, customer, Seal(customer.id, customer.id, "form-1"), credits=500, description="June")


def deliver(command: Command, *replies: Any) -> Api:
    api = Api(*replies)
    delivery.deliver(api.layers, command.id)
    command.refresh_from_db()
    return api


def due_now(command: Command) -> None:
    Command.objects.filter(id=command.id).update(not_before=timezone.now())


def test_an_allocation_is_sent_with_its_key_and_its_id_and_then_done(command: Command) -> None:
    api = deliver(command, answer(TRANSFER, 201))
    assert command.state == State.SUCCEEDED
    assert api.keys() == [str(command.idempotency_key)]
    assert api.body() == {
        "credits": 500,
        "description": "June",
        "metadata": {"partner_desk_command": str(command.id)},
    }
    assert command.answer["id"] == "txn_1"
    assert command.request_id == "req_TEST"


def test_the_mirror_reads_its_own_write(command: Command) -> None:
    deliver(command, answer(TRANSFER, 201))
    assert Wallet.objects.get(organization_id=command.organization_id).available == 5500


def test_a_replay_does_not_bring_back_the_balance_of_back_then(command: Command) -> None:
    deliver(command, answer({**TRANSFER, "replayed": True}, 201))
    assert command.state == State.SUCCEEDED
    assert "nothing moved twice" in command.explanation
    assert Wallet.objects.get(organization_id=command.organization_id).available == 5000


def test_a_delivered_command_is_not_sent_again(command: Command) -> None:
    deliver(command, answer(TRANSFER, 201))
    assert deliver(command, answer(TRANSFER, 201)).calls == []


def test_while_layers_cannot_be_reached_a_command_waits_and_says_so(command: Command) -> None:
    deliver(command, UNREACHED)
    assert (command.state, command.failure) == (State.QUEUED, Failure.UNREACHABLE)
    assert command.can_cancel
    assert command.not_before > timezone.now()
    assert link.state().down_since is not None


def test_it_is_sent_when_layers_returns(command: Command) -> None:
    deliver(command, UNREACHED)
    due_now(command)
    deliver(command, answer(TRANSFER, 201))
    assert command.state == State.SUCCEEDED
    assert link.state().down_since is None


def test_a_lost_answer_is_unknown_and_asked_again_with_the_same_key(command: Command) -> None:
    first = deliver(command, LOST)
    assert (command.state, command.failure, command.can_cancel) == (State.UNKNOWN, Failure.ANSWER_LOST, False)
    due_now(command)
    second = deliver(command, answer({**TRANSFER, "replayed": True}, 201))
    assert command.state == State.SUCCEEDED
    assert set(first.keys() + second.keys()) == {str(command.idempotency_key)}


def test_unreachable_after_a_lost_answer_stays_unknown(command: Command) -> None:
    deliver(command, LOST)
    due_now(command)
    deliver(command, UNREACHED)
    assert (command.state, command.can_cancel) == (State.UNKNOWN, False)


def test_a_busy_layers_is_obeyed_to_the_second(command: Command) -> None:
    deliver(command, refusal(429, "RATE_LIMITED", **{"Retry-After": "30"}))
    assert (command.state, command.failure, command.can_cancel) == (State.QUEUED, Failure.BUSY, True)
    assert timedelta(seconds=25) < command.not_before - timezone.now() <= timedelta(seconds=30)


@pytest.mark.parametrize(
    ("status", "code", "failure"),
    [
        (402, "BILLING_EXHAUSTED", Failure.NOT_ENOUGH_CREDITS),
        (403, "FORBIDDEN_SCOPE", Failure.NOT_ALLOWED),
        (401, "UNAUTHENTICATED", Failure.KEY_REJECTED),
        (404, "NOT_FOUND", Failure.GONE),
        (422, "VALIDATION", Failure.REFUSED),
        (409, "CONFLICT", Failure.DECIDED_ELSEWHERE),
        (503, "KILL_SWITCH", Failure.SWITCHED_OFF),
        (418, "A_CODE_OF_TOMORROW", Failure.REFUSED),
    ],
)
def test_a_refusal_fails_with_its_reason(command: Command, status: int, code: str, failure: Failure) -> None:
    deliver(command, refusal(status, code))
    assert (command.state, command.failure) == (State.FAILED, failure)
    assert command.detail == f"because {code}"
    assert command.answer["code"] == code


BEFORE_THE_KEY = [
    (401, "UNAUTHENTICATED"),
    (403, "FORBIDDEN_SCOPE"),
    (503, "KILL_SWITCH"),
    (404, "NOT_FOUND"),
    (429, "X"),
]


@pytest.mark.parametrize(("status", "code"), BEFORE_THE_KEY)
def test_after_a_lost_answer_a_refusal_that_did_not_look_at_the_key_proves_nothing(
    command: Command, status: int, code: str
) -> None:
    deliver(command, LOST)
    due_now(command)
    deliver(command, refusal(status, code))
    assert (command.state, command.can_retry) == (State.UNKNOWN, False)


@pytest.mark.parametrize(("status", "code"), BEFORE_THE_KEY)
def test_nor_does_it_within_one_send(command: Command, status: int, code: str) -> None:
    deliver(command, LOST, refusal(status, code))
    assert (command.state, command.can_retry) == (State.UNKNOWN, False)


def test_after_a_lost_answer_a_refusal_for_credits_proves_that_nothing_moved(command: Command) -> None:
    deliver(command, LOST)
    due_now(command)
    deliver(command, refusal(402, "BILLING_EXHAUSTED"))
    assert (command.state, command.failure) == (State.FAILED, Failure.NOT_ENOUGH_CREDITS)


def test_what_nobody_can_ask_about_any_more_is_closed_by_a_person(command: Command) -> None:
    assert not verbs.settle(command.id, command.staff), "what is on its way is not theirs to close"
    Command.objects.filter(id=command.id).update(state=State.UNKNOWN, failure=Failure.KEY_EXPIRED)
    assert verbs.settle(command.id, command.staff)
    command.refresh_from_db()
    assert (command.state, command.settled) == (State.FAILED, True)


def test_a_key_that_is_in_use_is_in_use_by_our_own_earlier_send(command: Command) -> None:
    deliver(command, refusal(409, "IDEMPOTENCY_CONFLICT"))
    assert (command.state, command.failure) == (State.UNKNOWN, Failure.ANSWER_LOST)


def test_a_worker_that_died_while_sending_is_followed_by_another(command: Command) -> None:
    assert delivery._claim(command.id) is not None
    assert delivery.release_abandoned() == 0
    Command.objects.filter(id=command.id).update(claimed_at=timezone.now() - delivery.LEASE - timedelta(seconds=1))
    assert delivery.release_abandoned() == 1
    deliver(command, answer({**TRANSFER, "replayed": True}, 201))
    assert command.state == State.SUCCEEDED


def test_a_worker_whose_lease_is_over_cannot_close_the_row_of_its_successor(command: Command) -> None:
    late = delivery._claim(command.id)
    Command.objects.filter(id=command.id).update(state=State.QUEUED)
    successor = delivery._claim(command.id)
    assert late and successor
    closing.close(late.command, State.FAILED, failure=Failure.REFUSED)
    command.refresh_from_db()
    assert command.state == State.SENDING


def test_a_worker_whose_lease_is_over_changes_nothing_while_nobody_has_followed_it(command: Command) -> None:
    late = delivery._claim(command.id)
    assert late
    Command.objects.filter(id=command.id).update(claimed_at=timezone.now() - delivery.LEASE - timedelta(seconds=1))
    delivery.release_abandoned()
    delivery._settle_error(late, NotSent("refused"))
    command.refresh_from_db()
    assert command.state == State.UNKNOWN, "queued, it could be cancelled and given again beside a send that arrived"
    deliver(command, answer({**TRANSFER, "replayed": True}, 201))
    assert command.state == State.SUCCEEDED


def test_two_takers_cannot_claim_the_same_command(command: Command) -> None:
    assert delivery._claim(command.id) is not None
    assert delivery._claim(command.id) is None


def test_an_answer_that_cannot_be_applied_is_unknown_not_lost(command: Command, monkeypatch: Any) -> None:
    monkeypatch.setattr("orgs.commands.Transfer.of", lambda raw: 1 // 0)
    deliver(command, answer(TRANSFER, 201))
    assert (command.state, command.failure) == (State.UNKNOWN, Failure.FAULT)


def test_commands_of_one_target_keep_their_order(command: Command, finance: Any, customer: Any) -> None:
    second = allocate(finance, customer, Seal(customer.id, customer.id, "form-2"), credits=7, description="")
    assert deliver(second, answer(TRANSFER, 201)).calls == []
    deliver(command, answer(TRANSFER, 201))
    assert len(deliver(second, answer(TRANSFER, 201)).calls) == 1


def test_what_waited_behind_a_command_is_sent_right_after_it(
    command: Command, customer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind = factories.allocation(customer, 1)
    api = Api(LOST, LOST, LOST, answer(TRANSFER, 201))
    asked: list[str] = []
    monkeypatch.setattr(tasks, "layers", lambda: api.layers)
    monkeypatch.setattr(tasks.deliver, "delay", asked.append)

    tasks.deliver(str(command.id))
    assert asked == [], "nobody knows yet what became of the first"

    due_now(command)
    tasks.deliver(str(command.id))
    assert asked == [str(behind.id)]


def test_a_command_of_another_target_does_not_wait(command: Command, finance: Any) -> None:
    other = factories.customer()
    second = allocate(finance, other, Seal(other.id, other.id, "form-2"), credits=7, description="")
    assert len(deliver(second, answer(TRANSFER, 201)).calls) == 1


def test_those_that_wait_for_an_earlier_one_do_not_crowd_out_what_can_go(command: Command, customer: Any) -> None:
    """However many they are: a customer that stands still must not stop the others, nor what it waits for itself."""
    behind = [factories.allocation(customer, 1) for _ in range(3)]
    other = factories.allocation(factories.customer(name="Other"), 1)
    deliver(command, LOST, LOST, LOST)

    assert delivery.due(2) == [str(other.id)]

    due_now(command)
    assert set(delivery.due(2)) == {str(other.id), str(command.id)}
    assert str(behind[0].id) not in delivery.due(10)


def test_one_form_gives_one_command(command: Command, finance: Any, customer: Any) -> None:
    with pytest.raises(verbs.AlreadyGiven) as caught:
        allocate(finance, customer, Seal(customer.id, customer.id, "form-1"), credits=500, description="June")
    assert caught.value.command == command


def test_what_has_not_been_sent_can_be_taken_back_and_never_goes_out(command: Command) -> None:
    assert verbs.cancel(command.id, command.staff)
    assert deliver(command, answer(TRANSFER, 201)).calls == []
    assert command.state == State.CANCELLED


def test_what_is_being_sent_cannot_be_taken_back(command: Command) -> None:
    delivery._claim(command.id)
    assert not verbs.cancel(command.id, command.staff)


class TestDecisions:
    @pytest.fixture
    def container(self) -> Container:
        return factories.container()

    @pytest.fixture
    def decision(self, container: Container) -> Command:
        command = approve(factories.staff("Reviewer"), container)
        due_now(command)
        return command

    def test_a_decision_is_held_before_it_is_sent(self, container: Container, settings: Any) -> None:
        settings.UNDO_SECONDS = 8
        command = approve(factories.staff("Reviewer"), container)
        assert command.state == State.HELD
        assert deliver(command, answer({})).calls == []

    def test_it_acts_inside_the_customer_of_the_container(self, decision: Command, container: Container) -> None:
        api = deliver(decision, answer({"id": container.id, "approvalStatus": "approved"}))
        assert api.calls[0].headers["X-Layers-Organization"] == container.organization_id
        container.refresh_from_db()
        assert container.approval_status == "approved"

    def test_the_same_decision_made_elsewhere_counts_as_done(self, decision: Command) -> None:
        deliver(decision, refusal(409, "CONFLICT", {"approvalStatus": "approved"}))
        assert decision.state == State.SUCCEEDED
        assert "same decision" in decision.explanation
        assert Container.objects.get(id=decision.target).approval_status == "approved"

    def test_the_opposite_decision_made_elsewhere_fails_this_one(self, decision: Command) -> None:
        deliver(decision, refusal(409, "CONFLICT", {"approvalStatus": "rejected"}))
        assert (decision.state, decision.failure) == (State.FAILED, Failure.DECIDED_ELSEWHERE)
        assert not decision.can_retry
