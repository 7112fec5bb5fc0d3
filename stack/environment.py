"""The settings of a start, read from the environment and checked before anything runs."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from stack.errors import SettingsError
from stack.piece import ROOT

# Everything the product reads from the environment; `exec` keeps the caller's values away from tests.
NAMES = (
    "SECRET_KEY",
    "DEBUG",
    "ALLOWED_HOSTS",
    "BEHIND_TLS",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_URL",
    "DB_POOL",
    "REDIS_URL",
    "LAYERS_API_URL",
    "LAYERS_API_KEY",
    "LAYERS_MEDIA_ORIGINS",
    "PORT",
    "DATA_DIR",
    "SANDBOX_PORT",
    "SANDBOX_DATABASE_URL",
    "SANDBOX_DATA_DIR",
    "SANDBOX_PUBLIC_URL",
    "UNDO_SECONDS",
)

COMPILED = ROOT / ".data" / "pycache"


def plain_environment() -> dict[str, str]:
    """Our environment for a child process: without PG* variables, which would lead PostgreSQL's programs to another
    server, and with a place for what Python compiles.

    Containers often forbid compiled files beside the sources. With none at all every process that starts would compile
    Django and us anew, which takes longer than all else it does at its start.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    if env.pop("PYTHONDONTWRITEBYTECODE", ""):
        env.setdefault("PYTHONPYCACHEPREFIX", str(COMPILED))
    return env


@dataclass(frozen=True)
class Settings:
    """What the person asked for. An address that is None is served by an embedded piece."""

    data_dir: Path
    port: int
    sandbox_port: int
    database_url: str | None
    redis_url: str | None
    api_url: str | None
    api_key: str | None

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """Read and check the environment. Raises SettingsError at the first thing that makes no sense."""
        values = {name: environ.get(name, "").strip() for name in NAMES}
        settings = cls(
            data_dir=Path(values["DATA_DIR"] or ".data"),
            port=_port("PORT", values["PORT"] or "8000"),
            sandbox_port=_port("SANDBOX_PORT", values["SANDBOX_PORT"] or "8001"),
            database_url=_address("DATABASE_URL", values["DATABASE_URL"], ("postgres", "postgresql")),
            redis_url=_address("REDIS_URL", values["REDIS_URL"], ("redis", "rediss", "unix")),
            api_url=_address("LAYERS_API_URL", values["LAYERS_API_URL"].rstrip("/"), ("https", "http")),
            api_key=_key(values["LAYERS_API_KEY"]),
        )
        if settings.api_url and not settings.api_key:
            raise SettingsError("LAYERS_API_URL is set, so set LAYERS_API_KEY to that organization's API key too.")
        if settings.api_key and not settings.api_url:
            raise SettingsError(
                "LAYERS_API_KEY is set, so set LAYERS_API_URL to the Partner API's address too; with neither the "
                "sandbox is used."
            )
        if settings.port == settings.sandbox_port and not settings.api_url:
            raise SettingsError(f"PORT and SANDBOX_PORT are both {settings.port}: set one of them to another number.")
        return settings

    def check_ports(self, *, web: bool = True) -> None:
        """Raise SettingsError when a port we are to listen on is taken or not allowed."""
        if web:
            _check_free("PORT", self.port)
        if not self.api_url:
            _check_free("SANDBOX_PORT", self.sandbox_port)


def _port(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise SettingsError(f"Set {name} to a port number from 1 to 65535, not {text!r}.")
    return int(text)


def _address(name: str, text: str, schemes: tuple[str, ...]) -> str | None:
    if not text:
        return None
    try:
        parts = urlsplit(text)
        right = parts.scheme in schemes and bool(parts.netloc or parts.path.strip("/")) and not set(text) & set(" \t\n")
        if parts.scheme in ("http", "https"):
            right = right and bool(parts.hostname)
    except ValueError:
        right = False
    if not right:
        # not the text itself: it may hold a password
        raise SettingsError(f"Set {name} to an address that starts with {schemes[0]}://, or leave it out.")
    return text


def _key(text: str) -> str | None:
    if text and not (text.startswith("lp_") and text.isascii() and text.isprintable() and " " not in text):
        raise SettingsError("Set LAYERS_API_KEY to a key of the Partner API: it starts with lp_ and has no blanks.")
    return text or None


def _check_free(name: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise SettingsError(f"Port {port} needs more rights than you have: set {name} to one above 1023.") from None
        except OSError:
            raise SettingsError(f"Port {port} is taken: stop what listens there, or set {name} to another.") from None
