"""Keeps a decision inside the customer it was made for.

The page shows a customer, the form carries a signed seal, and the call names the child in X-Layers-Organization. All
three must be the same child, or nothing is recorded: a write into the wrong customer is the worst thing we could do.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.htmx import htmx

SALT = "tenant-seal"
MAX_AGE = 12 * 60 * 60  # seconds; as long as a session


class SealBroken(SuspiciousOperation):
    """The form was made for another customer, target or person, or is too old. Nothing was recorded."""


@dataclass(frozen=True)
class Seal:
    """What a form was made for. `nonce` is new for each form shown, so one form can be acted on only once."""

    organization_id: str
    target: str
    nonce: str


def seal(staff: Any, organization_id: str, target: str) -> str:
    """The signed value for a form's hidden `seal` field."""
    return signing.dumps([staff.pk, organization_id, target, secrets.token_urlsafe(12)], salt=SALT)


def open_seal(value: str, staff: Any, organization_id: str, target: str) -> Seal:
    """Reads a posted seal and checks it against the page's own customer and target. Raises SealBroken."""
    try:
        person, sealed_organization, sealed_target, nonce = signing.loads(value, salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        raise SealBroken("This form is too old or was changed. Open the page again.") from None
    if (person, sealed_organization, sealed_target) != (staff.pk, organization_id, target):
        raise SealBroken("This form belongs to another customer or person. Open the page again.")
    return Seal(organization_id, target, nonce)


def refused(request: HttpRequest, broken: SealBroken, back: str) -> HttpResponse:
    """The answer to a form with a broken seal: nothing was recorded, why, and `back`, where to open the page again.

    htmx gets one sentence, which the page shows as a toast.
    """
    if htmx(request):
        return HttpResponse(f"Nothing was recorded. {broken}", status=400, content_type="text/plain")
    return render(request, "orgs/seal_broken.html", {"why": str(broken), "back": back}, status=400)
