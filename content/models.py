"""Mirror rows of generated content. Written by content/sync.py and by the answers to content/commands.py only."""

from typing import ClassVar

from django.db import models

from layers.mirror.models import Mirrored
from orgs.models import Organization, reference

WAITING = models.Q(status="completed", approval_status="pending")
DECIDED = models.Q(approval_status__in=["approved", "rejected"])
IN_FLIGHT = models.Q(status__in=["queued", "processing"])
FAILED = models.Q(status__in=["failed", "canceled"])
GONE = "gone"  # our own word in `status`: Layers does not know the container any more


class Container(Mirrored):
    """One creative. It can be reviewed when generation is `completed` and its approval is `pending`."""

    id = models.TextField(primary_key=True)
    organization = reference("orgs.Organization", "containers", db_index=False)
    project = reference("orgs.Project", "containers", db_index=False)
    status = models.TextField(help_text="queued, processing, completed, failed, canceled; an open set")
    approval_status = models.TextField(help_text="not_required, pending, approved, rejected; an open set")
    format = models.TextField(blank=True)
    creative_type = models.TextField(blank=True)
    hook = models.TextField(blank=True)
    kind = models.TextField(blank=True, help_text="The preview's kind: slideshow, video, image; empty without media.")
    thumbnail_url = models.TextField(blank=True)
    created_at = models.DateTimeField()
    waiting_since = models.DateTimeField(help_text="Completion, or creation where the API does not say.")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["waiting_since", "id"], name="container_queue", condition=WAITING),
            models.Index(
                fields=["organization", "waiting_since", "id"], name="container_queue_customer", condition=WAITING
            ),
            models.Index(fields=["project", "waiting_since", "id"], name="container_queue_project", condition=WAITING),
            models.Index(fields=["kind", "waiting_since", "id"], name="container_queue_kind", condition=WAITING),
            models.Index(fields=["approval_status", "-created_at", "-id"], name="container_decided", condition=DECIDED),
            models.Index(
                fields=["approval_status", "kind", "-created_at", "-id"],
                name="container_decided_kind",
                condition=DECIDED,
            ),
            models.Index(fields=["-created_at", "-id"], name="container_making", condition=IN_FLIGHT),
            models.Index(fields=["-created_at", "-id"], name="container_failed", condition=FAILED),
            models.Index(fields=["organization", "-created_at", "-id"], name="container_by_customer"),
            models.Index(fields=["project", "-created_at", "-id"], name="container_by_project"),
            models.Index(fields=["project"], name="container_in_flight", condition=IN_FLIGHT),
        ]

    def __str__(self) -> str:
        return self.hook or self.id

    @property
    def owner_id(self) -> str:
        """The customer's id, which every row has; its column is nullable for the reason orgs.models.reference gives."""
        return self.organization_id or ""

    @property
    def is_waiting(self) -> bool:
        return self.status == "completed" and self.approval_status == "pending"

    @property
    def preview(self) -> dict[str, object] | None:
        """The preview object as the API sent it (contract/content.md, 5), or None while there is no media."""
        value = self.raw.get("preview") if isinstance(self.raw, dict) else None
        return value if isinstance(value, dict) else None


class ReviewPolicy(Mirrored):
    """Whether a project's content needs a person: auto_approve, review_first_n or review_all; an open set."""

    project = models.OneToOneField(
        "orgs.Project", models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="review_policy"
    )
    policy = models.TextField()
    first_n = models.BigIntegerField(null=True)
    pending_count = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.policy


class QueueCount(models.Model):
    """How many containers of a customer wait for review. Kept by a trigger on the containers (migration 0002)."""

    organization = models.OneToOneField(
        Organization, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="review_count"
    )
    waiting = models.IntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-waiting", "organization"], name="review_count_largest")]

    def __str__(self) -> str:
        return str(self.waiting)
