"""The page of one customer, and the page of one project."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from layers.mirror.models import Link, Scope
from layers.outbox.models import Command, State
from orgs.models import LedgerEvent, Organization, Project
from orgs.sync import OURS, PER_CUSTOMER
from tests import factories

pytestmark = pytest.mark.django_db


def page(browser: Client, row: Organization) -> str:
    response = browser.get(reverse("orgs:detail", args=[row.id]))
    assert response.status_code == 200
    return response.content.decode()


def test_it_shows_wallet_ledger_projects_and_what_staff_did(finance: Client, customer: Organization) -> None:
    factories.project(customer, name="Morrow iOS", tagline="One line a day.", brand_voice="warm", language="en")
    factories.ledger_event(customer, credits=-120, workflow_id="job_1", description="Seven slides")
    Command.objects.create(
        kind="credits.allocate",
        target=customer.id,
        organization_id=customer.id,
        payload={"credits": 700, "customer": customer.name},
        staff=factories.staff(name="Tomás Ruiz"),
        once="x",
        state=State.SUCCEEDED,
    )
    html = page(finance, customer)
    for words in (
        "5,000 <small>credits available",
        "−120",
        "Seven slides",
        "Morrow iOS",
        "“One line a day.” Warm, English",
        "Allocate 700 credits to Morrow Journal",
        "<b>Tomás Ruiz</b>, done.",
    ):
        assert words in html


def test_it_costs_the_same_with_little_and_with_much(
    finance: Client, customer: Organization, django_assert_num_queries: Any
) -> None:
    address = reverse("orgs:detail", args=[customer.id])

    def grow(times: int) -> None:
        for number in range(times):
            factories.ledger_event(customer, credits=-number, container_id=f"cnt_{number}")
            factories.project(customer)
            factories.api_key(customer)

    grow(1)
    with django_assert_num_queries(24) as little:
        finance.get(address)
    grow(30)
    with django_assert_num_queries(len(little)):
        finance.get(address)


def test_a_customer_of_whom_we_know_only_the_id_has_a_page(finance: Client, ours: Organization) -> None:
    row = Organization.objects.create(
        id="org_bare", parent_id="org_parent", name="", status="", remote_updated_at=timezone.now(), raw={}
    )
    html = page(finance, row)
    assert "The wallet is not known yet." in html
    assert "Nothing in the ledger" in html


def test_rows_with_nothing_in_them_break_nothing(finance: Client, customer: Organization) -> None:
    Project.objects.create(id="prj_bare", organization=customer, name="", status="", remote_updated_at=timezone.now())
    LedgerEvent.objects.create(
        id="bare",
        organization=customer,
        credits=0,
        event_type="a_type_from_next_year",
        created_at=timezone.now(),
        remote_updated_at=timezone.now(),
    )
    html = page(finance, customer)
    assert "A type from next year" in html
    assert "No brand line yet" in html


def test_ids_that_no_address_can_hold_are_shown_and_not_linked(finance: Client, customer: Organization) -> None:
    factories.ledger_event(customer, transfer_id="txn\n1")
    assert "txn\n1" in page(finance, customer)


def test_our_own_organization_has_a_page_without_an_allocate_button(finance: Client, ours: Organization) -> None:
    html = page(finance, ours)
    assert "Prepaid, for allocations" in html
    assert "Allocate credits" not in html


def test_a_stranger_id_is_not_found(finance: Client, ours: Organization) -> None:
    for route in ("detail", "ledger", "allocate", "project"):
        assert finance.get(reverse(f"orgs:{route}", args=["org_nobody"])).status_code == 404


@pytest.mark.parametrize(("role", "shown"), [("Finance", True), ("Admin", True), ("Support", False)])
def test_only_those_who_may_allocate_see_the_button(
    signed_in: Any, customer: Organization, role: str, shown: bool
) -> None:
    assert ("Allocate credits" in page(signed_in(role), customer)) is shown


def test_nobody_is_offered_to_fund_an_archived_customer(finance: Client, ours: Organization) -> None:
    row = factories.customer(status="archived")
    factories.wallet(row, available=0)
    assert "Allocate credits" not in page(finance, row)


def test_an_old_ledger_is_marked_with_its_age(finance: Client, customer: Organization) -> None:
    Scope.objects.create(
        id=f"ledger:{customer.id}", resource="ledger", key=customer.id, synced_at=factories.ago(hours=3)
    )
    assert "3 h</time> old" in page(finance, customer)


def test_names_are_text_never_markup(finance: Client, ours: Organization) -> None:
    row = factories.customer(name="<b onclick=x>", metadata={"<i>": "<script>"}, billing_email="<u>")
    factories.project(row, name="<s>", tagline="<em>")
    html = page(finance, row)
    for markup in ("<b onclick", "<i>", "<script>", "<u>", "<s>", "<em>"):
        assert markup not in html.replace("<script type", "").replace("<script src", "").replace("</script>", "")


class TestRefresh:
    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """What would be put on the queue; the broker is the edge."""
        scopes: list[str] = []
        monkeypatch.setattr("orgs.asking.fetch_again.delay", lambda scope, *, whole: scopes.append(scope))
        return scopes

    def test_it_asks_for_all_that_we_copy_of_one_customer(
        self, finance: Client, customer: Organization, asked: list[str]
    ) -> None:
        response = finance.post(reverse("orgs:refresh", args=[customer.id]), follow=True)
        assert asked == [f"{resource}:{customer.id}" for resource in PER_CUSTOMER]
        assert b"Layers is asked" in response.content

    def test_our_own_organization_has_no_keys_to_ask_for(
        self, finance: Client, ours: Organization, asked: list[str]
    ) -> None:
        response = finance.post(reverse("orgs:refresh", args=[ours.id]), follow=True)
        assert asked == [f"{resource}:{ours.id}" for resource in OURS]
        assert b"Layers is asked for the wallet, ledger, projects and audit log." in response.content

    def test_htmx_gets_a_toast_and_the_page_looks_again(
        self, finance: Client, customer: Organization, asked: list[str]
    ) -> None:
        response = finance.post(reverse("orgs:refresh", args=[customer.id]), headers={"HX-Request": "true"})
        assert response.status_code == 204
        assert "wallet-changed" in response.headers["HX-Trigger"]

    def test_it_never_says_done_while_layers_is_silent(
        self, finance: Client, customer: Organization, asked: list[str]
    ) -> None:
        Link.objects.update_or_create(id=1, defaults={"down_since": factories.ago(minutes=3)})
        response = finance.post(reverse("orgs:refresh", args=[customer.id]), follow=True)
        assert b"Layers does not answer at the moment" in response.content

    def test_a_silent_queue_is_said_plainly(
        self, finance: Client, customer: Organization, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(scope: str, *, whole: bool) -> None:
            raise OperationalError

        monkeypatch.setattr("orgs.asking.fetch_again.delay", refuse)
        response = finance.post(reverse("orgs:refresh", args=[customer.id]), follow=True)
        assert b"our own queue does not answer" in response.content

    def test_reading_the_address_asks_nothing(self, finance: Client, customer: Organization, asked: list[str]) -> None:
        assert finance.get(reverse("orgs:refresh", args=[customer.id])).status_code == 405
        assert asked == []


class TestProject:
    def test_it_shows_the_brand_and_leads_to_its_customer(self, finance: Client, customer: Organization) -> None:
        row = factories.project(customer, tagline="A kinder stand-up.", language="pt-BR", app_description="Line\nline")
        html = finance.get(reverse("orgs:project", args=[row.id])).content.decode()
        for words in ("A kinder stand-up.", "Brazilian Portuguese", "Line<br>line", "Morrow Journal"):
            assert words in html
        assert reverse("orgs:detail", args=[customer.id]) in html

    def test_links_to_content_and_ads_are_there_for_those_who_may_follow_them(
        self, signed_in: Any, customer: Organization
    ) -> None:
        row = factories.project(customer, id="prj_a&b")
        for role, shown in (("Support", True), ("Finance", False)):
            html = signed_in(role).get(reverse("orgs:project", args=[row.id])).content.decode()
            assert (f"{reverse('content:gallery')}?project=prj_a%26b" in html) is shown
            assert (f"{reverse('ads:queue')}?project=prj_a%26b" in html) is shown

    def test_a_project_whose_customer_is_still_to_come_has_a_page(self, finance: Client, ours: Organization) -> None:
        row = Project.objects.create(
            id="prj_early", organization_id="org_later", name="Early", status="new", remote_updated_at=timezone.now()
        )
        response = finance.get(reverse("orgs:project", args=[row.id]))
        assert response.status_code == 200
        assert b"org_later" in response.content

    @pytest.mark.parametrize(("code", "name"), [("en", "English"), ("xx-klingon", "xx-klingon"), ("", "")])
    def test_a_language_is_named_and_an_unknown_code_stays(self, code: str, name: str) -> None:
        assert Project(language=code).language_name == name
