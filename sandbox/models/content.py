"""Projects, containers and the jobs that make them (contract/content.md, 2 to 5 and 10)."""

import uuid

from django.db import models
from django.db.models import Q

from sandbox import clock
from sandbox.models.organizations import Organization


class Project(models.Model):
    """A customer's app or brand. `trade` and `palette_seed` are not part of the API: the media drawer reads them."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        ARCHIVED = "archived"

    class Policy(models.TextChoices):
        AUTO_APPROVE = "auto_approve"
        REVIEW_FIRST_N = "review_first_n"
        REVIEW_ALL = "review_all"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="projects")
    name = models.CharField(max_length=128)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.ACTIVE)
    customer_external_id = models.CharField(max_length=255, null=True)
    timezone = models.CharField(max_length=64)
    primary_language = models.CharField(max_length=35, default="en")
    owner_email = models.CharField(max_length=254, null=True)
    app_name = models.CharField(max_length=30, null=True)
    app_description = models.CharField(max_length=1000, null=True)
    tagline = models.CharField(max_length=80, null=True)
    brand_voice = models.CharField(max_length=16, default="authentic")
    target_gender = models.CharField(max_length=8, default="all")
    keywords = models.JSONField(default=list)
    ios_bundle_id = models.CharField(max_length=155, null=True)
    android_bundle_id = models.CharField(max_length=155, null=True)
    web_domain = models.CharField(max_length=253, null=True)
    metadata = models.JSONField(null=True)
    review_policy = models.CharField(max_length=16, choices=Policy.choices, default=Policy.AUTO_APPROVE)
    review_first_n = models.PositiveSmallIntegerField(null=True)
    #: ISO 8601 duration after which nobody needs to approve any more; null: never. Only the older resource knows it.
    auto_approve_after = models.CharField(max_length=32, null=True)
    #: Null while the policy was never set.
    review_policy_updated_at = models.DateTimeField(null=True)
    trade = models.CharField(max_length=32)
    palette_seed = models.PositiveIntegerField()
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = (models.Index(fields=["organization", "-created_at", "-id"], name="sandbox_project_page"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(review_policy="review_first_n")
                & Q(review_first_n__isnull=False, review_first_n__range=(1, 50))
                | (~Q(review_policy="review_first_n") & Q(review_first_n__isnull=True)),
                name="sandbox_project_first_n",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Job(models.Model):
    """A long-running piece of work. `id` is the bare ULID."""

    class Status(models.TextChoices):
        RUNNING = "running"
        COMPLETED = "completed"
        FAILED = "failed"
        CANCELED = "canceled"

    id = models.CharField(primary_key=True, max_length=26)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="jobs")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=40, default="content_generate")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.RUNNING)
    stage = models.CharField(max_length=40, null=True)
    #: 0 to 1, never goes back.
    progress = models.FloatField(default=0)
    error = models.JSONField(null=True)
    started_at = models.DateTimeField(default=clock.now)
    #: When it will finish if nothing comes between; null in a job that is done.
    ends_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    #: Credits held in the wallet for it; 0 once they are settled or released.
    reserved_credits = models.PositiveIntegerField(default=0)
    #: Started by an lp_test_ key: fixtures, no credits.
    is_test = models.BooleanField(default=False)
    #: What its finish needs to know, and what it answered.
    payload = models.JSONField(default=dict)
    result = models.JSONField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["ends_at"], name="sandbox_job_due", condition=Q(status="running")),
            models.Index(fields=["organization"], name="sandbox_job_running", condition=Q(status="running")),
        )

    def __str__(self) -> str:
        return f"job_{self.id}"


class Container(models.Model):
    """One creative. Generation status and approval status move independently (contract/content.md, 4)."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        PROCESSING = "processing"
        COMPLETED = "completed"
        FAILED = "failed"
        CANCELED = "canceled"

    IN_FLIGHT = (Status.QUEUED, Status.PROCESSING)

    class Approval(models.TextChoices):
        NOT_REQUIRED = "not_required"
        PENDING = "pending"
        APPROVED = "approved"
        REJECTED = "rejected"

    class Media(models.TextChoices):
        SLIDESHOW = "slideshow"
        VIDEO = "video"
        IMAGE = "image"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="containers")
    #: Null for uploads. Variants of one hook share one job.
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="containers")
    status = models.CharField(max_length=16, choices=Status.choices)
    approval_status = models.CharField(max_length=16, choices=Approval.choices)
    format = models.CharField(max_length=32, null=True)
    creative_type = models.CharField(max_length=16, default="generated")
    ads_enrollment = models.CharField(max_length=16, null=True)
    influencer_id = models.UUIDField(null=True)
    hook = models.TextField(null=True)
    source_tiktok_id = models.CharField(max_length=32, null=True)
    caption = models.TextField(null=True)
    first_comment = models.TextField(null=True)
    media_kind = models.CharField(max_length=16, choices=Media.choices)
    #: Slides of a slideshow; 1 for a video or an image.
    slide_count = models.PositiveSmallIntegerField(default=1)
    #: What each slide says, for the media drawer; not part of the API.
    slide_lines = models.JSONField(default=list)
    duration_ms = models.PositiveIntegerField(null=True)
    #: Made by an lp_test_ key: the same input has the same media, so they hang on this and not on the container's id.
    fixture_id = models.UUIDField(null=True)
    #: App-demo clip of a ugc-remix.
    app_media_id = models.UUIDField(null=True)
    #: Uploaded files as rules/uploads.py describes them; empty where media are drawn.
    files = models.JSONField(default=list)
    #: When a queued one is taken up.
    begins_at = models.DateTimeField(null=True)
    last_error = models.JSONField(null=True)
    #: When a pending one is approved without anybody.
    auto_approves_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, null=True)
    decision_note = models.CharField(max_length=1024, null=True)
    created_at = models.DateTimeField(default=clock.now)
    completed_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = (
            models.Index(fields=["project", "-created_at", "-id"], name="sandbox_container_page"),
            models.Index(fields=["project"], name="sandbox_container_pending", condition=Q(approval_status="pending")),
            models.Index(
                fields=["auto_approves_at"],
                name="sandbox_container_unattended",
                condition=Q(approval_status="pending", auto_approves_at__isnull=False),
            ),
            models.Index(
                fields=["project", "-completed_at", "-id"],
                name="sandbox_container_done",
                condition=Q(status="completed", completed_at__isnull=False),
            ),
            models.Index(fields=["begins_at"], name="sandbox_container_begins", condition=Q(status="queued")),
            models.Index(
                fields=["fixture_id"], name="sandbox_container_fixture", condition=Q(fixture_id__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"cnt_{self.id}"

    @property
    def is_video(self) -> bool:
        return self.media_kind == self.Media.VIDEO
