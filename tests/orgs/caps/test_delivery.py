"""Changes of caps and refill rules against a real sandbox: what Layers has afterwards, what our copy says, and what is
read when the answer was lost."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from layers.client import Layers
from layers.client.errors import Unreadable
from layers.mirror import scopes
from layers.outbox import delivery
from layers.outbox.kinds import KINDS, Trace
from layers.outbox.models import Command, Failure, State
from orgs.books.tieout.models import RefillLimit
from orgs.caps.commands import rules_of, set_caps
from orgs.caps.rules import CHANGE_CAPS, Rules
from orgs.models import CreditConfig, Organization, Outlook
from orgs.tenant import Seal
from tests import factories

pytestmark = pytest.mark.django_db
RULES = Rules(cap=8_000, line=500, amount=1_000)


@pytest.fixture
def customer(layers: Layers) -> Organization:
    """A new one at Layers, and our copy of it with its wallet and rules."""
    made = layers.create_organization({"name": f"Caps {timezone.now():%f}"}, factories.ago().isoformat()).body
    scopes.follow("organizations", [""])
    scopes.fetch(layers, "organizations:")
    scopes.fetch(layers, f"wallet:{made['id']}")
    return Organization.objects.get(id=made["id"])


@pytest.fixture
def change(customer: Organization, send: Callable[[Command], Command]) -> Callable[..., Command]:
    """Gives a change of the customer's rules and delivers it."""
    finance = factories.staff("Finance")

    def changed(wanted: Rules, *, deliver: bool = True) -> Command:
        row = Organization.objects.get(id=customer.id)
        shown = rules_of(row)
        assert shown is not None
        nonce = f"{timezone.now().timestamp()}"
        command = set_caps(finance, row, Seal(row.id, CHANGE_CAPS, nonce), shown=shown, wanted=wanted)
        return send(command) if deliver else command

    return changed


def stored(layers: Layers, customer: Organization) -> Rules:
    found: dict[str, Any] = layers.credit_config(customer.id)["config"]
    return Rules(found["monthlyCreditCap"], found["refillThreshold"], found["refillAmount"])


def lost(command: Command, layers: Layers) -> Trace:
    """What the records tell, as when its answer had been lost."""
    return KINDS[CHANGE_CAPS].trace(layers, command)


def test_numbers_are_set_cleared_and_kept(
    layers: Layers, customer: Organization, change: Callable[..., Command]
) -> None:
    for wanted in (RULES, Rules(cap=0, line=500, amount=2_000), Rules(cap=9_000), Rules()):
        command = change(wanted)
        assert command.state == State.SUCCEEDED, command.detail
        assert stored(layers, customer) == wanted
        assert Rules.of(CreditConfig.objects.get(organization=customer)) == wanted
    assert Outlook.objects.get(organization=customer).refills is False


def test_the_records_tell_what_became_of_one_whose_answer_was_lost(
    layers: Layers, customer: Organization, change: Callable[..., Command]
) -> None:
    waiting = change(RULES, deliver=False)
    assert lost(waiting, layers).took_effect is False
    assert delivery.deliver(layers, waiting.id)
    told = lost(waiting, layers)
    assert told.took_effect is True
    KINDS[CHANGE_CAPS].apply(waiting, told.raw)
    assert Rules.of(CreditConfig.objects.get(organization=customer)) == RULES
    layers.patch_credit_config(customer.id, {"monthlyCreditCap": 1}, factories.ago().isoformat())
    assert lost(waiting, layers).took_effect is None


def test_half_a_rule_that_somebody_elses_change_left_is_refused_by_layers_and_said(
    layers: Layers, customer: Organization, change: Callable[..., Command]
) -> None:
    change(RULES)
    layers.patch_credit_config(
        customer.id, {"refillThreshold": None, "refillAmount": None}, factories.ago().isoformat()
    )
    command = change(Rules(cap=8_000, line=700, amount=1_000))
    assert (command.state, command.failure) == (State.FAILED, Failure.REFUSED)
    assert "together" in command.detail


def test_the_answer_to_a_second_try_does_not_hide_what_was_read_since(
    layers: Layers, customer: Organization, change: Callable[..., Command]
) -> None:
    command = change(RULES)
    CreditConfig.objects.filter(organization=customer).update(monthly_cap=20_000, remote_updated_at=timezone.now())
    command.attempts = 2
    KINDS[CHANGE_CAPS].apply(command, command.answer or {})
    assert CreditConfig.objects.get(organization=customer).monthly_cap == 20_000


def test_a_rule_that_another_replaced_before_it_was_read_still_explains_its_refills(
    customer: Organization, change: Callable[..., Command]
) -> None:
    command = change(RULES)
    RefillLimit.objects.all().delete()
    CreditConfig.objects.filter(organization=customer).update(refill_amount=10, remote_updated_at=timezone.now())
    command.attempts = 2
    KINDS[CHANGE_CAPS].apply(command, command.answer or {})
    assert RefillLimit.objects.get().credits == 1_000


def test_records_that_leave_a_number_out_tell_nothing(change: Callable[..., Command]) -> None:
    """Left out is not null: read as "no cap" it would say of a change that arrived that it never did."""
    waiting = change(RULES, deliver=False)
    forgetful = SimpleNamespace(credit_config=lambda child: {"config": {"refillThreshold": 500, "refillAmount": 1_000}})
    with pytest.raises(Unreadable, match="monthlyCreditCap"):
        KINDS[CHANGE_CAPS].trace(forgetful, waiting)
