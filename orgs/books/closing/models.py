"""Sums of each day, kept by a trigger on the ledger, and the days that finance has signed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

LONGEST_NOTE = 500


class Side(models.TextChoices):
    OURS = "ours", "Our wallet"
    CUSTOMERS = "customers", "Customers’ wallets"


class Movement(models.TextChoices):
    """What a ledger row does to its wallet. The words are those of a day's figures."""

    GIVEN = "given", "Given to customers"
    REFILLED = "refilled", "Refilled by rule"
    RECLAIMED = "reclaimed", "Reclaimed"
    SPENT = "spent", "Spent, less returned"
    ADDED = "added", "Bought, granted, corrected"


class DaySum(models.Model):
    """Credits of one day (UTC): what the ledger rows of our wallet, or of all customers' together, add up to."""

    pk = models.CompositePrimaryKey("day", "side", "movement")
    day = models.DateField()
    side = models.CharField(max_length=10, choices=Side.choices)
    movement = models.CharField(max_length=10, choices=Movement.choices)
    credits = models.BigIntegerField(default=0)
    lines = models.BigIntegerField(default=0, help_text="Ledger rows.")

    def __str__(self) -> str:
        return f"{self.movement} {self.credits} on {self.day}"


class DayClose(models.Model):
    """A day (UTC) as finance signed it. The database refuses to change or delete it."""

    day = models.DateField(primary_key=True)
    figures = models.JSONField(help_text="Credits by side: opening, each movement, closing.")
    commands = models.JSONField(help_text="How many commands of that day ended how, by state.")
    transfers = models.JSONField(help_text="How many transfers of that day stood how, by state.")
    accepted_off = models.BigIntegerField(default=0, help_text="What the accepted ones disagree about.")
    unread = models.PositiveIntegerField(default=0, help_text="Ledgers that had not been read after the day.")
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="days_signed")
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} by {self.staff_id}"
