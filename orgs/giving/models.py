"""Credits for many customers at once: who gave them, and how much in all."""

from typing import Any

from django.conf import settings
from django.db import models

from orgs.batches.models import Batch


class AllocationBatch(Batch):
    """`left_out` names the row of the list as well: [id, name, why, row]."""

    class Way(models.TextChoices):
        SAME = "same", "The same for each"
        ROWS = "rows", "As each row says"
        LEVEL = "level", "Topped up to a level"

    way = models.CharField(max_length=8, choices=Way.choices)
    credits = models.BigIntegerField(help_text="Of all its rows together, as it was given.")
    resumed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    resumed_at = models.DateTimeField(null=True)

    class Meta(Batch.Meta):
        pass

    @property
    def words(self) -> str:
        return f"Allocate {self.credits:,} credits to {self.size:,} customer{'' if self.size == 1 else 's'}"

    @property
    def stop_seen(self) -> str:
        """Which stop and which resuming a person has seen."""
        return "/".join(at.isoformat() if at else "" for at in (self.stopped_at, self.resumed_at))

    @property
    def left_out_rows(self) -> list[dict[str, Any]]:
        return [dict(zip(("id", "name", "why", "row"), row, strict=True)) for row in self.left_out]
