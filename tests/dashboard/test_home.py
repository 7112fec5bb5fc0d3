"""Home shows each person what needs them, and nothing that is not their work."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ads.commands import approve
from layers.outbox.models import Command, Failure, State
from orgs.outlook import weigh
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy() -> None:
    """One thing of each kind that waits for somebody."""
    factories.parent(prepaid=214_600)
    customer = factories.customer(name="Tideline Swim")
    factories.wallet(customer, available=0, used_this_period=900)
    factories.credit_config(customer, monthly_cap=1000)
    weigh()
    project = factories.project(customer)
    factories.container(project, hook="Learn to breathe", created_at=factories.ago(hours=21))
    factories.layer(project, kill_switch_active=True)
    campaign = factories.campaign(project, name="Wind-down")
    factories.action(campaign, expires_at=timezone.now() + timedelta(hours=9))


def home(client: Client) -> Any:
    return client.get(reverse("home"))


def figures(response: Any) -> dict[str, int]:
    return {tile.name: tile.count for tile in response.context["figures"]}


@pytest.mark.usefixtures("busy")
class TestRoles:
    def test_a_reviewer_sees_the_oldest_content(self, signed_in: Any) -> None:
        response = home(signed_in("Reviewer"))
        page = response.content.decode()
        assert figures(response) == {"To review": 1, "Commands to settle": 0}
        assert "Learn to breathe" in page
        assert "21 h" in page
        for other in ("Wind-down", "Run dry soon", "Kill switches", "214,600"):
            assert other not in page

    def test_finance_sees_wallets(self, signed_in: Any) -> None:
        response = home(signed_in("Finance"))
        page = response.content.decode()
        assert figures(response) == {"Run dry soon": 1, "Approvals": 0, "Unmatched": 0, "Commands to settle": 0}
        for part in ("Tideline Swim", "214,600", "Over 80% of cap", "90%", "Allocate"):
            assert part in page
        for other in ("Learn to breathe", "Wind-down", "Kill switches"):
            assert other not in page

    def test_an_ads_manager_sees_what_expires(self, signed_in: Any) -> None:
        response = home(signed_in("Ads manager"))
        page = response.content.decode()
        assert figures(response) == {"Ad actions pending": 1, "Commands to settle": 0}
        for part in ("Raise daily budget", "1 expires within 24 h", "Kill switches that are on"):
            assert part in page
        for other in ("Learn to breathe", "Allocate"):
            assert other not in page

    def test_support_gets_the_search_field_first(self, signed_in: Any) -> None:
        page = home(signed_in("Support")).content.decode()
        assert "Look something up" in page
        assert "Kill switches that are on" in page
        for other in ("Learn to breathe", "Allocate", "Raise daily budget"):
            assert other not in page

    def test_an_administrator_sees_it_all(self, signed_in: Any) -> None:
        response = home(signed_in("Admin"))
        assert len(figures(response)) == 6
        assert response.context["needs"] == "Three things need you."

    def test_somebody_without_a_role_gets_a_page(self, signed_in: Any) -> None:
        assert home(signed_in("")).context["needs"] == "Nothing needs you."


@pytest.mark.parametrize(("hour", "part"), [(3, "evening"), (6, "morning"), (12, "afternoon"), (19, "evening")])
def test_the_greeting_follows_the_readers_clock(signed_in: Any, hour: int, part: str) -> None:
    person = factories.staff(name="Mara Lindqvist", time_zone="Asia/Tokyo")
    with time_machine.travel(datetime(2026, 6, 11, hour, tzinfo=UTC) - timedelta(hours=9), tick=False):
        client = signed_in(person=person)
        assert home(client).context["greeting"] == f"Good {part}, Mara."


def test_commands_that_failed_need_you(signed_in: Any) -> None:
    person = factories.staff("Ads manager")
    approve(person, factories.action())
    Command.objects.update(state=State.FAILED, failure=Failure.UNREACHABLE)
    response = home(signed_in(person=person))
    assert figures(response)["Commands to settle"] == 1
    assert "Try again" in response.content.decode()


def test_what_layers_never_told_breaks_nothing(signed_in: Any) -> None:
    factories.customer(name="No wallet yet")
    bare = factories.container(preview=None)
    type(bare).objects.update(raw={}, organization_id="org_unseen")
    type(factories.action()).objects.update(organization_id="org_unseen", current_value={}, new_value={}, raw={})
    assert "org_unseen" in home(signed_in("Admin")).content.decode()


@pytest.mark.usefixtures("busy")
def test_it_costs_the_same_with_little_and_with_much(signed_in: Any, django_assert_num_queries: Any) -> None:
    client = signed_in("Admin")
    with django_assert_num_queries(34) as few:
        home(client)
    for _ in range(6):
        project = factories.project()
        factories.wallet(project.organization, available=0)
        factories.container(project)
        factories.action(factories.campaign(project))
        factories.layer(project, kill_switch_active=True)
    with django_assert_num_queries(len(few)):
        home(client)
