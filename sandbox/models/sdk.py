"""SDK apps and what they report: events, Apple's attributions (contract/content.md, 11)."""

import uuid

from django.db import models
from django.db.models import F, Q

from sandbox import clock
from sandbox.models.content import Project


class SdkApp(models.Model):
    """An app that carries the SDK. `id` is 24 hex digits; only the hash of its key is kept."""

    class Platform(models.TextChoices):
        IOS = "ios"
        ANDROID = "android"
        WEB = "web"
        REACT_NATIVE = "react-native"
        FLUTTER = "flutter"
        EXPO = "expo"
        NEXTJS = "nextjs"
        VITE = "vite"
        REACT_ROUTER = "react-router"

    id = models.CharField(primary_key=True, max_length=24)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="sdk_apps")
    name = models.CharField(max_length=128)
    platform = models.CharField(max_length=16, choices=Platform.choices)
    bundle_id = models.TextField(null=True)
    android_package = models.TextField(null=True)
    web_domain = models.TextField(null=True)
    #: `{"meta": {"enabled": true, "lastForwardAt": null}}`: the ad platforms whose relay was ever switched.
    capi = models.JSONField(default=dict)
    key_sha256 = models.CharField(max_length=64)
    last_rotated_at = models.DateTimeField(null=True)
    last_event_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = (models.Index(fields=["project", "-created_at", "-id"], name="sandbox_sdk_app_page"),)

    def __str__(self) -> str:
        return self.name


class SdkEvent(models.Model):
    """Something a user did in an app. `value` and `currency` are read out of the properties for the rollup."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="sdk_events")
    app = models.ForeignKey(SdkApp, on_delete=models.CASCADE, related_name="events")
    #: The sender's own, or ours when it sent none.
    event_id = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    app_user_id = models.CharField(max_length=255, null=True)
    occurred_at = models.DateTimeField()
    properties = models.JSONField(default=dict)
    context = models.JSONField(default=dict)
    value = models.FloatField(null=True)
    currency = models.CharField(max_length=3, null=True)
    #: Sent by verify-tracking, not by a user: in the stream, but nothing counts it.
    is_probe = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["app", "event_id"], name="sandbox_sdk_event_once"),)
        indexes = (
            models.Index(fields=["project", "-occurred_at", "-id"], name="sandbox_sdk_event_page"),
            models.Index(F("app"), F("occurred_at").desc(), name="sandbox_sdk_event_app", condition=Q(is_probe=False)),
            models.Index(fields=["project", "app_user_id", "-occurred_at"], name="sandbox_sdk_event_user"),
        )

    def __str__(self) -> str:
        return self.name


class AppleAttribution(models.Model):
    """An install that Apple attributes to one of its ads. Ids other than ours are Apple's numbers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="apple_attributions")
    app = models.ForeignKey(SdkApp, on_delete=models.CASCADE, related_name="apple_attributions")
    app_user_id = models.CharField(max_length=255, null=True)
    org_id = models.BigIntegerField()
    campaign_id = models.BigIntegerField()
    ad_group_id = models.BigIntegerField()
    keyword_id = models.BigIntegerField()
    creative_set_id = models.BigIntegerField()
    country = models.CharField(max_length=2, null=True)
    installed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["project", "-installed_at", "-id"], name="sandbox_attribution_page"),)

    def __str__(self) -> str:
        return f"{self.app_id} by campaign {self.campaign_id}"
