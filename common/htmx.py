"""What htmx says of a request, typed in one place: its middleware puts it there, and Django's types do not know it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


def htmx(request: HttpRequest) -> HtmxDetails:
    """True for a request that wants a fragment; its members say which (target, trigger, current address)."""
    details: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return details
