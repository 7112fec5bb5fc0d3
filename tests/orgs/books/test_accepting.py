"""Who may accept a transfer that does not match, and taking that back."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dashboard.models import Staff
from layers.outbox.models import Approval, Verdict
from orgs.books.tieout import judging
from orgs.books.tieout.accepting import CannotWithdraw, accept, facts_shown, withdraw
from orgs.books.tieout.models import Acceptance, Books, Transfer
from orgs.models import Organization
from tests import factories
from tests.orgs.books.making import line, moved, read, sent

pytestmark = pytest.mark.django_db
LIST = "/books/tie-out/"


@pytest.fixture(autouse=True)
def _books_are_open(db: None) -> None:
    Books.objects.update_or_create(defaults={"opened_at": timezone.now() - timedelta(days=2)})


@pytest.fixture
def iva(db: None) -> Staff:
    return factories.staff("Finance", name="Iva Marsh")


@pytest.fixture
def tom(db: None) -> Staff:
    return factories.staff("Finance", name="Tom Reed")


def accepted_by(person: Staff) -> tuple[int, int, int]:
    judging.catch_up()
    rows = [(row.key, facts_shown(row)) for row in Transfer.objects.filter(state="exception")]
    return tuple(accept(person, rows, "Fine"))  # type: ignore[return-value]


def page(client: Client, key: str = "txn_1") -> str:
    return " ".join(client.get(reverse("books:transfer", args=[key])).content.decode().split())


@pytest.fixture
def odd(ours: Organization, customer: Organization, iva: Staff) -> Transfer:
    """Given by Iva, and not on the customer's ledger."""
    line(ours, customer, -500, command=sent(customer, staff=iva))
    read(ours, customer)
    judging.catch_up()
    return Transfer.objects.get()


@pytest.fixture
def accepted(odd: Transfer, tom: Staff) -> Transfer:
    accepted_by(tom)
    return odd


class TestCommandsOfOnesOwn:
    def test_whoever_gave_the_command_does_not_accept_it_and_a_colleague_does(
        self, odd: Transfer, iva: Staff, tom: Staff
    ) -> None:
        assert accepted_by(iva) == (0, 0, 1)
        assert accepted_by(tom) == (1, 0, 0)

    def test_nor_does_the_second_person_who_agreed_to_it(
        self, ours: Organization, customer: Organization, iva: Staff, tom: Staff
    ) -> None:
        approval = Approval.objects.create(
            kind="command",
            subject="1",
            words="",
            why="",
            needs="",
            requester=iva,
            decided_by=tom,
            state=Verdict.APPROVED,
            expires_at=timezone.now(),
        )
        line(ours, customer, -500, command=sent(customer, staff=iva, approval=approval))
        read(ours, customer)
        assert accepted_by(tom) == (0, 0, 1)

    def test_the_giver_of_the_second_command_of_a_transfer_counts_as_much_as_that_of_the_first(
        self, ours: Organization, customer: Organization, iva: Staff, tom: Staff
    ) -> None:
        for person in (iva, tom):
            sent(customer, staff=person, answer={"id": "txn_1"})
        line(ours, customer, -500)
        line(customer, ours, 500)
        assert accepted_by(tom) == (0, 0, 1)
        assert accepted_by(iva) == (0, 0, 1)
        assert accepted_by(factories.staff("Finance")) == (1, 0, 0)

    def test_of_several_chosen_only_those_are_left_and_the_page_says_so(
        self, signed_in: Any, odd: Transfer, ours: Organization, customer: Organization, iva: Staff
    ) -> None:
        moved(ours, customer, 70, transfer="txn_2")
        judging.catch_up()
        client = signed_in(person=iva)
        context = client.get(LIST).context
        picks = [f"{facts} {row.key}" for row, facts in context["rows"]]
        client.post(f"{LIST}accept/", {"seal": context["seal"], "pick": picks, "note": "Billing does this"})
        assert list(Acceptance.objects.values_list("key", flat=True)) == ["txn_2"]
        assert "1 about commands of your own: a colleague accepts it" in client.get(LIST).content.decode()

    def test_its_page_shows_them_no_form_and_says_why(
        self, signed_in: Any, odd: Transfer, iva: Staff, tom: Staff
    ) -> None:
        own = page(signed_in(person=iva))
        assert "a colleague accepts it" in own
        assert "Accept with this note" not in own
        assert "Accept with this note" in page(signed_in(person=tom))


class TestWithdrawing:
    def test_whoever_accepted_it_takes_that_back_and_both_notes_are_kept(
        self, signed_in: Any, accepted: Transfer, tom: Staff
    ) -> None:
        client = signed_in(person=tom)
        address = reverse("books:transfer", args=["txn_1"])
        form = {"seal": client.get(address).context["seal"], "note": "Layers says it never arrived"}
        assert client.post(f"{address}withdraw/", form).headers["Location"] == address
        assert Transfer.objects.get().state == "exception"
        told = page(client)
        assert "Tom Reed accepted it" in told
        assert "Tom Reed withdrew that" in told
        assert "Layers says it never arrived" in told
        assert judging.kept().exceptions == 1

    def test_an_administrator_does_too_and_no_other_colleague(self, accepted: Transfer, iva: Staff) -> None:
        with pytest.raises(CannotWithdraw, match="Tom Reed accepted it"):
            withdraw(iva, "txn_1", "No")
        withdraw(factories.staff("Admin"), "txn_1", "No")
        assert Transfer.objects.get().state == "exception"

    def test_it_can_be_accepted_anew(self, accepted: Transfer, tom: Staff) -> None:
        withdraw(tom, "txn_1", "Too early")
        assert accepted_by(tom) == (1, 0, 0)
        assert Transfer.objects.get().state == "accepted"
        assert Acceptance.objects.count() == 2

    def test_it_is_withdrawn_once(self, accepted: Transfer, tom: Staff) -> None:
        withdraw(tom, "txn_1", "Too early")
        with pytest.raises(CannotWithdraw, match="not accepted any more"):
            withdraw(tom, "txn_1", "Once more")

    def test_only_who_may_is_offered_it_and_it_needs_a_note_and_a_form_of_ones_own(
        self, signed_in: Any, accepted: Transfer, iva: Staff, tom: Staff
    ) -> None:
        assert "Withdraw the acceptance" not in page(signed_in(person=iva))
        client = signed_in(person=tom)
        assert "Withdraw the acceptance" in page(client)
        address = reverse("books:transfer", args=["txn_1"])
        seal = client.get(address).context["seal"]
        client.post(f"{address}withdraw/", {"seal": seal, "note": " "})
        assert client.post(f"{address}withdraw/", {"seal": "forged", "note": "No"}).status_code == 400
        assert Transfer.objects.get().state == "accepted"
        assert signed_in("Support").post(f"{address}withdraw/").status_code == 403
