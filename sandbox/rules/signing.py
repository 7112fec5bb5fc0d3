"""How a delivery is signed (contract/control-plane.md, 6): `X-Layers-Signature: t=<unix seconds>,v1=<hex>`.

The MAC is HMAC-SHA256 over `<t>.<body as sent>`; its key is the whole `whsec_...` text. While a secret is being
rotated there is one `v1` for each of the two, and any match will do.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from sandbox import clock
from sandbox.models import WebhookEndpoint

HEADER: Final = "X-Layers-Signature"
EVENT_ID_HEADER: Final = "X-Layers-Event-Id"
OVERLAP: Final = timedelta(hours=24)


def new_secret() -> str:
    return "whsec_" + secrets.token_urlsafe(32)


def signature(body: bytes, unix_seconds: int, keys: Iterable[str]) -> str:
    """The header's text. `unix_seconds` must be real time: receivers compare it with their own clock."""
    signed = b"%d.%s" % (unix_seconds, body)
    macs = (hmac.new(key.encode(), signed, hashlib.sha256).hexdigest() for key in keys)
    return ",".join([f"t={unix_seconds}", *(f"v1={mac}" for mac in macs)])


def live_secrets(endpoint: WebhookEndpoint) -> list[str]:
    """The newest first; the one before it as long as its 24 hours last."""
    expires_at = endpoint.previous_secret_expires_at
    if endpoint.previous_secret is None or expires_at is None or expires_at <= clock.now():
        return [endpoint.secret]
    return [endpoint.secret, endpoint.previous_secret]


def rotate(endpoint: WebhookEndpoint) -> None:
    """A new secret; the one that was current signs for another 24 hours, one older than that no more."""
    endpoint.previous_secret = endpoint.secret
    endpoint.previous_secret_expires_at = clock.now() + OVERLAP
    endpoint.secret = new_secret()
    endpoint.save(update_fields=["secret", "previous_secret", "previous_secret_expires_at", "updated_at"])
