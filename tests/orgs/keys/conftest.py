"""What the tests of keys share: our own key's scopes, an administrator, and Layers as far as keys go."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from layers.client import Answer
from layers.outbox import delivery
from layers.outbox.models import Command
from orgs.models import Organization
from tests import factories

SCOPES = ["projects:read", "content:*", "ads:read", "ads:write:*", "jobs:read", "sdk:write", "org:admin"]
SECRET = "lp_live_ABCDEFGHIJKLMNOP_this-is-a-secret-of-43-characters-at-least"


@pytest.fixture
def ours(db: None) -> Organization:
    return factories.parent(raw={"scopes": SCOPES})


@pytest.fixture
def customer(ours: Organization) -> Organization:
    row = factories.customer(name="Morrow Journal")
    factories.wallet(row)
    return row


@pytest.fixture
def person(db: None) -> Any:
    return factories.staff("Admin", name="Jonas Weber")


@pytest.fixture
def admin(client: Client, person: Any) -> Client:
    client.force_login(person)
    return client


class FakeLayers:
    """Mints and rotates with one secret; counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def _answer(self, child: str, **more: Any) -> Answer:
        key = {
            "id": f"key_new{len(self.asked)}",
            "organizationId": child,
            "name": "Feed",
            "prefix": "lp_live_ABCDEFGHIJKLMNOP",
            "env": "live",
            "scopes": ["content:read"],
            "status": "active",
            "createdAt": timezone.now().isoformat(),
        }
        return Answer(201, {"apiKey": key, "secret": SECRET, "warning": "Keep it.", **more}, "req_1", 0.0)

    def mint_key(self, child: str, body: Any, key: str) -> Answer:
        self.asked.append(("mint", body))
        return self._answer(child)

    def rotate_key(self, child: str, key_id: str, key: str) -> Answer:
        self.asked.append(("rotate", key_id))
        return self._answer(child)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeLayers:
    monkeypatch.setattr("layers.outbox.delivery.refresh.delay", lambda scope: None)
    return FakeLayers()


@pytest.fixture
def deliver(fake: FakeLayers) -> Callable[[Command], Command]:
    def go(command: Command) -> Command:
        assert delivery.deliver(fake, command.id)
        command.refresh_from_db()
        return command

    return go


def url(name: str, *parts: Any) -> str:
    return reverse(f"orgs:{name}", args=parts)


def fill(browser: Client, customer: Organization, **values: Any) -> Any:
    """Opens the mint form, fills it and sends it."""
    address = url("mint_key", customer.id)
    sealed = browser.get(address).context["seal"]
    wish = {"seal": sealed, "name": "Feed", "env": "live", "scopes": ["content:read"], **values}
    return browser.post(address, wish)
