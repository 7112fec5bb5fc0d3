"""Minting: what the form offers, what is refused, and that one form makes one key."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from layers.mirror import link
from layers.outbox import delivery
from layers.outbox.models import Command, Failure, State
from orgs.keys import common, handover
from orgs.keys.models import ApiKey, Handover
from orgs.models import Organization
from orgs.tenant import seal
from tests import factories
from tests.orgs.keys.conftest import FakeLayers, fill, url

pytestmark = pytest.mark.django_db


def test_the_form_offers_what_our_own_key_has_and_never_org_admin(admin: Client, customer: Organization) -> None:
    html = admin.get(url("mint_key", customer.id)).content.decode()
    for scope in ("content:approve", "ads:write:override", "sdk:write"):
        assert f'value="{scope}"' in html
    for scope in ("org:admin", "social:write", "content:*", "*"):
        assert f'value="{scope}"' not in html


def test_a_key_is_recorded_with_its_name_and_scopes(admin: Client, customer: Organization, person: Any) -> None:
    answer = fill(admin, customer, name="  Feed  importer ", scopes=["content:read", "jobs:read"], env="test")
    command = Command.objects.get()
    assert answer.status_code == 302
    assert (command.kind, command.target, command.staff) == ("keys.mint", customer.id, person)
    assert command.payload == {
        "customer": "Morrow Journal",
        "name": "Feed importer",
        "scopes": ["content:read", "jobs:read"],
        "env": "test",
    }
    assert command.words == "Mint key “Feed importer” of Morrow Journal"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": ""}, "A key needs a name."),
        ({"name": "x" * 121}, "At most 120 characters"),
        ({"scopes": []}, "Choose at least one thing it may do."),
        ({"scopes": ["org:admin"]}, "Our own key cannot hand on org:admin."),
        ({"scopes": ["social:write"]}, "Our own key cannot hand on social:write."),
        ({"env": "both"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_sent_is_said_at_its_field(
    admin: Client, customer: Organization, values: dict[str, Any], said: str
) -> None:
    answer = fill(admin, customer, **values)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Command.objects.exists()


def test_a_preset_ticks_its_boxes_without_scripts_and_keeps_the_name(admin: Client, customer: Organization) -> None:
    answer = fill(admin, customer, preset="sdk", name="Backend")
    assert answer.context["form"].chosen == {"projects:read", "sdk:write"}  # our key has no events and no metrics
    assert 'value="Backend"' in answer.content.decode()
    assert not Command.objects.exists()


def test_one_form_makes_one_key_however_often_it_is_sent(admin: Client, customer: Organization) -> None:
    address = url("mint_key", customer.id)
    wish = {"seal": admin.get(address).context["seal"], "name": "Feed", "env": "live", "scopes": ["content:read"]}
    first, second = admin.post(address, wish), admin.post(address, wish)
    assert Command.objects.count() == Handover.objects.count() == 1
    assert second["Location"] == f"{first['Location']}&again=1"


def test_a_second_key_of_the_same_name_is_refused_while_the_first_works(admin: Client, customer: Organization) -> None:
    factories.api_key(customer, name="Feed")
    answer = fill(admin, customer)
    assert "A live key of Morrow Journal is called Feed already." in answer.content.decode()
    ApiKey.objects.update(status="revoked")
    assert fill(admin, customer).status_code == 302
    assert "is called Feed already" in fill(admin, customer).content.decode()  # one is on its way


def test_nothing_is_recorded_for_a_browser_that_keeps_no_cookies(admin: Client, customer: Organization) -> None:
    address = url("mint_key", customer.id)
    sealed = admin.get(address).context["seal"]
    del admin.cookies[handover.COOKIE]
    answer = admin.post(address, {"seal": sealed, "name": "Feed", "env": "live", "scopes": ["content:read"]})
    assert answer.status_code == 422
    assert "did not send the cookie" in answer.content.decode()
    assert not Command.objects.exists()


def test_a_form_of_another_customer_is_refused(admin: Client, customer: Organization, person: Any) -> None:
    other = factories.customer()
    assert fill(admin, customer, seal=seal(person, other.id, "keys.mint")).status_code == 400
    assert not Command.objects.exists()


def test_an_archived_customer_gets_no_key(admin: Client, customer: Organization) -> None:
    Organization.objects.filter(id=customer.id).update(status="archived")
    assert "Archived customers stay as they are." in fill(admin, customer).content.decode()


def test_it_says_when_our_own_scopes_are_not_known_yet(admin: Client, customer: Organization) -> None:
    Organization.objects.filter(parent_id="").update(raw={})
    assert "is not known yet" in admin.get(url("mint_key", customer.id)).content.decode()


@pytest.mark.parametrize(("role", "status"), [("Admin", 200), ("Finance", 403), ("Support", 403)])
def test_only_administrators_mint(signed_in: Any, customer: Organization, role: str, status: int) -> None:
    assert signed_in(role).get(url("mint_key", customer.id)).status_code == status


def test_a_stranger_to_us_has_no_keys(admin: Client, ours: Organization) -> None:
    for name in ("keys", "mint_key"):
        assert admin.get(url(name, "org_nobody")).status_code == 404
        assert admin.get(url(name, ours.id)).status_code == 404


def test_after_half_an_hour_in_the_queue_nothing_is_sent_any_more(
    admin: Client, customer: Organization, fake: FakeLayers, deliver: Callable[[Command], Command]
) -> None:
    fill(admin, customer)
    late = timezone.now() - common.PATIENCE - timedelta(seconds=1)
    Command.objects.update(created_at=late)
    command = deliver(Command.objects.get())
    assert (command.state, command.failure, fake.asked) == (State.FAILED, Failure.TOO_LATE, [])
    assert command.sent_at is None


def test_what_may_have_arrived_is_asked_again_however_late(
    admin: Client, customer: Organization, fake: FakeLayers, deliver: Callable[[Command], Command]
) -> None:
    fill(admin, customer)
    long_ago = timezone.now() - timedelta(hours=3)
    Command.objects.update(created_at=long_ago, sent_at=long_ago, sent_with=link.key_mark(), state=State.UNKNOWN)
    assert deliver(Command.objects.get()).state == State.SUCCEEDED


def test_a_failed_one_is_not_given_again_because_only_its_form_knows_the_browser(
    admin: Client, customer: Organization
) -> None:
    fill(admin, customer)
    Command.objects.update(state=State.FAILED, failure=Failure.REFUSED)
    command = Command.objects.get()
    page = admin.get(reverse("commands:detail", args=[command.id])).content.decode()
    assert "Looked at" in page and "Try again" not in page
    said = admin.post(reverse("commands:retry", args=[command.id]), follow=True).content.decode()
    assert "only its form can" in said
    assert Command.objects.count() == 1


def test_a_command_is_left_alone_until_its_worker_is_given_up(
    admin: Client, customer: Organization, fake: FakeLayers, deliver: Callable[[Command], Command]
) -> None:
    fill(admin, customer)
    deliver(Command.objects.get())
    assert not delivery.deliver(fake, Command.objects.get().id)
    assert len(fake.asked) == 1
