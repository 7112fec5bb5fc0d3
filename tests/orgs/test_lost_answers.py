"""What becomes of new customers and of decisions about keys whose answer was lost long ago.

What Layers leaves out proves nothing: read as "no", it would make a second customer, or hide a key nobody knows of.
"""

from typing import Any

import pytest
from django.utils import timezone

from layers.outbox.models import Command, Failure, State
from orgs.lifecycle import create
from orgs.models import Organization
from orgs.tenant import Seal
from tests import factories
from tests.layers.api import Reply, answer
from tests.layers.tracing import lost_long_ago, trace, trace_twice

pytestmark = pytest.mark.django_db
LOOKING = (State.UNKNOWN, Failure.LOOKING)
NEVER_ARRIVED = (State.FAILED, Failure.NEVER_ARRIVED)
SCOPES = ["content:read"]
SINCE = "2100-01-01T00:00:00Z"


@pytest.fixture(autouse=True)
def ours() -> Organization:
    return factories.parent()


def listing(*rows: dict[str, Any]) -> Reply:
    """A list that holds these, made just now."""
    made = {"createdAt": timezone.now().isoformat()}
    return answer({"items": [made | row for row in rows], "nextCursor": None})


def stands(command: Command) -> tuple[str, str]:
    return command.state, command.failure


class TestNewCustomers:
    @pytest.fixture
    def command(self, ours: Organization) -> Command:
        seal = Seal(ours.id, create.NEW, "form-1")
        return lost_long_ago(create.create(factories.staff("Admin"), seal, name="Nova"))

    def test_one_that_carries_our_command_was_made_by_it(self, command: Command) -> None:
        silent = {"id": "org_a", "name": "Nova"}
        named = {"id": "org_b", "name": "Nova", "metadata": {"partner_desk_command": str(command.id)}}
        trace(command, listing(silent, named))
        assert (command.state, command.organization_id) == (State.SUCCEEDED, "org_b")

    @pytest.mark.parametrize("silent", [{}, {"metadata": None}, {"metadata": []}, {"createdAt": None}])
    def test_one_without_its_metadata_could_be_it(self, command: Command, silent: dict[str, Any]) -> None:
        trace_twice(command, listing({"id": "org_a", "name": "Nova"} | silent))
        assert stands(command) == LOOKING

    def test_those_of_others_and_older_ones_are_not_it(self, command: Command) -> None:
        others = {"id": "org_a", "metadata": {}}, {"id": "org_b", "createdAt": "2020-01-01T00:00:00Z"}
        trace_twice(command, listing(*others))
        assert stands(command) == NEVER_ARRIVED


class TestKeys:
    @pytest.fixture
    def customer(self) -> Organization:
        return factories.customer()

    def given(self, kind: str, customer: Organization) -> Command:
        payload = {"customer": customer.name, "name": "Feed", "scopes": SCOPES, "env": "live"}
        target = customer.id if kind == "keys.mint" else "key_1"
        return lost_long_ago(factories.allocation(customer, 0, kind=kind, target=target, payload=payload))

    @pytest.mark.parametrize(
        ("row", "state"),
        [
            ({}, (State.SUCCEEDED, "")),
            ({"name": "Other"}, NEVER_ARRIVED),
            ({"scopes": None}, LOOKING),
            ({"name": None}, LOOKING),
            ({"env": None}, LOOKING),
        ],
    )
    def test_a_minted_key_is_told_by_name_scopes_and_env(
        self, customer: Organization, row: dict[str, Any], state: tuple[str, str]
    ) -> None:
        command = self.given("keys.mint", customer)
        trace_twice(command, listing({"id": "key_1", "name": "Feed", "scopes": SCOPES, "env": "live"} | row))
        assert stands(command) == state

    @pytest.mark.parametrize(
        ("row", "state"),
        [
            ({"status": "revoked"}, (State.SUCCEEDED, "")),
            ({"status": "active"}, NEVER_ARRIVED),
            ({}, LOOKING),
            ({"id": None, "status": "active"}, LOOKING),
            ({"id": "key_other", "status": "active"}, (State.FAILED, Failure.GONE)),
        ],
    )
    def test_a_revoked_key_is_told_by_its_status(
        self, customer: Organization, row: dict[str, Any], state: tuple[str, str]
    ) -> None:
        command = self.given("keys.revoke", customer)
        trace_twice(command, listing({"id": "key_1"} | row))
        assert stands(command) == state

    @pytest.mark.parametrize(
        ("row", "state"),
        [
            ({"rotatedAt": SINCE, "supersededBy": "key_2"}, (State.SUCCEEDED, "")),
            ({"rotatedAt": "2020-01-01T00:00:00Z", "supersededBy": "key_2"}, (State.FAILED, Failure.DECIDED_ELSEWHERE)),
            ({"rotatedAt": None, "supersededBy": None}, NEVER_ARRIVED),
            ({"supersededBy": None}, LOOKING),
            ({"rotatedAt": "soon", "supersededBy": "key_2"}, LOOKING),
            ({"rotatedAt": SINCE}, LOOKING),
            ({"rotatedAt": SINCE, "supersededBy": "key_3"}, LOOKING),
        ],
    )
    def test_a_rotated_key_is_told_by_when_and_by_what_took_its_place(
        self, customer: Organization, row: dict[str, Any], state: tuple[str, str]
    ) -> None:
        command = self.given("keys.rotate", customer)
        trace_twice(command, listing({"id": "key_1"} | row, {"id": "key_2"}))
        assert stands(command) == state
