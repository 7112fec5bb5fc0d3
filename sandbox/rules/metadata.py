"""The one rule for partner metadata (contract/control-plane.md, 1): organizations, allocations, webhook endpoints."""

from sandbox.api.errors import invalid

MAX_KEYS = 50
MAX_KEY = 40
MAX_VALUE = 500
MAX_BYTES = 16 * 1024


def check(metadata: dict[str, str]) -> None:
    """422 VALIDATION when a bound is broken."""
    if len(metadata) > MAX_KEYS:
        raise invalid("metadata", f"metadata holds at most {MAX_KEYS} keys.")
    _check_pairs(metadata)
    if sum(len(key.encode()) + len(value.encode()) for key, value in metadata.items()) > MAX_BYTES:
        raise invalid("metadata", "metadata is larger than 16 KB.")


def merge(stored: dict[str, str], sent: dict[str, str]) -> dict[str, str]:
    """`stored` with the sent keys added or overwritten, and those sent as "" taken away; checked as it came out."""
    _check_pairs(sent)
    merged = {key: value for key, value in {**stored, **sent}.items() if value}
    check(merged)
    return merged


def _check_pairs(metadata: dict[str, str]) -> None:
    for key, value in metadata.items():
        if not 1 <= len(key) <= MAX_KEY:
            raise invalid("metadata", f"A metadata key has 1 to {MAX_KEY} characters.")
        if len(value) > MAX_VALUE:
            raise invalid(f"metadata.{key}", f"A metadata value has at most {MAX_VALUE} characters.")
