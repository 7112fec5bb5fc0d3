"""What every batch has: one decision of one person about many customers, carried out by one command for each."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Batch(models.Model):
    """The commands of it carry its id in `batch`; they are what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    size = models.PositiveIntegerField(help_text="Customers that have a command.")
    left_out = models.JSONField(default=list, help_text="[id, name, why] of those that have none.")
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    approval = models.ForeignKey(
        "outbox.Approval",
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        help_text="What a second person was asked about it last, where one was.",
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        indexes: ClassVar = [models.Index(fields=["-created_at", "-id"], name="%(class)s_newest")]

    def __str__(self) -> str:
        return f"{self.size} customers"

    @property
    def left_out_rows(self) -> list[dict[str, Any]]:
        return [dict(zip(("id", "name", "why"), row, strict=False)) for row in self.left_out]
