"""A worker that was at work when Valkey died lets go of its old connection, and makes another."""

import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from kombu import Connection, Message, Queue

from dashboard.celery import Surviving, app


@pytest.fixture
def connection() -> Iterator[Connection]:
    assert app.conf.task_acks_late, "else nothing would be unfinished"
    with Connection(settings.CELERY_BROKER_URL) as connection:
        yield connection


@pytest.fixture
def unfinished(connection: Connection) -> Iterator[Message]:
    """A message that a worker has taken and not yet acknowledged."""
    connection.SimpleQueue("of-this-test").put({"look at": "this row"})
    message = Queue("of-this-test")(connection.default_channel).get(no_ack=False)
    assert message
    yield message
    message.channel.qos._on_collect.cancel()  # else kombu would put it back when this process ends


def test_messages_that_cannot_be_put_back_are_let_go(connection: Connection, unfinished: Message) -> None:
    channel = connection.default_channel
    connection.transport.client = None  # as Connection.collect leaves it, which celery calls first

    connection.maybe_close_channel(channel)

    assert isinstance(channel, Surviving)
    assert channel.closed


def test_a_task_that_ends_after_the_loss_cannot_acknowledge_and_does_no_harm(
    connection: Connection, unfinished: Message
) -> None:
    channel = unfinished.channel
    channel._disconnect_pools()
    kept, channel.connection = channel.connection, None  # as the consumer leaves it that has closed its channel

    unfinished.ack_log_error(logging.getLogger("tests"), connection.connection_errors)

    channel.connection = kept
