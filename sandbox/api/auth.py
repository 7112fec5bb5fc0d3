"""Bearer keys: `lp_<env>_<keyid16>_<secret43>` (contract/control-plane.md, 4 Auth)."""

import hmac
import re
from datetime import timedelta
from typing import Final

from sandbox import clock
from sandbox.api.errors import ApiError, killed, unauthenticated
from sandbox.api.lookup import RowWith
from sandbox.models import ApiKey, Organization
from sandbox.rules.keys import ended_at, hash_secret

KEY_BY_ID = RowWith(ApiKey, "organization", "one.key_id = %s")

#: How exact `lastUsedAt` is: a write for every read would be a high price for it.
USE_NOTED_EVERY: Final = timedelta(minutes=1)
_BEARER = re.compile(r"Bearer lp_(live|test)_([A-Z0-9]{16})_([A-Za-z0-9_-]{43})")


class RejectedKey(ApiError):
    """A 401 whose key id still resolves, so that its organization can read about it in the audit log."""

    def __init__(self, key: ApiKey, message: str) -> None:
        super().__init__(401, "UNAUTHENTICATED", message)
        self.key = key


def authenticate(authorization: str | None) -> ApiKey:
    """The key of this call, its organization loaded with it.

    Raises 401 for a missing, malformed, unknown, revoked or wrong-environment key and for a replaced one after its
    grace, 503 for a killed key and for a key of a suspended organization. A killed key is also stamped revoked by the
    real service, so killed is asked first.
    """
    if not authorization:
        raise unauthenticated("Send Authorization: Bearer lp_...")
    match = _BEARER.fullmatch(authorization)
    if match is None:
        raise unauthenticated("This is not a bearer key of the Partner API.")
    env, key_id, secret = match.groups()
    key = KEY_BY_ID.get(key_id)
    if key is None:
        raise unauthenticated("Unknown key.")
    owner = key.organization
    if not hmac.compare_digest(key.secret_sha256, hash_secret(secret)) or key.env != env:
        raise RejectedKey(key, "Wrong key.")
    if key.killed_at is not None:
        raise killed("key")
    if ended_at(key) is not None:
        raise RejectedKey(key, "This key was revoked." if key.revoked_at else "This key was replaced by another one.")
    if owner.status == Organization.Status.SUSPENDED:
        raise killed("organization")
    if owner.status == Organization.Status.ARCHIVED:
        raise RejectedKey(key, "This key was revoked with its organization.")
    _mark_used(key)
    return key


def _mark_used(key: ApiKey) -> None:
    moment = clock.now()
    if key.last_used_at is None or moment - key.last_used_at >= USE_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=moment)
