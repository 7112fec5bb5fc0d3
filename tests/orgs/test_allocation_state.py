"""What became of an allocation, as the person who gave it sees it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from layers.outbox import verbs
from layers.outbox.models import Command, Failure, State
from orgs.models import Organization
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def url(customer: Organization) -> str:
    return reverse("orgs:allocate", args=[customer.id])


@pytest.fixture
def given(finance: Client, customer: Organization) -> Command:
    sealed = finance.get(url(customer)).context["seal"]
    finance.post(url(customer), {"seal": sealed, "credits": "15,000"})
    return Command.objects.get()


def look(browser: Client, customer: Organization, command: Command, **headers: str) -> Any:
    return browser.get(url(customer), {"command": str(command.id)}, headers=headers)


def test_it_asks_again_until_it_is_final(finance: Client, customer: Organization, given: Command) -> None:
    response = look(finance, customer, given, **HTMX)
    assert b"hx-trigger" in response.content
    assert "HX-Trigger" not in response.headers


def test_done_shows_the_transfer_and_wakes_the_page(finance: Client, customer: Organization, given: Command) -> None:
    Command.objects.update(state=State.SUCCEEDED, answer={"id": "txn_77", "replayed": False})
    response = look(finance, customer, given, **HTMX)
    assert b"txn_77" in response.content
    assert b"hx-trigger" not in response.content
    assert response.headers["HX-Trigger"] == "wallet-changed"


@pytest.mark.parametrize("answer", [None, {}, {"id": None}, {"id": {"x": 1}}, {"id": 7}])
def test_an_answer_of_any_form_breaks_nothing(
    finance: Client, customer: Organization, given: Command, answer: Any
) -> None:
    Command.objects.update(state=State.SUCCEEDED, answer=answer)
    for headers in ({}, HTMX):
        assert look(finance, customer, given, **headers).status_code == 200


def test_a_replay_says_that_nothing_moved_twice(finance: Client, customer: Organization, given: Command) -> None:
    Command.objects.update(state=State.SUCCEEDED, answer={"id": "txn_77", "replayed": True})
    assert b"nothing moved twice" in look(finance, customer, given).content


def test_while_layers_is_silent_it_waits_and_can_be_cancelled(
    finance: Client, customer: Organization, given: Command
) -> None:
    Command.objects.update(failure=Failure.UNREACHABLE)
    html = look(finance, customer, given).content.decode()
    assert "It waits until Layers answers. Nothing has moved until it says done; you can cancel it until then." in html
    assert verbs.cancel(given.id, given.staff)
    assert "Nothing moved." in look(finance, customer, given).content.decode()


def test_it_never_says_done_before_it_is(finance: Client, customer: Organization, given: Command) -> None:
    for state in (State.QUEUED, State.SENDING, State.UNKNOWN, State.FAILED, State.CANCELLED):
        Command.objects.update(state=state)
        assert ">Done" not in look(finance, customer, given).content.decode()


@pytest.mark.parametrize("asked", ["", "nonsense", "00000000-0000-4000-8000-000000000000"])
def test_an_allocation_that_is_not_there_is_not_found(finance: Client, customer: Organization, asked: str) -> None:
    assert finance.get(url(customer), {"command": asked}).status_code == 404


def test_one_is_seen_only_under_its_customer_and_by_who_gave_it(
    signed_in: Any, finance: Client, customer: Organization, given: Command
) -> None:
    assert look(finance, factories.customer(), given).status_code == 404
    assert look(signed_in("Finance"), customer, given).status_code == 404
