"""Signing a day: its figures, what stands in the way, that it stays as it was, what came afterwards."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from layers.mirror.models import Scope
from layers.outbox.models import Command, State
from orgs.books.closing import day as closing
from orgs.books.closing.day import CannotSign, Day, sign
from orgs.books.closing.models import DayClose
from orgs.books.months import Month
from orgs.books.tieout import judging
from orgs.books.tieout.accepting import accept, facts_shown, withdraw
from orgs.books.tieout.models import Books, Transfer
from orgs.models import Organization
from tests import factories
from tests.orgs.books.making import line, moved, read, sent, with_rule

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()
YESTERDAY = TODAY - timedelta(days=1)
NOON = datetime(YESTERDAY.year, YESTERDAY.month, YESTERDAY.day, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _books_are_open(db: None) -> None:
    Books.objects.update_or_create(defaults={"opened_at": timezone.now() - timedelta(days=4)})


@pytest.fixture
def wednesday(ours: Organization, customer: Organization) -> Organization:
    """Yesterday: 500 given, 200 refilled, 50 reclaimed, 120 spent, 10 returned; the day before 1,000 were given and our
    wallet got 9,000. All ledgers were read since."""
    factories.ledger_event(ours, 9_000, event_type="purchase", created_at=NOON - timedelta(days=1))
    for transfer, credits, at in (("txn_0", 1_000, NOON - timedelta(days=1)), ("txn_1", 500, NOON)):
        command = sent(customer, credits, sent_at=at, finished_at=at, created_at=at)
        moved(ours, customer, credits, command=command, transfer=transfer, at=at)
    moved(ours, customer, 200, transfer="txn_2", at=NOON, metadata={"trigger": "auto_refill"})
    with_rule(customer, 200)
    Books.objects.update(opened_at=NOON - timedelta(days=3))
    factories.ledger_event(customer, -120, created_at=NOON)
    factories.ledger_event(customer, 10, event_type="refund", created_at=NOON)
    read(ours, customer)
    judging.catch_up()
    return customer


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_day_is_what_all_ledger_rows_add_up_to(wednesday: Organization) -> None:
    ours, customers = Day(YESTERDAY).columns
    assert ours.kept == {
        "opening": 8_000,
        "given": -500,
        "refilled": -200,
        "reclaimed": 0,
        "spent": 0,
        "added": 0,
        "closing": 7_300,
    }
    assert customers.kept == {
        "opening": 1_000,
        "given": 500,
        "refilled": 200,
        "reclaimed": 0,
        "spent": -110,
        "added": 0,
        "closing": 1_590,
    }
    assert Day(YESTERDAY).sides_agree


def test_a_signed_day_keeps_its_figures_its_signer_and_its_note(wednesday: Organization) -> None:
    person = factories.staff("Finance")
    close = sign(person, YESTERDAY, " All fine. ")
    close.refresh_from_db()
    assert (close.staff, close.note, close.unread) == (person, "All fine.", 0)
    assert close.figures["customers"]["closing"] == 1_590
    assert close.commands == {"succeeded": 1}
    assert close.transfers == {"matched": 2, "waiting": 0, "exception": 0, "accepted": 0}


def test_the_database_itself_refuses_to_change_or_remove_a_signed_day(wednesday: Organization) -> None:
    sign(factories.staff("Finance"), YESTERDAY)
    for change in (lambda: DayClose.objects.update(note="Other"), lambda: DayClose.objects.all().delete()):
        with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
            change()


def test_it_is_signed_once(wednesday: Organization) -> None:
    sign(factories.staff("Finance", name="Iva Marsh"), YESTERDAY)
    with pytest.raises(CannotSign, match="Iva Marsh signed it already"):
        sign(factories.staff("Finance"), YESTERDAY)


def test_of_two_who_sign_at_once_one_wins_and_the_other_is_told(wednesday: Organization, monkeypatch: Any) -> None:
    sign(factories.staff("Finance"), YESTERDAY)
    monkeypatch.setattr(Day, "close", None)  # as the other saw it
    with pytest.raises(CannotSign, match="a moment ago"):
        sign(factories.staff("Finance"), YESTERDAY)


def test_a_day_that_is_not_over_cannot_be_signed(wednesday: Organization) -> None:
    with pytest.raises(CannotSign, match="not over"):
        sign(factories.staff("Finance"), TODAY)


def test_transfers_that_do_not_match_or_wait_stand_in_the_way(wednesday: Organization) -> None:
    ours = Organization.objects.get(parent_id="")
    moved(ours, wednesday, 70, transfer="txn_odd", at=NOON)
    line(ours, wednesday, -30, transfer="txn_half", at=NOON + timedelta(hours=11, minutes=59))
    read(ours, wednesday, at=NOON)
    judging.catch_up()
    with pytest.raises(CannotSign) as refused:
        sign(factories.staff("Finance"), YESTERDAY, "A note does not help.")
    assert "1 transfer of it does not match" in str(refused.value)
    assert "1 transfer of it still waits" in str(refused.value)


def test_what_has_arrived_is_judged_before_a_day_is_signed(wednesday: Organization) -> None:
    moved(Organization.objects.get(parent_id=""), wednesday, 9_000, transfer="txn_odd", at=NOON)
    with pytest.raises(CannotSign, match="1 transfer of it does not match"):
        sign(factories.staff("Finance"), YESTERDAY)


def test_what_arrives_after_that_and_is_not_judged_stands_in_the_way(
    wednesday: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "catch_up", lambda *, wait: judging.mark(["txn_late"]))
    with pytest.raises(CannotSign, match="not matched yet"):
        sign(factories.staff("Finance"), YESTERDAY)


@pytest.mark.django_db(transaction=True)
def test_a_row_that_comes_while_it_is_signed_comes_after_the_close(
    wednesday: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    def arrive() -> None:
        factories.ledger_event(wednesday, -40, created_at=NOON)
        connection.close()

    def commands(day: Day) -> dict[str, int]:
        with ThreadPoolExecutor(1) as another:
            another.submit(arrive).result()
        return {}

    once = cached_property(commands)
    once.__set_name__(Day, "commands")
    monkeypatch.setattr(Day, "commands", once)
    close = sign(factories.staff("Finance"), YESTERDAY)
    assert close.figures["customers"]["spent"] == -110
    assert [(change.movement, change.credits) for change in Day(YESTERDAY).changes] == [("spent", -40)]


def test_a_command_of_that_day_that_is_not_over_stands_in_the_way(wednesday: Organization) -> None:
    Command.objects.filter(created_at=NOON).update(state=State.QUEUED, sent_at=None)
    with pytest.raises(CannotSign, match="1 command of it is not over yet"):
        sign(factories.staff("Finance"), YESTERDAY)


def test_ledgers_that_were_not_read_since_need_a_note(wednesday: Organization) -> None:
    read(wednesday, at=NOON + timedelta(hours=12))  # the day ends then, and clocks may be apart
    person = factories.staff("Finance")
    with pytest.raises(CannotSign, match="1 ledger not read since"):
        sign(person, YESTERDAY, "  ")
    assert sign(person, YESTERDAY, "Archived in May").unread == 1


def test_a_list_of_customers_that_was_not_read_since_needs_a_note_like_a_ledger(
    finance: Client, wednesday: Organization
) -> None:
    Scope.objects.create(id="organizations:", resource="organizations", synced_at=NOON)
    read(wednesday, at=NOON)
    person = factories.staff("Finance")
    with pytest.raises(CannotSign, match="1 ledger and the list of customers not read since"):
        sign(person, YESTERDAY)
    assert "The list of customers, read" in text(finance.get(reverse("books:day", args=[YESTERDAY.isoformat()])))
    assert sign(person, YESTERDAY, "Layers was down").unread == 2


def test_what_comes_later_is_shown_next_to_what_was_signed(signed_in: Any, wednesday: Organization) -> None:
    person = factories.staff("Finance")
    sign(person, YESTERDAY)
    factories.ledger_event(wednesday, -40, created_at=NOON)
    client = signed_in(person=person)
    page = text(client.get(reverse("books:day", args=[YESTERDAY.isoformat()])))
    assert "Changed after the close" in page
    assert "Customers’ wallets, spent, less returned: −40 credits" in page
    assert DayClose.objects.get().figures["customers"]["spent"] == -110
    found = {line.on: line for line in client.get("/books/days/", {"month": f"{YESTERDAY:%Y-%m}"}).context["lines"]}
    assert found[YESTERDAY].changed == 40
    rows = b"".join(client.get("/books/days/", {"format": "csv"}).streaming_content).decode().splitlines()
    assert rows[1].startswith(f"{YESTERDAY},changed after close,{person.name},")
    assert "Customers’ wallets, Spent, less returned: -40" in rows[1]


def test_a_transfer_that_was_accepted_then_and_does_not_match_now_is_shown_and_no_file_says_signed(
    signed_in: Any, wednesday: Organization
) -> None:
    moved(Organization.objects.get(parent_id=""), wednesday, 70, transfer="txn_odd", at=NOON)
    judging.catch_up()
    person = factories.staff("Finance")
    row = Transfer.objects.get(key="txn_odd")
    accept(person, [(row.key, facts_shown(row))], "By the API")
    close = sign(person, YESTERDAY)
    client = signed_in(person=person)
    csv = {"format": "csv"}
    assert b",signed," in b"".join(client.get("/books/days/", csv).streaming_content)
    withdraw(person, "txn_odd", "Nobody did")
    page = text(client.get(reverse("books:day", args=[YESTERDAY.isoformat()])))
    assert "Transfers, accepted: 1 when it was signed, 0 now" in page
    assert "Transfers, does not match: 0 when it was signed, 1 now" in page
    assert "its transfers changed" in text(client.get("/books/days/", {"month": f"{YESTERDAY:%Y-%m}"}))
    rows = b"".join(client.get("/books/days/", csv).streaming_content).decode().splitlines()
    assert rows[1].startswith(f"{YESTERDAY},changed after close,")
    assert "Transfers, accepted: 1 then, 0 now" in rows[1]
    close.refresh_from_db()
    assert close.transfers["accepted"] == 1


def test_days_that_nobody_signed_are_gaps(finance: Client, wednesday: Organization) -> None:
    Books.objects.update(opened_at=timezone.now() - timedelta(days=1))
    page = finance.get("/books/days/", {"month": f"{YESTERDAY:%Y-%m}"})
    assert "1 day not signed" in text(page)
    assert [line.on for line in page.context["lines"] if line.is_gap] == [YESTERDAY]
    sign(factories.staff("Finance"), YESTERDAY)
    assert finance.get("/books/days/", {"month": f"{YESTERDAY:%Y-%m}"}).context["gaps"] == 0


def test_the_days_of_a_month_take_as_many_queries_with_much_as_with_little(
    finance: Client, wednesday: Organization
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert finance.get("/books/days/", {"month": f"{YESTERDAY:%Y-%m}"}).status_code == 200
        return len(captured)

    few = queries()
    ours = Organization.objects.get(parent_id="")
    for number in range(20):
        moved(ours, factories.customer(), transfer=f"txn_more_{number}", at=NOON - timedelta(hours=12 * number))
    judging.catch_up()
    assert queries() == few


def test_signing_on_the_page(signed_in: Any, wednesday: Organization) -> None:
    person = factories.staff("Finance", name="Iva Marsh")
    client = signed_in(person=person)
    address = reverse("books:day", args=[YESTERDAY.isoformat()])
    page = client.get(address)
    assert "1,590" in text(page)
    form = {"seal": page.context["seal"], "note": ""}
    other = client.get(reverse("books:day", args=[(YESTERDAY - timedelta(days=1)).isoformat()])).context["seal"]
    assert client.post(f"{address}sign/", form | {"seal": other}).status_code == 400
    assert client.post(f"{address}sign/", form).status_code == 302
    page = text(client.get(address))
    assert "Iva Marsh" in page
    assert "Sign this day" not in page
    again = client.post(f"{address}sign/", form)
    assert again.status_code == 409
    assert "Iva Marsh signed it already" in text(again)


@pytest.mark.parametrize("on", ["2999-01-01", "nonsense", "2026-02-31", "1000-01-01"])
def test_what_is_no_day_is_not_found(finance: Client, ours: Organization, on: str) -> None:
    assert finance.get(f"/books/days/{on}/").status_code == 404


def test_whoever_may_only_look_cannot_sign(support: Client, wednesday: Organization) -> None:
    address = reverse("books:day", args=[YESTERDAY.isoformat()])
    assert "Sign this day" not in text(support.get(address))
    assert support.post(f"{address}sign/").status_code == 403


@pytest.mark.parametrize("month", ["2026-13", "nonsense", "2999-01", "0001-01", "0000-01", "9999-12"])
def test_a_month_that_is_none_shows_this_one(finance: Client, ours: Organization, month: str) -> None:
    assert finance.get("/books/days/", {"month": month}).context["month"] == Month.now()
