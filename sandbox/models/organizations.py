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
    """One bearer key. Only the hash of its secret is kept.

    A child's key that was rotated keeps working until `grace_until`; whether a key is alive is asked in rules/keys.py.
    """

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
    #: Hosts that an OAuth flow may return to, in small letters; `*.` at the start covers what lies below.
    return_hosts = models.JSONField(default=list)
    rate_limit_tier = models.CharField(max_length=16, default="standard")
    revoked_at = models.DateTimeField(null=True)
    killed_at = models.DateTimeField(null=True)
    #: To the minute: one write a minute is enough to tell a key in use from a forgotten one.
    last_used_at = models.DateTimeField(null=True)
    rotated_at = models.DateTimeField(null=True)
    #: Of a rotated key: when its secret dies, and which key took its place.
    grace_until = models.DateTimeField(null=True)
    superseded_by = models.OneToOneField("self", on_delete=models.SET_NULL, null=True, related_name="supersedes")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = (models.Index(fields=["organization", "-created_at", "-id"], name="sandbox_key_page"),)

    def __str__(self) -> str:
        return f"{self.name} ({self.key_id})"

    @property
    def prefix(self) -> str:
        """The part that may be shown."""
        return f"lp_{self.env}_{self.key_id}"


class MovedProject(models.Model):
    """A flat project that was moved under a child: its former owner may read it a while longer."""

    project = models.OneToOneField("Project", on_delete=models.CASCADE, primary_key=True, related_name="move")
    former_owner = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="moved_projects")
    readable_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.project_id} of {self.former_owner_id}"
