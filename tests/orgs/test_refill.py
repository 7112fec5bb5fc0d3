"""Why a refill does not come, in one sentence with its numbers; and the picture of cap and refills."""

from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.outbox.models import Command, State
from orgs.caps.picture import Picture
from orgs.giving.claims import Claims, OurWallet
from orgs.models import Organization, Outlook
from orgs.outlook import weigh
from orgs.queries import customers_with_money, parent
from orgs.refill import Code, Refills, why
from orgs.standing import Standing
from tests import factories

CREDITS = st.integers(0, 10_000)


def refills(available: int | None = 100, *, ours: int = 8_000, rules: Any = (None, 500, 1_000), **more: Any) -> Refills:
    """A customer that exists in memory only: below its line of 500, our wallet with 8,000."""
    row = Organization(id="org_1", parent_id="org_p", name="Morrow", status=more.pop("status", "active"))
    cap, line, amount = rules
    row.credit_config = factories.CreditConfig(
        organization_id=row.id, monthly_cap=cap, refill_threshold=line, refill_amount=amount
    )
    held = {
        "balance": (available or 0) + more.get("reserved", 0),
        "synced_at": factories.ago(minutes=more.pop("minutes_old", 0), seconds=5),
    } | more
    row.wallet = factories.Wallet(organization_id=row.id, available=available, **held)
    own = Organization(id="org_p", name="Us", status="active")
    own.wallet = factories.Wallet(organization_id=own.id, prepaid=ours, available=ours)
    wallet = OurWallet(own)
    wallet.claims = Claims()
    return Refills(Standing(row), wallet)


@pytest.mark.parametrize(
    ("case", "code", "words"),
    [
        ({}, Code.DUE, "It is due now, and Layers checks within minutes: it adds 1,000."),
        ({"available": None}, Code.UNKNOWN, "Nobody can tell yet: its wallet or its rules are not known."),
        ({"rules": (9, None, None)}, Code.NO_RULE, "It has no refill rule."),
        ({"rules": (None, 500, None)}, Code.HALF, "Its rule has no amount to add, so nothing refills it."),
        ({"rules": (None, None, 5)}, Code.HALF, "Its rule has no line to refill below, so nothing refills it."),
        ({"available": 500}, Code.ABOVE, "It is not due: 500 are available, and it refills below 500."),
        ({"status": "suspended"}, Code.SUSPENDED, "It is suspended: it is refilled when it is resumed."),
        ({"status": "archived"}, Code.ARCHIVED, "It is archived, so it is never refilled again."),
        (
            {"rules": (2_100, 500, 1_000), "used_this_period": 2_000},
            Code.CAP,
            "Its cap of 2,100 leaves no room: 2,000 spent and 100 in its wallet.",
        ),
        (
            {"rules": (2_500, 500, 1_000), "used_this_period": 2_000},
            Code.DUE,
            "It is due now, and Layers checks within minutes: "
            "it adds 400 instead of 1,000, all its cap leaves room for.",
        ),
        ({"ours": 999}, Code.PARENT, "Our wallet cannot cover it: it needs 1,000, ours can move 999."),
        (
            {"ours": 999, "minutes_old": 21},
            Code.PARENT,
            "Our wallet cannot cover it: it needs 1,000, ours can move 999. Our copy is 21 min old.",
        ),
    ],
)
def test_it_is_said_in_one_sentence(case: dict[str, Any], code: Code, words: str) -> None:
    reason = refills(**case).why
    assert (reason.code, reason.words) == (code, words)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    available=CREDITS,
    reserved=CREDITS,
    used=CREDITS,
    cap=st.none() | st.integers(0, 30_000),
    line=CREDITS,
    amount=st.integers(1, 5_000),
    prepaid=CREDITS,
    on_the_way=st.sampled_from([0, 1, 2_000, 9_500]),
    state=st.sampled_from([State.QUEUED, State.WAITING_APPROVAL, State.SUCCEEDED, State.FAILED]),
    status=st.sampled_from(["active", "suspended"]),
)
def test_what_is_kept_for_lists_says_the_same(
    available: int,
    reserved: int,
    used: int,
    cap: int | None,
    line: int,
    amount: int,
    prepaid: int,
    on_the_way: int,
    state: str,
    status: str,
) -> None:
    Organization.objects.all().delete()
    factories.Wallet.objects.all().delete()
    factories.parent(prepaid=prepaid)
    row = factories.customer(status=status)
    factories.wallet(row, available, reserved=reserved, used_this_period=used)
    factories.credit_config(row, monthly_cap=cap, refill_threshold=line, refill_amount=amount)
    Command.objects.all().delete()
    if on_the_way:
        factories.allocation(factories.customer(), on_the_way, state=state, finished_at=timezone.now())
    weigh([row.id])
    kept = Outlook.objects.get(organization_id=row.id)
    ours = OurWallet(parent())
    found = Refills(Standing(customers_with_money().get(id=row.id)), ours)
    assert kept.blocked == (found.why.code if found.why.is_blocked else "")
    assert why(found.standing, ours) == found.why
    if status == "active":
        assert kept.next_refill == found.next


class TestPicture:
    def test_it_shows_what_is_spent_held_and_to_come_up_to_the_cap(self) -> None:
        found = Picture(refills(1_500, reserved=100, used_this_period=3_200, rules=(8_000, 500, 1_000)))
        assert [(part.kind, part.credits) for part in found.parts] == [
            ("spent", 3_200),
            ("reserved", 100),
            ("available", 1_500),
            ("refill", 3_200),
        ]
        assert found.steps == [1_000, 1_000, 1_000, 200]
        assert found.trigger == 3_300 + 1_000
        assert "3,300 of 8,000 are spent or reserved: room for 4,700" in found.words
        assert "up to 3,200 in all" in found.words

    def test_what_the_cap_does_not_let_be_spent_is_shown_apart(self) -> None:
        found = Picture(refills(5_000, used_this_period=3_000, rules=(4_000, 500, 1_000)))
        assert [(part.kind, part.credits) for part in found.parts][1:] == [("available", 1_000), ("beyond", 4_000)]
        assert "The cap leaves no room for one" in found.words

    def test_without_a_cap_refills_have_no_end(self) -> None:
        found = Picture(refills(5_000))
        assert found.key[-1] == ("refill", "Refills can add", "no end")
        assert "No cap" in found.words

    def test_a_cap_of_nothing_is_said_plainly(self) -> None:
        assert "nothing may be spent" in Picture(refills(50, rules=(0, None, None))).words

    @settings(max_examples=100)
    @given(
        available=st.none() | CREDITS,
        reserved=CREDITS,
        used=CREDITS,
        cap=st.none() | CREDITS,
        rule=st.tuples(st.none() | CREDITS, st.none() | st.integers(1, 9_000)),
    )
    def test_it_is_drawn_for_any_numbers_and_never_past_its_width(
        self, available: int | None, reserved: int, used: int, cap: int | None, rule: tuple[int | None, int | None]
    ) -> None:
        found = Picture(refills(available, reserved=reserved, used_this_period=used, rules=(cap, *rule)))
        assert str(found.drawing).startswith("<svg")
        assert "style" not in found.drawing
        assert all(0 <= share <= 100 for share, _, _ in found.marks)
        assert found.words
        if found.refillable is not None and found.rules.refills:
            assert sum(found.steps) == found.refillable
