"""Figures that are kept for lists of customers, so that no list reads ledgers. Written by orgs/outlook.py alone."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from orgs.models import Organization


class SpendDay(models.Model):
    """Credits that generation took from one wallet on one day (UTC). Kept by a trigger on the ledger."""

    pk = models.CompositePrimaryKey("organization_id", "day")
    organization_id = models.TextField()
    day = models.DateField()
    spent = models.BigIntegerField(default=0)

    class Meta:
        # A pace is read for thousands of customers at once, so from the index alone.
        indexes: ClassVar = [models.Index(fields=["organization_id", "day"], include=["spent"], name="spend_day_pace")]

    def __str__(self) -> str:
        return f"{self.spent} on {self.day}"


class Outlook(models.Model):
    """What a customer's wallet, rules and pace mean together, as of `weighed_at`. All amounts are credits."""

    class Blocked(models.TextChoices):
        """Why a refill that is due does not come."""

        CAP = "cap", "The cap of this period leaves no room."
        PARENT = "parent", "Our own wallet cannot cover it."

    organization = models.OneToOneField(
        Organization, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="outlook"
    )
    burn = models.BigIntegerField(help_text="Spent in the last `days` days, and what running jobs hold.")
    days = models.PositiveSmallIntegerField()
    worst_week = models.BigIntegerField(default=0, help_text="The most spent in seven days in a row of the last 30.")
    runs_dry_at = models.DateTimeField(
        null=True, help_text="At this pace; null when nothing is spent or known, and unless active."
    )
    runs_dry_soon = models.BooleanField(
        default=False, help_text="Active, nothing refills it by itself, and empty or it lasts less than 7 days."
    )
    near_cap = models.BooleanField(help_text="Active, and 80 per cent of its cap or more is used.")
    cap_share = models.IntegerField(null=True, help_text="Used of its cap in whole per cent; null without a cap.")
    read_at = models.DateTimeField(
        null=True, help_text="When its wallet was last read, 1970 if never; null when archived."
    )
    refills = models.BooleanField(help_text="It has a refill rule, and nothing blocks it.")
    blocked = models.CharField(max_length=8, choices=Blocked.choices, blank=True)
    next_refill = models.BigIntegerField(default=0, help_text="What its rule would move if it fired now.")
    week_refills = models.BigIntegerField(default=0, help_text="What its rule would move in a week like its worst.")
    weighed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization"], name="outlook_dry_soon", condition=Q(runs_dry_soon=True)),
            models.Index(fields=["organization"], name="outlook_near_cap", condition=Q(near_cap=True)),
            models.Index(fields=["organization"], name="outlook_blocked", condition=~Q(blocked="")),
            models.Index(
                fields=["cap_share", "organization"], name="outlook_cap_share", condition=Q(cap_share__isnull=False)
            ),
            models.Index(fields=["burn", "organization"], name="outlook_burn"),
            models.Index(fields=["read_at", "organization"], name="outlook_read"),
            models.Index(fields=["runs_dry_at", "organization"], name="outlook_runs_dry", condition=Q(refills=False)),
            models.Index(
                fields=["runs_dry_at", "organization"], name="outlook_runway", condition=Q(runs_dry_at__isnull=False)
            ),
            models.Index(
                fields=["next_refill", "organization"], name="outlook_next_refill", condition=Q(next_refill__gt=0)
            ),
            models.Index(
                fields=["week_refills", "organization"], name="outlook_week_refills", condition=Q(week_refills__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"outlook of {self.organization_id}"

    @property
    def days_left(self) -> int | None:
        """Whole days until it runs dry at this pace; None when nothing is spent or known."""
        return None if self.runs_dry_at is None else max(0, (self.runs_dry_at - timezone.now()).days)
