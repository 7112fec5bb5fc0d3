"""Every transfer is matched three ways: our command, our ledger's row, the customer's row."""

from datetime import timedelta
from typing import Any, ClassVar
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from layers.outbox.models import Command, Failure, State
from orgs.books.tieout import judging
from orgs.books.tieout.accepting import accept, facts_shown
from orgs.books.tieout.models import Acceptance, Books, RefillLimit, TieState, Transfer
from orgs.lifecycle.archive import ARCHIVE
from orgs.models import LedgerEvent, Organization
from tests import factories
from tests.orgs.books.making import HOUR_AGO, line, moved, read, sent, with_rule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books_are_open(db: None) -> None:
    Books.objects.update_or_create(defaults={"opened_at": timezone.now() - timedelta(days=2)})


def only() -> Transfer:
    judging.standing()
    return Transfer.objects.get()


def test_three_sides_that_agree_match(ours: Organization, customer: Organization) -> None:
    command = sent(customer)
    line(ours, customer, -500, command=command)
    line(customer, ours, 500, command=command)
    found = only()
    assert (found.state, found.kind, found.origin, found.command_id) == ("matched", "", "desk", command.id)
    assert (found.ordered, found.ours, found.theirs, found.off) == (500, 500, 500, 0)
    assert found.organization_id == customer.id
    assert judging.standing() == judging.TieOut(1, 0, 0, 0, 0)


def test_a_command_is_found_by_the_transfer_that_it_was_told(ours: Organization, customer: Organization) -> None:
    """Where Layers keeps no metadata of ours."""
    sent(customer, answer={"id": "txn_1"})
    line(ours, customer, -500)
    line(customer, ours, 500)
    assert only().state == "matched"


@pytest.mark.parametrize(("missing", "kind"), [("ours", "no_parent_row"), ("theirs", "no_child_row")])
def test_a_side_that_was_not_read_since_is_waited_for_and_then_missed(
    missing: str, kind: str, ours: Organization, customer: Organization
) -> None:
    command = sent(customer, answer={"id": "txn_1"})
    owner, other, credits = (customer, ours, 500) if missing == "ours" else (ours, customer, -500)
    at = timezone.now() - HOUR_AGO
    line(owner, other, credits, command=command, at=at)
    read(owner)
    read(other, at=at + timedelta(minutes=4))  # clocks may be apart
    found = only()
    assert (found.state, found.kind, found.awaits, found.off) == ("waiting", "", f"ledger:{other.id}", 0)
    read(other, at=at + timedelta(minutes=6))
    found = only()
    assert (found.state, found.kind, found.off) == ("exception", kind, 500)
    assert judging.standing() == judging.TieOut(0, 0, 1, 0, 500)
    line(other, owner, -credits, command=command)
    assert only().state == "matched"
    assert judging.standing() == judging.TieOut(1, 0, 0, 0, 0)


def test_amounts_that_differ_are_off_by_the_difference(ours: Organization, customer: Organization) -> None:
    command = sent(customer)
    line(ours, customer, -500, command=command)
    line(customer, ours, 470, command=command)
    assert (only().kind, only().off) == ("amounts", 30)


def test_ledgers_that_agree_on_another_amount_than_we_gave_are_off(ours: Organization, customer: Organization) -> None:
    command = sent(customer, 400)
    line(ours, customer, -500, command=command)
    line(customer, ours, 500, command=command)
    assert (only().kind, only().off) == ("amounts", 100)


def test_one_command_that_moved_twice_is_doubled_and_off_by_the_second(
    ours: Organization, customer: Organization
) -> None:
    command = sent(customer, answer={"id": "txn_1"})
    for transfer in ("txn_1", "txn_2"):
        line(ours, customer, -500, command=command, transfer=transfer)
        line(customer, ours, 500, command=command, transfer=transfer)
        judging.catch_up()
    found = {row.key: (row.kind, row.off) for row in Transfer.objects.all()}
    assert found == {"txn_1": ("doubled", 0), "txn_2": ("doubled", 500)}
    assert judging.standing().off_credits == 500


def test_two_commands_that_were_told_one_transfer_are_off_by_one(ours: Organization, customer: Organization) -> None:
    for _ in range(2):
        sent(customer, answer={"id": "txn_1"})
    line(ours, customer, -500)
    line(customer, ours, 500)
    assert (only().kind, only().off, only().ordered) == ("two_commands", 500, 1000)


def test_done_without_a_row_anywhere_is_missed_once_both_ledgers_were_read(
    ours: Organization, customer: Organization
) -> None:
    sent(customer, answer={"id": "txn_1"})
    assert (only().state, only().key, only().awaits) == ("waiting", "txn_1", f"ledger:{ours.id}")
    read(ours)
    assert (only().state, only().awaits) == ("waiting", f"ledger:{customer.id}")
    read(customer)
    assert (only().kind, only().off) == ("no_rows", 500)


def test_what_is_being_sent_waits_for_its_answer_and_then_takes_its_transfers_id(
    ours: Organization, customer: Organization
) -> None:
    command = sent(customer, state=State.SENDING)
    assert (only().state, only().key, only().awaits) == ("waiting", f"command:{command.id}", "")
    line(ours, customer, -500, command=command)
    line(customer, ours, 500, command=command)
    assert (only().state, only().key) == ("waiting", "txn_1")
    Command.objects.update(state=State.SUCCEEDED)
    assert only().state == "matched"


def test_what_never_reached_layers_is_no_transfer(ours: Organization, customer: Organization) -> None:
    command = sent(customer, state=State.SENDING)
    assert only().key == f"command:{command.id}"
    Command.objects.update(state=State.QUEUED, sent_at=None)
    assert judging.standing() == judging.TieOut(0, 0, 0, 0, 0)


def test_a_failed_command_moved_nothing_unless_a_ledger_says_so(ours: Organization, customer: Organization) -> None:
    command = sent(customer, state=State.FAILED)
    assert judging.standing() == judging.TieOut(0, 0, 0, 0, 0)
    line(ours, customer, -500, command=command)
    line(customer, ours, 500, command=command)
    assert (only().kind, only().off) == ("failed_moved", 500)


@pytest.mark.parametrize(("moved", "kind", "off"), [(True, "unknown_moved", 0), (False, "unanswered", 500)])
def test_a_command_that_nobody_can_tell_about_is_an_exception(
    moved: bool, kind: str, off: int, ours: Organization, customer: Organization
) -> None:
    command = sent(customer, state=State.UNKNOWN, failure=Failure.KEY_EXPIRED)
    read(ours, customer)
    if moved:
        line(ours, customer, -500, command=command)
        line(customer, ours, 500, command=command)
    assert (only().kind, only().off) == (kind, off)


def test_a_transfer_without_a_command_is_not_from_this_desk(ours: Organization, customer: Organization) -> None:
    line(ours, customer, -500)
    line(customer, ours, 500)
    assert (only().kind, only().origin, only().off) == ("off_desk", "elsewhere", 500)


def test_a_transfer_that_names_a_command_we_never_sent_is_odd(ours: Organization, customer: Organization) -> None:
    line(ours, customer, -500, command=str(uuid4()))
    line(customer, ours, 500, command="no id at all")
    assert (only().kind, only().origin) == ("foreign", "elsewhere")


class TestRefills:
    """Whoever moves credits by the API can mark them as a refill."""

    REFILL: ClassVar = {"metadata": {"trigger": "auto_refill"}}

    def test_one_that_a_rule_can_have_made_needs_no_command(self, ours: Organization, customer: Organization) -> None:
        with_rule(customer, 500)
        moved(ours, customer, 500, **self.REFILL)
        assert (only().state, only().origin) == ("matched", "refill")

    @pytest.mark.parametrize("amount", [None, 499])
    def test_one_without_a_rule_or_above_it_is_not_from_this_desk_once_the_rule_was_read_since(
        self, amount: int | None, ours: Organization, customer: Organization
    ) -> None:
        with_rule(customer, amount)
        moved(ours, customer, 500, **self.REFILL)
        assert (only().state, only().awaits) == ("waiting", f"wallet:{customer.id}")
        read(customer, resource="wallet")
        assert (only().kind, only().origin, only().off) == ("off_desk", "elsewhere", 500)

    def test_it_stays_a_refill_when_the_rule_is_lowered_or_removed_later(
        self, ours: Organization, customer: Organization
    ) -> None:
        with_rule(customer, 500)
        moved(ours, customer, 500, **self.REFILL)
        with_rule(customer, None)
        read(customer, resource="wallet")
        judging.rebuild()
        assert only().state == "matched"

    def test_a_rule_that_is_read_late_clears_it(self, ours: Organization, customer: Organization) -> None:
        moved(ours, customer, 500, **self.REFILL)
        read(customer, resource="wallet")
        assert only().kind == "off_desk"
        with_rule(customer, 500)
        assert only().state == "matched"

    def test_a_rule_that_no_reading_ever_showed_clears_it_too(self, ours: Organization, customer: Organization) -> None:
        with_rule(customer, 16)
        moved(ours, customer, 500, **self.REFILL)
        read(customer, resource="wallet")
        assert only().kind == "off_desk"
        RefillLimit.allow(customer.id, 500)
        assert only().state == "matched"
        RefillLimit.allow(customer.id, 20)
        judging.rebuild()
        assert only().state == "matched", "the largest counts"

    def test_of_rules_from_before_the_books_nothing_is_known(self, ours: Organization, customer: Organization) -> None:
        moved(ours, customer, 500, at=timezone.now() - timedelta(days=3), **self.REFILL)
        assert (only().state, only().origin) == ("matched", "refill")

    def test_credits_that_a_command_gave_are_none_whatever_their_mark_says(
        self, ours: Organization, customer: Organization
    ) -> None:
        moved(ours, customer, 500, command=sent(customer), **self.REFILL)
        assert set(LedgerEvent.objects.values_list("kind", flat=True)) == {"allocation"}
        assert (only().state, only().origin) == ("matched", "desk")


class TestALedgerThatCannotBeRead:
    """A transfer that waits for ever would keep its day from being signed."""

    def test_one_that_nothing_says_whose_it_is_does_not_wait(self, ours: Organization, customer: Organization) -> None:
        line(ours, Organization(id=""), -500)
        assert (only().state, only().kind, only().off) == ("exception", "unread", 500)

    def test_a_day_overdue_it_does_not_match_until_it_is_read(self, ours: Organization, customer: Organization) -> None:
        at = timezone.now() - timedelta(hours=24, minutes=6)
        line(ours, customer, -500, at=at)
        found = only()
        assert (found.state, found.kind, found.off) == ("exception", "unread", 500)
        assert (found.awaits, found.awaits_read) == (f"ledger:{customer.id}", at + timedelta(minutes=5))
        read(customer)
        assert (only().kind, only().awaits) == ("no_child_row", "")

    def test_time_alone_ends_the_waiting(self, ours: Organization, customer: Organization) -> None:
        line(ours, customer, -500)
        assert only().state == "waiting"
        with time_machine.travel(timezone.now() + timedelta(hours=25)):
            assert only().kind == "unread"

    def test_one_that_is_dated_in_the_future_does_not_wait_for_it(
        self, ours: Organization, customer: Organization
    ) -> None:
        line(ours, customer, -500, at=timezone.now() + timedelta(days=400))
        assert only().kind == "unread"

    def test_it_is_accepted_with_a_note_and_judged_anew_once_the_ledger_was_read(
        self, ours: Organization, customer: Organization
    ) -> None:
        line(ours, customer, -500, at=timezone.now() - timedelta(hours=25))
        accept(factories.staff("Finance"), [(only().key, facts_shown(only()))], "The customer is gone at Layers")
        assert only().state == "accepted"
        read(customer)
        assert (only().state, only().kind) == ("exception", "no_child_row")


def test_before_the_books_were_opened_no_command_is_asked_for(ours: Organization, customer: Organization) -> None:
    at = timezone.now() - timedelta(days=3)
    line(ours, customer, -500, at=at)
    line(customer, ours, 500, at=at)
    assert (only().state, only().origin) == ("matched", "earlier")


def test_an_archive_is_matched_with_the_credits_that_came_back(ours: Organization, customer: Organization) -> None:
    command = sent(customer, kind=ARCHIVE, payload={"customer": "Morrow"}, answer={"reclaimedCredits": 700})
    assert (only().state, only().ordered) == ("waiting", -700)
    line(ours, customer, 700, direction="reclaim")
    line(customer, ours, -700, direction="reclaim")
    found = only()
    assert (found.state, found.key, found.command_id, found.theirs) == ("matched", "txn_1", command.id, -700)


def test_an_archive_that_gave_nothing_back_is_no_transfer(ours: Organization, customer: Organization) -> None:
    sent(customer, kind=ARCHIVE, payload={}, answer={"reclaimedCredits": 0})
    assert judging.standing().waiting == 0


def test_credits_that_went_to_another_customer_are_off_altogether(ours: Organization, customer: Organization) -> None:
    other = factories.customer()
    command = sent(customer)
    line(ours, other, -500, command=command)
    line(other, ours, 500, command=command)
    assert (only().kind, only().off) == ("other_customer", 500)


def test_a_row_that_comes_twice_under_two_ids_is_twice_on_one_ledger(
    ours: Organization, customer: Organization
) -> None:
    command = sent(customer)
    line(ours, customer, -500, command=command)
    for _ in range(2):
        line(customer, ours, 500, command=command)
    assert (only().kind, only().off) == ("twice", 500)


def test_a_row_without_a_transfer_id_stands_alone(ours: Organization, customer: Organization) -> None:
    row = line(ours, customer, -500, transfer="")
    assert (only().key, only().kind, only().off) == (f"row:{row.id}", "no_transfer_id", 500)


def test_an_acceptance_holds_while_the_facts_are_those_of_then(ours: Organization, customer: Organization) -> None:
    line(ours, customer, -500)
    line(customer, ours, 500)
    found = only()
    Acceptance.objects.create(
        key=found.key, facts=facts_shown(found), note="By the API", staff=factories.staff("Finance")
    )
    judging.mark([found.key])
    assert (only().state, judging.kept().off_credits, judging.kept().accepted) == (TieState.ACCEPTED, 0, 1)
    line(customer, ours, 1)
    assert only().state == TieState.EXCEPTION


def test_nothing_is_judged_before_our_own_organization_is_known(db: None) -> None:
    customer = factories.customer()
    line(customer, Organization(id="org_parent"), 500)
    assert judging.catch_up() == 0
    factories.parent()
    assert only().state == "waiting"


def test_the_command_line_says_how_they_stand(ours: Organization, customer: Organization, capsys: Any) -> None:
    line(ours, customer, -500)
    line(customer, ours, 500)
    call_command("tie_out", "--rebuild")
    assert "matched 0, waiting 0, do not match 1 (off by 500 credits), accepted 0" in capsys.readouterr().out
