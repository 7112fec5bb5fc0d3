"""What belongs to a project's brand: its hashtags, its assets, what was read about it (contract/content.md, 2)."""

import uuid

from django.db import models
from django.db.models import Q

from sandbox import clock
from sandbox.models.content import Project


class KeywordBank(models.Model):
    """The outcome of a project's last keyword research; no row before the first one has ended."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, primary_key=True, related_name="keyword_bank")
    #: As the API prints them, best first.
    hashtags = models.JSONField(default=list)
    refreshed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"hashtags of {self.project_id}"


class AppMedia(models.Model):
    """One brand asset. Its bytes lie in a file (fetch/shelf.py), or are drawn when somebody looks at it."""

    class Kind(models.TextChoices):
        LOGO = "logo"
        SCREENSHOT = "screenshot"
        DEMO_VIDEO = "demo-video"
        END_CARD = "end-card"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="app_media")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    mime_type = models.CharField(max_length=32)
    byte_size = models.PositiveIntegerField()
    #: Of the seeded worlds: what to draw (media/brand.py). Empty: the file that was fetched.
    drawn = models.CharField(max_length=16, default="")
    created_at = models.DateTimeField(default=clock.now)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["project", "-created_at", "-id"],
                name="sandbox_app_media_page",
                condition=Q(deleted_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} med_{self.id}"


class Ingest(models.Model):
    """The last reading of one source of a project."""

    class Source(models.TextChoices):
        GITHUB = "github"
        WEBSITE = "website"
        APPSTORE = "appstore"

    class Status(models.TextChoices):
        RUNNING = "running"
        COMPLETED = "completed"
        FAILED = "failed"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="ingests")
    source = models.CharField(max_length=16, choices=Source.choices)
    status = models.CharField(max_length=16, choices=Status.choices)
    #: Bare ULID of the job that wrote this row last.
    job_id = models.CharField(max_length=26)
    completed_at = models.DateTimeField(null=True)
    #: Members of `brandContext` that this source told about.
    found = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["project", "source"], name="sandbox_ingest_once"),)

    def __str__(self) -> str:
        return f"{self.source} of {self.project_id}"
