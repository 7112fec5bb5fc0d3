"""A change of caps and refill rules for many customers at once: who gave it, and what was left out."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class CapBatch(models.Model):
    """The commands of it carry its id in `batch`; they are what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="cap_batches")
    wish = models.JSONField(help_text="The numbers that are set, by field of orgs/caps.py; null clears.")
    reason = models.CharField(max_length=500, blank=True)
    size = models.PositiveIntegerField(help_text="Customers that change.")
    left_out = models.JSONField(default=list, help_text="[id, name, why] of those that do not.")
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-created_at", "-id"], name="cap_batch_newest")]

    def __str__(self) -> str:
        return f"{self.size} customers"

    @property
    def left_out_rows(self) -> list[dict[str, Any]]:
        return [dict(zip(("id", "name", "why"), row, strict=False)) for row in self.left_out]
