"""The Celery application. Queues, most urgent first: commands, refresh, backfill (see dashboard.settings)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
app = Celery("dashboard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["layers.mirror", "layers.outbox", "orgs"])
