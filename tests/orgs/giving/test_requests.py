"""A request for a second person ends with what it is about: it waits for nobody when nothing of it can be sent."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from layers.outbox import verbs
from layers.outbox.models import Approval, Command, Failure, State, Verdict
from orgs.giving.models import AllocationBatch
from tests import factories
from tests.orgs.giving.conftest import limits

pytestmark = pytest.mark.django_db
Give = Callable[..., Any]


def stop(client: Client) -> None:
    client.post(reverse("orgs:stop_allocation_batch", args=[AllocationBatch.objects.get().id]))


def test_a_stop_takes_back_the_request_about_a_row_that_was_tried_again(
    finance: Client, given: Give, three: Any
) -> None:
    given("Acme,500\nBirch,700")
    failed = Command.objects.earliest("created_at")
    Command.objects.filter(id=failed.id).update(state=State.FAILED, failure=Failure.NOT_ENOUGH_CREDITS)
    limits(single_above=100)
    again = verbs.give_again(failed.id, factories.staff("Finance"))
    assert again.state == State.WAITING_APPROVAL
    stop(finance)
    assert set(Command.objects.filter(replaced=False).values_list("state", flat=True)) == {State.CANCELLED}
    assert Approval.objects.get().state == Verdict.WITHDRAWN


def test_a_stop_leaves_the_requests_of_others_alone(finance: Client, given: Give, three: Any) -> None:
    limits(batch_above=600)
    given("Acme,500\nBirch,700")
    given("Cedar,900")
    other = AllocationBatch.objects.latest("created_at")
    finance.post(reverse("orgs:stop_allocation_batch", args=[other.id]))
    assert Approval.objects.get(state=Verdict.WAITING).subject != str(other.id)


def test_the_request_of_a_batch_ends_with_its_last_row_that_is_taken_back(given: Give, three: Any) -> None:
    limits(batch_above=600)
    given("Acme,500\nBirch,700")
    first, last = Command.objects.order_by("created_at")
    verbs.cancel(first.id, first.staff)
    assert Approval.objects.get().state == Verdict.WAITING
    verbs.cancel(last.id, last.staff)
    request = Approval.objects.get()
    assert (request.state, request.decided_by) == (Verdict.WITHDRAWN, last.staff)
