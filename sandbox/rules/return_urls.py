"""Where a consent may lead back to: the hosts a key was issued with (contract/content.md, 11)."""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from sandbox.api.errors import invalid, return_url_not_allowed

#: Only what every browser reads the same way: a backslash in a host would end it for some.
_HOST = re.compile(r"[a-z0-9.-]+|[0-9a-f:]+")
_HERE = {"localhost", "127.0.0.1", "::1"}
LONGEST = 2048


def check(url: str, hosts: Iterable[str]) -> None:
    """422 for what is no web address, 403 RETURN_URL_NOT_ALLOWED for a host the key does not know."""
    host = _host_of(url)
    if not any(_covers(allowed, host) for allowed in hosts):
        raise return_url_not_allowed(host)


def with_answer(url: str, answer: dict[str, str]) -> str:
    """`url` with `answer` added to its query."""
    parts = urlsplit(url)
    pairs = [*parse_qsl(parts.query, keep_blank_values=True), *answer.items()]
    return parts._replace(query=urlencode(pairs)).geturl()


def _host_of(url: str) -> str:
    parts = _split(url)
    host = (parts.hostname or "") if parts else ""
    if (
        parts is None
        or len(url) > LONGEST
        or not (url.isascii() and url.isprintable())
        or " " in url
        or parts.username is not None
        or not _HOST.fullmatch(host)
        or not (parts.scheme == "https" or (parts.scheme == "http" and host in _HERE))
    ):
        raise invalid("returnUrl", "returnUrl must be an https address (http for this machine only).")
    return host


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is the check
    except ValueError:
        return None
    return parts


def _covers(allowed: str, host: str) -> bool:
    if allowed.startswith("*."):
        return host.endswith(allowed[1:])
    return host == allowed
