"""The preview: who a row means, what it gets, every problem by row and column, and what our wallet covers."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from layers.outbox.models import Command, State
from orgs.giving.plan import HAS_IT, Plan, Way, Wish
from orgs.giving.sheet import read
from orgs.models import Organization, Wallet
from tests import factories
from tests.orgs.giving.conftest import customer

pytestmark = pytest.mark.django_db
NAMES = ["Acme", "Birch", "Cedar", "nobody"]


def plan(text: str, way: str = Way.ROWS, **wish: Any) -> Plan:
    return Plan(read(text), Wish(way, **wish))


class TestWho:
    def test_a_row_may_name_an_id_an_external_id_or_an_exact_name(self, three: list[Organization]) -> None:
        acme, birch, cedar = three
        factories.project(birch, customer_external_id="ext-7")
        found = plan(f"{acme.id},1\next-7,2\nCedar,3")
        assert [(row.customer, row.credits) for row in found.rows] == [(acme, 1), (birch, 2), (cedar, 3)]

    def test_columns_may_say_it_together_when_they_agree(self, three: list[Organization]) -> None:
        acme, birch, _ = three
        found = plan(f"id,name,amount\n{acme.id},Acme,1\n{birch.id},Acme,2")
        assert [row.credits for row in found.rows] == [1, 0]
        assert found.rows[1].problems == [("id", "Organization id and Name name different customers.")]

    @pytest.mark.parametrize("name", ["Acme ", "'-Acme", "Called otherwise since", "Twin", "Ac\nme"])
    def test_beside_an_id_a_name_only_counts_against_it_when_it_is_another_customers(
        self, three: list[Organization], name: str
    ) -> None:
        row = three[1] if "since" in name else customer(name)
        customer("Twin")
        assert plan(f'id,name,amount\n{row.id},"{name}",1').rows[0].credits == 1
        found = plan(f"id,name,amount\n{row.id},Cedar,1")
        assert found.rows[0].problems == [("id", "Organization id and Name name different customers.")]

    @pytest.mark.parametrize(
        ("text", "column", "words"),
        [
            ("name,amount\nacme,1", "name", "We know no customer of exactly this name."),
            ("id,amount\nAcme,1", "id", "We know no customer with this id."),
            ("external id,amount\nAcme,1", "external", "We know no customer with this external id."),
            ("nobody,1", "customer", "We know no customer with this id, external id or exact name."),
            ("Larkspur,1", "customer", "We know no customer with this id, external id or exact name."),
            ("Twin,1", "customer", "2 customers are called so. Write the organization id."),
            ("id,name,amount\n,,1", "customer", "Which customer? The row names none."),
        ],
    )
    def test_who_cannot_be_told_is_a_problem(
        self, three: list[Organization], text: str, column: str, words: str
    ) -> None:
        customer("Twin"), customer("Twin")
        assert plan(text).rows[0].problems == [(column, words)]

    def test_a_customer_that_stands_there_twice_gets_the_first_row_only(self, three: list[Organization]) -> None:
        found = plan(f"Acme,5\nBirch,1\n{three[0].id},5")
        assert [row.credits for row in found.rows] == [5, 1, 0]
        assert found.rows[2].problems == [("", "Acme stands in row 1 already.")]

    def test_archived_customers_get_nothing(self, three: list[Organization]) -> None:
        Organization.objects.filter(id=three[0].id).update(status="archived")
        assert plan("Acme,5").rows[0].problems == [("", "Archived customers cannot be given credits.")]


class TestHowMuch:
    def test_the_same_for_each(self, three: list[Organization]) -> None:
        assert [row.credits for row in plan("Acme\nBirch", Way.SAME, credits=70).rows] == [70, 70]

    def test_up_to_a_level_counts_what_is_on_its_way(self, three: list[Organization], finance: Any) -> None:
        command = factories.allocation(three[1], 300)
        found = plan("Acme\nBirch\nCedar", Way.LEVEL, level=900)
        assert [(row.credits, row.skipped) for row in found.rows] == [(0, HAS_IT), (200, ""), (900, "")]
        Command.objects.filter(id=command.id).update(state=State.WAITING_APPROVAL)
        assert plan("Birch", Way.LEVEL, level=900).rows[0].coming.words == "300 waiting for approval"

    def test_rows_may_say_an_amount_or_a_level_and_not_both(self, three: list[Organization]) -> None:
        found = plan("name,amount,top up to\nAcme,5,\nBirch,,1000\nCedar,5,10")
        assert [row.credits for row in found.rows] == [5, 600, 0]
        assert found.rows[2].problems == [("level", "Either an amount or a level to top up to, not both.")]

    def test_nobody_can_say_what_is_missing_in_a_wallet_that_is_not_known(self, three: list[Organization]) -> None:
        customer("Fir", None)
        assert plan("Fir", Way.LEVEL, level=9).rows[0].credits == 0
        assert plan("Fir,9").rows[0].credits == 9

    def test_all_problems_of_a_row_are_named(self, three: list[Organization]) -> None:
        row = plan(f"name,amount,reason\nnobody,1.5,{'x' * 501}").rows[0]
        assert [column for column, _ in row.problems] == ["name", "description", "amount"]

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        rows=some.lists(
            some.tuples(some.sampled_from(NAMES), some.sampled_from(["1", "1,500", "x", ""])),
            min_size=1,
            max_size=8,
        ),
        level=some.none() | some.integers(1, 3_000),
    )
    def test_sums_are_those_of_the_rows_and_no_row_is_lost(
        self, three: list[Organization], rows: list[tuple[str, str]], level: int | None
    ) -> None:
        text = "name;amount\n" + "\n".join(f"{name};{'' if level else words}" for name, words in rows)
        text = text.replace(";", "\t")
        found = plan(text, Way.LEVEL if level else Way.ROWS, level=level)
        assert len(found.rows) == len(rows)
        assert sorted([*found.giving, *found.refused, *found.skipped], key=lambda row: row.number) == found.rows
        assert found.total == sum(row.credits for row in found.giving)
        assert len({row.id for row in found.giving}) == len(found.giving)
        available = {"Acme": 1_000, "Birch": 400, "Cedar": 0}
        for row, (name, words) in zip(found.rows, rows, strict=True):
            if row.credits:
                assert row.credits == (level - available[name] if level else int(words.replace(",", "")))
        assert found.ours.free_after == 100_000 - found.total


class TestOurWallet:
    def test_what_it_does_not_cover_cannot_be_given_at_all(self, three: list[Organization]) -> None:
        factories.allocation(three[0], 30_000)
        found = plan("Acme,60000\nBirch,10001")
        assert found.problem.startswith("Our prepaid balance covers 70,000 credits; these are 70,001, 1 more.")
        assert plan("Acme,60000\nBirch,10000").problem == ""

    def test_an_unknown_one_covers_nothing(self, three: list[Organization]) -> None:
        Wallet.objects.filter(organization_id="org_parent").update(prepaid=None)
        assert plan("Acme,1").problem == "Our prepaid balance is not known yet."


def test_the_questions_do_not_grow_with_the_rows(
    three: list[Organization], django_assert_max_num_queries: Callable[..., Any]
) -> None:
    with django_assert_max_num_queries(8) as few:
        assert not plan("Acme,1\nBirch,2").problem
    more = [customer(f"Number {n}") for n in range(30)]
    with django_assert_max_num_queries(len(few)):
        assert not plan("\n".join(f"{row.name},1" for row in more)).problem
