"""Connected social accounts and the consent that connects them (contract/content.md, 6 and 11)."""

import uuid

from django.db import models
from django.db.models import Q

from sandbox import clock
from sandbox.models.content import Project
from sandbox.models.organizations import ApiKey


class Platform(models.TextChoices):
    TIKTOK = "tiktok"
    INSTAGRAM = "instagram"


class LeaseRequest(models.Model):
    """A wish for warmed accounts that staff fulfil by hand. `id` is the bare ULID."""

    class Status(models.TextChoices):
        REQUESTED = "requested"
        ASSIGNED = "assigned"
        PARTIAL = "partial"
        REJECTED = "rejected"

    id = models.CharField(primary_key=True, max_length=26)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="lease_requests")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.REQUESTED)
    count = models.PositiveSmallIntegerField()
    niche = models.JSONField()
    target = models.CharField(max_length=2000, null=True)
    #: The partner's words, or the reason once it is rejected.
    note = models.CharField(max_length=2000, null=True)
    submitted_at = models.DateTimeField(default=clock.now)
    assigned_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"lreq_{self.id}"


class SocialAccount(models.Model):
    """An account of a project on a platform. A leased one belongs to Layers and came with a lease request."""

    class Status(models.TextChoices):
        CONNECTED = "connected"
        REAUTH_REQUIRED = "reauth_required"
        DISCONNECTED = "disconnected"

    class Reason(models.TextChoices):
        REVOKED = "revoked_by_partner"
        RELEASED = "released_by_partner"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="social_accounts")
    platform = models.CharField(max_length=12, choices=Platform.choices)
    handle = models.CharField(max_length=64)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.CONNECTED)
    #: Null for the customer's own accounts.
    lease_request = models.ForeignKey(LeaseRequest, on_delete=models.SET_NULL, null=True, related_name="accounts")
    leased = models.BooleanField(default=False)
    connected_at = models.DateTimeField(default=clock.now)
    #: When the platform's token dies unless the customer consents anew; null where it is renewed without asking.
    token_expires_at = models.DateTimeField(null=True)
    disconnected_at = models.DateTimeField(null=True)
    disconnected_reason = models.CharField(max_length=24, choices=Reason.choices, null=True)

    class Meta:
        indexes = (
            models.Index(fields=["project", "-connected_at", "-id"], name="sandbox_account_page"),
            models.Index(
                fields=["token_expires_at"],
                name="sandbox_account_expires",
                condition=Q(status="connected", token_expires_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"@{self.handle} on {self.platform}"


class OauthState(models.Model):
    """One consent under way. It belongs to the key that asked for it. `state` is the whole `st_` token."""

    class Status(models.TextChoices):
        PENDING = "pending"
        COMPLETED = "completed"
        FAILED = "failed"

    state = models.CharField(primary_key=True, max_length=40)
    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="oauth_states")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="oauth_states")
    platform = models.CharField(max_length=12, choices=Platform.choices)
    return_url = models.CharField(max_length=2048)
    #: What it connected, or the account to connect again.
    social_account = models.ForeignKey(SocialAccount, on_delete=models.SET_NULL, null=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PENDING)
    error = models.JSONField(null=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.state
