"""Tolerant reads of what the API sent: a wrong type, a null or a missing key never raises, it reads as nothing."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

FIRST_YEAR, LAST_YEAR = 1970, 9998  # outside of these a time is a mistake, and breaks zones at the edges


def decode(content: bytes) -> Any:
    """A JSON body, without what PostgreSQL cannot hold; None when it is no JSON.

    JSON.stringify prints the half of a cut emoji as a lone surrogate, and numbers may be beyond a float. The fast
    decoder refuses both, so a page with one is read again by the patient one.
    """
    if not content:
        return {}
    try:
        body = msgspec.json.decode(content)
        return clean(body) if b"\\u0000" in content else body
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return clean(json.loads(content.decode("utf-8")))
    except (ValueError, RecursionError):
        return None


def clean(value: Any) -> Any:
    """The value without NULs, lone surrogates and numbers that are not finite."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {clean(name): clean(item) for name, item in value.items()}
    return value


def text(raw: Mapping[str, Any], *names: str, default: str = "") -> str:
    """The first of the named members that holds something printable, as text."""
    for name in names:
        value = raw.get(name)
        if isinstance(value, str) and value:
            return value
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
        read = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return read if FIRST_YEAR <= read.year <= LAST_YEAR else None


def wire_time(value: datetime) -> str:
    """How filters want their times: UTC, milliseconds, a literal Z (contract/control-plane.md, 3)."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
