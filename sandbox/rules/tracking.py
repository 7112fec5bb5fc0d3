"""verify-tracking: looks at what an app sent lately, then sends an event of its own (contract/content.md, 11)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox import clock
from sandbox.models import SdkApp, SdkEvent
from sandbox.rules import capi, sdk_apps

#: Expected events must have come within it.
LATELY: Final = timedelta(hours=24)


@dataclass(frozen=True)
class Report:
    status: str
    last_event_at: datetime | None
    missing: list[str]
    #: One row for each platform whose relay is on.
    dispatches: list[dict[str, Any]]


def probe(app: SdkApp, expected: list[str], sample: str) -> Report:
    """Inside the caller's transaction. The app's own events are judged before the probe is sent."""
    now = clock.now()
    lately = app.events.filter(is_probe=False, occurred_at__gt=now - LATELY, occurred_at__lte=now)
    seen = set(lately.filter(name__in=expected).values_list("name", flat=True))
    missing = [name for name in expected if name not in seen]
    last_event_at = app.last_event_at
    test_code = f"TEST{secrets.randbelow(100_000):05}"
    SdkEvent.objects.create(
        project_id=app.project_id,
        app=app,
        event_id=f"probe_{test_code}_{int(now.timestamp() * 1000)}",
        name=sample,
        occurred_at=now,
        properties={"test_event_code": test_code},
        is_probe=True,
    )
    dispatches = [_dispatch(app, platform, test_code) for platform in sdk_apps.forwards_to(app)]
    capi.forward(app)
    app.save(update_fields=["capi"])
    return Report(_status(last_event_at, missing, dispatches), last_event_at, missing, dispatches)


def _dispatch(app: SdkApp, platform: str, test_code: str) -> dict[str, Any]:
    error = capi.trouble(app.project_id, platform)
    return {"platform": platform, "dispatched": error is None, "testEventCode": test_code, "error": error}


def _status(last_event_at: datetime | None, missing: list[str], dispatches: list[dict[str, Any]]) -> str:
    if last_event_at is None:
        return "unhealthy"
    return "degraded" if missing or not all(row["dispatched"] for row in dispatches) else "healthy"
