"""Where a request comes from, for the lock against password guessing."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The peer's address; behind our own proxy, the one that the proxy saw, which it puts last.

    Without this everybody would come from the proxy, and one guesser could lock out a person for all.
    """
    if settings.BEHIND_TLS:
        seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if seen:
            return seen
    return str(request.META.get("REMOTE_ADDR", ""))
