"""What will be, is being and was posted (contract/content.md, 6 Scheduling, publishing, the gate)."""

import uuid

from django.db import models
from django.db.models import Q

from sandbox import clock
from sandbox.models.content import Container, Project
from sandbox.models.social import SocialAccount


class ScheduledPost(models.Model):
    """One container on one account at one time."""

    class Mode(models.TextChoices):
        PUBLISH = "publish"
        DRAFT = "draft"
        MANAGED = "managed"

    class Status(models.TextChoices):
        QUEUED = "queued"
        PUBLISHING = "publishing"
        #: Pushed to the phone's inbox: the customer posts it.
        DRAFT = "draft"
        PUBLISHED = "published"
        FAILED = "failed"
        CANCELED = "canceled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="scheduled_posts")
    container = models.ForeignKey(Container, on_delete=models.CASCADE, related_name="scheduled_posts")
    social_account = models.ForeignKey(SocialAccount, on_delete=models.CASCADE, related_name="scheduled_posts")
    mode = models.CharField(max_length=8, choices=Mode.choices)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.QUEUED)
    scheduled_for = models.DateTimeField()
    #: When the next step falls due: the start of the upload, then its end. Null in a post that is done.
    due_at = models.DateTimeField(null=True)
    #: The target as it was asked for: overrides, TikTok settings, music.
    options = models.JSONField(default=dict)
    external_id = models.CharField(max_length=32, null=True)
    attempted_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    canceled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=1024, null=True)
    last_error = models.JSONField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = (
            models.Index(fields=["project", "-scheduled_for", "-id"], name="sandbox_post_page"),
            models.Index(fields=["due_at"], name="sandbox_post_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["project", "published_at"], name="sandbox_post_seen", condition=Q(status="published")),
        )

    def __str__(self) -> str:
        return f"sp_{self.id}"


class ParkedSchedule(models.Model):
    """A schedule call on a container that still waits for review. Approval turns it into posts, rejection drops it."""

    container = models.OneToOneField(Container, on_delete=models.CASCADE, primary_key=True, related_name="parked")
    scheduled_for = models.DateTimeField()
    #: As in the request, checked.
    targets = models.JSONField()
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"parked on cnt_{self.container_id}"
