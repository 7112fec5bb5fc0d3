"""Values that mean something. A schema says string where the rule behind it wants a time zone or a moment to come."""

from datetime import UTC, datetime, timedelta
from typing import Any

_SOON, _LATER = (f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}" for days in (2, 9))

#: By the name of the field or parameter, or of the list that holds it without its last letter.
MEANINGS: dict[str, tuple[Any, ...]] = {
    "timezone": ("Europe/Lisbon", "Asia/Tokyo"),
    "primaryLanguage": ("en", "de-AT"),
    "scheduledFor": (_SOON, _LATER),
    "occurredAt": ("2026-06-01T10:00:00Z",),
    "name": ("Field notes", "app_open", "purchase"),
    "eventName": ("app_open", "purchase"),
    "text": ("loose tea", "sleep sounds"),
    "appUserId": ("u1", "u2"),
    "eventId": ("e1", "e2", "e3"),
    "dailyBudgetCents": (500, 12_000),
    "lifetimeBudgetCents": (90_000,),
    "bidAmountCents": (120, 300),
    "tiktokVideoId": ("7429009874756715594",),
    "scope": ("content:read", "projects:read"),
    "androidPackage": ("com.example.app",),
    "iosBundleId": ("com.example.app",),
    "bundleId": ("com.example.app",),
    "countryCode": ("us", "de"),
    "writeClasses": ({"budget": True}, {"creative": False, "lifecycle": True}),
    "since": ("2026-01-01T00:00:00Z",),
    "until": (_LATER,),
    "credits": (1, 50),
    "monthlyCreditCap": (5_000,),
    "refillThreshold": (100,),
    "refillAmount": (200,),
}
