"""Sums of the ledgers that are kept, so that no page adds up a ledger. Written by triggers alone (migration 0007).

Sums do not care in which order rows arrive, or whether a page of them comes twice.
"""

from typing import ClassVar

from django.db import models


class LedgerDay(models.Model):
    """What one wallet gained on one day (UTC), lost credits taken off."""

    pk = models.CompositePrimaryKey("organization_id", "day")
    organization_id = models.TextField()
    day = models.DateField()
    credits = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.credits} on {self.day}"


class LedgerMonth(models.Model):
    """What went into and out of one wallet in one month (UTC), by kind and project ("" where the rows name none).

    `credits_out` is above 0. Rows that moved nothing count as out.
    """

    pk = models.CompositePrimaryKey("organization_id", "month", "kind", "project_id")
    organization_id = models.TextField()
    month = models.DateField(help_text="Its first day.")
    kind = models.TextField(help_text="LedgerEvent.kind")
    project_id = models.TextField(blank=True)
    credits_in = models.BigIntegerField(default=0)
    rows_in = models.BigIntegerField(default=0)
    credits_out = models.BigIntegerField(default=0)
    rows_out = models.BigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["month", "organization_id", "project_id", "kind"], name="ledger_month_all")
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.month:%Y-%m}"
