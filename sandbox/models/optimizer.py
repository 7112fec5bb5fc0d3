"""What waits for a person, what the platforms said, and the optimizer's runs (contract/ads.md, 4, 5 and 10)."""

from django.db import models
from django.db.models import Q

from sandbox import clock
from sandbox.models.ads import Ad, AdLayer, Campaign
from sandbox.models.content import Container, Job


class PendingAction(models.Model):
    """A change that waits for a decision, or has had one. `id` is the bare ULID."""

    class Status(models.TextChoices):
        PENDING = "pending"
        APPROVED = "approved"
        REJECTED = "rejected"
        DISPATCHED = "dispatched"
        DISPATCH_FAILED = "dispatch_failed"

    id = models.CharField(primary_key=True, max_length=26)
    layer = models.ForeignKey(AdLayer, on_delete=models.CASCADE, related_name="pending_actions")
    #: Null while the campaign is what would be made.
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, null=True, related_name="pending_actions")
    action_type = models.CharField(max_length=40)
    entity_type = models.CharField(max_length=16)
    #: With its prefix: the entity may not exist yet, or no more.
    entity_id = models.CharField(max_length=64)
    entity_name = models.CharField(max_length=200, null=True)
    current_value = models.JSONField(null=True)
    new_value = models.JSONField(null=True)
    rationale = models.TextField(null=True)
    #: Platform-native payload: its money may not be cents.
    detail = models.JSONField(default=dict)
    #: What dispatching it does, as rules/effects.py reads it; never shown.
    change = models.JSONField(default=dict)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.PENDING)
    #: "optimizer", or "partner" with the two below for a write that a draft axis stopped. Never shown.
    actor_type = models.CharField(max_length=16, default="optimizer")
    actor_organization_id = models.UUIDField(null=True)
    actor_api_key_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    dispatch_failure_reason = models.TextField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["layer", "-created_at", "-id"], name="sandbox_pending_page"),
            models.Index(fields=["layer", "expires_at"], name="sandbox_pending_due", condition=Q(status="pending")),
            models.Index(fields=["expires_at"], name="sandbox_pending_next", condition=Q(status="pending")),
            models.Index(fields=["layer", "id"], name="sandbox_pending_approved", condition=Q(status="approved")),
        )

    def __str__(self) -> str:
        return f"{self.action_type} {self.entity_name}"


class AdReview(models.Model):
    """A platform's own look at an ad. `id` is the bare ULID."""

    class Status(models.TextChoices):
        PENDING = "pending_review"
        APPROVED = "approved"
        DISAPPROVED = "disapproved"

    id = models.CharField(primary_key=True, max_length=26)
    layer = models.ForeignKey(AdLayer, on_delete=models.CASCADE, related_name="reviews")
    #: Null on Apple, which has no ads.
    ad = models.ForeignKey(Ad, on_delete=models.CASCADE, null=True, related_name="reviews")
    creative = models.ForeignKey(Container, on_delete=models.SET_NULL, null=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.PENDING)
    platform_reason = models.TextField(null=True)
    submitted_at = models.DateTimeField(default=clock.now)
    #: When the platform will have looked at it, or has.
    decides_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["layer", "-submitted_at", "-id"], name="sandbox_review_page"),
            models.Index(fields=["decides_at"], name="sandbox_review_due", condition=Q(status="pending_review")),
        )

    def __str__(self) -> str:
        return f"rev_{self.id}"


class CreativeFlag(models.Model):
    """A creative that Layers' own reviewers stopped on one layer. It is locked until somebody unlocks it."""

    layer = models.ForeignKey(AdLayer, on_delete=models.CASCADE, related_name="flags")
    creative = models.ForeignKey(Container, on_delete=models.CASCADE, related_name="flags")
    reason = models.TextField()
    flagged_at = models.DateTimeField(default=clock.now)
    unlocked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["layer", "creative"], name="sandbox_flag_once", condition=Q(unlocked_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return self.reason


class OptimizerRun(models.Model):
    """A run somebody asked for. `id` is the bare ULID. Its course is its job's."""

    id = models.CharField(primary_key=True, max_length=26)
    layer = models.ForeignKey(AdLayer, on_delete=models.CASCADE, related_name="runs")
    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="optimizer_run")
    dry_run = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"run_{self.id}"
