"""Tolerant reads of what the API sent: a wrong type, a null or a missing key never raises, it reads as nothing."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def text(raw: Mapping[str, Any], *names: str, default: str = "") -> str:
    """The first of the named members that holds something printable, as text."""
    for name in names:
        value = raw.get(name)
        if isinstance(value, str) and value:
            # PostgreSQL has no NUL in text; the API has no reason to send one.
            return value.replace("\x00", "")
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
    return default


def number(raw: Mapping[str, Any], name: str) -> int | None:
    """A whole number that fits a bigint, or None."""
    value = raw.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        whole = int(value)
    except (OverflowError, ValueError):
        return None
    return whole if whole == value and abs(whole) < 2**63 else None


def flag(raw: Mapping[str, Any], *names: str) -> bool:
    return any(raw.get(name) is True for name in names)


def mapping(raw: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = raw.get(name)
    return value if isinstance(value, dict) else {}


def items(raw: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects of a list member; anything in it that is not an object is left out."""
    value = raw.get(name)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def moment(raw: Mapping[str, Any], name: str) -> datetime | None:
    """An ISO 8601 time in UTC. The API prints both `.000Z` and microseconds with an offset; no zone reads as UTC."""
    value = raw.get(name)
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def wire_time(value: datetime) -> str:
    """How filters want their times: UTC, milliseconds, a literal Z (contract/control-plane.md, 3)."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
