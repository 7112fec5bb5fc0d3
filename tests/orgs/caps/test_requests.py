"""What people are told, before they press and afterwards, when a change of caps and rules asks a second person."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dashboard.models import Staff
from layers.outbox.models import Approval, Command, State
from orgs.caps.models import CapBatch
from orgs.four_eyes_models import FourEyesRules
from orgs.models import CreditConfig, Organization
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
TOLD = "It waits for a second person: Refill rules that fill empty wallets with more than 5,000 credits."
MANY = {"line_do": "set", "line": "500", "amount_do": "set", "amount": "4,000"}


def browser(person: Staff) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, address: str, **asked: str) -> str:
    return client.get(address, asked).content.decode()


def url(customer: Organization) -> str:
    return reverse("orgs:caps", args=[customer.id])


@pytest.fixture
def ruled(customer: Organization) -> Organization:
    """Refilled below 500 by 1,000; above 5,000 a time a second person is asked."""
    CreditConfig.objects.filter(organization=customer).update(refill_threshold=500, refill_amount=1_000)
    FourEyesRules.objects.create(state=FourEyesRules.State.ACTIVE, active_from=timezone.now(), scheduled_above=5_000)
    return customer


@pytest.fixture
def two(ruled: Organization) -> list[Organization]:
    other = factories.customer(name="Quiet Hours")
    factories.credit_config(other)
    return [ruled, other]


def form(client: Client, customer: Organization, **typed: str) -> dict[str, str]:
    context = client.get(url(customer)).context
    return {"seal": context["seal"], **context["form"].initial, **typed}


@pytest.fixture
def asked(finance: Client, ruled: Organization) -> Approval:
    finance.post(url(ruled), form(finance, ruled, amount="9,000", reason="Campaign"))
    return Approval.objects.get()


@pytest.fixture
def asked_for_two(finance: Client, two: list[Organization]) -> Approval:
    wish = {"ids": "\n".join(row.id for row in two), **MANY}
    context = finance.post(reverse("orgs:bulk_caps"), wish).context
    sealed = {"seal": context["seal"], "shown": context["plan"].digest, "give": "1"}
    finance.post(reverse("orgs:bulk_caps"), wish | sealed)
    return Approval.objects.get()


class TestDialog:
    def test_it_says_from_where_it_waits_before_anything_is_typed(self, finance: Client, ruled: Organization) -> None:
        assert "when it adds more than 5,000 credits to an empty wallet" in page(finance, url(ruled))
        FourEyesRules.objects.all().delete()
        assert "second person" not in page(finance, url(ruled))

    @pytest.mark.parametrize(("amount", "waits"), [("5,001", True), ("5,000", False)])
    def test_it_says_while_one_types_that_this_waits(
        self, finance: Client, ruled: Organization, amount: str, waits: bool
    ) -> None:
        typed = form(finance, ruled, amount=amount, preview="1")
        for headers in (HTMX, {}):
            assert (TOLD in finance.post(url(ruled), typed, headers=headers).content.decode()) == waits
        assert not Command.objects.exists()

    def test_its_answer_promises_nothing(self, finance: Client, ruled: Organization) -> None:
        told = finance.post(url(ruled), form(finance, ruled, amount="9,000"), follow=True).content.decode()
        for part in (
            "Waits for a second person",
            "Refill rules that fill empty wallets with more than 5,000",
            "Nothing is sent until",
        ):
            assert part in told
        for part in ("on its way", "goes on by itself", "Queued"):
            assert part not in told

    def test_what_waits_is_named_and_not_in_the_numbers(
        self, finance: Client, ruled: Organization, asked: Approval
    ) -> None:
        told = page(finance, url(ruled))
        assert "Another change of these waits for a second person." in told
        assert reverse("approvals:detail", args=[asked.id]) in told
        assert form(finance, ruled)["amount"] == "1,000"


class TestMany:
    def test_the_preview_says_that_it_waits_and_so_does_the_button(
        self, finance: Client, two: list[Organization]
    ) -> None:
        wish = {"ids": "\n".join(row.id for row in two), **MANY}
        told = finance.post(reverse("orgs:bulk_caps"), wish).content.decode()
        assert TOLD in told
        assert "Ask to change 2 customers" in told
        told = finance.post(reverse("orgs:bulk_caps"), wish | {"amount": "2,500"}).content.decode()
        assert TOLD not in told
        assert ">Change 2 customers" in told

    def test_its_page_says_that_it_waits_and_leads_to_the_request(
        self, finance: Client, asked_for_two: Approval
    ) -> None:
        told = page(finance, reverse("orgs:cap_batch", args=[CapBatch.objects.get().id]))
        assert "Waits for a second person" in told
        assert reverse("approvals:detail", args=[asked_for_two.id]) in told


class TestRequest:
    @pytest.fixture
    def ben(self) -> Client:
        return browser(factories.staff("Finance", name="Ben"))

    def detail(self, client: Client, request: Approval) -> str:
        return page(client, reverse("approvals:detail", args=[request.id]))

    def decide(self, client: Client, request: Approval) -> Any:
        address = reverse("approvals:detail", args=[request.id])
        sealed = {"seal": client.get(address).context["seal"], "answer": "agree", "comment": ""}
        return client.post(reverse("approvals:decide", args=[request.id]), sealed, follow=True)

    def test_it_stands_in_the_inbox_of_whoever_may_set_caps(self, ben: Client, asked: Approval) -> None:
        told = page(ben, reverse("approvals:list"))
        assert "Change Morrow Journal: refill adds 1,000 → 9,000" in told
        assert "Refill rules that fill empty wallets with more than 5,000 credits." in told

    def test_it_shows_the_numbers_before_and_after_and_what_they_mean(self, ben: Client, asked: Approval) -> None:
        told = self.detail(ben, asked)
        for part in (
            'A refill adds</th><td class="number">1,000</td><td class="number after">9,000',
            "when less than 500 are available, 9,000 each time",
            "<dt>Refills add</dt><dd><b>9,000</b> credits",
            "Campaign",
        ):
            assert part in told
        assert "changed since" not in told

    def test_agreeing_sends_it(self, ben: Client, asked: Approval) -> None:
        assert "Approved." in self.decide(ben, asked).content.decode()
        assert Command.objects.get().state == State.QUEUED
        assert "What became of it" in self.detail(ben, asked)

    def test_it_says_when_it_was_changed_meanwhile_and_cannot_be_agreed_to(
        self, ben: Client, ruled: Organization, asked: Approval
    ) -> None:
        CreditConfig.objects.filter(organization=ruled).update(refill_amount=3_000)
        assert "It was changed since this was asked." in self.detail(ben, asked)
        answer = self.decide(ben, asked)
        assert answer.status_code == 409
        assert "Morrow Journal changed since this was asked." in answer.content.decode()

    def test_one_about_many_shows_what_is_set_and_the_largest(
        self, ben: Client, two: list[Organization], asked_for_two: Approval
    ) -> None:
        told = self.detail(ben, asked_for_two)
        for part in (
            "Change 2 customers: refill below 500, refill adds 4,000",
            "2 customers get refill below 500, refill adds 4,000.",
            "refill adds 1,000 → 4,000",
            "Quiet Hours",
            "<b>8,000</b> credits",
        ):
            assert part in told
        CreditConfig.objects.filter(organization=two[1]).update(refill_threshold=3, refill_amount=3)
        assert "Some were changed since this was asked." in self.detail(ben, asked_for_two)

    def test_readers_of_customers_see_it_and_cannot_decide(self, asked: Approval) -> None:
        told = self.detail(browser(factories.staff("Support")), asked)
        assert "Your role does not include this decision." in told
        assert "9,000" in told
