"""How the relay of conversions to an ad platform is doing (contract/content.md, 11). Apple has no such status."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sandbox import clock
from sandbox.api.envelope import stamp
from sandbox.models import AdAccount, Project, SdkApp, SdkEvent
from sandbox.rules import sdk_apps

#: How this answer spells a platform -> how an app's switches do.
PLATFORMS: Final = {"meta_ads": "meta", "tiktok_ads": "tiktok"}


@dataclass(frozen=True)
class Health:
    """Counts and times are None while the relay is off."""

    enabled: bool
    status: str
    pixel_id: str | None = None
    token_valid: bool | None = None
    token_checked_at: datetime | None = None
    last_hour: int | None = None
    last_day: int | None = None
    last_event_at: datetime | None = None
    error: str | None = None


def health(project: Project, platform: str) -> Health:
    """Of `meta` or `tiktok`, over every app of the project whose relay to it is on."""
    apps = [app for app in SdkApp.objects.filter(project=project) if platform in sdk_apps.forwards_to(app)]
    if not apps:
        return Health(enabled=False, status="disabled")
    sent = SdkEvent.objects.filter(app__in=apps, is_probe=False)
    now = clock.now()
    account = _account(project.pk, platform)
    error = trouble(project.pk, platform)
    return Health(
        enabled=True,
        status="healthy" if error is None else "degraded",
        pixel_id=sdk_apps.pixel_of(project.pk, platform),
        token_valid=None if account is None else account.usable,
        token_checked_at=None if account is None else account.token_validated_at,
        last_hour=sent.filter(occurred_at__gt=now - timedelta(hours=1), occurred_at__lte=now).count(),
        last_day=sent.filter(occurred_at__gt=now - timedelta(days=1), occurred_at__lte=now).count(),
        last_event_at=max((app.last_event_at for app in apps if app.last_event_at is not None), default=None),
        error=error,
    )


def trouble(project_id: uuid.UUID, platform: str) -> str | None:
    """Why nothing gets through to a platform. Apple takes conversions from the device: no account is in between."""
    if platform == "apple":
        return None
    account = _account(project_id, platform)
    if account is None:
        return "No ad account is connected."
    return None if account.usable else "The access token is no longer valid."


def forward(app: SdkApp) -> None:
    """Notes on the unsaved app which platforms have just got an event of it."""
    for platform in sdk_apps.forwards_to(app):
        if trouble(app.project_id, platform) is None:
            app.capi = {**app.capi, platform: {**app.capi[platform], "lastForwardAt": stamp(clock.now())}}


def _account(project_id: uuid.UUID, platform: str) -> AdAccount | None:
    connected = AdAccount.objects.filter(layer__project=project_id, layer__platform=platform)
    return connected.filter(disconnected_at__isnull=True).order_by("-connected_at", "-id").first()
