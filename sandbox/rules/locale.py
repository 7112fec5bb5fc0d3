"""Time zones and languages as partners name them."""

import re
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from sandbox.api.errors import invalid

#: The longest tag that has a use: RFC 5646, 4.4.1.
MAX_TAG: Final = 35
#: A well-formed tag (RFC 5646, 2.1), without the grandfathered ones.
_TAG: Final = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})"  # language
    r"(?:-[a-z]{4})?"  # script
    r"(?:-(?:[a-z]{2}|[0-9]{3}))?"  # region
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*"  # extensions
    r"(?:-x(?:-[a-z0-9]{1,8})+)?",
    re.IGNORECASE | re.ASCII,
)


def check_timezone(path: str, name: str) -> None:
    """422 for what the IANA database does not know, in its spelling."""
    if name not in _zones():
        raise invalid(path, f"{path} must be an IANA time zone, such as Europe/Lisbon.")


def check_language(path: str, tag: str) -> None:
    """422 for what is not of the form BCP 47 gives to language tags."""
    if len(tag) > MAX_TAG or not _TAG.fullmatch(tag):
        raise invalid(path, f"{path} must be a BCP 47 language tag, such as es-MX.")


@cache
def _zones() -> frozenset[str]:
    # Reads a folder with hundreds of files.
    return frozenset(available_timezones())
