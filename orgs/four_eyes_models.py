"""The rules that ask for a second person before credits move. Written by orgs/four_eyes.py alone."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class FourEyesRules(models.Model):
    """One version of the rules. Limits are credits: more than that needs a second person; null asks for none.

    proposed -> active -> superseded; or refused before it was active. Versions are kept: they say what held when.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        ACTIVE = "active", "Active"
        SUPERSEDED = "superseded", "Superseded"
        REFUSED = "refused", "Refused"

    single_above = models.BigIntegerField(null=True, blank=True)
    daily_above = models.BigIntegerField(null=True, blank=True)
    batch_above = models.BigIntegerField(null=True, blank=True)
    scheduled_above = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="rules_proposed")
    created_at = models.DateTimeField(default=timezone.now)
    active_from = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="active"), name="four_eyes_one_active"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="proposed"), name="four_eyes_one_proposed"),
        ]

    def __str__(self) -> str:
        return f"rules {self.pk}, {self.state}"
