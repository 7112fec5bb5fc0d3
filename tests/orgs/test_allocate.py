"""Allocating credits: what is refused before anything is recorded, what is recorded once, and what the person sees."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from layers.mirror.models import Link
from layers.outbox import delivery
from layers.outbox.models import Command, Failure, State
from orgs import commands
from orgs.commands import COMMAND_ID
from orgs.models import CreditConfig, Organization, Wallet
from orgs.tenant import seal
from tests import factories
from tests.layers.api import Api, answer

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def url(customer: Organization) -> str:
    return reverse("orgs:allocate", args=[customer.id])


@pytest.fixture
def form(finance: Client, customer: Organization) -> dict[str, str]:
    """What the page's form would post, for 15,000 credits."""
    sealed = finance.get(url(customer)).context["seal"]
    return {"seal": sealed, "credits": "15,000", "description": "June top-up, invoice 4471"}


def allocations() -> list[tuple[str, int]]:
    rows = Command.objects.filter(kind=commands.ALLOCATE)
    return [(row.organization_id, row.payload["credits"]) for row in rows]


class TestForm:
    def test_it_shows_both_wallets_and_what_an_amount_does_to_them(
        self, finance: Client, customer: Organization
    ) -> None:
        factories.ledger_event(customer, credits=-3_000)
        plan = finance.get(url(customer), {"amount": "15000"}).context["plan"]
        assert (plan.ours.free, plan.ours.taken, plan.ours.free_after) == (100_000, -15_000, 85_000)
        assert (plan.standing.available, plan.available_after) == (5_000, 20_000)
        assert (plan.standing.days_left, plan.days_after) == (50, 200)

    @pytest.mark.parametrize("amount", ["", "abc", "-1", "1e9", "\x00", "9" * 100])
    def test_a_strange_amount_in_the_address_fills_nothing_in(
        self, finance: Client, customer: Organization, amount: str
    ) -> None:
        assert finance.get(url(customer), {"amount": amount}).context["plan"].credits is None

    def test_quick_amounts_come_from_the_rule_and_the_pace(self, finance: Client, customer: Organization) -> None:
        CreditConfig.objects.filter(organization=customer).update(refill_threshold=6_500, refill_amount=10_000)
        factories.ledger_event(customer, credits=-3_000)
        quick = {one.credits: one.words for one in finance.get(url(customer)).context["plan"].quick}
        assert quick == {
            5_000: "5,000",
            10_000: "10,000",
            1_500: "To its refill line, 1,500",
            3_000: "30 days, 3,000",
        }

    def test_without_scripts_it_is_a_page_and_for_htmx_a_dialog(self, finance: Client, customer: Organization) -> None:
        assert b"<html" in finance.get(url(customer)).content
        fragment = finance.get(url(customer), headers=HTMX).content.strip()
        assert fragment.startswith(b"<dialog")
        assert b"<html" not in fragment

    def test_it_is_never_cached_because_each_form_is_for_one_allocation(
        self, finance: Client, customer: Organization
    ) -> None:
        assert "no-store" in finance.get(url(customer)).headers["Cache-Control"]

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda row: Organization.objects.filter(id=row.id).update(status="suspended"), "is suspended"),
            (
                lambda row: Link.objects.update_or_create(id=1, defaults={"down_since": timezone.now()}),
                "It waits until",
            ),
            (
                lambda row: Wallet.objects.filter(organization=row).update(synced_at=factories.ago(hours=1)),
                "Our copy of this wallet is old",
            ),
        ],
    )
    def test_it_warns_and_does_not_refuse(
        self, finance: Client, customer: Organization, form: dict[str, str], change: Any, words: str
    ) -> None:
        assert words not in finance.get(url(customer)).content.decode()
        change(customer)
        assert words in finance.get(url(customer)).content.decode()
        finance.post(url(customer), form)
        assert allocations() == [(customer.id, 15_000)]

    @pytest.mark.parametrize(
        ("used", "amount", "warned"), [(0, 15_000, False), (90_000, 15_000, True), (100_000, 1, True)]
    )
    def test_it_warns_when_the_cap_will_stop_the_spending_anyway(
        self, finance: Client, customer: Organization, used: int, amount: int, warned: bool
    ) -> None:
        CreditConfig.objects.filter(organization=customer).update(monthly_cap=100_000)
        Wallet.objects.filter(organization=customer).update(used_this_period=used)
        assert finance.get(url(customer), {"amount": amount}).context["plan"].passes_cap is warned

    def test_a_customer_whose_wallet_is_not_known_can_be_funded(self, finance: Client, ours: Organization) -> None:
        row = factories.customer()
        response = finance.get(url(row), {"amount": "10"})
        assert response.context["plan"].available_after is None
        finance.post(url(row), {"seal": response.context["seal"], "credits": "10"})
        assert allocations() == [(row.id, 10)]


class TestRecording:
    def test_it_records_one_command_with_its_reason(
        self, finance: Client, customer: Organization, form: dict[str, str]
    ) -> None:
        finance.post(url(customer), form)
        row = Command.objects.get()
        assert (row.organization_id, row.target, row.state) == (customer.id, customer.id, State.QUEUED)
        assert row.payload == {
            "credits": 15_000,
            "description": "June top-up, invoice 4471",
            "customer": "Morrow Journal",
        }
        assert row.reason == "June top-up, invoice 4471"

    def test_without_scripts_the_answer_is_a_page_of_its_own(
        self, finance: Client, customer: Organization, form: dict[str, str]
    ) -> None:
        response = finance.post(url(customer), form)
        assert response.status_code == 302
        landed = finance.get(response.headers["Location"])
        assert landed.context["command"] == Command.objects.get()
        assert b"Nothing has moved until it says done" in landed.content

    def test_for_htmx_the_answer_takes_the_place_of_the_form(
        self, finance: Client, customer: Organization, form: dict[str, str]
    ) -> None:
        html = finance.post(url(customer), form, headers=HTMX).content.decode()
        assert "<html" not in html
        assert f"?command={Command.objects.get().id}" in html

    @pytest.mark.parametrize("again", ["15,000", "15000"])
    def test_the_same_form_twice_finds_the_same_command(
        self, finance: Client, customer: Organization, form: dict[str, str], again: str
    ) -> None:
        finance.post(url(customer), form)
        response = finance.post(url(customer), form | {"credits": again}, follow=True)
        assert allocations() == [(customer.id, 15_000)]
        assert b"Sent already." in response.content

    def test_the_same_form_with_another_amount_says_that_the_other_was_not_recorded(
        self, finance: Client, customer: Organization, form: dict[str, str]
    ) -> None:
        finance.post(url(customer), form)
        for headers in ({}, HTMX):
            response = finance.post(url(customer), form | {"credits": "7"}, follow=True, headers=headers)
            assert b"The other amount was not recorded" in response.content
        assert allocations() == [(customer.id, 15_000)]

    def test_the_same_form_finds_its_command_even_when_nothing_more_is_covered(
        self, finance: Client, customer: Organization, form: dict[str, str]
    ) -> None:
        everything = form | {"credits": "100000"}
        finance.post(url(customer), everything)
        assert b"Sent already." in finance.post(url(customer), everything, follow=True).content

    def test_the_same_from_another_form_is_asked_about_first(
        self, finance: Client, customer: Organization, form: dict[str, str]
    ) -> None:
        """Two tabs of one person, or two people who saw the same."""
        finance.post(url(customer), form)
        other = form | {"seal": finance.get(url(customer)).context["seal"]}
        response = finance.post(url(customer), other)
        assert response.status_code == 422
        said = f"{Command.objects.get().staff.name} gave it 15,000 credits less than 1 minute ago."
        assert said in response.content.decode()
        assert len(allocations()) == 1
        finance.post(url(customer), other | {"once_more": "on"})
        assert len(allocations()) == 2

    def test_another_amount_or_a_later_time_is_another_allocation(
        self, finance: Client, customer: Organization, form: dict[str, str]
    ) -> None:
        finance.post(url(customer), form)
        finance.post(url(customer), form | {"seal": finance.get(url(customer)).context["seal"], "credits": "15001"})
        Command.objects.update(created_at=factories.ago(minutes=11))
        finance.post(url(customer), form | {"seal": finance.get(url(customer)).context["seal"]})
        assert len(allocations()) == 3

    def test_a_form_may_be_sent_again_after_its_command_failed(
        self, finance: Client, customer: Organization, form: dict[str, str]
    ) -> None:
        finance.post(url(customer), form)
        Command.objects.update(state=State.FAILED, failure=Failure.BUSY)
        finance.post(url(customer), form)
        assert len(allocations()) == 2


class TestMetadata:
    def test_it_goes_to_layers_beside_our_command_id(
        self, finance: Client, customer: Organization, form: dict[str, Any]
    ) -> None:
        finance.post(url(customer), form | {"key": ["invoice", ""], "value": ["4471", ""]})
        command = Command.objects.get()
        assert command.payload["metadata"] == {"invoice": "4471"}
        api = Api(answer({"id": "txn_1", "allocated": 15_000, "balance": 20_000, "available": 20_000}))
        delivery.deliver(api.layers, command.id)
        assert api.body()["metadata"] == {"invoice": "4471", COMMAND_ID: str(command.id)}
        page = finance.get(url(customer), {"command": str(command.id)}).content.decode()
        assert "txn_1" in page
        assert "4471" in page

    @pytest.mark.parametrize(
        ("keys", "values", "words"),
        [
            (["k" * 41], ["v"], "A key has at most 40 characters"),
            (["k"], ["v" * 501], "A value has at most 500 characters"),
            ([f"k{n}" for n in range(50)], ["v"] * 50, "at most 50 keys"),
            (["transferId"], ["txn_9"], "Layers writes this key itself"),
            (["trigger"], ["auto_refill"], "Layers writes this key itself"),
            ([COMMAND_ID], ["x"], "This key is ours"),
            (["a", "a"], ["1", "2"], "This key is there twice."),
        ],
    )
    def test_what_layers_would_not_take_or_silently_change_is_refused(
        self,
        finance: Client,
        customer: Organization,
        form: dict[str, Any],
        keys: list[str],
        values: list[str],
        words: str,
    ) -> None:
        response = finance.post(url(customer), form | {"key": keys, "value": values})
        assert response.status_code == 422
        assert words in response.content.decode()
        assert not allocations()

    def test_without_scripts_a_button_adds_a_row(
        self, finance: Client, customer: Organization, form: dict[str, Any]
    ) -> None:
        response = finance.post(url(customer), form | {"key": ["a"], "value": ["1"], "add": "1"})
        assert [row.key for row in response.context["pairs"].shown] == ["a", ""]
        assert not allocations()


class TestWhatIsOnItsWay:
    def test_both_wallets_count_what_is_sent_and_what_waits_for_approval(
        self, finance: Client, customer: Organization, form: dict[str, str]
    ) -> None:
        finance.post(url(customer), form)
        finance.post(url(customer), form | {"seal": finance.get(url(customer)).context["seal"], "credits": "2,000"})
        Command.objects.filter(payload__credits=2_000).update(state=State.WAITING_APPROVAL)
        response = finance.get(url(customer), {"amount": "100"})
        plan = response.context["plan"]
        assert (plan.ours.free, plan.ours.free_after) == (83_000, 82_900)
        assert (plan.available, plan.available_after) == (22_000, 22_100)
        assert "15,000 being sent, 2,000 waiting for approval" in response.content.decode()

    def test_what_has_arrived_is_counted_once(
        self, finance: Client, customer: Organization, form: dict[str, str]
    ) -> None:
        finance.post(url(customer), form)
        api = Api(answer({"id": "txn_1", "allocated": 15_000, "balance": 20_000, "available": 20_000}))
        delivery.deliver(api.layers, Command.objects.get().id)
        plan = finance.get(url(customer)).context["plan"]
        assert (plan.available, plan.coming.total) == (20_000, 0)
        assert plan.ours.free == 85_000

    @pytest.mark.parametrize(
        "reply",
        [
            answer({"id": "txn_1", "allocated": 15_000, "balance": 1, "available": 1, "replayed": True}),
            answer({"id": "txn_1", "balance": 1, "available": 1}, **{"Idempotent-Replayed": "true"}),
        ],
        ids=["in the body", "in a header"],
    )
    def test_a_replay_says_that_nothing_moved_twice(
        self, finance: Client, customer: Organization, form: dict[str, str], reply: Any
    ) -> None:
        finance.post(url(customer), form)
        command = Command.objects.get()
        api = Api(reply)
        delivery.deliver(api.layers, command.id)
        page = finance.get(url(customer), {"command": str(command.id)}).content.decode()
        assert "It had been done already; nothing moved twice." in page
        assert "txn_1" in page
        assert Wallet.objects.get(organization=customer).available == 5_000  # not what it was back then


class TestRefusing:
    def refused(self, browser: Client, customer: Organization, form: dict[str, str]) -> str:
        """The page after a refused form, with and without htmx; nothing may have been recorded."""
        before = Command.objects.count()
        response = browser.post(url(customer), form)
        fragment = browser.post(url(customer), form, headers=HTMX)
        assert (response.status_code, fragment.status_code) == (422, 422)
        assert fragment.content.strip().startswith(b"<form")
        assert Command.objects.count() == before
        return response.content.decode()

    @pytest.mark.parametrize("amount", ["", "0", "-1", "1.5", "1" + "0" * 13])
    def test_an_amount_that_cannot_be_meant(
        self, finance: Client, customer: Organization, form: dict[str, str], amount: str
    ) -> None:
        html = self.refused(finance, customer, form | {"credits": amount})
        assert "Nothing was recorded." in html
        assert f'value="{amount}"' in html or not amount

    def test_a_reason_of_more_than_500_characters(
        self, finance: Client, customer: Organization, form: dict[str, str]
    ) -> None:
        assert "At most 500 characters; this has 501." in self.refused(
            finance, customer, form | {"description": "x" * 501}
        )

    def test_more_than_our_prepaid_balance_covers(
        self, finance: Client, customer: Organization, form: dict[str, str]
    ) -> None:
        assert "covers 100,000 credits at most" in self.refused(finance, customer, form | {"credits": "100,001"})

    def test_what_other_open_allocations_have_claimed_is_not_given_twice(
        self, finance: Client, customer: Organization, form: dict[str, str]
    ) -> None:
        finance.post(url(customer), form | {"credits": "90000"})
        second = form | {"seal": finance.get(url(customer)).context["seal"], "credits": "10,001"}
        assert "covers 10,000 credits at most" in self.refused(finance, customer, second)
        finance.post(url(customer), second | {"credits": "10,000"})
        assert sum(credits for _, credits in allocations()) == 100_000

    def test_a_refused_form_can_be_corrected(
        self, finance: Client, customer: Organization, form: dict[str, str]
    ) -> None:
        response = finance.post(url(customer), form | {"credits": "100,001"})
        assert response.context["seal"] == form["seal"]
        finance.post(url(customer), form)
        assert len(allocations()) == 1

    def test_an_archived_customer(self, finance: Client, customer: Organization, form: dict[str, str]) -> None:
        Organization.objects.filter(id=customer.id).update(status="archived")
        assert "Archived customers cannot be given credits." in self.refused(finance, customer, form)

    def test_our_own_organization(self, finance: Client, ours: Organization) -> None:
        assert finance.get(url(ours)).status_code == 404


class TestSeals:
    def broken(self, browser: Client, customer: Organization, form: dict[str, str]) -> None:
        response = browser.post(url(customer), form)
        assert response.status_code == 400
        assert b"Nothing was recorded." in response.content
        assert b"Open the page again" in response.content
        toast = browser.post(url(customer), form, headers=HTMX)
        assert (toast.status_code, toast.headers["Content-Type"]) == (400, "text/plain")
        assert b"Open the page again" in toast.content
        assert allocations() == []

    @pytest.mark.parametrize("value", ["", "nonsense", "a:b:c", "\x00", "é" * 50])
    def test_a_broken_seal_records_nothing(
        self, finance: Client, customer: Organization, form: dict[str, str], value: str
    ) -> None:
        self.broken(finance, customer, form | {"seal": value})

    def test_a_form_without_a_seal_records_nothing(
        self, finance: Client, customer: Organization, form: dict[str, str]
    ) -> None:
        del form["seal"]
        self.broken(finance, customer, form)

    def test_a_form_made_for_another_customer_records_nothing(
        self, finance: Client, customer: Organization, form: dict[str, str]
    ) -> None:
        other = factories.customer()
        self.broken(finance, other, form)

    def test_a_form_made_for_another_person_records_nothing(
        self, finance: Client, customer: Organization, form: dict[str, str]
    ) -> None:
        self.broken(finance, customer, form | {"seal": seal(factories.staff(), customer.id, customer.id)})


@pytest.mark.parametrize("role", ["Reviewer", "Support", "Ads manager"])
def test_roles_without_the_permission_reach_it_by_no_way(signed_in: Any, customer: Organization, role: str) -> None:
    person = factories.staff(role)
    browser = signed_in(person=person)
    form = {"seal": seal(person, customer.id, customer.id), "credits": "5"}
    for headers in ({}, HTMX):
        assert browser.get(url(customer), headers=headers).status_code == 403
        assert browser.post(url(customer), form, headers=headers).status_code == 403
    assert allocations() == []
