"""Reading query parameters and JSON bodies: strict, and every refusal names its field."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from django.http import QueryDict

from sandbox.api.errors import ApiError, invalid, missing

Body = TypeVar("Body", bound=msgspec.Struct)

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,12})?", re.ASCII)
_AT_PATH = re.compile(r" - at `\$\.?(.*)`$")
_MISSING = re.compile(r"missing required field `(\w+)`")


def text(query: QueryDict, name: str) -> str | None:
    """One value; absent or empty is None."""
    value = query.get(name) or None
    if value is not None and "\x00" in value:
        raise invalid(name, f"{name} holds a character that is not text.")
    return value


def limit(query: QueryDict, default: int, maximum: int) -> int:
    value = text(query, "limit")
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 6 and 1 <= int(value) <= maximum):
        raise invalid("limit", f"limit must be 1 to {maximum}.")
    return int(value)


def choice(query: QueryDict, name: str, allowed: Iterable[str]) -> str | None:
    value = text(query, name)
    if value is not None and value not in set(allowed):
        raise invalid(name, f"{name} must be one of {', '.join(allowed)}.")
    return value


def choices(query: QueryDict, name: str, allowed: Iterable[str]) -> list[str]:
    """A repeated parameter; commas inside one value are taken too (contract/ads.md, pending list)."""
    values = [part for given in query.getlist(name) for part in given.split(",") if part]
    known = set(allowed)
    for value in values:
        if value not in known:
            raise invalid(name, f"{name} must be one of {', '.join(allowed)}.")
    return values


def flag(query: QueryDict, name: str) -> bool | None:
    value = choice(query, name, ("true", "false"))
    return None if value is None else value == "true"


def number(query: QueryDict, name: str, lowest: float, highest: float) -> float | None:
    """A plain decimal number within bounds, both included."""
    value = text(query, name)
    if value is None:
        return None
    if not (_NUMBER.fullmatch(value) and lowest <= float(value) <= highest):
        raise invalid(name, f"{name} must be {lowest:g} to {highest:g}.")
    return float(value)


def instant(query: QueryDict, name: str) -> datetime | None:
    """An ISO time that ends in Z; an offset is refused, even +00:00."""
    value = text(query, name)
    if value is None:
        return None
    refusal = invalid(name, f"{name} must be an ISO 8601 time in UTC that ends in Z.")
    if not _INSTANT.fullmatch(value):
        raise refusal
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except ValueError:
        raise refusal from None


def parse_json(raw: bytes) -> Any:
    """The parsed body; an empty one is an empty object. 422 for what is not JSON or cannot be stored as text."""
    if not raw.strip():
        return {}
    try:
        parsed = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise invalid("", "The body is not JSON.") from None
    if b"\\u0000" in raw:
        raise invalid("", "The body holds a character that is not text.")
    return parsed


def body(parsed: Any, shape: type[Body]) -> Body:
    """The body as `shape`, or 422 with the path of the field that is wrong."""
    if not isinstance(parsed, dict):
        raise invalid("", "The body must be a JSON object.")
    try:
        return msgspec.convert(parsed, shape)
    except msgspec.ValidationError as problem:
        raise _refusal(str(problem)) from None


def _refusal(problem: str) -> ApiError:
    where = _AT_PATH.search(problem)
    path = where.group(1) if where else ""
    field = _MISSING.search(problem)
    if field:
        return missing(f"{path}.{field.group(1)}" if path else field.group(1))
    message = _AT_PATH.sub("", problem)
    return invalid(path, f"{path}: {message}." if path else f"{message}.")
