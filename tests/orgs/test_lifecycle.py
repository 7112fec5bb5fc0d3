"""Suspending, resuming, archiving: what the dialogs say, what is refused, and what is recorded once."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from layers.outbox.models import Command, State
from orgs.deciding import CannotChange
from orgs.lifecycle import archive, status
from orgs.models import Organization, Wallet
from orgs.tenant import Seal, seal
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
KINDS = {"suspend": status.SUSPEND, "resume": status.RESUME, "archive": archive.ARCHIVE}


def url(name: str, customer: Organization) -> str:
    return reverse(f"orgs:{name}", args=[customer.id])


@pytest.fixture
def admin(signed_in: Any) -> Any:
    return signed_in("Admin")


def send(browser: Client, dialog: str, customer: Organization, /, **values: str) -> Any:
    sealed = browser.get(url(dialog, customer)).context["seal"]
    return browser.post(url(dialog, customer), {"seal": sealed, **values}, follow=True)


def given() -> list[tuple[str, str, str]]:
    return [(row.kind, row.target, row.reason) for row in Command.objects.order_by("created_at")]


class TestSuspendAndResume:
    def test_the_dialog_says_what_will_happen(self, admin: Client, customer: Organization) -> None:
        html = admin.get(url("suspend", customer), headers=HTMX).content.decode()
        assert html.strip().startswith("<dialog")
        for words in (
            "answer <b>503</b> at once",
            "Generation and publishing stop",
            "no webhooks",
            "Scheduled work is held",
        ):
            assert words in html
        assert "We can still read and manage it" in html

    def test_a_suspension_is_recorded_once_with_its_reason(self, admin: Client, customer: Organization) -> None:
        sealed = admin.get(url("suspend", customer)).context["seal"]
        for _ in range(2):
            response = admin.post(url("suspend", customer), {"seal": sealed, "reason": "Card bounced"}, follow=True)
        assert given() == [(status.SUSPEND, customer.id, "Card bounced")]
        assert b"Given already." in response.content
        assert Command.objects.get().words == "Suspend Morrow Journal"

    def test_a_second_person_gets_the_suspension_that_is_on_its_way(
        self, admin: Client, customer: Organization
    ) -> None:
        send(admin, "suspend", customer)
        admin.force_login(factories.staff("Admin"))
        assert b"Given already." in send(admin, "suspend", customer).content
        assert len(given()) == 1

    def test_what_is_so_already_is_refused(self, admin: Client, customer: Organization) -> None:
        assert b"Morrow Journal is active already." in send(admin, "resume", customer).content
        Organization.objects.filter(id=customer.id).update(status="suspended")
        assert b"Morrow Journal is suspended already." in send(admin, "suspend", customer).content
        assert given() == []

    def test_a_resumption_may_follow_a_suspension_that_is_on_its_way(
        self, admin: Client, customer: Organization
    ) -> None:
        send(admin, "suspend", customer)
        send(admin, "resume", customer)
        assert [kind for kind, _, _ in given()] == [status.SUSPEND, status.RESUME]

    def test_our_own_organization_has_no_such_dialog(self, admin: Client, ours: Organization) -> None:
        for name in KINDS:
            assert admin.get(url(name, ours)).status_code == 404


class TestArchive:
    def test_it_says_what_comes_back_what_does_not_and_as_of_when(self, admin: Client, customer: Organization) -> None:
        Wallet.objects.filter(organization=customer).update(available=4_200, balance=5_000, reserved=800)
        html = admin.get(url("archive", customer)).content.decode()
        for words in (
            "<b>4,200 credits</b> come back",
            "as of",
            "<b>800 reserved</b> by running jobs do not",
            "revoked",
        ):
            assert words in html

    def test_it_says_that_nobody_knows_what_becomes_of_scheduled_posts(
        self, admin: Client, customer: Organization
    ) -> None:
        html = admin.get(url("archive", customer)).content.decode()
        assert "We do not know what becomes of its <b>scheduled posts</b>" in html

    def test_with_an_unknown_wallet_it_says_that_nobody_knows(self, admin: Client, ours: Organization) -> None:
        html = admin.get(url("archive", factories.customer())).content.decode()
        assert "We do not know how many" in html

    @pytest.mark.parametrize("typed", ["", "morrow journal", "Morrow", "\x00"])
    def test_without_its_name_nothing_is_recorded(self, admin: Client, customer: Organization, typed: str) -> None:
        response = send(admin, "archive", customer, name=typed)
        assert response.status_code == 422
        assert given() == []

    def test_with_its_name_it_is_recorded(self, admin: Client, customer: Organization) -> None:
        send(admin, "archive", customer, name="  Morrow  Journal ", reason="Left us")
        assert given() == [(archive.ARCHIVE, customer.id, "Left us")]

    def test_the_result_tells_both_numbers(self, admin: Client, customer: Organization) -> None:
        send(admin, "archive", customer, name="Morrow Journal")
        answer = {"status": "archived", "reclaimedCredits": 740, "revokedApiKeys": 2}
        Command.objects.update(state=State.SUCCEEDED, answer=answer)
        html = admin.get(url("archive", customer), {"command": Command.objects.get().id}).content.decode()
        assert "<dt>Credits back in our wallet</dt><dd><b>740</b>" in html
        assert "<dt>API keys revoked</dt><dd><b>2</b>" in html

    def test_the_form_sent_again_after_it_was_done_tells_them_too(self, admin: Client, customer: Organization) -> None:
        sealed = admin.get(url("archive", customer)).context["seal"]
        form = {"seal": sealed, "name": "Morrow Journal"}
        admin.post(url("archive", customer), form)
        Command.objects.update(state=State.SUCCEEDED, answer={"reclaimedCredits": 740, "revokedApiKeys": 2})
        Organization.objects.filter(id=customer.id).update(status="archived")
        for headers in ({}, HTMX):
            html = admin.post(url("archive", customer), form, headers=headers, follow=True).content.decode()
            assert "Given already." in html
            assert "<dt>Credits back in our wallet</dt><dd><b>740</b>" in html

    def test_an_archived_customer_stays_as_it_is(self, admin: Client, customer: Organization) -> None:
        Organization.objects.filter(id=customer.id).update(status="archived")
        for name in KINDS:
            assert b"Archived customers stay as they are." in send(admin, name, customer, name="Morrow Journal").content
        assert given() == []


@pytest.mark.parametrize("name", sorted(KINDS))
class TestSeals:
    def test_a_seal_of_another_dialog_customer_or_person_records_nothing(
        self, name: str, admin: Client, customer: Organization
    ) -> None:
        person, other = factories.staff("Admin"), factories.customer()
        admin.force_login(person)
        wrong = [
            seal(person, customer.id, "another.kind"),
            seal(person, other.id, KINDS[name]),
            seal(factories.staff("Admin"), customer.id, KINDS[name]),
            "nonsense",
        ]
        for value in wrong:
            response = admin.post(url(name, customer), {"seal": value, "name": customer.name})
            assert response.status_code == 400
        assert given() == []

    @pytest.mark.parametrize("role", ["Finance", "Support", "Reviewer", "Ads manager"])
    def test_only_administrators_may(self, name: str, signed_in: Any, customer: Organization, role: str) -> None:
        person = factories.staff(role)
        browser = signed_in(person=person)
        assert browser.get(url(name, customer)).status_code == 403
        form = {"seal": seal(person, customer.id, KINDS[name]), "name": customer.name}
        assert browser.post(url(name, customer), form).status_code == 403
        assert given() == []

    def test_a_stranger_is_not_found(self, name: str, admin: Client, ours: Organization) -> None:
        assert admin.get(reverse(f"orgs:{name}", args=["org_nobody"])).status_code == 404

    def test_a_decision_that_nobody_gave_is_not_found(self, name: str, admin: Client, customer: Organization) -> None:
        for value in ("nonsense", "00000000-0000-4000-8000-000000000000"):
            assert admin.get(url(name, customer), {"command": value}).status_code == 404

    def test_what_became_of_a_decision_is_told_to_all_who_may_give_it_and_to_nobody_else(
        self, name: str, signed_in: Any, customer: Organization
    ) -> None:
        command = Command.objects.create(
            kind=KINDS[name], target=customer.id, organization_id=customer.id, payload={"customer": customer.name},
            staff=factories.staff("Admin"), once="x",
        )  # fmt: skip
        colleague = factories.staff("")
        colleague.user_permissions.add(Permission.objects.get(codename="manage_customers"))
        asked = {"command": command.id}
        assert signed_in(person=colleague).get(url(name, customer), asked).context["command"] == command
        assert signed_in("Finance").get(url(name, customer), asked).status_code == 403


def test_given_again_after_a_failure_it_passes_the_same_checks(customer: Organization) -> None:
    person = factories.staff("Admin")
    status.suspend(person, customer, Seal(customer.id, status.SUSPEND, "one form"))
    Command.objects.update(state=State.FAILED)
    Organization.objects.filter(id=customer.id).update(status="archived")
    with pytest.raises(CannotChange, match="stay as they are"):
        status.suspend(person, customer, Seal(customer.id, status.SUSPEND, "one form"))
