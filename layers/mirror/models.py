"""The mirror: rows that are copies of what the API holds, and the list of what is fetched when.

A mirror row is written by the mirror alone: by a sync, or by the answer to a command (layers/outbox).
"""

from typing import ClassVar

from django.db import models
from django.utils import timezone


class Mirrored(models.Model):
    """What every mirror row has besides its own columns. The key is the API's own id, an opaque text."""

    raw = models.JSONField(default=dict, help_text="The whole object as the API sent it.")
    remote_updated_at = models.DateTimeField(
        help_text="Orders two versions of the object; see layers/client/shapes.py."
    )
    synced_at = models.DateTimeField(default=timezone.now, help_text="When we last wrote this row.")

    class Meta:
        abstract = True


class Scope(models.Model):
    """One thing to fetch again and again: a resource of one owner, for example the content of one project.

    The rows are the work list of the sweeps (`due_at`) and the proof of how old a page is (`synced_at`).
    """

    id = models.TextField(primary_key=True, help_text="resource:key")
    resource = models.CharField(max_length=40)
    key = models.TextField(blank=True)
    organization_id = models.TextField(blank=True, help_text="The child to act as; empty for our own.")
    due_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, help_text="Set while a worker fetches.")
    synced_at = models.DateTimeField(null=True, help_text="When the last complete fetch began.")
    swept_at = models.DateTimeField(null=True, help_text="When the last fetch without a window began.")
    watermark = models.DateTimeField(
        null=True, help_text="The newest thing seen, where the resource is read by window."
    )
    failures = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="scope_due"),
            models.Index(fields=["resource", "synced_at"], name="scope_oldest"),
        ]

    def __str__(self) -> str:
        return self.id


class Freshness(models.Model):
    """How old each resource is, in one small row, so that no page scans the scopes. Kept by the start_due task."""

    resource = models.CharField(primary_key=True, max_length=40)
    oldest_at = models.DateTimeField(null=True, help_text="The longest-waiting scope's last fetch; null: one has none.")
    scopes = models.PositiveIntegerField(default=0)
    failing = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "freshness"

    def __str__(self) -> str:
        return self.resource


class Link(models.Model):
    """Whether the API answers. One row, written whenever a worker learns the contrary of what it says."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    down_since = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.problem or "Layers answers"
