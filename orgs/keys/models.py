"""The mirror of customers' API keys, and what became of the secrets that our commands brought."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from layers.mirror.models import Mirrored
from layers.outbox.models import Command
from orgs.models import reference


class ApiKey(Mirrored):
    """One key of a customer, masked. Written by orgs/keys/sync.py and by the answers to commands."""

    id = models.TextField(primary_key=True)
    organization = reference("orgs.Organization", "api_keys", db_index=False)
    name = models.TextField()
    prefix = models.TextField(blank=True, help_text="The public part of its text.")
    env = models.TextField(help_text="live, test; an open set")
    scopes = models.JSONField(default=list)
    tier = models.TextField(blank=True)
    status = models.TextField(help_text="active, revoked; an open set")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    rotated_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    grace_until = models.DateTimeField(null=True, help_text="How long the old secret of a rotated key works.")
    superseded_by = models.TextField(blank=True, help_text="The key that took its place.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization", "-created_at", "-id"], name="key_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        """Whether it opens anything at Layers, be it for its last hours."""
        return self.status != "revoked" and not self.is_over

    @property
    def is_over(self) -> bool:
        """Its last 24 hours have passed."""
        return self.grace_until is not None and self.grace_until <= timezone.now()

    @property
    def is_rotating(self) -> bool:
        """Replaced, while its old secret still works."""
        return self.is_live and bool(self.superseded_by or self.grace_until)

    @property
    def can_rotate(self) -> bool:
        """A key is rotated once; after that its replacement is."""
        return self.is_live and not self.is_rotating


class Handover(models.Model):
    """The way of one secret from Layers to the browser that asked for it, and the key it belongs to.

    `sealed` opens with a key that only that browser holds, in a cookie; it is there from the answer of Layers until it
    is shown once or `deadline` has passed. The row stays: it says who made a key and whether its secret was ever seen.
    """

    command = models.OneToOneField(Command, models.PROTECT, primary_key=True, related_name="handover")
    key_id = models.TextField(blank=True, db_index=True, help_text="The key that was made.")
    session = models.CharField(max_length=64, help_text="A digest of the session that asked.")
    public_key = models.BinaryField(help_text="The public half of what the browser holds.")
    sealed = models.BinaryField(null=True)
    deadline = models.DateTimeField(null=True, help_text="Set when the secret came.")
    shown_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["deadline"], name="handover_to_erase", condition=Q(sealed__isnull=False))
        ]

    def __str__(self) -> str:
        return self.key_id or str(self.command_id)

    @property
    def waits(self) -> bool:
        """Whether the secret is there to be shown."""
        return self.sealed is not None and self.deadline is not None and self.deadline > timezone.now()
