"""A change of caps and refill rules for many customers at once: who gave it, and what was left out."""

from django.db import models

from orgs.batches.models import Batch


class CapBatch(Batch):
    wish = models.JSONField(help_text="The numbers that are set: cap, line, amount; null clears.")

    class Meta(Batch.Meta):
        pass
