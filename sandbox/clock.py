"""The only clock of the sandbox, so that time can be steered in one place."""

from datetime import UTC, datetime


def exact_now() -> datetime:
    """Now in UTC with microseconds, as organizations print it (contract/control-plane.md, 1)."""
    return datetime.now(UTC)


def now() -> datetime:
    """Now in UTC, cut to milliseconds: what every other resource prints.

    Stored as printed, so that a client's `since=` and `until=` taken from an answer include the row itself.
    """
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
