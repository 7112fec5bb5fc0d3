"""The keys of a customer as they are shown, and the dialogs that rotate and revoke one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from layers.client.key_shapes import ApiKey as KeyShape
from layers.mirror.models import Scope
from layers.mirror.upsert import upsert
from layers.outbox.models import Command
from orgs.keys import table
from orgs.keys.models import ApiKey
from orgs.models import Organization
from tests import factories
from tests.orgs.keys.conftest import FakeLayers, fill, url

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def page(browser: Client, customer: Organization, more: str = "") -> str:
    answer = browser.get(url("keys", customer.id) + more)
    assert answer.status_code == 200
    return answer.content.decode()


def state_of(key: ApiKey) -> str:
    return table.rows(key.organization_id, [key])[0].state[1]


def test_a_key_shows_its_prefix_its_rights_its_tier_and_its_last_use(admin: Client, customer: Organization) -> None:
    factories.api_key(customer, name="Feed", prefix="lp_live_AAAA", last_used_at=factories.ago(hours=3))
    html = page(admin, customer)
    for words in ("Feed", "lp_live_AAAA", "Everything in content", "content:*", "Rate limit: standard", "3 h ago"):
        assert words in html
    assert "30 days ago" in html and "not made here" in html


def test_a_key_made_here_says_by_whom(
    admin: Client, customer: Organization, deliver: Callable[[Command], Command]
) -> None:
    fill(admin, customer)
    command = deliver(Command.objects.get())
    assert "by Jonas Weber" in page(admin, customer)
    assert url("key_secret", customer.id, command.id) in page(admin, customer)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({}, "Active"),
        ({"superseded_by": "key_2", "grace_until": timezone.now() + timedelta(hours=5)}, "Rotating"),
        ({"superseded_by": "key_2", "grace_until": timezone.now() - timedelta(hours=5)}, "Rotated out"),
        ({"superseded_by": "key_2", "status": "revoked"}, "Rotated out"),
        ({"status": "revoked"}, "Revoked"),
        ({"status": "frozen"}, "frozen"),
    ],
)
def test_each_state_has_a_word(customer: Organization, values: dict[str, Any], word: str) -> None:
    assert state_of(factories.api_key(customer, **values)) == word


def test_a_killed_key_is_told_apart_by_the_audit_log(customer: Organization) -> None:
    key = factories.api_key(customer, status="revoked")
    factories.audit_event(customer, "api_key.killed", raw={"data": {"apiKeyId": key.id}})
    factories.audit_event(customer, "api_key.killed", raw={"data": "odd"})
    assert state_of(key) == "Killed"


def test_a_rotating_key_counts_down_without_scripts(admin: Client, customer: Organization) -> None:
    until = timezone.now() + timedelta(hours=17, minutes=5, seconds=30)
    factories.api_key(customer, superseded_by="key_2", grace_until=until)
    html = page(admin, customer)
    assert "17 h 5 min</b> left" in html
    assert f'data-grace="{until:%Y-%m-%dT%H:%M:%SZ}"' in html


def test_only_working_keys_are_listed_at_first(admin: Client, customer: Organization) -> None:
    factories.api_key(customer, name="Works")
    factories.api_key(customer, name="Gone", status="revoked")
    factories.api_key(customer, name="Over", grace_until=factories.ago(hours=1))
    assert "Gone" not in page(admin, customer) and "Over" not in page(admin, customer)
    assert "Gone" in page(admin, customer, "?show=all")


def test_the_list_costs_the_same_with_few_and_with_many(admin: Client, customer: Organization) -> None:
    factories.api_key(customer, status="revoked")
    address = url("keys", customer.id) + "?show=all"
    admin.get(address)
    with CaptureQueriesContext(connection) as few:
        admin.get(address)
    for _ in range(60):
        factories.api_key(customer, status="revoked")
    with CaptureQueriesContext(connection) as many:
        assert "Older" in admin.get(address).content.decode()
    assert len(many) == len(few)
    keys = [query["sql"] for query in few if "orgs_apikey" in query["sql"] or "orgs_handover" in query["sql"]]
    assert len(keys) == 2


@pytest.mark.parametrize(("role", "may"), [("Admin", True), ("Finance", False), ("Support", False)])
def test_whoever_sees_customers_sees_keys_and_only_administrators_change_them(
    signed_in: Any, customer: Organization, role: str, may: bool
) -> None:
    key = factories.api_key(customer)
    browser = signed_in(role)
    for address in (url("rotate_key", customer.id, key.id), url("revoke_key", customer.id, key.id)):
        assert (address in page(browser, customer)) is may
        assert browser.get(address).status_code == (200 if may else 403)
    assert (url("mint_key", customer.id) in page(browser, customer)) is may


def test_a_reviewer_sees_no_keys(signed_in: Any, customer: Organization) -> None:
    assert signed_in("Reviewer").get(url("keys", customer.id)).status_code == 403


def test_a_key_of_another_customer_is_not_found(admin: Client, customer: Organization) -> None:
    theirs = factories.api_key(factories.customer())
    for name in ("rotate_key", "revoke_key"):
        assert admin.get(url(name, customer.id, theirs.id)).status_code == 404


def test_a_key_with_nothing_but_an_id_breaks_no_page(admin: Client, customer: Organization) -> None:
    odd = {"id": "key_odd/1", "scopes": "all", "createdAt": 7, "status": None, "secret": "s"}
    upsert(ApiKey, [KeyShape.of(customer.id, odd, timezone.now())])
    assert "Unnamed key" in page(admin, customer)
    assert "secret" not in ApiKey.objects.get().raw
    assert admin.get(url("revoke_key", customer.id, "key_odd/1")).status_code == 200


class TestRotate:
    def send(self, browser: Client, key: ApiKey, **values: str) -> Any:
        address = url("rotate_key", key.organization_id, key.id)
        return browser.post(address, {"seal": browser.get(address).context["seal"], "reason": "Leaver", **values})

    def test_it_says_what_will_happen_and_asks_why(self, admin: Client, customer: Organization) -> None:
        key = factories.api_key(customer)
        html = admin.get(url("rotate_key", customer.id, key.id), headers=HTMX).content.decode()
        assert html.strip().startswith("<dialog") and "<b>24 hours more</b>" in html
        assert "Say why" in self.send(admin, key, reason="").content.decode()
        assert not Command.objects.exists()

    def test_the_new_secret_is_shown_to_whoever_asked(
        self, admin: Client, customer: Organization, deliver: Callable[[Command], Command]
    ) -> None:
        key = factories.api_key(customer)
        assert self.send(admin, key).status_code == 302
        command = deliver(Command.objects.get())
        assert (command.target, command.reason) == (key.id, "Leaver")
        assert "lp_live_ABCDEF" in admin.post(url("key_secret", customer.id, command.id)).content.decode()

    def test_two_people_rotate_it_once(self, admin: Client, customer: Organization, fake: FakeLayers) -> None:
        key = factories.api_key(customer)
        self.send(admin, key)
        other = Client()
        other.force_login(factories.staff("Admin"))
        assert "again=1" in self.send(other, key)["Location"]
        assert Command.objects.count() == 1

    def test_one_that_was_rotated_before_is_refused(self, admin: Client, customer: Organization) -> None:
        key = factories.api_key(customer, superseded_by="key_2", grace_until=timezone.now() + timedelta(hours=1))
        assert "Rotate the key that took its place" in self.send(admin, key).content.decode()


class TestRevoke:
    def send(self, browser: Client, key: ApiKey, **values: str) -> Any:
        address = url("revoke_key", key.organization_id, key.id)
        return browser.post(address, {"seal": browser.get(address).context["seal"], "reason": "", **values})

    def test_it_says_what_stops_and_asks_for_name_or_prefix(self, admin: Client, customer: Organization) -> None:
        key = factories.api_key(customer, name="Feed", prefix="lp_live_AAAA", scopes=["sdk:write"])
        html = admin.get(url("revoke_key", customer.id, key.id)).content.decode()
        assert "answers <b>401</b>" in html and "What stops: Make and change SDK apps" in html
        assert "neither its name nor its prefix" in self.send(admin, key, typed="Food").content.decode()
        assert not Command.objects.exists()
        assert self.send(admin, key, typed="lp_live_AAAA").status_code == 302
        assert Command.objects.get().words == "Revoke key “Feed” of Morrow Journal"

    def test_the_last_hours_of_a_rotated_one_can_be_ended(self, admin: Client, customer: Organization) -> None:
        key = factories.api_key(customer, superseded_by="k2", grace_until=timezone.now() + timedelta(hours=3))
        assert "Its last hours end now" in admin.get(url("revoke_key", customer.id, key.id)).content.decode()

    def test_one_that_ended_is_refused(self, admin: Client, customer: Organization) -> None:
        key = factories.api_key(customer, name="Feed", status="revoked")
        assert "does not work any more" in self.send(admin, key, typed="Feed").content.decode()


class TestLifecycleDialogs:
    def test_archive_and_suspend_name_the_live_keys(self, admin: Client, customer: Organization) -> None:
        for name in ("Feed", "Staging", "App"):
            factories.api_key(customer, name=name)
        factories.api_key(customer, name="Old", status="revoked")
        for route in ("archive", "suspend"):
            html = admin.get(url(route, customer.id)).content.decode()
            assert "<b>3 live keys</b>" in html and "Old" not in html

    def test_none_and_not_read_yet_are_told_apart(self, admin: Client, customer: Organization) -> None:
        assert "have not read yet how many" in admin.get(url("archive", customer.id)).content.decode()
        Scope.objects.create(id=f"keys:{customer.id}", resource="keys", key=customer.id, synced_at=timezone.now())
        assert "it has none that works" in admin.get(url("archive", customer.id)).content.decode()
