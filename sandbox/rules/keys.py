"""The life of an API key (contract/control-plane.md, 4 Auth and 5 Child API keys)."""

import base64
import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from sandbox import clock, ids
from sandbox.api.errors import conflict
from sandbox.models import ApiKey, Organization

#: How long a rotated child key's old secret still opens the door.
GRACE: Final = timedelta(hours=24)


def hash_secret(secret: str) -> str:
    """Hex sha256 of the secret.

    A slow hash guards secrets that people invent. These are 256 random bits: nobody guesses them from a hash, and a
    slow one would cost more than the rest of the request. (The real service stores bcrypt; nothing on the wire shows
    the difference.)
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def ended_at(key: ApiKey) -> datetime | None:
    """When a key stopped working: revoked, killed, or at the end of its grace. None while it works."""
    if key.revoked_at is None and key.grace_until is not None and key.grace_until <= clock.now():
        return key.grace_until
    return key.revoked_at


def mint(
    organization: Organization, name: str, env: str, scopes: list[str], tier: str, return_hosts: list[str]
) -> tuple[ApiKey, str]:
    """A new key and its text, which nobody can read again. `return_hosts`: see models.ApiKey."""
    key_id, secret = _draw()
    key = ApiKey.objects.create(
        organization=organization,
        name=name,
        env=env,
        key_id=key_id,
        secret_sha256=hash_secret(secret),
        scopes=scopes,
        rate_limit_tier=tier,
        return_hosts=return_hosts,
    )
    return key, f"{key.prefix}_{secret}"


def replace(key: ApiKey) -> tuple[ApiKey, str]:
    """Rotates a locked child key: a new key like it, while the old one lives on for its grace.

    409 CONFLICT for a key that was rotated before, is revoked or killed: the chain only rolls forward.
    """
    refuse_superseded(key)
    if ended_at(key) is not None:
        raise conflict("A revoked key cannot be rotated.", {"status": "revoked"})
    new, text = mint(key.organization, key.name, key.env, key.scopes, key.rate_limit_tier, key.return_hosts)
    key.rotated_at = clock.now()
    key.grace_until = key.rotated_at + GRACE
    key.superseded_by = new
    key.save(update_fields=["rotated_at", "grace_until", "superseded_by"])
    return new, text


def renew(key: ApiKey) -> str:
    """Gives a locked key of one's own organization a new secret in place; the old one dies at once.

    It also lifts a kill and a revocation. 409 CONFLICT for a key that another one has replaced.
    """
    refuse_superseded(key)
    key.key_id, secret = _draw()
    key.secret_sha256 = hash_secret(secret)
    key.rotated_at = clock.now()
    key.killed_at = key.revoked_at = None
    key.save(update_fields=["key_id", "secret_sha256", "rotated_at", "killed_at", "revoked_at"])
    return f"{key.prefix}_{secret}"


def revoke(key: ApiKey) -> bool:
    """Ends a locked key at once, its grace too. False when it had ended before."""
    if ended_at(key) is not None:
        return False
    key.revoked_at = clock.now()
    if key.grace_until is not None:
        key.grace_until = key.revoked_at
    key.save(update_fields=["revoked_at", "grace_until"])
    return True


def kill(key: ApiKey) -> bool:
    """Stops a locked key in an emergency: it is stamped revoked as well, and answers 503. False when it was killed."""
    if key.killed_at is not None:
        return False
    key.killed_at = clock.now()
    key.revoked_at = key.revoked_at or key.killed_at
    key.save(update_fields=["killed_at", "revoked_at"])
    return True


def refuse_superseded(key: ApiKey) -> None:
    if key.superseded_by_id is not None:
        replacement = ids.show("api_key", key.superseded_by_id)
        raise conflict("This key was rotated before; rotate its replacement.", {"supersededBy": replacement})


def _draw() -> tuple[str, str]:
    """(16 characters of key id, 43 of secret)."""
    return base64.b32encode(secrets.token_bytes(10)).decode(), secrets.token_urlsafe(32)
