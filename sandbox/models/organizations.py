"""Organizations (one parent, its children) and their API keys (contract/control-plane.md, 1, 4 and 5)."""

import uuid

from django.db import models

from sandbox import clock


class Organization(models.Model):
    """A parent or one of its direct children. `created_at` keeps microseconds: that is how the API prints them."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        SUSPENDED = "suspended"
        ARCHIVED = "archived"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")
    name = models.CharField(max_length=128)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.ACTIVE)
    metadata = models.JSONField(default=dict)
    billing_email = models.CharField(max_length=254, null=True)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.exact_now)
    updated_at = models.DateTimeField(default=clock.exact_now)

    class Meta:
        indexes = (models.Index(fields=["parent", "-created_at", "-id"], name="sandbox_org_page"),)

    def __str__(self) -> str:
        return self.name


class ApiKey(models.Model):
    """One bearer key. Only the hash of its secret is kept."""

    class Env(models.TextChoices):
        LIVE = "live"
        TEST = "test"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=120)
    env = models.CharField(max_length=4, choices=Env.choices, default=Env.LIVE)
    key_id = models.CharField(max_length=16, unique=True)
    secret_sha256 = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    rate_limit_tier = models.CharField(max_length=16, default="standard")
    revoked_at = models.DateTimeField(null=True)
    killed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.name} ({self.key_id})"
