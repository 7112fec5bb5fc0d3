"""Faults that a person or a test has switched on. Nothing here is in the API."""

from django.db import models

from sandbox import clock


class Fault(models.Model):
    """One switched-on fault. Which calls it hits follows from `seed` and `seen` alone (control/faults.py)."""

    id = models.AutoField(primary_key=True)
    kind = models.CharField(max_length=32)
    #: `POST /v1/projects/*` for faults of calls; else an event type, a job kind or a platform, with `*`.
    pattern = models.CharField(max_length=300)
    options = models.JSONField(default=dict)
    #: Hits after which it is over; null: never.
    count = models.PositiveIntegerField(null=True)
    #: Share of the matching subjects that it hits.
    probability = models.FloatField(default=1)
    seed = models.BigIntegerField(default=0)
    #: Matching subjects so far, hit or not.
    seen = models.PositiveIntegerField(default=0)
    hits = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.kind} on {self.pattern}"
