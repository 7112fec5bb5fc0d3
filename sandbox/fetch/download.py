"""Downloading one file: every hop is checked, the connection goes to the address that was checked."""

import http.client
import socket
import ssl
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final
from urllib.parse import SplitResult, urljoin, urlsplit

from sandbox.fetch.addresses import NotPublic, public_addresses
from sandbox.fetch.sniffing import HEAD, media_type

MAX_REDIRECTS: Final = 3
#: For one answer of the other side.
TIMEOUT_SECONDS: Final = 10
#: For the whole download, however slowly it drips.
DEADLINE_SECONDS: Final = 60
CHUNK: Final = 256 * 1024
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class Unfetchable(Exception):
    """The file cannot be had, or is not what is wanted. The message is for people."""


@dataclass(frozen=True)
class Fetched:
    mime_type: str
    byte_size: int


def fetch(url: str, into: IO[bytes], *, types: Collection[str], max_bytes: int, local: Collection[str]) -> Fetched:
    """Writes the file behind `url` into `into`. Raises Unfetchable.

    `types`: MIME types that are taken. `local`: `host:port` pairs that may be reached although they are not public,
    and without TLS (SANDBOX_MEDIA_ALLOW).
    """
    ends = time.monotonic() + DEADLINE_SECONDS
    for _hop in range(MAX_REDIRECTS + 1):
        connection = _connect(_checked(url, local), local)
        try:
            response = _get(connection, urlsplit(url))
            if response.status not in _REDIRECTS:
                return _store(response, into, types, max_bytes, ends)
            url = urljoin(url, response.headers.get("Location", ""))
        except (OSError, http.client.HTTPException) as problem:
            raise Unfetchable(f"The download failed: {_reason(problem)}.") from None
        finally:
            connection.close()
    raise Unfetchable(f"More than {MAX_REDIRECTS} redirects.")


def _checked(url: str, local: Collection[str]) -> SplitResult:
    """The URL in parts, when its form may be followed at all."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Unfetchable("This is not a URL.") from None
    if not host or not url.isascii() or any(letter <= " " for letter in url):
        raise Unfetchable("This is not a URL.")
    if parts.username is not None or parts.password is not None:
        raise Unfetchable("The URL must not hold a user name or a password.")
    if parts.scheme != "https" and not (parts.scheme == "http" and _place(host, port or 80) in local):
        raise Unfetchable("The URL must be https.")
    return parts


def _connect(parts: SplitResult, local: Collection[str]) -> http.client.HTTPConnection:
    """Not connected yet, but bound to an address that was checked: the name is not resolved a second time."""
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    if _place(host, port) in local:
        addresses = [host]
    else:
        try:
            addresses = public_addresses(host, port)
        except NotPublic as refusal:
            raise Unfetchable(str(refusal)) from None
    return _Bound(host, port, addresses[0], secure)


class _Bound(http.client.HTTPConnection):
    """Speaks to `address` and, with TLS, expects the certificate of `host`."""

    def __init__(self, host: str, port: int, address: str, secure: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS)
        self.address = address
        self.secure = secure

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), TIMEOUT_SECONDS)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host) if self.secure else plain


def _get(connection: http.client.HTTPConnection, parts: SplitResult) -> http.client.HTTPResponse:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request("GET", target, headers={"Accept": "*/*", "User-Agent": "layers-sandbox"})
    return connection.getresponse()


def _store(
    response: http.client.HTTPResponse, into: IO[bytes], types: Collection[str], max_bytes: int, ends: float
) -> Fetched:
    """Stops as soon as the file is the wrong type or too large."""
    if response.status != 200:
        raise Unfetchable(f"The download failed: status {response.status}.")
    if (response.length or 0) > max_bytes:
        raise Unfetchable(_too_large(max_bytes))
    head = response.read(HEAD)
    mime_type = media_type(head)
    if mime_type is None or mime_type not in types:
        raise Unfetchable(f"The file is not one of {', '.join(sorted(types))}.")
    size, chunk = 0, head
    while chunk:
        size += len(chunk)
        if size > max_bytes:
            raise Unfetchable(_too_large(max_bytes))
        if time.monotonic() > ends:
            raise Unfetchable(f"The download took longer than {DEADLINE_SECONDS} s.")
        into.write(chunk)
        chunk = response.read1(CHUNK)
    if response.length:
        raise Unfetchable("The download broke off.")
    return Fetched(mime_type, size)


def keep(url: str, path: Path, *, types: Collection[str], max_bytes: int, local: Collection[str]) -> Fetched:
    """`fetch` into a file at `path`, which is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("wb") as file:
            fetched = fetch(url, file, types=types, max_bytes=max_bytes, local=local)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return fetched


def _place(host: str, port: int) -> str:
    return f"{host}:{port}"


def _too_large(max_bytes: int) -> str:
    return f"The file is over {max_bytes // (1024 * 1024)} MB."


def _reason(problem: Exception) -> str:
    if isinstance(problem, TimeoutError):
        return f"no answer within {TIMEOUT_SECONDS} s"
    return str(problem) or type(problem).__name__
