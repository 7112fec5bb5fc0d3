"""Ads: a layer for each project and platform, its accounts, and its campaigns down to keywords.

contract/ads.md, 1 to 3 and 8. Money is integer cents.
"""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from sandbox import clock
from sandbox.models.content import Container, Project
from sandbox.models.organizations import ApiKey, Organization

TICK_HOURS = 6


class Mode(models.TextChoices):
    """What an axis allows: deny, queue for a person, or execute."""

    OFF = "off"
    DRAFT = "draft"
    AUTO = "auto"


class EntityStatus(models.TextChoices):
    """Of campaigns, ad sets and ads. A delete is soft: the row stays."""

    ACTIVE = "active"
    PAUSED = "paused"
    ARCHIVED = "archived"
    DELETED = "deleted"
    IN_REVIEW = "in_review"
    REJECTED = "rejected"


def tick_after(moment: datetime) -> datetime:
    """The next of 00, 06, 12 and 18 UTC after `moment`."""
    hour = moment.hour // TICK_HOURS * TICK_HOURS
    return moment.replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(hours=TICK_HOURS)


def next_tick() -> datetime:
    return tick_after(clock.now())


def all_write_classes() -> dict[str, bool]:
    """Kinds of writes the optimizer may propose (names assumed, contract: patchOptimizerWriteClasses)."""
    return {"budget": True, "creative": True, "lifecycle": True}


class AdLayer(models.Model):
    """An ad platform of a project: default authority, what the customer allows, and the optimizer's next tick."""

    class Platform(models.TextChoices):
        META = "meta"
        TIKTOK = "tiktok"
        APPLE = "apple"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="ad_layers")
    platform = models.CharField(max_length=8, choices=Platform.choices)
    creative = models.CharField(max_length=5, choices=Mode.choices, default=Mode.DRAFT)
    tactical = models.CharField(max_length=5, choices=Mode.choices, default=Mode.DRAFT)
    structural = models.CharField(max_length=5, choices=Mode.choices, default=Mode.DRAFT)
    kill_switch = models.BooleanField(default=False)
    #: The customer agreed to writes by partners (a switch in their dashboard).
    partner_consent = models.BooleanField(default=False)
    #: The customer lets partners change the defaults of this layer.
    partner_may_set_policy = models.BooleanField(default=True)
    write_classes = models.JSONField(default=all_write_classes)
    next_tick_at = models.DateTimeField(default=next_tick)
    modified_at = models.DateTimeField(null=True)
    #: "user" (the customer) or "partner" (a key); null when never changed.
    modified_by = models.CharField(max_length=16, null=True)
    modified_by_organization = models.ForeignKey(Organization, on_delete=models.SET_NULL, null=True)
    modified_by_api_key_id = models.UUIDField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["project", "platform"], name="sandbox_layer_once"),)
        indexes = (models.Index(fields=["next_tick_at"], name="sandbox_layer_tick"),)

    def __str__(self) -> str:
        return f"{self.platform} of {self.project_id}"

    @property
    def long_name(self) -> str:
        """How filters, bodies and rows outside the queue spell the platform."""
        return f"{self.platform}_ads"


class AdAccount(models.Model):
    """The customer's own account on a platform, connected by consent."""

    class Token(models.TextChoices):
        VALID = "valid"
        EXPIRED = "expired"
        REVOKED = "revoked"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    layer = models.ForeignKey(AdLayer, on_delete=models.CASCADE, related_name="accounts")
    external_id = models.CharField(max_length=40)
    name = models.CharField(max_length=128)
    currency = models.CharField(max_length=3, default="USD")
    timezone = models.CharField(max_length=64, default="UTC")
    token_status = models.CharField(max_length=8, choices=Token.choices, default=Token.VALID)
    token_validated_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(default=clock.now)
    #: Set once the customer took the account away; it is no longer listed then.
    disconnected_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["layer", "-connected_at", "-id"], name="sandbox_ad_account_page"),)

    def __str__(self) -> str:
        return self.name

    @property
    def usable(self) -> bool:
        return self.token_status == self.Token.VALID and self.disconnected_at is None


class AdConsent(models.Model):
    """One connecting under way: the address that was given out works once and for a short time."""

    token = models.CharField(primary_key=True, max_length=40)
    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE)
    project = models.ForeignKey(Project, on_delete=models.CASCADE)
    platform = models.CharField(max_length=8, choices=AdLayer.Platform.choices)
    return_url = models.CharField(max_length=2048)
    #: What the caller wants to find in the return address; null when nothing.
    echo = models.CharField(max_length=1024, null=True)
    expires_at = models.DateTimeField()
    #: When the customer answered, and what that connected.
    used_at = models.DateTimeField(null=True)
    account = models.ForeignKey(AdAccount, on_delete=models.SET_NULL, null=True)

    def __str__(self) -> str:
        return f"{self.platform} for {self.project_id}"


class Campaign(models.Model):
    """A campaign. The three axes are null together while it lives on the layer's defaults. `id` is the bare ULID."""

    id = models.CharField(primary_key=True, max_length=26)
    layer = models.ForeignKey(AdLayer, on_delete=models.CASCADE, related_name="campaigns")
    account = models.ForeignKey(AdAccount, on_delete=models.CASCADE, null=True, related_name="campaigns")
    external_id = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=16, choices=EntityStatus.choices)
    objective = models.CharField(max_length=40, null=True)
    #: CBO or ABO on Meta, null elsewhere.
    budget_mode = models.CharField(max_length=3, null=True)
    daily_budget_cents = models.BigIntegerField(null=True)
    lifetime_budget_cents = models.BigIntegerField(null=True)
    bid_strategy = models.JSONField(null=True)
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


class AdSet(models.Model):
    """A part of a campaign with its own audience and hours; TikTok and Apple say ad group. `id` is the bare ULID."""

    id = models.CharField(primary_key=True, max_length=26)
    #: Also the campaign's; here because lists go by it.
    layer = models.ForeignKey(AdLayer, on_delete=models.CASCADE, related_name="ad_sets")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="ad_sets")
    external_id = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=16, choices=EntityStatus.choices, default=EntityStatus.ACTIVE)
    optimization_goal = models.CharField(max_length=40, null=True)
    #: As it was patched: geo, age, genders, customAudiences, placements.
    targeting = models.JSONField(null=True)
    daily_budget_cents = models.BigIntegerField(null=True)
    lifetime_budget_cents = models.BigIntegerField(null=True)
    start_time = models.DateTimeField(null=True)
    end_time = models.DateTimeField(null=True)
    #: [{dayOfWeek, startMinute, endMinute}]; empty: all day, every day.
    dayparts = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = (models.Index(fields=["layer", "-created_at", "-id"], name="sandbox_ad_set_page"),)

    def __str__(self) -> str:
        return self.name


class Ad(models.Model):
    """An ad on Meta or TikTok; Apple has none. `id` is the bare ULID. Its creatives are `Rotation` rows."""

    class Standing(models.TextChoices):
        """How the platform's numbers look to the optimizer. Too young is told from the age, never stored."""

        TOO_YOUNG = "TOO_YOUNG"
        LEARNING_PHASE = "LEARNING_PHASE"
        TOP_PERFORMER = "TOP_PERFORMER"
        HEALTHY = "HEALTHY"
        UNDERPERFORMING = "UNDERPERFORMING"
        FATIGUED = "FATIGUED"
        CRITICAL = "CRITICAL"

    id = models.CharField(primary_key=True, max_length=26)
    layer = models.ForeignKey(AdLayer, on_delete=models.CASCADE, related_name="ads")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="ads")
    ad_set = models.ForeignKey(AdSet, on_delete=models.CASCADE, related_name="ads")
    external_id = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=16, choices=EntityStatus.choices, default=EntityStatus.ACTIVE)
    #: The creative that was added last; null while the ad promotes nothing of ours.
    active_creative = models.ForeignKey(Container, on_delete=models.SET_NULL, null=True)
    standing = models.CharField(max_length=16, choices=Standing.choices, default=Standing.LEARNING_PHASE)
    #: Of the last thirty days.
    spend_cents = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = (models.Index(fields=["layer", "-created_at", "-id"], name="sandbox_ad_page"),)

    def __str__(self) -> str:
        return self.name


class Rotation(models.Model):
    """One creative that an ad shows in turn with its others. A creative's public id is its container's with adc_."""

    ad = models.ForeignKey(Ad, on_delete=models.CASCADE, related_name="rotation")
    creative = models.ForeignKey(Container, on_delete=models.CASCADE, related_name="rotations")
    caption = models.TextField(null=True)
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["ad", "creative"], name="sandbox_rotation_once"),)

    def __str__(self) -> str:
        return f"{self.creative_id} in {self.ad_id}"


class Keyword(models.Model):
    """A search term of an Apple ad group. `id` is the bare ULID."""

    id = models.CharField(primary_key=True, max_length=26)
    ad_set = models.ForeignKey(AdSet, on_delete=models.CASCADE, related_name="keywords")
    text = models.CharField(max_length=200)
    match_type = models.CharField(max_length=5)
    bid_cents = models.BigIntegerField()
    status = models.CharField(max_length=16, choices=EntityStatus.choices, default=EntityStatus.ACTIVE)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["ad_set", "text", "match_type"], name="sandbox_keyword_once", condition=~Q(status="deleted")
            ),
        )

    def __str__(self) -> str:
        return self.text
