"""Commands whose answer was lost long ago, and one or two readings about them."""

from collections.abc import Callable
from typing import Any

import httpx
from django.utils import timezone

from layers.outbox import delivery, tracing
from layers.outbox.models import Command, Failure, State, Step, What
from tests.layers.api import Api, Reply

Replies = Reply | Callable[[httpx.Request], Reply]


def lost_long_ago(command: Command) -> Command:
    """As it stands when its key is too old and the quiet time is over."""
    began = timezone.now() - tracing.QUIET
    state: dict[str, Any] = {"state": State.UNKNOWN, "failure": Failure.LOOKING}
    sent_at = began - delivery.KEY_WINDOW
    Command.objects.filter(id=command.id).update(sent_at=sent_at, not_before=timezone.now(), **state)
    Step.objects.create(command=command, what=What.KEY_TOO_OLD, at=began, **state)
    command.refresh_from_db()
    return command


def trace(command: Command, *replies: Replies) -> Api:
    """One reading, whose time has come."""
    Command.objects.filter(id=command.id).update(not_before=timezone.now())
    api = Api(*replies)
    delivery.deliver(api.layers, command.id)
    command.refresh_from_db()
    assert all(call.method == "GET" for call in api.calls), "nothing may be sent"
    return api


def trace_twice(command: Command, reply: Replies) -> None:
    trace(command, reply)
    trace(command, reply)
