"""A command may have been sent with one API key, and we have another one now."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from django.utils import timezone

from layers.client import Layers, Transport
from layers.mirror import link
from layers.outbox import delivery
from layers.outbox.models import Command, Failure, State, What
from tests import factories
from tests.layers.api import Api, answer
from tests.layers.tracing import trace

pytestmark = pytest.mark.django_db
ONE, TWO = "lp_live_ONE_a-secret_of_one", "lp_live_TWO_a-secret"
Deliver = Callable[[Command], Command]


class Remembers:
    """Layers, as it keeps its answers: for each API key apart. The first answers are lost after the effect."""

    def __init__(self) -> None:
        self.known: set[tuple[str, str]] = set()
        self.lost = 3

    def __call__(self, request: httpx.Request) -> httpx.Response:
        key = request.headers["Authorization"], request.headers["Idempotency-Key"]
        replayed = key in self.known
        self.known.add(key)
        self.lost -= 1
        if self.lost >= 0:
            raise httpx.ReadError("lost after the effect")
        credits = json.loads(request.content)["credits"]
        return answer({"id": f"txn_{len(self.known)}", "allocated": credits, "replayed": replayed}, 201)


@pytest.fixture
def remembers() -> Remembers:
    return Remembers()


@pytest.fixture
def deliver(remembers: Remembers, settings: Any) -> Deliver:
    """Once more, whatever pause it is in, with the key of now."""

    def go(command: Command) -> Command:
        Command.objects.filter(id=command.id).update(not_before=timezone.now())
        http = httpx.Client(transport=httpx.MockTransport(remembers), base_url="https://layers.test")
        transport = Transport("https://layers.test", settings.LAYERS_API_KEY, http=http, sleep=lambda seconds: None)
        delivery.deliver(Layers(transport), command.id)
        command.refresh_from_db()
        return command

    return go


@pytest.fixture
def command(settings: Any) -> Command:
    settings.LAYERS_API_KEY = ONE
    factories.parent()
    return factories.allocation(factories.customer(), 500)


def test_under_the_same_key_it_is_asked_again(command: Command, deliver: Deliver, remembers: Remembers) -> None:
    assert deliver(command).state == State.UNKNOWN
    assert deliver(command).state == State.SUCCEEDED
    assert len(remembers.known) == 1


def test_under_another_key_it_is_read_about_and_not_sent(
    command: Command, deliver: Deliver, remembers: Remembers, settings: Any
) -> None:
    """Layers would not know its idempotency key, and move the credits a second time."""
    deliver(command)
    settings.LAYERS_API_KEY = TWO
    deliver(command)
    assert (command.state, command.failure) == (State.UNKNOWN, Failure.LOOKING)
    assert command.steps.latest("id").what == What.KEY_TOO_OLD
    metadata = {"partner_desk_command": str(command.id), "transferId": "txn_1"}
    trace(command, answer({"items": [{"eventId": "e1", "credits": 500, "metadata": metadata}]}))
    assert (command.state, len(remembers.known)) == (State.SUCCEEDED, 1)


def test_what_never_left_us_is_sent_with_the_key_of_now(command: Command, deliver: Deliver, settings: Any) -> None:
    delivery.deliver(Api(httpx.ConnectError("refused")).layers, command.id)
    command.refresh_from_db()
    assert (command.sent_at, command.sent_with) == (None, "")
    settings.LAYERS_API_KEY = TWO
    deliver(command)
    assert (command.failure, command.sent_with) == (Failure.ANSWER_LOST, link.key_mark())


def test_a_command_keeps_nothing_of_the_secret(settings: Any) -> None:
    marks = []
    for key in (ONE, "lp_live_ONE_another-secret", TWO, "lp_a-key-without-parts"):
        settings.LAYERS_API_KEY = key
        marks.append(link.key_mark())
    assert marks[0] == marks[1] != marks[2]
    assert (len(marks[0]), marks[3]) == (16, "")
