"""A worker that was at work when Valkey died closes what is left of its connection, and makes another."""

from django.conf import settings
from kombu import Connection, Queue
from kombu.transport.redis import Channel

from dashboard.celery import app


def test_a_channel_with_unfinished_messages_can_be_closed_when_its_connection_is_gone() -> None:
    assert app.conf.task_acks_late, "else nothing would be unfinished"
    connection = Connection(settings.CELERY_BROKER_URL)
    connection.SimpleQueue("of-this-test").put({"look at": "this row"})
    channel = connection.default_channel
    assert isinstance(channel, Channel)
    assert Queue("of-this-test")(channel).get(no_ack=False)

    connection.transport.client = None  # as kombu's Connection.collect leaves it, which celery calls first
    channel.close()

    assert channel.closed
