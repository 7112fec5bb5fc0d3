"""Allocations whose answer was lost long ago: both ledgers are searched for them, and our copy of both."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from layers.outbox import delivery, verbs
from layers.outbox.kinds import NotNow
from layers.outbox.models import Command, Failure, State
from orgs.commands import allocate
from orgs.models import Organization
from orgs.tenant import Seal
from tests import factories
from tests.layers.api import Reply, answer
from tests.layers.tracing import lost_long_ago, trace, trace_twice

pytestmark = pytest.mark.django_db
LOOKING = (State.UNKNOWN, Failure.LOOKING)
OTHERS: list[dict[str, Any]] = [
    {"eventId": "e1", "credits": 9, "metadata": None},
    {"eventId": "e2", "eventType": "usage"},
    {"eventId": "e3", "eventType": "usage", "credits": -500, "metadata": {}},
    {"eventId": "e4", "credits": 500, "metadata": {"transferId": "txn_1"}},
]


@pytest.fixture
def customer() -> Organization:
    factories.parent()
    row = factories.customer(name="Luma Language")
    factories.wallet(row, 5_000)
    return row


@pytest.fixture
def allocation(customer: Organization) -> Command:
    """Of 500 credits, lost long ago."""
    seal = Seal(customer.id, customer.id, "form-1")
    return lost_long_ago(allocate(factories.staff("Finance"), customer, seal, credits=500, description="June"))


def named(command: Command) -> dict[str, Any]:
    return {"partner_desk_command": str(command.id), "transferId": "txn_7"}


def ledgers(
    command: Command, *, ours: bool, theirs: bool, others: list[dict[str, Any]] = OTHERS
) -> Callable[[httpx.Request], Reply]:
    """Two ledgers with rows of others, and after them this command's where it says so."""

    def reply(request: httpx.Request) -> Reply:
        is_ours = request.url.path == "/v1/credits/events"
        row = {"eventId": "e9", "credits": -500 if is_ours else 500, "metadata": named(command)}
        return answer({"items": [*others, *([row] if (ours if is_ours else theirs) else [])], "nextCursor": None})

    return reply


def stands(command: Command) -> tuple[str, str]:
    return command.state, command.failure


def test_one_in_both_ledgers_took_effect(allocation: Command) -> None:
    api = trace(allocation, ledgers(allocation, ours=True, theirs=True))
    assert (allocation.state, allocation.answer["id"]) == (State.SUCCEEDED, "txn_7")
    assert {call.url.path for call in api.calls} == {
        "/v1/credits/events",
        f"/v1/organizations/{allocation.organization_id}/credits/events",
    }
    assert all("since" in call.url.params for call in api.calls), "only the time since it was sent is read"


def test_one_in_neither_ledger_never_arrived_and_may_be_given_again(allocation: Command) -> None:
    trace_twice(allocation, ledgers(allocation, ours=False, theirs=False))
    assert stands(allocation) == (State.FAILED, Failure.NEVER_ARRIVED)
    assert allocation.can_retry


@pytest.mark.parametrize(("ours", "theirs", "whose"), [(True, False, "our"), (False, True, "customer")])
def test_one_in_one_ledger_alone_goes_to_a_person(allocation: Command, ours: bool, theirs: bool, whose: str) -> None:
    trace_twice(allocation, ledgers(allocation, ours=ours, theirs=theirs))
    assert stands(allocation) == (State.UNKNOWN, Failure.KEY_EXPIRED)
    assert whose in allocation.detail
    assert (allocation.can_settle, allocation.can_retry) == (True, False)
    assert str(allocation.id) not in delivery.due(10)


@pytest.mark.parametrize("kept", [{"ours"}, {"theirs"}, {"ours", "theirs"}])
def test_what_a_reading_left_out_our_copy_knows(allocation: Command, customer: Organization, kept: set[str]) -> None:
    """Layers may leave a page out, and does so again the next time."""
    for side in kept:
        owner = Organization.objects.get(id="org_parent") if side == "ours" else customer
        factories.ledger_event(owner, -500 if side == "ours" else 500, raw={"metadata": named(allocation)})
    trace(allocation, ledgers(allocation, ours="ours" not in kept, theirs="theirs" not in kept))
    assert (allocation.state, allocation.answer["id"]) == (State.SUCCEEDED, "txn_7")


@pytest.mark.parametrize(
    "row",
    [
        {"eventId": "e1", "credits": -500},
        {"eventId": "e1", "credits": -500, "metadata": {}, "eventType": "allocation"},
        {"eventId": "e1", "eventType": "allocation"},
        {"eventId": "e1", "credits": "500", "metadata": None},
    ],
)
def test_a_row_that_could_be_ours_and_does_not_say_whose_it_is_proves_nothing(
    allocation: Command, row: dict[str, Any]
) -> None:
    trace_twice(allocation, ledgers(allocation, ours=False, theirs=False, others=[row]))
    assert stands(allocation) == LOOKING


def test_such_rows_do_not_matter_where_ours_is_found(allocation: Command) -> None:
    doubtful = [{"eventId": "e1", "credits": -500}, {"eventId": "e2", "credits": 500}]
    trace(allocation, ledgers(allocation, ours=True, theirs=True, others=doubtful))
    assert allocation.state == State.SUCCEEDED


def test_what_a_ledger_shows_is_not_given_again(allocation: Command, customer: Organization) -> None:
    """The last barrier: whatever was read when it was closed."""
    trace_twice(allocation, ledgers(allocation, ours=False, theirs=False))
    factories.ledger_event(customer, 500, raw={"metadata": named(allocation)})
    with pytest.raises(NotNow, match="it did move credits"):
        verbs.give_again(allocation.id, allocation.staff)
    assert Command.objects.count() == 1
