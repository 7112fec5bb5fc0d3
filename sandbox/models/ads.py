"""Ads: one layer per project and platform, its campaigns, and the queue of actions that wait for a person.

contract/ads.md, 1 to 4. Money is integer cents.
"""

import uuid

from django.db import models
from django.db.models import Q

from sandbox import clock
from sandbox.models.content import Project
from sandbox.models.organizations import Organization


class Mode(models.TextChoices):
    """What an axis allows: deny, queue for a person, or execute."""

    OFF = "off"
    DRAFT = "draft"
    AUTO = "auto"


class AdLayer(models.Model):
    """A connected ad platform of a project: default authority and the customer's kill switch."""

    class Platform(models.TextChoices):
        META = "meta"
        TIKTOK = "tiktok"
        APPLE = "apple"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="ad_layers")
    platform = models.CharField(max_length=8, choices=Platform.choices)
    ad_account_id = models.UUIDField(default=uuid.uuid4)
    creative = models.CharField(max_length=5, choices=Mode.choices)
    tactical = models.CharField(max_length=5, choices=Mode.choices)
    structural = models.CharField(max_length=5, choices=Mode.choices)
    kill_switch = models.BooleanField(default=False)
    modified_at = models.DateTimeField(null=True)
    #: "user" (the customer) or "partner" (a key); null when never changed.
    modified_by = models.CharField(max_length=16, null=True)
    modified_by_organization = models.ForeignKey(Organization, on_delete=models.SET_NULL, null=True)
    modified_by_api_key_id = models.UUIDField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["project", "platform"], name="sandbox_layer_once"),)

    def __str__(self) -> str:
        return f"{self.platform} of {self.project_id}"


class Campaign(models.Model):
    """A campaign. The three axes are null together while it lives on the layer's defaults. `id` is the bare ULID."""

    id = models.CharField(primary_key=True, max_length=26)
    layer = models.ForeignKey(AdLayer, on_delete=models.CASCADE, related_name="campaigns")
    external_id = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=16)
    objective = models.CharField(max_length=40, null=True)
    #: CBO or ABO on Meta, null elsewhere.
    budget_mode = models.CharField(max_length=3, null=True)
    daily_budget_cents = models.BigIntegerField(null=True)
    lifetime_budget_cents = models.BigIntegerField(null=True)
    start_time = models.DateTimeField(null=True)
    end_time = models.DateTimeField(null=True)
    creative = models.CharField(max_length=5, choices=Mode.choices, null=True)
    tactical = models.CharField(max_length=5, choices=Mode.choices, null=True)
    structural = models.CharField(max_length=5, choices=Mode.choices, null=True)
    modified_at = models.DateTimeField(null=True)
    modified_by = models.CharField(max_length=16, null=True)
    modified_by_organization = models.ForeignKey(Organization, on_delete=models.SET_NULL, null=True)
    modified_by_api_key_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = (models.Index(fields=["layer", "-created_at", "-id"], name="sandbox_campaign_page"),)

    def __str__(self) -> str:
        return self.name


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
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, null=True, related_name="pending_actions")
    action_type = models.CharField(max_length=40)
    entity_type = models.CharField(max_length=16)
    entity_id = models.CharField(max_length=64)
    entity_name = models.CharField(max_length=200, null=True)
    current_value = models.JSONField(null=True)
    new_value = models.JSONField(null=True)
    rationale = models.TextField(null=True)
    #: Platform-native payload: its money may not be cents.
    detail = models.JSONField(default=dict)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.PENDING)
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
        )

    def __str__(self) -> str:
        return f"{self.action_type} {self.entity_name}"
