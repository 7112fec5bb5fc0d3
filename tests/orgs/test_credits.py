"""Amounts as people write them, and what of our prepaid balance is free to give."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from layers.outbox.models import Command, State
from layers.outbox.verbs import AlreadyGiven
from orgs.commands import ALLOCATE, CannotAllocate, allocate, free_prepaid
from orgs.forms import Amount, CreditsField, LimitField
from orgs.models import Organization, Wallet
from orgs.tenant import Seal
from tests import factories


def allocations() -> list[int]:
    return [row.payload["credits"] for row in Command.objects.filter(kind=ALLOCATE)]


class TestAmounts:
    @pytest.mark.parametrize(
        ("typed", "credits"),
        [
            ("1", 1),
            ("15000", 15_000),
            ("15,000", 15_000),
            ("15 000", 15_000),
            ("15\u00a0000", 15_000),
            ("15\u202f000", 15_000),
            ("15'000", 15_000),
            ("  15,000 ", 15_000),
            ("1,000,000,000,000", 10**12),
            ("007", 7),
            ("15,000.00", 15_000),
            ("1.500.000", 1_500_000),
        ],
    )
    def test_whole_numbers_are_read_as_people_write_them(self, typed: str, credits: int) -> None:
        assert CreditsField().clean(typed) == credits

    @pytest.mark.parametrize(
        ("typed", "why"),
        [
            ("", "How many"),
            (None, "How many"),
            ("0", "At least 1"),
            ("000", "At least 1"),
            ("-5", "above 0"),
            ("−5,000", "above 0"),
            ("1.5", "whole: no fractions"),
            ("15.000", "may be 15,000 or a fraction"),
            ("1,50", "whole: no fractions"),
            ("1,0000", "whole: no fractions"),
            ("1,000 000", "whole credits"),
            ("1e6", "is shortened"),
            ("ten", "whole credits"),
            ("１５", "whole credits"),
            ("0x10", "whole credits"),
            ("9" * 400, "whole credits"),
            ("1,000,000,000,001", "cannot be meant"),
            ("9" * 24, "cannot be meant"),
        ],
    )
    def test_anything_else_is_refused_in_a_sentence(self, typed: str | None, why: str) -> None:
        with pytest.raises(ValidationError, match=why):
            CreditsField().clean(typed)

    @pytest.mark.parametrize(
        ("typed", "why"),
        [
            ("-5", "At least 0 credits. Leave it empty for none."),
            ("1.5", "Credits are whole: no fractions. Leave it empty for none."),
        ],
    )
    def test_a_limit_may_be_nothing_or_empty(self, typed: str, why: str) -> None:
        field = LimitField()
        assert [field.clean(text) for text in ("", "0", "1,500")] == [None, 0, 1_500]
        with pytest.raises(ValidationError) as refusal:
            field.clean(typed)
        assert refusal.value.messages == [why]

    @pytest.mark.parametrize("typed", ["1,5", "1.500", "-1", str(2**63)])
    def test_a_bound_of_a_list_is_read_like_any_other_number(self, typed: str) -> None:
        assert [Amount(required=False).clean(text) for text in ("", "0", "1,500")] == [None, 0, 1_500]
        with pytest.raises(ValidationError):
            Amount().clean(typed)


@pytest.mark.django_db
class TestPrepaid:
    """What of our prepaid balance is free, from the commands that our copy of the wallet cannot show yet."""

    def give(self, customer: Organization, credits: int, **values: Any) -> None:
        person = factories.staff()
        row = allocate(
            person, customer, Seal("", "", values.pop("nonce", str(credits))), credits=credits, description=""
        )
        Command.objects.filter(id=row.id).update(**values)

    def free(self, ours: Organization) -> int | None:
        return free_prepaid(Wallet.objects.get(organization=ours))

    def test_every_open_state_claims_its_credits(self, ours: Organization, customer: Organization) -> None:
        states = [State.HELD, State.WAITING_APPROVAL, State.QUEUED, State.SENDING, State.UNKNOWN]
        for number, state in enumerate(states, 1):
            self.give(customer, number, state=state)
        assert self.free(ours) == 100_000 - 15

    def test_failed_and_cancelled_ones_claim_nothing(self, ours: Organization, customer: Organization) -> None:
        self.give(customer, 1, state=State.FAILED)
        self.give(customer, 2, state=State.CANCELLED)
        assert self.free(ours) == 100_000

    def test_a_done_one_claims_until_our_copy_is_newer_than_it(
        self, ours: Organization, customer: Organization
    ) -> None:
        read = Wallet.objects.get(organization=ours).remote_updated_at
        self.give(customer, 10, state=State.SUCCEEDED, finished_at=read + timedelta(seconds=1))
        self.give(customer, 20, state=State.SUCCEEDED, finished_at=read - timedelta(seconds=1))
        assert self.free(ours) == 99_990

    def test_an_unknown_balance_is_left_to_layers(self, ours: Organization, customer: Organization) -> None:
        Wallet.objects.filter(organization=ours).update(prepaid=None)
        assert self.free(ours) is None
        self.give(customer, 10**9)
        assert allocations() == [10**9]

    def test_before_the_first_sync_there_is_no_wallet_to_check(self, db: None) -> None:
        self.give(factories.customer(), 5)
        assert len(allocations()) == 1

    @pytest.mark.parametrize("credits", [0, -5, 10**12 + 1])
    def test_the_verb_itself_takes_no_absurd_amount(self, customer: Organization, credits: int) -> None:
        with pytest.raises(ValueError, match="cannot be allocated"):
            self.give(customer, credits)

    def test_the_verb_itself_refuses_what_is_not_covered(self, customer: Organization) -> None:
        with pytest.raises(CannotAllocate):
            self.give(customer, 100_001)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    @pytest.fixture(autouse=True)
    def _no_queue(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing is delivered here; the broker is the edge."""
        monkeypatch.setattr("layers.outbox.tasks.deliver.apply_async", lambda *args, **options: None)

    def at_once(self, customer: Organization, nonces: list[str], credits: int) -> list[str]:
        """Gives several allocations at the same moment; returns how each ended."""
        start, ends = Barrier(len(nonces)), []
        person = factories.staff()

        def give(nonce: str) -> None:
            try:
                start.wait(timeout=10)
                allocate(person, customer, Seal(customer.id, customer.id, nonce), credits=credits, description="")
                ends.append("recorded")
            except (CannotAllocate, AlreadyGiven) as refusal:
                ends.append(type(refusal).__name__)
            finally:
                connection.close()

        threads = [Thread(target=give, args=[nonce]) for nonce in nonces]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)
        return sorted(ends)

    def test_two_people_cannot_give_the_same_credits(self, customer: Organization) -> None:
        assert self.at_once(customer, ["one", "two", "three"], 60_000) == [
            "CannotAllocate",
            "CannotAllocate",
            "recorded",
        ]
        assert allocations() == [60_000]

    def test_a_double_click_is_one_allocation(self, customer: Organization) -> None:
        assert self.at_once(customer, ["same"] * 4, 10) == ["AlreadyGiven"] * 3 + ["recorded"]
        assert allocations() == [10]
