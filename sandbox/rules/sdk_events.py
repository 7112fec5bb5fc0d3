"""Events of apps: taken once each, read with or without what names a person (contract/content.md, 11)."""

import uuid
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from sandbox.api.errors import invalid
from sandbox.api.scopes import grants
from sandbox.models import ApiKey, SdkApp, SdkEvent
from sandbox.rules import capi

PII_SCOPE: Final = "events:read+pii"
REDACTED: Final = "[redacted]"
#: Keys, compared without case and punctuation, whose values may name a person.
PERSONAL: Final = frozenset(
    {
        *("email", "emailaddress", "phone", "phonenumber", "name", "firstname", "lastname", "fullname", "username"),
        *("address", "street", "city", "zip", "postalcode", "latitude", "longitude", "ip", "ipaddress"),
        *("dateofbirth", "birthdate", "birthday", "idfa", "idfv", "gaid", "advertisingid", "deviceid"),
    }
)
#: A sum of so many such values is still a number the database can hold.
MOST_VALUE: Final = 1e12

#: Bounds of our own, so that sums of times stay times.
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2199

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class SentEvent(msgspec.Struct, rename="camel"):
    """One event as it is sent. `event_id` is the key by which an app's repeats are known."""

    name: Name
    occurred_at: Annotated[datetime, msgspec.Meta(tz=True)]
    app_user_id: Name | UnsetType = UNSET
    event_id: Name | UnsetType = UNSET
    properties: dict[str, Any] = {}
    context: dict[str, Any] = {}


def take(app: SdkApp, sent: list[SentEvent]) -> None:
    """Stores what is new; an event id that the app has sent before changes nothing. 422 for a time out of all reason.
    The app is locked."""
    for position, event in enumerate(sent):
        if not FIRST_YEAR <= event.occurred_at.year <= LAST_YEAR:
            raise invalid(f"events[{position}].occurredAt", f"occurredAt must be in {FIRST_YEAR} to {LAST_YEAR}.")
    rows = [_row(app, event) for event in sent]
    SdkEvent.objects.bulk_create(rows, ignore_conflicts=True)
    latest = max(row.occurred_at for row in rows)
    if app.last_event_at is None or latest > app.last_event_at:
        app.last_event_at = latest
    capi.forward(app)
    app.save(update_fields=["last_event_at", "capi"])


def _row(app: SdkApp, event: SentEvent) -> SdkEvent:
    # To the millisecond, as it is printed: a filter made of a printed time must find the row.
    moment = event.occurred_at.astimezone(UTC)
    occurred_at = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    value, currency = worth(event.properties)
    return SdkEvent(
        project_id=app.project_id,
        app=app,
        event_id=event.event_id or str(uuid.uuid4()),
        name=event.name,
        app_user_id=event.app_user_id or None,
        occurred_at=occurred_at,
        properties=event.properties,
        context=event.context,
        value=value,
        currency=currency,
    )


def worth(properties: dict[str, Any]) -> tuple[float | None, str | None]:
    """`value` and `currency` of the properties as far as they are a sane number and three letters."""
    value, currency = properties.get("value"), properties.get("currency")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None, None
    if not abs(value) <= MOST_VALUE:
        return None, None
    known = isinstance(currency, str) and len(currency) == 3 and currency.isascii() and currency.isalpha()
    return float(value), currency.upper() if known and isinstance(currency, str) else None


def sees_people(key: ApiKey) -> bool:
    return grants(key.scopes, PII_SCOPE)


def redacted(value: Any) -> Any:
    """A copy in which everything under a personal key is `[redacted]`."""
    if isinstance(value, dict):
        return {key: REDACTED if _is_personal(key) else redacted(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [redacted(inner) for inner in value]
    return value


def _is_personal(key: str) -> bool:
    return "".join(letter for letter in key.lower() if letter.isalnum()) in PERSONAL
