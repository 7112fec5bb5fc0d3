"""*Try again*: the same decision once more, as a new command, where that can do no harm."""

from typing import Any

import pytest

from layers.outbox import delivery, verbs
from layers.outbox.advice import advice
from layers.outbox.kinds import NotNow
from layers.outbox.models import Command, Failure, State
from orgs.commands import allocate
from orgs.models import Organization, Wallet
from orgs.tenant import Seal
from tests import factories
from tests.layers.api import Api, Reply, answer, refusal

pytestmark = pytest.mark.django_db
TRANSFER = {"id": "txn_1", "allocated": 500, "balance": 5500, "available": 5500, "replayed": False}


@pytest.fixture
def finance() -> Any:
    return factories.staff("Finance", name="Mira")


@pytest.fixture
def customer() -> Organization:
    factories.parent()
    row = factories.customer(name="Luma Language")
    factories.wallet(row, 5_000)
    return row


@pytest.fixture
def failed(finance: Any, customer: Organization) -> Command:
    """An allocation of 500 credits that Layers refused."""
    command = allocate(finance, customer, Seal(customer.id, customer.id, "form-1"), credits=500, description="June")
    deliver(command, refusal(402, "BILLING_EXHAUSTED"))
    return command


def deliver(command: Command, reply: Reply) -> Api:
    api = Api(reply)
    delivery.deliver(api.layers, command.id)
    command.refresh_from_db()
    return api


def test_it_is_a_new_command_with_a_key_of_its_own(failed: Command, finance: Any) -> None:
    again = verbs.give_again(failed.id, finance)
    api = deliver(again, answer(TRANSFER, 201))
    assert again.state == State.SUCCEEDED
    assert api.keys() != [str(failed.idempotency_key)], "with the old key Layers would repeat its old refusal"
    failed.refresh_from_db()
    assert (failed.state, failed.settled, failed.can_retry) == (State.FAILED, True, False)


def test_it_is_given_again_only_once(failed: Command, finance: Any) -> None:
    verbs.give_again(failed.id, finance)
    with pytest.raises(NotNow):
        verbs.give_again(failed.id, finance)


def test_not_when_the_wallet_cannot_cover_it_any_more(failed: Command, finance: Any) -> None:
    Wallet.objects.filter(organization_id="org_parent").update(prepaid=10)
    with pytest.raises(NotNow, match="covers 10 credits"):
        verbs.give_again(failed.id, finance)


@pytest.mark.parametrize(("minutes", "when"), [(0, "less than 1 minute ago"), (180, "3 h ago")])
def test_not_when_the_same_was_given_meanwhile_by_other_means(
    failed: Command, finance: Any, customer: Organization, minutes: int, when: str
) -> None:
    """By another upload, for example: the customer would get it twice."""
    Command.objects.update(created_at=factories.ago(hours=5))
    factories.allocation(customer, 500, staff=finance, created_at=factories.ago(minutes=minutes))
    with pytest.raises(NotNow, match=f"Mira gave it 500 credits {when}"):
        verbs.give_again(failed.id, finance)


def test_what_was_given_before_it_or_came_to_nothing_does_not_matter(
    failed: Command, finance: Any, customer: Organization
) -> None:
    factories.allocation(customer, 500, created_at=factories.ago(minutes=5))
    factories.allocation(customer, 500, state=State.CANCELLED)
    factories.allocation(customer, 501)
    assert verbs.give_again(failed.id, finance).state == State.QUEUED


class TestWithoutIt:
    """Kinds that only their form can give: a key's secret goes to the browser that asked."""

    @pytest.fixture
    def failed(self, customer: Organization) -> Command:
        late = {"state": State.FAILED, "failure": Failure.TOO_LATE}
        return factories.allocation(customer, 0, kind="keys.mint", **late)

    def test_it_is_not_offered(self, failed: Command) -> None:
        assert not failed.can_retry
        assert advice(failed) == "Fill in its form again."

    def test_it_is_refused(self, failed: Command) -> None:
        with pytest.raises(NotNow, match="only its form can"):
            verbs.give_again(failed.id, failed.staff)
