"""Reads settings from the environment and refuses nonsense with one sentence that says what to set."""

import os
from collections.abc import Mapping
from urllib.parse import parse_qsl

from django.core.exceptions import ImproperlyConfigured


class Env:
    """Typed reads of a mapping of strings. Every problem is an ImproperlyConfigured whose text is one sentence."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self.values = os.environ if values is None else values

    def text(self, name: str, default: str | None = None) -> str:
        value = self.values.get(name, "").strip()
        if value:
            return value
        if default is None:
            raise ImproperlyConfigured(f"Set {name}; the README's table of settings says what it is.")
        return default

    def secret(self, name: str) -> str:
        """A text for a header: what a wrapped paste leaves in it would show up in error messages later."""
        value = self.text(name)
        if not value.isascii() or not value.isprintable() or " " in value:
            raise ImproperlyConfigured(f"Set {name} in one line, without spaces.")
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self.text(name, "1" if default else "0").lower()
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off"}:
            return False
        raise ImproperlyConfigured(f"Set {name} to 1 or 0, not {value!r}.")

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            raise ImproperlyConfigured(f"Set {name} to a whole number from {low} to {high}, not {value!r}.")
        return int(value)

    def words(self, name: str, default: str = "") -> list[str]:
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def origin(self, name: str, default: str | None = None) -> str:
        """An http(s) address without a trailing slash; empty only where the default is."""
        value = self.text(name, default).rstrip("/")
        if value and not value.startswith(("http://", "https://")):
            raise ImproperlyConfigured(f"Set {name} to an address that starts with https://, not {value!r}.")
        return value


def broker_url(redis_url: str) -> str:
    """The same server in Celery's spelling, which differs for unix sockets: unix://PATH?db=N."""
    if not redis_url.startswith("unix://"):
        return redis_url
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    database = dict(parse_qsl(query)).get("db", "0")
    return f"redis+socket://{path}?virtual_host={database}"
