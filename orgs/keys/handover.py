"""Takes a secret from the answer of Layers to the one browser that asked for it (docs/decisions/0007).

The browser holds a private key in a cookie that no script can read; the command's Handover row holds its public half.
The worker seals the secret with that half as soon as the answer is there and drops it from the answer. So what is
stored opens only with the cookie, and only once, for the same person in the same session.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.debug import sensitive_variables
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from layers.client import Answer
from layers.client.key_shapes import SECRET
from layers.client.shapes import Raw
from layers.outbox.models import OPEN, Command
from orgs.keys.models import Handover

COOKIE = "desk_handover"
COOKIE_PATH = "/customers/"
COOKIE_AGE = 90 * 60  # seconds; longer than a command waits to be sent and a secret to be shown
SHOWN_FOR = timedelta(minutes=15)


class NotHere(Exception):
    """The secret cannot be shown; the message is what the person reads."""


class Secret:
    """Says itself in a template alone: a traceback or a log of what holds it does not tell it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "(a secret)"


@dataclass(frozen=True)
class Browser:
    """Who asked: the public half of what the browser holds, and a digest of its session."""

    public_key: bytes
    session: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Browser | None":
        """None when the browser holds no key: it takes no cookies, or the form was open for too long."""
        held = _held(request)
        return cls(bytes(held.public_key), _session(request)) if held else None


def equip(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Gives the browser a key together with the form, before anything is recorded. One it has is kept: another form of
    it may be on its way, and an answer that is lost to a second click loses nothing.
    """
    held = _held(request) or PrivateKey.generate()
    response.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(bytes(held)).decode(),
        max_age=COOKIE_AGE,
        path=COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def begin(command: Command, browser: Browser) -> None:
    """In the transaction that records the command."""
    Handover.objects.create(command=command, session=browser.session, public_key=browser.public_key)


@sensitive_variables()
def take(command: Command, answer: Answer) -> Answer:
    """Seals the secret in the answer, and returns the answer without it. May run again with a replay of the answer."""
    found: list[str] = []
    clean = _without(answer.body, found)
    row = Handover.objects.filter(command=command, shown_at__isnull=True).first()
    if found and row is not None and row.public_key:
        sealed = SealedBox(PublicKey(bytes(row.public_key))).encrypt(found[0].encode())
        # Not over one that a worker with an older claim left to be shown meanwhile.
        Handover.objects.filter(command=command, shown_at__isnull=True).update(
            sealed=sealed, deadline=timezone.now() + SHOWN_FOR
        )
    return replace(answer, body=clean)


@sensitive_variables()
@transaction.atomic
def open_once(request: HttpRequest, command: Command) -> Secret:
    """The secret, which is erased with this. Raises NotHere. The caller has checked that the person gave the command.

    Another session or browser of the same person erases nothing: the right one may still come.
    """
    row = Handover.objects.select_for_update().get(command=command)
    if row.shown_at:
        raise NotHere("It was shown once and is gone.")
    if row.sealed is None:
        raise NotHere("It is not here: it was erased, or Layers never sent it.")
    if not row.waits:
        raise NotHere("Its time is over.")
    held = _held(request)
    if held is None or not hmac.compare_digest(row.session, _session(request)):
        raise NotHere("Only the browser and the session that asked for it can show it.")
    try:
        secret = Secret(SealedBox(held).decrypt(bytes(row.sealed)).decode())
    except CryptoError:
        raise NotHere("Only the browser and the session that asked for it can show it.") from None
    row.sealed, row.shown_at, row.public_key, row.session = None, timezone.now(), b"", ""
    row.save(update_fields=["sealed", "shown_at", "public_key", "session"])
    return secret


def disarm(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Takes the browser's key back, unless another secret still waits for it."""
    held = _held(request)
    waits = Q(sealed__isnull=False) | Q(command__state__in=OPEN)
    if held is None or not Handover.objects.filter(waits, public_key=bytes(held.public_key)).exists():
        response.delete_cookie(COOKIE, path=COOKIE_PATH, samesite="Strict")
    return response


def erase_overdue() -> int:
    """Secrets that nobody came for. Returns how many."""
    overdue = Handover.objects.filter(sealed__isnull=False, deadline__lte=timezone.now())
    return overdue.update(sealed=None, public_key=b"", session="")


def _without(value: Any, found: list[str]) -> Any:
    """The value without any secret in it; each is added to `found`, the one in the member `secret` first."""
    if isinstance(value, str):
        found.extend(SECRET.findall(value))
        return SECRET.sub("", value)
    if isinstance(value, list):
        return [_without(item, found) for item in value]
    if isinstance(value, dict):
        named = value.get("secret")
        if isinstance(named, str) and named:
            found.insert(0, named)
        return {name: _without(item, found) for name, item in value.items() if name != "secret"}
    return value


def key_of(raw: Raw) -> Raw:
    """The key in an answer: its member `apiKey`, or the answer itself (which of both is not printed in full)."""
    wrapped = raw.get("apiKey")
    return wrapped if isinstance(wrapped, dict) else raw


def _held(request: HttpRequest) -> PrivateKey | None:
    try:
        return PrivateKey(base64.urlsafe_b64decode(request.COOKIES.get(COOKIE, "")))
    except (binascii.Error, ValueError, CryptoError):
        return None


def _session(request: HttpRequest) -> str:
    digest = salted_hmac("key-handover", request.session.session_key or "", algorithm="sha256")
    return digest.hexdigest()
