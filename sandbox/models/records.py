"""What the service remembers of its calls: the audit log and the answers kept for idempotent replays."""

import uuid

from django.db import models

from sandbox import clock
from sandbox.models.organizations import ApiKey, Organization


class AuditEvent(models.Model):
    """One row of an organization's audit log (contract/control-plane.md, 7).

    Columns other than the indexed ones hold what the answer prints, ids included: the log must stay readable when
    the things it speaks of are gone.
    """

    event_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="audit_events")
    event_type = models.CharField(max_length=64)
    occurred_at = models.DateTimeField(default=clock.now)
    request_id = models.CharField(max_length=32, null=True)
    project_id = models.UUIDField(null=True)
    api_key_id = models.UUIDField(null=True)
    actor = models.CharField(max_length=32)
    actor_type = models.CharField(max_length=16, null=True)
    actor_organization_id = models.UUIDField(null=True)
    actor_api_key_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["organization", "-occurred_at", "event_id"], name="sandbox_audit_page"),)

    def __str__(self) -> str:
        return self.event_type


class StoredAnswer(models.Model):
    """The finished answer of a call that carried an Idempotency-Key (contract/control-plane.md, 3 Idempotency)."""

    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    endpoint = models.CharField(max_length=512)
    key = models.CharField(max_length=255)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    #: Null: kept for good (money that moved must never move twice, however late the retry).
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["api_key", "organization", "endpoint", "key"], name="sandbox_stored_answer_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.endpoint} {self.key}"
