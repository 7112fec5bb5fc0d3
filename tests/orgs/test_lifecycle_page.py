"""What the page of one customer adds: buttons that clear each point, where the cap will end, notes."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from layers.outbox.models import Command, Failure, State
from orgs import queries
from orgs.cap_outlook import CapOutlook
from orgs.models import CreditConfig, Note, Organization, Wallet
from orgs.standing import Burn, Standing
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def page(browser: Client, row: Organization) -> str:
    return browser.get(reverse("orgs:detail", args=[row.id])).content.decode()


class TestAttention:
    @pytest.mark.parametrize(("role", "offered"), [("Admin", True), ("Finance", False)])
    def test_a_suspended_customer_can_be_resumed_from_there(
        self, signed_in: Any, customer: Organization, role: str, offered: bool
    ) -> None:
        Organization.objects.filter(id=customer.id).update(status="suspended")
        html = page(signed_in(role), customer)
        assert "Suspended." in html
        assert (reverse("orgs:resume", args=[customer.id]) in html) is offered

    def test_a_failed_decision_leads_to_itself_until_somebody_has_looked(
        self, signed_in: Any, customer: Organization
    ) -> None:
        person = factories.staff("Admin")
        command = Command.objects.create(
            kind="credits.allocate",
            target=customer.id,
            organization_id=customer.id,
            payload={"credits": 700, "customer": customer.name},
            staff=person,
            once="x",
            state=State.FAILED,
            failure=Failure.NOT_ENOUGH_CREDITS,
        )
        browser = signed_in(person=person)
        assert "Failed: Allocate 700 credits to Morrow Journal." in page(browser, customer)
        Command.objects.filter(id=command.id).update(settled=True)
        assert "Failed: Allocate" not in page(browser, customer)

    @pytest.mark.parametrize(("status", "dialogs"), [("active", 3), ("suspended", 3), ("archived", 0)])
    def test_the_menu_offers_what_can_be_done(
        self, signed_in: Any, customer: Organization, status: str, dialogs: int
    ) -> None:
        Organization.objects.filter(id=customer.id).update(status=status)
        html = page(signed_in("Admin"), customer)
        names = ("edit", "archive", "suspend" if status == "active" else "resume")
        assert sum(f'href="{reverse(f"orgs:{name}", args=[customer.id])}"' in html for name in names) == dialogs


class TestCapOutlook:
    def outlook(self, customer: Organization, *, used: int, spent: int, days_left: float) -> CapOutlook | None:
        CreditConfig.objects.filter(organization=customer).update(monthly_cap=10_000)
        ends = timezone.now() + timedelta(days=days_left)
        Wallet.objects.filter(organization=customer).update(used_this_period=used, reserved=500, period_end=ends)
        row = queries.organizations().get(id=customer.id)
        return CapOutlook.of_standing(Standing(row, Burn(spent=spent, reserved=500, days=30)))

    def test_the_pace_goes_on_to_the_end_of_the_period(self, customer: Organization) -> None:
        found = self.outlook(customer, used=2_000, spent=3_000, days_left=10)
        assert found
        assert (found.at_end, found.share, found.reached_on) == (3_500, 35, None)
        assert (found.used_part, found.reserved_part, found.end_part) == (20, 25, 35)

    def test_it_says_when_the_cap_is_reached(self, customer: Organization) -> None:
        found = self.outlook(customer, used=6_500, spent=9_000, days_left=20)
        assert found
        assert found.reached_on
        assert abs(found.reached_on - timezone.now() - timedelta(days=10)) < timedelta(minutes=1)
        assert found.end_part == 100

    @pytest.mark.parametrize("days_left", [-1, 0])
    def test_of_a_period_that_is_over_nothing_is_said(self, customer: Organization, days_left: int) -> None:
        assert self.outlook(customer, used=1, spent=1, days_left=days_left) is None

    def test_a_full_cap_has_no_day_on_which_it_will_be_full(self, customer: Organization) -> None:
        found = self.outlook(customer, used=12_000, spent=9_000, days_left=5)
        assert found
        assert (found.is_full, found.reached_on, found.used_part) == (True, None, 100)

    def test_the_page_says_it_in_words(self, finance: Client, customer: Organization) -> None:
        self.outlook(customer, used=2_000, spent=0, days_left=10)
        assert "At this pace 2,500 by its end, 25% of the cap." in page(finance, customer)


class TestNotes:
    def write(self, browser: Client, row: Organization, text: str, **headers: str) -> Any:
        return browser.post(reverse("orgs:note", args=[row.id]), {"text": text}, follow=True, headers=headers)

    def test_a_note_is_kept_with_who_and_when(self, signed_in: Any, customer: Organization) -> None:
        browser = signed_in(person=factories.staff("Support", name="Priya Nair"))
        html = self.write(browser, customer, "Calls on Mondays.\nAsk for Ana.").content.decode()
        assert "Calls on Mondays.<br>Ask for Ana." in html
        assert "Priya Nair, <time" in html

    @pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
    def test_an_empty_or_endless_one_is_not_kept(self, finance: Client, customer: Organization, text: str) -> None:
        assert b"The note was not kept." in self.write(finance, customer, text).content
        assert self.write(finance, customer, text, **HTMX).status_code == 422
        assert Note.objects.count() == 0

    def test_its_writer_alone_takes_it_away(self, signed_in: Any, customer: Organization) -> None:
        writer = factories.staff("Finance")
        self.write(signed_in(person=writer), customer, "Mine")
        gone = reverse("orgs:remove_note", args=[customer.id, Note.objects.get().id])
        assert signed_in("Admin").post(gone).status_code == 404
        assert gone not in page(signed_in("Admin"), customer)
        signed_in(person=writer).post(gone)
        assert Note.objects.count() == 0

    def test_notes_of_one_customer_are_not_those_of_another(self, finance: Client, customer: Organization) -> None:
        other = factories.customer()
        self.write(finance, customer, "Only here")
        assert "Only here" not in page(finance, other)
        gone = reverse("orgs:remove_note", args=[other.id, Note.objects.get().id])
        assert finance.post(gone).status_code == 404

    def test_who_may_not_see_customers_cannot_write(self, signed_in: Any, customer: Organization) -> None:
        browser = signed_in("Reviewer")
        assert self.write(browser, customer, "x").status_code == 403
        assert Note.objects.count() == 0
