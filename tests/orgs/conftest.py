"""What the tests of the customer pages share: somebody from finance, our own organization, one customer; and for those
that send commands, a sandbox."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from layers.client import Layers, Transport
from layers.mirror import scopes
from layers.outbox import delivery
from layers.outbox.models import Command
from orgs.models import Organization
from sandbox.world.keys import PARENT_KEY
from tests import factories
from tests.sandbox.api import Api
from tests.sandbox.conftest import running_sandbox


@pytest.fixture
def ours(db: None) -> Organization:
    return factories.parent(prepaid=100_000)


@pytest.fixture
def customer(ours: Organization) -> Organization:
    """Active, with 5,000 credits available, no cap and no refill rule."""
    row = factories.customer(name="Morrow Journal")
    factories.wallet(row, available=5_000)
    factories.credit_config(row)
    return row


@pytest.fixture
def finance(signed_in: Any) -> Any:
    return signed_in("Finance")


@pytest.fixture
def support(signed_in: Any) -> Any:
    return signed_in("Support")


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """One for all. Tests leave its clock alone, and what they change there they make themselves."""
    with running_sandbox(tmp_path_factory.mktemp("orgs"), "_orgs") as running:
        yield running


@pytest.fixture
def layers(sandbox: Api) -> Layers:
    return Layers(Transport(sandbox.url, PARENT_KEY))


@pytest.fixture
def send(layers: Layers, monkeypatch: pytest.MonkeyPatch) -> Callable[[Command], Command]:
    """Delivers a command to the sandbox; what it asks to be fetched again is fetched at once."""
    monkeypatch.setattr("layers.outbox.delivery.refresh.delay", lambda scope: scopes.fetch(layers, scope))

    def deliver(command: Command) -> Command:
        assert delivery.deliver(layers, command.id)
        command.refresh_from_db()
        return command

    return deliver
