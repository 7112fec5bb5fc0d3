"""Times as people read them. Every function takes whatever the mirror holds and never raises."""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from common.figures import NOTHING, number

ZONES = (
    "UTC",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Africa/Lagos",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Dubai",
    "Asia/Hong_Kong",
    "Asia/Kolkata",
    "Asia/Seoul",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Europe/Athens",
    "Europe/Berlin",
    "Europe/Istanbul",
    "Europe/Lisbon",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Paris",
    "Europe/Stockholm",
    "Pacific/Auckland",
)
MINUTE, HOUR, DAY = 60, 3600, 86_400
YEARS = range(1970, 9999)  # that may be asked for: no zone can show the end of the next


def moment(value: object) -> datetime | None:
    """The aware datetime in value (a datetime, a date or ISO text; without a zone it is UTC), or None."""
    try:
        if isinstance(value, str):
            value = parse_datetime(value.strip())
        elif isinstance(value, date) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day, tzinfo=UTC)
        if not isinstance(value, datetime):
            return None
        # The round trip refuses what no zone can show, such as year 1.
        return (value if timezone.is_aware(value) else value.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def seconds_since(value: object) -> float | None:
    at = moment(value)
    return None if at is None else (timezone.now() - at).total_seconds()


def span(seconds: float) -> str:
    """A length of time in its largest useful unit: 12 s, 4 min, 21 h, 3 days. Never below 0 s."""
    seconds = max(0, seconds)
    if seconds < MINUTE:
        return f"{int(seconds)} s"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min"
    if seconds < 2 * DAY:
        return f"{int(seconds // HOUR)} h"
    return f"{int(seconds // DAY)} days"


def lasting(value: object) -> str:
    """A timedelta, or seconds, in its largest useful unit: 15 min."""
    if isinstance(value, timedelta):
        return span(value.total_seconds())
    seconds = number(value)
    return NOTHING if seconds is None else span(seconds)


def age(value: object) -> str:
    """How old: 21 h. A moment a little ahead of our clock is 0 s old."""
    seconds = seconds_since(value)
    return NOTHING if seconds is None else span(seconds)


def ago(value: object) -> str:
    """How long ago: 3 s ago."""
    seconds = seconds_since(value)
    return NOTHING if seconds is None else f"{span(seconds)} ago"


def left(value: object) -> str:
    """Time until: 9 h left; once it has passed: expired."""
    seconds = seconds_since(value)
    if seconds is None:
        return NOTHING
    return f"{span(-seconds)} left" if seconds < 0 else "expired"


def age_tone(value: object) -> str:
    """Tone of an item that waits for a person: stop from 20 h, wait from 12 h, quiet before."""
    seconds = seconds_since(value)
    if seconds is None or seconds < 12 * HOUR:
        return "quiet"
    return "stop" if seconds >= 20 * HOUR else "wait"


def left_tone(value: object) -> str:
    """Tone of something that expires: stop below 12 h, wait below 24 h, quiet before."""
    seconds = seconds_since(value)
    if seconds is None or seconds < -24 * HOUR:
        return "quiet"
    return "wait" if seconds < -12 * HOUR else "stop"


def _local(value: object) -> datetime | None:
    at = moment(value)
    try:
        return None if at is None else timezone.localtime(at)
    except (ValueError, OverflowError):
        return at


def when(value: object) -> str:
    """11 Jun, 08:12 in the reader's zone; 11 Jun 2025, 08:12 when it is not this year."""
    at = _local(value)
    return NOTHING if at is None else f"{day_words(at)}, {at:%H:%M}"


def day_words(value: object) -> str:
    """The day of a moment in the reader's zone: 11 Jun; 11 Jun 2025 when it is not this year."""
    at = _local(value)
    if at is None:
        return NOTHING
    return f"{at.day} {at:%b}" + ("" if at.year == timezone.localtime().year else f" {at.year}")


def day_start(day: date) -> datetime | None:
    """The first moment of a day in the reader's zone; None outside of YEARS."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day.year in YEARS else None


def clock(value: object) -> str:
    """08:12 in the reader's zone when it is today, else as when()."""
    at = _local(value)
    return f"{at:%H:%M}" if at is not None and at.date() == timezone.localdate() else when(value)


def exactly(value: object) -> str:
    """11 Jun 2026, 08:12:31 Europe/Lisbon: the second and the zone, for a title."""
    at = _local(value)
    if at is None:
        return NOTHING
    return f"{at.day} {at:%b} {at.year}, {at:%H:%M:%S} {timezone.get_current_timezone_name()}"


def iso(value: object) -> str:
    """2026-06-11T08:12:31Z for machines; empty when there is no moment."""
    at = moment(value)
    return "" if at is None else f"{at + timedelta(microseconds=-at.microsecond):%Y-%m-%dT%H:%M:%SZ}"
