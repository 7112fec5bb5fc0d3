"""Mirror rows of campaigns and of the actions that wait for a person. Written by ads/sync.py and answers only."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from layers.mirror.models import Mirrored
from orgs.models import Organization, reference

PENDING = models.Q(status="pending")
SETTLED = models.Q(settled_at__isnull=False)


class Layer(Mirrored):
    """One platform of one project: the default authority, and the kill switch that only the customer can release."""

    id = models.TextField(primary_key=True, help_text="project:platform, because paths name a layer by these two")
    organization = reference("orgs.Organization", "layers")
    project = reference("orgs.Project", "layers")
    platform = models.TextField()
    creative = models.TextField()
    tactical = models.TextField()
    structural = models.TextField()
    kill_switch_active = models.BooleanField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], name="layer_switched_off", condition=models.Q(kill_switch_active=True)),
        ]

    def __str__(self) -> str:
        return self.id


class Campaign(Mirrored):
    """Budgets are integer cents on every platform (contract/ads.md, 7 Money)."""

    id = models.TextField(primary_key=True)
    organization = reference("orgs.Organization", "campaigns")
    project = reference("orgs.Project", "campaigns")
    platform = models.TextField()
    name = models.TextField()
    status = models.TextField()
    objective = models.TextField(blank=True)
    daily_budget_cents = models.BigIntegerField(null=True)
    lifetime_budget_cents = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class CampaignAuthority(Mirrored):
    """What may happen to a campaign without a person, by axis: off, draft, auto; an open set."""

    campaign = models.OneToOneField(
        Campaign, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="authority"
    )
    creative = models.TextField()
    tactical = models.TextField()
    structural = models.TextField()
    source = models.TextField(blank=True, help_text="per_campaign or layer_defaults")

    def __str__(self) -> str:
        return f"{self.creative} {self.tactical} {self.structural}"


class PendingAction(Mirrored):
    """A change to an ad account that waits for a decision, or has one. Approved is not dispatched yet.

    The API does not say when a row was decided. `settled_at` is when the mirror first knew, which is the moment of our
    own decision or of the sync that saw another's, and never after the expiry. A trigger keeps it (migration 0003).
    """

    id = models.TextField(primary_key=True)
    organization = reference("orgs.Organization", "pending_actions", db_index=False)
    project = reference("orgs.Project", "pending_actions", db_index=False)
    platform = models.TextField()
    action_type = models.TextField(help_text="update_budget, pause_ad and others; an open set")
    entity_type = models.TextField(blank=True)
    entity_id = models.TextField(blank=True, db_index=True)
    entity_name = models.TextField(blank=True)
    current_value = models.JSONField(default=dict)
    new_value = models.JSONField(default=dict)
    rationale = models.TextField(blank=True)
    status = models.TextField(help_text="pending, approved, rejected, dispatched, dispatch_failed; an open set")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)
    dispatch_failure_reason = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["expires_at", "id"], name="action_queue", condition=PENDING),
            models.Index(fields=["organization", "expires_at", "id"], name="action_queue_customer", condition=PENDING),
            models.Index(fields=["-settled_at", "-id"], name="action_settled", condition=SETTLED),
            models.Index(
                fields=["organization", "-settled_at", "-id"], name="action_settled_customer", condition=SETTLED
            ),
            models.Index(fields=["status", "-settled_at", "-id"], name="action_by_status", condition=SETTLED),
            models.Index(fields=["project", "platform", "status"], name="action_by_layer"),
        ]

    def __str__(self) -> str:
        return f"{self.action_type} {self.entity_name}"

    @property
    def layer_id(self) -> str:
        """The Layer row of its project and platform."""
        return f"{self.project_id}:{self.platform}"

    @property
    def is_expired(self) -> bool:
        """Nobody decided in time. Layers shows such a row as rejected, sooner or later."""
        return self.status == "pending" and self.expires_at <= timezone.now()

    @property
    def never_expires(self) -> bool:
        """Layers sent no readable expiry (layers/client/ad_shapes.py puts such a row at the end of time)."""
        return self.expires_at.year > 9000


class QueueCount(models.Model):
    """How many actions of a customer wait for a decision. Kept by a trigger on the actions (migration 0002)."""

    organization = models.OneToOneField(
        Organization, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="action_count"
    )
    waiting = models.IntegerField()

    def __str__(self) -> str:
        return str(self.waiting)
