"""The pages of the tie-out: what does not match, its three sides, accepting it, reading both ledgers again."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from layers.mirror.models import Freshness
from orgs.books.tieout import judging
from orgs.books.tieout.models import Acceptance, Books, Oddity, Origin, Transfer
from orgs.books.tieout.words import ADVICE
from orgs.models import Organization
from tests import factories
from tests.orgs.books.making import moved, read, sent

pytestmark = pytest.mark.django_db
LIST = "/books/tie-out/"


@pytest.fixture(autouse=True)
def _books_are_open(db: None) -> None:
    Books.objects.update_or_create(defaults={"opened_at": timezone.now() - timedelta(days=2)})


@pytest.fixture
def odd(ours: Organization, customer: Organization) -> Transfer:
    """Nobody gave it here."""
    moved(ours, customer, 500)
    judging.catch_up()
    return Transfer.objects.get()


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def accept_form(client: Client, **values: Any) -> dict[str, Any]:
    context = client.get(LIST).context
    picks = [f"{facts} {row.key}" for row, facts in context["rows"]]
    return {"seal": context["seal"], "pick": picks, "note": "Billing does this nightly"} | values


def test_every_oddity_has_a_cause_and_something_to_do() -> None:
    assert set(ADVICE) == set(Oddity.values)


def test_the_list_says_what_does_not_match_and_by_how_much(finance: Client, odd: Transfer) -> None:
    page = finance.get(LIST)
    assert "1 transfer does not match" in text(page)
    assert "Morrow Journal" in text(page)
    assert "Not from this desk" in text(page)
    assert [(key, count) for key, _, count, _ in page.context["tabs"]] == [
        ("exception", 1),
        ("waiting", 0),
        ("accepted", 0),
        ("matched", 0),
        ("all", 1),
    ]


def test_nothing_unmatched_says_zero(finance: Client, ours: Organization, customer: Organization) -> None:
    command = sent(customer)
    moved(ours, customer, command=command)
    judging.catch_up()
    assert "Unmatched: 0" in text(finance.get(LIST))
    assert [row.key for row, _ in finance.get(LIST, {"state": "matched"}).context["rows"]] == ["txn_1"]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ({"customer": "morrow"}, 1),
        ({"customer": "nobody"}, 0),
        ({"kind": "off_desk"}, 1),
        ({"kind": "doubled"}, 0),
        ({"origin": "elsewhere"}, 1),
        ({"since": "2999-01-01"}, 0),
        ({"until": "2999-01-01"}, 1),
        ({"state": "all", "since": "not a day", "kind": "nonsense", "after": "nonsense"}, 1),
        ({"since": "0001-01-01", "until": "9999-12-31"}, 1),
    ],
)
def test_it_is_narrowed_by_what_the_address_says(
    finance: Client, odd: Transfer, address: dict[str, str], found: int
) -> None:
    assert len(finance.get(LIST, address).context["rows"]) == found


def test_the_number_of_queries_does_not_grow_with_the_list(
    finance: Client, ours: Organization, customer: Organization
) -> None:
    def queries() -> int:
        judging.catch_up()
        with CaptureQueriesContext(connection) as captured:
            assert finance.get(LIST, {"state": "all"}).status_code == 200
        return len(captured)

    moved(ours, customer)
    few = queries()
    for number in range(30):
        moved(ours, factories.customer(), transfer=f"txn_more_{number}")
    assert queries() == few


def test_the_csv_has_all_sides(finance: Client, odd: Transfer) -> None:
    response: Any = finance.get(LIST, {"format": "csv"})
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[1].split(",")[1:11] == [
        "txn_1",
        "Morrow Journal",
        odd.organization_id,
        "Not from this desk",
        "Does not match",
        "Not from this desk",
        "",
        "500",
        "500",
        "500",
    ]


def test_one_transfer_shows_its_three_sides_and_what_to_do(
    finance: Client, ours: Organization, customer: Organization
) -> None:
    command = sent(customer, 400)
    moved(ours, customer, 500, command=command)
    read(ours, customer)
    judging.catch_up()
    address = reverse("books:transfer", args=["txn_1"])
    page = text(finance.get(address))
    assert "Amounts differ: off by 100 credits" in page
    assert ADVICE["amounts"].act in page
    for side in ("+400", "−500", "+500"):
        assert side in page
    dialog = finance.get(address, headers={"HX-Request": "true"})
    assert dialog.content.startswith(b"<dialog")
    assert finance.get(reverse("books:transfer", args=["txn_unknown"])).status_code == 404


def test_what_waits_names_the_ledger_and_how_old_it_is(
    finance: Client, ours: Organization, customer: Organization
) -> None:
    sent(customer, answer={"id": "txn_1"})
    read(ours)
    read(customer, at=timezone.now() - timedelta(hours=3))
    judging.catch_up()
    page = text(finance.get(reverse("books:transfer", args=["txn_1"])))
    assert "The customer’s ledger must be read after" in page
    assert "3 h ago" in page


def test_accepting_keeps_who_and_why(signed_in: Any, odd: Transfer) -> None:
    person = factories.staff("Finance", name="Iva Marsh")
    client = signed_in(person=person)
    response = client.post(f"{LIST}accept/", accept_form(client, back=LIST))
    assert (response.status_code, response.headers["Location"]) == (302, LIST)
    kept = Acceptance.objects.get()
    assert (kept.key, kept.note, kept.staff) == ("txn_1", "Billing does this nightly", person)
    assert Transfer.objects.get().state == "accepted"
    assert judging.kept() == judging.TieOut(0, 0, 0, 1, 0)
    page = text(client.get(reverse("books:transfer", args=["txn_1"])))
    assert "Iva Marsh accepted it" in page
    assert "Billing does this nightly" in page


def test_nothing_is_accepted_without_a_note_or_with_a_foreign_form(finance: Client, odd: Transfer) -> None:
    finance.post(f"{LIST}accept/", accept_form(finance, note=" "))
    assert finance.post(f"{LIST}accept/", accept_form(finance, seal="forged")).status_code == 400
    assert finance.post(f"{LIST}accept/", accept_form(finance, pick=[])).status_code == 302
    elsewhere = finance.post(f"{LIST}accept/", accept_form(finance, note="", back="https://evil.example/"))
    assert elsewhere.headers["Location"] == LIST
    assert not Acceptance.objects.exists()


def test_what_changed_since_it_was_shown_is_not_accepted(
    finance: Client, ours: Organization, customer: Organization, odd: Transfer
) -> None:
    form = accept_form(finance)
    moved(ours, customer, 500)  # the same transfer again, on both ledgers
    judging.catch_up()
    finance.post(f"{LIST}accept/", form)
    assert not Acceptance.objects.exists()
    assert "1 changed since you looked" in text(finance.get(LIST))


def test_whoever_may_only_look_is_shown_no_form(support: Client, odd: Transfer) -> None:
    assert "Accept with this note" not in text(support.get(LIST))
    assert support.post(f"{LIST}accept/", {"pick": "x txn_1"}).status_code == 403


def test_both_ledgers_are_read_again_from_their_beginning(
    finance: Client, ours: Organization, customer: Organization, odd: Transfer, monkeypatch: Any
) -> None:
    asked: dict[str, bool] = {}
    monkeypatch.setattr("orgs.asking.fetch_again.delay", lambda scope, *, whole: asked.update({scope: whole}))
    read(ours, customer)
    response = finance.post(reverse("books:read_again", args=["txn_1"]), headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert asked == {f"ledger:{ours.id}": True, f"ledger:{customer.id}": True}


def test_it_says_when_nobody_could_be_asked(finance: Client, odd: Transfer, monkeypatch: Any) -> None:
    def refuse(scope: str, *, whole: bool) -> None:
        raise OperationalError

    monkeypatch.setattr("orgs.asking.fetch_again.delay", refuse)
    page = finance.post(reverse("books:read_again", args=["txn_1"]), follow=True)
    assert "our own queue does not answer" in text(page)


class TestHome:
    def test_the_tile_says_zero_and_how_old_that_is(self, finance: Client, ours: Organization) -> None:
        Freshness.objects.create(resource="ledger", oldest_at=timezone.now() - timedelta(minutes=4))
        page = finance.get("/")
        tile = next(tile for tile in page.context["figures"] if tile.name == "Unmatched")
        assert (tile.count, tile.note) == (0, "Ledgers read 4 min ago or later")
        assert "Transfers that do not match" not in text(page)

    def test_it_turns_into_the_list(self, finance: Client, odd: Transfer) -> None:
        page = finance.get("/")
        tile = next(tile for tile in page.context["figures"] if tile.name == "Unmatched")
        assert (tile.count, tile.tone, tile.note) == (1, "stop", "Off by 500 credits")
        assert "Transfers that do not match" in text(page)
        assert reverse("books:transfer", args=["txn_1"]) in page.content.decode()

    def test_it_is_not_shown_to_those_who_cannot_close_the_books(self, support: Client, odd: Transfer) -> None:
        assert "Unmatched" not in [tile.name for tile in support.get("/").context["figures"]]


def test_a_list_is_one_index(customer: Organization) -> None:
    now = timezone.now()
    Transfer.objects.bulk_create(
        Transfer(
            key=f"txn_{number}",
            organization=customer,
            at=now - timedelta(minutes=number),
            origin=Origin.DESK,
            state="matched" if number % 40 else "exception",
            kind="" if number % 40 else Oddity.NO_ROWS,
        )
        for number in range(3_000)
    )
    with connection.cursor() as cursor:
        # Of a handful of rows the planner would rather sort: here the index must be able to give the order.
        cursor.execute("ANALYZE orgs_transfer; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    plan = Transfer.objects.filter(state="exception").order_by("-at", "-key")[:51].explain()
    assert "transfer_by_state" in plan
    assert "Sort" not in plan
