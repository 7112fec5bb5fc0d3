"""One form, pressed twice at the same moment: one command, and both presses are told about it."""

from collections.abc import Callable
from threading import Thread
from time import monotonic
from typing import Any

import pytest
from django.db import connection, transaction
from nacl.public import PrivateKey

from layers.outbox.models import Command
from layers.outbox.verbs import AlreadyGiven
from orgs.caps.commands import set_caps
from orgs.caps.rules import Rules
from orgs.keys.handover import Browser
from orgs.keys.mint import mint
from orgs.keys.models import ApiKey
from orgs.keys.revoke import revoke
from orgs.keys.rotate import rotate
from orgs.lifecycle.archive import archive
from orgs.lifecycle.create import create
from orgs.lifecycle.edit import change
from orgs.lifecycle.migrate import migrate
from orgs.lifecycle.status import suspend
from orgs.models import Organization, Project
from orgs.tenant import Seal
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
SEAL = Seal("", "", "one form")
BROWSER = Browser(bytes(PrivateKey.generate().public_key), "session")

Decision = Callable[[Any, Organization], Command]


def _key(customer: Organization) -> ApiKey:
    return ApiKey.objects.get(organization=customer)


DECISIONS: dict[str, Decision] = {
    "a suspension": lambda staff, customer: suspend(staff, customer, SEAL),
    "an archive": lambda staff, customer: archive(staff, customer, SEAL),
    "a change": lambda staff, customer: change(staff, customer, SEAL, {"name": "Renamed"}),
    "a cap": lambda staff, customer: set_caps(staff, customer, SEAL, shown=Rules(), wanted=Rules(cap=7)),
    "a new key": lambda staff, customer: mint(
        staff, customer, SEAL, BROWSER, name="Feed", scopes=["content:read"], env="live"
    ),
    "a rotation": lambda staff, customer: rotate(staff, customer, _key(customer), SEAL, BROWSER, reason="Leaver"),
    "a revocation": lambda staff, customer: revoke(staff, customer, _key(customer), SEAL),
    "a new customer": lambda staff, customer: create(staff, SEAL, name="Oat Street"),
    "a move": lambda staff, customer: migrate(staff, SEAL, {Project.objects.get().id: "Oat Street"}),
}


@pytest.fixture
def customer() -> Organization:
    """With a key, beside a project that is still our own."""
    ours = factories.parent(raw={"scopes": ["content:read"]})
    factories.project(ours)
    row = factories.customer()
    factories.credit_config(row)
    factories.api_key(row)
    return row


def waiting() -> int:
    """How many transactions of this database wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # within a transaction the first look would be kept
        cursor.execute(
            "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND pg_stat_activity.datname = current_database()"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("decision", DECISIONS.values(), ids=DECISIONS)
def test_both_presses_get_the_one_command(
    customer: Organization, decision: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("layers.outbox.tasks.deliver.apply_async", lambda *args, **options: None)
    person, ends = factories.staff("Admin"), []

    def press() -> None:
        try:
            decision(person, customer)
            ends.append("recorded")
        except Exception as refusal:
            ends.append(type(refusal).__name__)
        finally:
            connection.close()

    presses = [Thread(target=press, daemon=True) for _ in range(2)]
    give_up = monotonic() + 30
    with transaction.atomic():
        # Both have begun, and neither is through, before either goes on.
        list(Organization.objects.select_for_update())
        for one in presses:
            one.start()
        while waiting() < len(presses):
            assert monotonic() < give_up, ends
    for one in presses:
        one.join(timeout=20)
    assert sorted(ends) == [AlreadyGiven.__name__, "recorded"]
    assert Command.objects.count() == 1
