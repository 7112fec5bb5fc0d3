"""Commands whose answer was lost and whose key is too old to ask again: nothing is sent, Layers' records are read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.utils import timezone

from ads import commands as ads
from content import commands as content
from layers.outbox import delivery, tracing
from layers.outbox.models import Command, Failure, State
from orgs.commands import allocate
from orgs.tenant import Seal
from tests import factories
from tests.layers.api import Api, Reply, answer, refusal

pytestmark = pytest.mark.django_db
UNREACHED = httpx.ConnectError("refused")


def lost_long_ago(command: Command, **more: Any) -> Command:
    """As it stands when its key is too old and the quiet time is over."""
    sent_at = timezone.now() - delivery.KEY_WINDOW - timedelta(minutes=11)
    fields = {"state": State.UNKNOWN, "failure": Failure.LOOKING, "sent_at": sent_at, **more}
    Command.objects.filter(id=command.id).update(not_before=timezone.now(), **fields)
    command.refresh_from_db()
    return command


def trace(command: Command, *replies: Reply | Callable[[httpx.Request], Reply]) -> Api:
    api = Api(*replies)
    delivery.deliver(api.layers, command.id)
    command.refresh_from_db()
    assert all(call.method == "GET" for call in api.calls), "nothing may be sent"
    return api


@pytest.fixture
def allocation() -> Command:
    factories.parent()
    customer = factories.customer(name="Luma Language")
    factories.wallet(customer, 5_000)
    finance = factories.staff("Finance")
    return allocate(finance, customer, Seal(customer.id, customer.id, "form-1"), credits=500, description="June")


def ledgers(command: Command, *, ours: bool, theirs: bool) -> Callable[[httpx.Request], Reply]:
    """Two ledgers with other people's rows, and with this command's where it says so."""

    def reply(request: httpx.Request) -> Reply:
        is_ours = request.url.path == "/v1/credits/events"
        rows: list[dict[str, Any]] = [{"eventId": "e1", "credits": 9, "metadata": None}, {"eventId": "e2"}]
        if ours if is_ours else theirs:
            metadata = {"partner_desk_command": str(command.id), "transferId": "txn_7"}
            rows.append({"eventId": "e3", "credits": -500 if is_ours else 500, "metadata": metadata})
        return answer({"items": rows, "nextCursor": None})

    return reply


def test_past_the_window_of_its_key_it_is_not_sent_but_read_about_later(allocation: Command) -> None:
    sent_at = timezone.now() - delivery.KEY_WINDOW - timedelta(minutes=1)
    Command.objects.filter(id=allocation.id).update(state=State.UNKNOWN, sent_at=sent_at)
    assert trace(allocation, answer({})).calls == []
    assert (allocation.state, allocation.failure) == (State.UNKNOWN, Failure.LOOKING)
    assert allocation.not_before > timezone.now() + tracing.QUIET - timedelta(minutes=1)
    assert not allocation.can_settle


def test_an_allocation_in_both_ledgers_took_effect(allocation: Command) -> None:
    lost_long_ago(allocation)
    api = trace(allocation, ledgers(allocation, ours=True, theirs=True))
    assert (allocation.state, allocation.answer["id"]) == (State.SUCCEEDED, "txn_7")
    assert {call.url.path for call in api.calls} == {
        "/v1/credits/events",
        f"/v1/organizations/{allocation.organization_id}/credits/events",
    }
    assert all("since" in call.url.params for call in api.calls), "only the time since it was sent is read"


def test_an_allocation_in_neither_ledger_never_arrived_and_may_be_given_again(allocation: Command) -> None:
    lost_long_ago(allocation)
    trace(allocation, ledgers(allocation, ours=False, theirs=False))
    assert (allocation.state, allocation.failure) == (State.FAILED, Failure.NEVER_ARRIVED)
    assert allocation.can_retry


@pytest.mark.parametrize(("ours", "theirs", "whose"), [(True, False, "our"), (False, True, "customer")])
def test_an_allocation_in_one_ledger_alone_goes_to_a_person(
    allocation: Command, ours: bool, theirs: bool, whose: str
) -> None:
    lost_long_ago(allocation)
    trace(allocation, ledgers(allocation, ours=ours, theirs=theirs))
    assert (allocation.state, allocation.failure) == (State.UNKNOWN, Failure.KEY_EXPIRED)
    assert whose in allocation.detail
    assert (allocation.can_settle, allocation.can_retry) == (True, False)
    assert str(allocation.id) not in delivery.due(10)


def test_while_layers_cannot_be_reached_it_is_read_about_later(allocation: Command) -> None:
    lost_long_ago(allocation)
    trace(allocation, UNREACHED)
    assert (allocation.state, allocation.failure) == (State.UNKNOWN, Failure.LOOKING)
    assert allocation.not_before > timezone.now()


def test_a_row_that_could_be_ours_and_does_not_say_whose_it_is_proves_nothing(allocation: Command) -> None:
    lost_long_ago(allocation)
    trace(allocation, answer({"items": [{"eventId": "e1", "credits": -500}], "nextCursor": None}))
    assert (allocation.state, allocation.failure) == (State.UNKNOWN, Failure.LOOKING)


def test_records_that_stay_closed_for_a_day_go_to_a_person(allocation: Command) -> None:
    lost_long_ago(allocation, sent_at=timezone.now() - tracing.PATIENCE - timedelta(minutes=1))
    trace(allocation, refusal(404, "NOT_FOUND"))
    assert (allocation.state, allocation.failure) == (State.UNKNOWN, Failure.KEY_EXPIRED)
    assert "404 NOT_FOUND" in allocation.detail


def test_a_worker_that_died_while_reading_is_followed_by_another(allocation: Command) -> None:
    lost_long_ago(allocation)
    assert delivery._claim(allocation.id) is not None
    Command.objects.filter(id=allocation.id).update(claimed_at=timezone.now() - delivery.LEASE - timedelta(seconds=1))
    assert delivery.release_abandoned() == 1
    assert trace(allocation, answer({})).calls == []
    assert allocation.failure == Failure.LOOKING


@pytest.mark.parametrize(
    ("shown", "state", "failure"),
    [
        ("approved", State.SUCCEEDED, ""),
        ("pending", State.FAILED, Failure.NEVER_ARRIVED),
        ("rejected", State.FAILED, Failure.DECIDED_ELSEWHERE),
        ("a_word_of_tomorrow", State.FAILED, Failure.DECIDED_ELSEWHERE),
        (None, State.FAILED, Failure.GONE),
    ],
)
def test_the_state_of_a_container_tells_what_became_of_an_approval(
    shown: str | None, state: State, failure: str
) -> None:
    container = factories.container()
    command = lost_long_ago(content.approve(factories.staff("Reviewer"), container))
    reply = answer({"id": container.id, "approvalStatus": shown}) if shown else refusal(404, "NOT_FOUND")
    trace(command, reply)
    assert (command.state, command.failure) == (state, failure)


@pytest.mark.parametrize(
    ("shown", "state", "failure"),
    [
        ("approved", State.SUCCEEDED, ""),
        ("dispatched", State.SUCCEEDED, ""),
        ("pending", State.FAILED, Failure.NEVER_ARRIVED),
        ("rejected", State.FAILED, Failure.DECIDED_ELSEWHERE),
        (None, State.FAILED, Failure.GONE),
    ],
)
def test_the_queue_in_every_status_tells_what_became_of_a_decision_on_an_action(
    shown: str | None, state: State, failure: str
) -> None:
    action = factories.action()
    command = lost_long_ago(ads.approve(factories.staff("Ads manager"), action))
    rows = [{"pendingId": "pa_other", "status": "pending"}]
    api = trace(command, answer({"items": [*rows, *([{"pendingId": action.id, "status": shown}] if shown else [])]}))
    assert (command.state, command.failure) == (state, failure)
    assert api.calls[0].url.params.get_list("status")[:2] == ["pending", "approved"]
