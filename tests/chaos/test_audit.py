"""The auditor of make chaos finds every kind of breach, and nothing where all is well."""

from dataclasses import replace

import pytest

from chaos.audit import ALLOCATE, CAPS, audit
from chaos.desk import Row
from chaos.told import Told
from chaos.truth import Side, Truth, Wallet

PARENT, CHILD, TARGET = "aa", "bb", "org_bb"


def truth(*sides: tuple[str, int], caps: dict[tuple[str, int], int] | None = None, rules: object = None) -> Truth:
    """What Layers holds after the transfers of `sides`, (command, credits into the child)."""
    given = sum(credits for _, credits in sides)
    wallets = {
        PARENT: Wallet(PARENT, True, 1_000 - given, (None, None, None), 1_000 - given, -given),
        CHILD: Wallet(CHILD, False, given, rules or (None, None, None), given, given),
    }
    found = Truth(wallets)
    for number, (command, credits) in enumerate(sides):
        found.sides[command] += [Side(PARENT, -credits, f"txn_{number}"), Side(CHILD, credits, f"txn_{number}")]
    found.caps.update(caps or {})
    return found


def row(
    state: str = "succeeded", *, id: str = "c1", failure: str = "", detail: str = "", cap: int | None = None
) -> Row:
    payload = {"credits": 5} if cap is None else {"set": {"cap": cap}}
    return Row(id, ALLOCATE if cap is None else CAPS, TARGET, state, failure, detail, payload, f"once {id}", 1)


def told(*commands: str, cancelled: bool | None = None) -> list[Told]:
    return [Told(0, "allocate", "someone", "recorded", list(commands), cancelled=cancelled)]


def test_a_transfer_that_happened_once_and_a_failure_that_moved_nothing_are_well() -> None:
    verdict = audit(told("c1", "c2"), [row(), row("failed", id="c2")], truth(), truth(("c1", 5)))

    assert verdict.holds
    assert verdict.closing_line == (
        "commands 2, one effect 1, none 1, lost 0, doubled 0, unexplained 0, credits conserved yes"
    )


def test_a_command_that_nobody_can_tell_about_is_explained_when_a_person_has_the_facts() -> None:
    lost = row("unknown", failure="key_expired", detail="Only our ledger shows it.")

    assert audit(told("c1"), [lost], truth(), truth()).holds
    assert audit(told("c1"), [replace(lost, detail="")], truth(), truth()).unexplained == 1


@pytest.mark.parametrize(
    ("state", "sides", "counted"),
    [
        ("succeeded", [], "lost"),
        ("succeeded", [("c1", 5), ("c1", 5)], "doubled"),
        ("failed", [("c1", 5)], "unexplained"),
        ("cancelled", [("c1", 5)], "unexplained"),
        ("unknown", [("c1", 5)], "unexplained"),
        ("queued", [], "unexplained"),
    ],
)
def test_a_row_that_says_something_else_than_what_happened_is_a_breach(
    state: str, sides: list[tuple[str, int]], counted: str
) -> None:
    verdict = audit(told("c1"), [row(state)], truth(), truth(*sides))

    assert not verdict.holds
    assert getattr(verdict, counted) >= 1


def test_a_decision_whose_row_is_gone_is_lost_and_one_that_nobody_gave_is_unexplained() -> None:
    assert audit(told("c1"), [], truth(), truth()).lost == 1
    assert audit(told("c1", cancelled=True), [], truth(), truth()).lost == 1
    assert audit([], [row("failed")], truth(), truth()).unexplained == 1


def test_a_decision_that_was_taken_back_and_sent_all_the_same_is_a_breach() -> None:
    assert not audit(told("c1", cancelled=True), [row()], truth(), truth(("c1", 5))).holds


def test_two_commands_of_one_form_are_doubled() -> None:
    twin = replace(row(id="c2"), once="once c1")

    assert audit(told("c1", "c2"), [row(), twin], truth(), truth(("c1", 5), ("c2", 5))).doubled == 1


def test_a_transfer_of_another_amount_is_a_breach() -> None:
    assert not audit(told("c1"), [row()], truth(), truth(("c1", 6))).holds


def test_credits_that_no_ledger_row_explains_are_not_conserved() -> None:
    after = truth(("c1", 5))
    after.wallets[CHILD] = replace(after.wallets[CHILD], balance=6)

    verdict = audit(told("c1"), [row()], truth(), after)

    assert not verdict.conserved
    assert verdict.closing_line.endswith("credits conserved no")


def test_a_cap_counts_once_however_often_it_was_confirmed_and_twice_when_it_came_back() -> None:
    changed = row(cap=700)

    assert audit(told("c1"), [changed], truth(), truth(caps={(CHILD, 700): 1}, rules=(700, None, None))).holds
    assert audit(told("c1"), [changed], truth(), truth(caps={(CHILD, 700): 2}, rules=(700, None, None))).doubled == 1


def test_a_customer_with_another_cap_than_its_last_change_is_a_breach() -> None:
    changes = [row(id="c1", cap=700), row(id="c2", cap=800)]
    caps = {(CHILD, 700): 1, (CHILD, 800): 1}

    assert audit(told("c1", "c2"), changes, truth(), truth(caps=caps, rules=(800, None, None))).holds
    assert not audit(told("c1", "c2"), changes, truth(), truth(caps=caps, rules=(700, None, None))).holds
