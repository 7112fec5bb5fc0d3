"""The page of the rules that ask for a second person: proposing a change, and what is told of it."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from dashboard.models import Staff
from layers.outbox.approving import decide
from layers.outbox.models import Approval
from orgs.four_eyes import rules
from orgs.four_eyes_models import FourEyesRules
from orgs.four_eyes_rules import Limits, propose
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LIMITS: Limits = {"single_above": 5_000, "daily_above": 25_000, "batch_above": None, "scheduled_above": None}
TYPED = {"single_above": "8,000", "daily_above": "25 000", "batch_above": "", "scheduled_above": "0"}


@pytest.fixture
def jonas() -> Staff:
    return factories.staff("Admin", name="Jonas Weber")


@pytest.fixture
def lena() -> Staff:
    return factories.staff("Admin", name="Lena Okafor")


@pytest.fixture
def held(jonas: Staff, lena: Staff) -> FourEyesRules:
    decide(propose(jonas, LIMITS).id, lena, agree=True)
    found = rules()
    assert found
    return found


@pytest.fixture
def desk(jonas: Staff, client: Client) -> Client:
    client.force_login(jonas)
    return client


def look(desk: Client) -> Any:
    return desk.get(reverse("approvals:rules"))


def post(desk: Client, headers: dict[str, str] | None = None, **values: str) -> Any:
    form = {"seal": look(desk).context["seal"]} | TYPED | values
    return desk.post(reverse("approvals:rules"), form, headers=headers or {})


@pytest.mark.usefixtures("held")
class TestProposing:
    def test_it_waits_for_the_other_administrator_and_then_holds(self, desk: Client, lena: Staff) -> None:
        response = post(desk)
        request = Approval.objects.get(state="waiting")
        assert response.headers["Location"] == reverse("approvals:detail", args=[request.id])
        assert rules() and rules().single_above == 5_000
        assert "A change waits for a second administrator." in look(desk).content.decode()
        other = Client()
        other.force_login(lena)
        shown = other.get(reverse("approvals:detail", args=[request.id])).content.decode()
        for part in ("above 5,000", "above 8,000", "More alone", "always"):
            assert part in shown
        decide(request.id, lena, agree=True)
        now = rules()
        assert now
        assert [now.single_above, now.daily_above, now.batch_above, now.scheduled_above] == [8_000, 25_000, None, 0]

    def test_the_preview_says_what_changes_and_proposes_nothing(self, desk: Client) -> None:
        for headers in ({}, HTMX):
            html = post(desk, headers, step="preview").content.decode()
            for part in ("above 8,000", "More alone", "always"):
                assert part in html
        assert not Approval.objects.filter(state="waiting").exists()

    @pytest.mark.parametrize("typed", ["abc", "-5", "1.5", "1" + "0" * 13])
    def test_a_limit_that_cannot_be_meant(self, desk: Client, typed: str) -> None:
        response = post(desk, single_above=typed)
        assert response.status_code == 422
        assert "Nothing was proposed." in response.content.decode()
        assert "One allocation" in post(desk, HTMX, single_above=typed).content.decode()

    def test_one_change_at_a_time(self, desk: Client) -> None:
        post(desk)
        response = post(desk, single_above="1")
        assert response.status_code == 422
        assert "waits for a second administrator already" in response.content.decode()

    def test_the_same_rules_are_refused(self, desk: Client) -> None:
        response = post(desk, single_above="5000", daily_above="25000", scheduled_above="")
        assert response.status_code == 422
        assert "These are the rules as they are." in response.content.decode()

    def test_a_form_filled_in_over_older_rules_is_not_taken(self, desk: Client, jonas: Staff, lena: Staff) -> None:
        sealed = look(desk).context["seal"]
        decide(propose(jonas, LIMITS | {"daily_above": 1_000}).id, lena, agree=True)
        assert post(desk, seal=sealed).status_code == 400
        assert rules() and rules().daily_above == 1_000


def test_without_rules_it_says_so_and_an_only_administrator_learns_that_nobody_can_agree(desk: Client) -> None:
    html = look(desk).content.decode()
    assert "No rules yet: one person may move any amount." in html
    assert "You are the only administrator." in html


def test_versions_are_told_with_who_decided_at_the_same_cost(
    desk: Client, jonas: Staff, lena: Staff, held: FourEyesRules, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(18):
        look(desk)
    for number in range(1, 7):
        request = propose(jonas, LIMITS | {"single_above": number})
        decide(request.id, lena, agree=number % 2 == 0, comment="")
    with django_assert_num_queries(18):
        html = look(desk).content.decode()
    for part in ("Holds now", "Held", "Refused", "Lena Okafor"):
        assert part in html


def test_the_demo_world_has_rules_that_two_administrators_agreed_on_once() -> None:
    call_command("demo_staff")
    call_command("demo_staff")
    held = rules()
    assert held
    assert held.single_above == 5_000
    request = Approval.objects.get()
    assert (request.state, request.requester.name, str(request.decided_by)) == (
        "approved",
        "Jonas Weber",
        "Lena Okafor",
    )
