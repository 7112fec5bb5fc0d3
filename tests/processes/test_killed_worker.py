"""Kills a real worker between "the API answered" and "we noted it", and counts what happened at Layers."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from layers.client import Layers, Transport
from layers.mirror import scopes
from layers.outbox import delivery
from layers.outbox.models import Command, State
from layers.outbox.tasks import sweep
from orgs.commands import allocate
from orgs.models import Organization
from orgs.tenant import Seal
from stack.children import Children
from stack.sandbox import Sandbox
from tests import factories
from tests.running import free_port, wait_for
from tests.worlds import database_with

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder = tmp_path_factory.mktemp("killed")
    api = Sandbox(folder, free_port(), database_with("small", "killed_sandbox", folder), dict(os.environ))
    with Children(log_dir=folder / "log") as children:
        children.wait_ready(*children.start(api.piece()))
        yield api


@pytest.fixture
def layers(sandbox: Sandbox) -> Layers:
    return Layers(Transport(sandbox.url, sandbox.key()))


@pytest.fixture
def worker_env(sandbox: Sandbox) -> dict[str, str]:
    """What a worker needs to work on the database of this test."""
    url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + str(connection.settings_dict["NAME"])
    return dict(os.environ) | {"DATABASE_URL": url, "LAYERS_API_URL": sandbox.url, "LAYERS_API_KEY": sandbox.key()}


def start(command: list[str], env: dict[str, str]) -> "subprocess.Popen[bytes]":
    root = Path(__file__).resolve().parents[2]
    return subprocess.Popen([sys.executable, *command], cwd=root, env=env, stdin=subprocess.DEVNULL)


def allocations(layers: Layers, command: Command) -> list[dict[str, Any]]:
    """The rows of the customer's ledger, at Layers, that carry this command's id."""
    pages = layers.ledger(child=command.organization_id)
    rows = [row for page in pages for row in page.items]
    return [row for row in rows if (row.get("metadata") or {}).get("partner_desk_command") == str(command.id)]


def test_an_allocation_exists_once_though_its_worker_was_killed_before_it_could_note_the_answer(
    layers: Layers, worker_env: dict[str, str]
) -> None:
    scopes.follow("organizations", [""])
    scopes.fetch(layers, "organizations:")
    customer = Organization.objects.filter(status="active").exclude(parent_id="").order_by("name")[0]
    before = layers.wallet(child=customer.id)["prepaidBalance"]
    seal = Seal(customer.id, customer.id, "one form")
    command = allocate(factories.staff("Finance"), customer, seal, credits=700, description="kill -9")

    dying = start(["-m", "tests.processes.dying_worker"], worker_env)
    try:
        assert dying.wait(timeout=40) == -signal.SIGKILL
    finally:
        dying.kill()

    command.refresh_from_db()
    assert command.state == State.SENDING, "we never noted the answer"
    assert len(allocations(layers, command)) == 1, "but Layers has moved the credits"

    # The lease of the dead worker runs out.
    Command.objects.filter(id=command.id).update(claimed_at=timezone.now() - delivery.LEASE * 2)
    words = "-m celery -A dashboard.celery worker -P threads -c 2 -Q commands,refresh --loglevel WARNING"
    successor = start(words.split(), worker_env)
    try:
        sweep.delay()
        wait_for(
            lambda: Command.objects.filter(id=command.id, state=State.SUCCEEDED).exists(),
            seconds=30,
            why="the next worker to settle the command",
        )
    finally:
        successor.terminate()
        successor.wait(timeout=20)

    command.refresh_from_db()
    assert command.answer["replayed"] is True
    assert len(allocations(layers, command)) == 1
    assert layers.wallet(child=customer.id)["prepaidBalance"] == before + 700
