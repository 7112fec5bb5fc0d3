"""The Celery application. Queues, most urgent first: commands, refresh, batches, backfill (see dashboard.settings)."""

import os
from typing import Any

from celery import Celery
from kombu.transport.redis import Channel, Transport
from redis.exceptions import ConnectionError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
app = Celery("dashboard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["layers.mirror", "layers.outbox", "orgs"])


class Surviving(Channel):
    """A channel whose connection is gone says so, in a way that kombu and celery know.

    kombu 5.7 stumbles over itself instead (AttributeError), when it puts back or acknowledges a message that it had
    before Valkey died: the worker would end instead of reconnecting. Nothing is lost with the message: it only says
    which row to look at, and the sweeps find every row.
    """

    def _connparams(self, asynchronous: bool = False) -> Any:
        if self.connection is None or self.connection.client is None:
            raise ConnectionError("The connection of this channel to Valkey is gone.")
        return super()._connparams(asynchronous)  # type: ignore[misc]  # the stubs know no private names


Transport.Channel = Surviving
