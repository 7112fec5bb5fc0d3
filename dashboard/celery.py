"""The Celery application. Queues, most urgent first: commands, refresh, batches, backfill (see dashboard.settings)."""

import os
from typing import Any

from celery import Celery
from kombu.transport.redis import Channel, QoS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
app = Celery("dashboard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["layers.mirror", "layers.outbox", "orgs"])


class Forgets(QoS):
    """Lets go of messages whose broker is gone. kombu 5.7 wants to put them back through a connection that it has
    closed already, fails on that, and a worker that was at work when Valkey died would end instead of reconnecting.
    Nothing is lost: a message only says which row to look at, and the sweeps find every row.
    """

    def restore_unacked(self, client: Any = None) -> Any:
        if self.channel.connection.client is None:
            if self._delivered:
                self._delivered.clear()
            return None
        return super().restore_unacked(client)


Channel.QoS = Forgets
