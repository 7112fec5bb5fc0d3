"""How long a command is tried while Layers cannot be reached, and how long its message lives."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.utils import timezone

from layers.client.errors import Spent
from layers.outbox import delivery, tasks
from layers.outbox.models import Command, Failure, State
from tests import factories
from tests.layers.api import Api, Reply, refusal

pytestmark = pytest.mark.django_db
UNREACHED = httpx.ConnectError("refused")
LONG = delivery.PATIENCE + timedelta(minutes=1)


@pytest.fixture
def command() -> Command:
    return factories.allocation(factories.customer(), 500)


def deliver(command: Command, reply: Reply) -> None:
    Command.objects.filter(id=command.id).update(not_before=timezone.now())
    delivery.deliver(Api(reply).layers, command.id)
    command.refresh_from_db()


def test_after_hours_of_tries_it_fails_plainly(command: Command) -> None:
    deliver(command, UNREACHED)
    command.steps.update(began=timezone.now() - LONG)
    deliver(command, UNREACHED)
    assert (command.state, command.failure) == (State.FAILED, Failure.UNREACHABLE)
    assert (command.sent_at, command.sent_with) == (None, "")


@pytest.mark.parametrize("reply", [UNREACHED, Spent(20), refusal(429, "RATE_LIMITED", **{"Retry-After": "30"})])
def test_one_that_stood_for_long_before_its_first_try_is_tried_like_any_other(command: Command, reply: Any) -> None:
    """A second person agreed late, or what went before it was unknown for long."""
    Command.objects.filter(id=command.id).update(created_at=timezone.now() - LONG)
    for _ in range(2):
        deliver(command, reply)
        assert command.state == State.QUEUED


def test_a_sweep_asks_for_what_is_due_with_messages_that_do_not_pile_up(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, Any]] = []
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda args, **options: asked.append((args, options)))
    tasks.sweep()
    assert asked == [((str(command.id),), {"expires": tasks.EXPIRES})]
