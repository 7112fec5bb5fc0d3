"""Changing one customer's cap and refill rule: what is refused at which field, what is recorded, what the page says."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from layers.outbox.models import Command, State
from layers.outbox.verbs import give_again
from orgs.caps.rules import CHANGE_CAPS, FIELDS, Rules, half_problem
from orgs.models import CreditConfig, Organization
from orgs.tenant import seal
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NUMBER = st.none() | st.integers(0, 10**12)
RULES = st.builds(Rules, NUMBER, NUMBER, NUMBER)


def url(customer: Organization) -> str:
    return reverse("orgs:caps", args=[customer.id])


@pytest.fixture
def ruled(customer: Organization) -> Organization:
    """Cap 8,000, refilled below 500 by 1,000."""
    CreditConfig.objects.filter(organization=customer).update(
        monthly_cap=8_000, refill_threshold=500, refill_amount=1_000
    )
    return customer


def opened(client: Client, customer: Organization) -> dict[str, str]:
    """What the form would post if nothing was typed."""
    context = client.get(url(customer)).context
    return {"seal": context["seal"], **context["form"].initial}


def sent() -> list[dict[str, Any]]:
    return [row.payload["set"] for row in Command.objects.filter(kind=CHANGE_CAPS).order_by("created_at")]


class TestRules:
    @given(RULES)
    def test_a_form_carries_them_there_and_back(self, rules: Rules) -> None:
        assert Rules.read(rules.key) == rules

    @pytest.mark.parametrize("text", ["", "1/2", "a/b/c", "1/2/3/4", "-1//", "²//", "1/2/3\n4"])
    def test_what_was_changed_by_hand_is_not_read(self, text: str) -> None:
        assert Rules.read(text) is None

    @given(RULES, RULES)
    def test_the_changes_lead_from_one_to_the_other_and_name_only_what_differs(self, a: Rules, b: Rules) -> None:
        changes = a.changes_to(b)
        assert a.after(changes) == b
        assert all(getattr(a, name) != getattr(b, name) for name in changes)

    @given(RULES)
    def test_half_a_rule_is_a_problem_at_the_half_that_is_missing(self, rules: Rules) -> None:
        problem = half_problem(rules)
        assert (problem is None) == ((rules.line is None) == (rules.amount is None))
        assert problem is None or getattr(rules, problem[0]) is None


class TestForm:
    def test_it_is_filled_with_what_holds(self, finance: Client, ruled: Organization) -> None:
        form = opened(finance, ruled)
        assert (form["cap"], form["line"], form["amount"], form["shown"]) == ("8,000", "500", "1,000", "8000/500/1000")

    def test_only_what_was_changed_is_sent(self, finance: Client, ruled: Organization) -> None:
        finance.post(url(ruled), opened(finance, ruled) | {"cap": "9000", "reason": "June campaign"})
        command = Command.objects.get()
        assert (command.payload["set"], command.payload["before"]) == ({"cap": 9_000}, {"cap": 8_000})
        assert (command.reason, command.target) == ("June campaign", ruled.id)
        assert command.words == "Change Morrow Journal: cap 8,000 → 9,000"

    def test_an_empty_field_clears_and_zero_is_a_number(self, finance: Client, ruled: Organization) -> None:
        finance.post(url(ruled), opened(finance, ruled) | {"cap": "0", "line": "", "amount": ""})
        assert sent() == [{"cap": 0, "line": None, "amount": None}]
        assert Command.objects.get().words.endswith("cap 8,000 → 0, refill below 500 → none, refill adds 1,000 → none")

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"line": ""}, "line"),
            ({"amount": ""}, "amount"),
            ({"cap": "-1"}, "cap"),
            ({"cap": "1.5"}, "cap"),
            ({"line": "abc"}, "line"),
            ({"amount": "0"}, "amount"),
            ({"cap": "9" * 20}, "cap"),
            ({"reason": "x" * 501}, "reason"),
            ({"shown": "a/b"}, "shown"),
        ],
    )
    def test_each_problem_stands_at_its_field_and_nothing_is_recorded(
        self, finance: Client, ruled: Organization, typed: dict[str, str], field: str
    ) -> None:
        response = finance.post(url(ruled), opened(finance, ruled) | typed)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        assert not sent()

    def test_nothing_changed_is_said_and_not_recorded(self, finance: Client, ruled: Organization) -> None:
        response = finance.post(url(ruled), opened(finance, ruled))
        assert response.status_code == 422
        assert "Nothing was changed." in response.content.decode()

    def test_what_somebody_changed_meanwhile_is_shown_before_it_is_written_over(
        self, finance: Client, ruled: Organization
    ) -> None:
        form = opened(finance, ruled) | {"cap": "9,000"}
        CreditConfig.objects.filter(organization=ruled).update(monthly_cap=20_000)
        response = finance.post(url(ruled), form)
        assert response.status_code == 422
        assert "Somebody changed it" in response.content.decode()
        assert ("Monthly cap", "20,000", "9,000") in response.context["moves"]
        finance.post(url(ruled), form | {"shown": response.context["form"]["shown"].value()})
        assert sent() == [{"cap": 9_000}]

    def test_a_second_change_builds_on_the_one_that_is_on_its_way(self, finance: Client, ruled: Organization) -> None:
        finance.post(url(ruled), opened(finance, ruled) | {"line": "700"})
        page = finance.get(url(ruled))
        assert page.context["form"].initial["line"] == "700"
        assert "Another change of these is on its way" in page.content.decode()
        finance.post(url(ruled), opened(finance, ruled) | {"amount": "2,000"})
        assert sent() == [{"line": 700}, {"amount": 2_000}]

    def test_one_that_nobody_can_tell_about_is_not_on_its_way_any_more(
        self, finance: Client, ruled: Organization
    ) -> None:
        finance.post(url(ruled), opened(finance, ruled) | {"line": "700"})
        Command.objects.update(state=State.UNKNOWN, failure="key_expired")
        assert opened(finance, ruled)["line"] == "500"

    def test_a_form_acts_once(self, finance: Client, ruled: Organization) -> None:
        form = opened(finance, ruled) | {"cap": "9,000"}
        finance.post(url(ruled), form)
        again = finance.post(url(ruled), form, follow=True)
        assert "Given already." in again.content.decode()
        assert len(sent()) == 1

    def test_numbers_that_are_not_known_yet_cannot_be_changed(self, finance: Client, ours: Organization) -> None:
        row = factories.customer()
        factories.wallet(row)
        page = finance.get(url(row))
        assert "has not told us yet" in page.content.decode()
        form = {"seal": page.context["seal"], "cap": "5", "shown": "//"}
        assert finance.post(url(row), form).status_code == 422
        assert not sent()

    def test_an_archived_customer_stays_as_it_is(self, finance: Client, ruled: Organization) -> None:
        form = opened(finance, ruled) | {"cap": "9,000"}
        Organization.objects.filter(id=ruled.id).update(status="archived")
        response = finance.post(url(ruled), form)
        assert "Archived customers stay as they are." in response.content.decode()
        assert not sent()


class TestPreview:
    def test_it_says_what_changes_and_what_that_means_and_records_nothing(
        self, finance: Client, ruled: Organization
    ) -> None:
        form = opened(finance, ruled) | {"cap": "6,000", "preview": "1"}
        response = finance.post(url(ruled), form, headers=HTMX)
        words = response.content.decode()
        assert response.status_code == 200
        assert response.context["moves"] == [("Monthly cap", "8,000", "6,000")]
        assert "0 of 6,000 are spent or reserved: room for 6,000 until" in words
        assert "when less than 500 are available, 1,000 each time, up to 1,000 in all" in words
        assert not sent()
        assert "<html" not in words
        assert f'hx-post="{url(ruled)}"' in words

    def test_without_scripts_it_is_the_page(self, finance: Client, ruled: Organization) -> None:
        response = finance.post(url(ruled), opened(finance, ruled) | {"cap": "", "preview": "1"})
        assert b"<html" in response.content
        assert "No cap: it may spend all it has" in response.content.decode()

    def test_what_cannot_be_meant_is_said_while_one_types(self, finance: Client, ruled: Organization) -> None:
        form = opened(finance, ruled) | {"amount": "", "preview": "1"}
        assert "Say how much a refill adds" in finance.post(url(ruled), form, headers=HTMX).content.decode()


class TestDoors:
    def test_readers_are_refused_and_see_no_button(self, support: Client, customer: Organization) -> None:
        assert support.get(url(customer)).status_code == 403
        assert support.post(url(customer)).status_code == 403
        assert url(customer) not in support.get(reverse("orgs:detail", args=[customer.id])).content.decode()

    def test_finance_finds_it_on_the_customers_page(self, finance: Client, customer: Organization) -> None:
        assert url(customer) in finance.get(reverse("orgs:detail", args=[customer.id])).content.decode()

    def test_ourselves_and_strangers_have_none(self, finance: Client, ours: Organization) -> None:
        assert finance.get(url(ours)).status_code == 404
        assert finance.get(reverse("orgs:caps", args=["org_nobody"])).status_code == 404

    def test_a_seal_of_another_customer_person_or_purpose_records_nothing(
        self, signed_in: Any, ruled: Organization
    ) -> None:
        person = factories.staff("Finance")
        client = signed_in(person=person)
        other = factories.customer()
        for broken in (
            seal(person, other.id, CHANGE_CAPS),
            seal(person, ruled.id, ruled.id),
            seal(factories.staff("Finance"), ruled.id, CHANGE_CAPS),
            "",
        ):
            form = opened(client, ruled) | {"seal": broken, "cap": "9,000"}
            assert client.post(url(ruled), form).status_code == 400
        assert not sent()


def test_a_failed_change_is_given_again_from_what_holds_then(finance: Client, ruled: Organization) -> None:
    finance.post(url(ruled), opened(finance, ruled) | {"cap": "9,000"})
    Command.objects.update(state=State.FAILED, failure="switched_off")
    CreditConfig.objects.filter(organization=ruled).update(monthly_cap=20_000)
    again = give_again(Command.objects.get().id, factories.staff("Finance"))
    assert (again.payload["set"], again.payload["before"]) == ({"cap": 9_000}, {"cap": 20_000})


def test_the_names_of_the_numbers_are_those_of_the_api() -> None:
    assert FIELDS == {"cap": "monthlyCreditCap", "line": "refillThreshold", "amount": "refillAmount"}
