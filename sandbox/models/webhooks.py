"""Webhook endpoints and what was sent to them (contract/control-plane.md, 6 Webhooks)."""

import uuid

from django.db import models
from django.db.models import Q

from sandbox import clock
from sandbox.models.organizations import Organization


class WebhookEndpoint(models.Model):
    """Where an organization wants to hear of events. Secrets are kept in plain text: each attempt is signed anew."""

    class Scope(models.TextChoices):
        OWN = "own"
        ALL_CHILDREN = "all_children"

    class Status(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"
        AUTO_PAUSED = "auto_paused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="webhook_endpoints")
    url = models.CharField(max_length=2048)
    events = models.JSONField(default=list)
    scope = models.CharField(max_length=12, choices=Scope.choices, default=Scope.OWN)
    project_id = models.UUIDField(null=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.ACTIVE)
    description = models.TextField(null=True)
    metadata = models.JSONField(default=dict)
    secret = models.CharField(max_length=80)
    #: Signs as well until it expires; there are never more than two.
    previous_secret = models.CharField(max_length=80, null=True)
    previous_secret_expires_at = models.DateTimeField(null=True)
    #: Attempts that failed since the last that succeeded, over all deliveries.
    consecutive_failures = models.PositiveIntegerField(default=0)
    last_success_at = models.DateTimeField(null=True)
    last_failure_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = (models.Index(fields=["organization", "-created_at", "-id"], name="sandbox_endpoint_page"),)

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """One event on its way to one endpoint, with the attempts so far."""

    class Status(models.TextChoices):
        PENDING = "pending"
        DELIVERING = "delivering"
        DELIVERED = "delivered"
        #: All attempts are used up.
        FAILED = "failed"
        #: Given up by rule, attempts or none.
        ABANDONED = "abandoned"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    #: Whose event it is: the endpoint's organization or one of its children. While that is suspended, it waits.
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    #: The bare ULID: the same for every endpoint that hears of the event, and over all attempts.
    event_id = models.CharField(max_length=26)
    event_type = models.CharField(max_length=64)
    #: The whole envelope as it is sent.
    payload = models.JSONField()
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    #: When it is or was due; kept while it is being sent, null once nothing more will be.
    next_attempt_at = models.DateTimeField(null=True)
    #: Real time at which a process took it, so that one that died gives it back.
    taken_at = models.DateTimeField(null=True)
    #: Held back once by a fault (late, out of order), so that it is not held back again.
    was_held = models.BooleanField(default=False)
    last_response_at = models.DateTimeField(null=True)
    response_status = models.PositiveSmallIntegerField(null=True)
    #: Why no answer came to the last attempt; null when one came.
    last_error = models.TextField(null=True)
    delivered_at = models.DateTimeField(null=True)
    #: When it was given up, after eight attempts or by rule.
    abandoned_at = models.DateTimeField(null=True)
    replay_of = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = (
            models.Index(fields=["endpoint", "-created_at", "-id"], name="sandbox_delivery_page"),
            models.Index(
                fields=["next_attempt_at"], name="sandbox_delivery_due", condition=Q(next_attempt_at__isnull=False)
            ),
            models.Index(
                fields=["endpoint", "next_attempt_at"],
                name="sandbox_delivery_queue",
                condition=Q(next_attempt_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.event_type} to {self.endpoint_id}"
