"""Idempotency-Key: the same call twice has one effect (contract/control-plane.md, 3 Idempotency).

Claim, effect and stored answer share one transaction, and the claim is a transaction-level advisory lock: a second
call that arrives meanwhile is refused at once, and a killed process leaves no claim behind.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from django.db import connection

from sandbox import clock
from sandbox.api.errors import ApiError, idempotency_conflict, invalid
from sandbox.models import StoredAnswer

HEADER = "Idempotency-Key"
WINDOW = timedelta(hours=24)


@dataclass(frozen=True)
class Call:
    """What makes two calls the same: who, for whom, where, under which key."""

    api_key_id: Any
    organization_id: Any
    endpoint: str
    key: str
    body_sha256: str

    @property
    def identity(self) -> dict[str, Any]:
        return {
            "api_key_id": self.api_key_id,
            "organization_id": self.organization_id,
            "endpoint": self.endpoint,
            "key": self.key,
        }


def read_key(header: str | None) -> str | None:
    if header is None:
        return None
    if not (1 <= len(header) <= 255 and header.isprintable()):
        raise invalid(HEADER, f"{HEADER} must be 1 to 255 printable characters.")
    return header


def body_hash(parsed: Any) -> str:
    """Of the parsed JSON, so that key order and white space do not matter."""
    return hashlib.sha256(msgspec.json.encode(parsed, order="sorted")).hexdigest()


def claim(call: Call) -> StoredAnswer | None:
    """Takes the claim for this transaction; the stored answer when the call was finished before.

    409 IDEMPOTENCY_CONFLICT while the first call runs, or when the key came with another body.
    """
    lock = "|".join(str(part) for part in call.identity.values())
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
        row = cursor.fetchone()
    if not row or not row[0]:
        raise idempotency_conflict("A call with this Idempotency-Key is still running.")
    stored = StoredAnswer.objects.filter(**call.identity).first()
    if stored is None:
        return None
    if stored.expires_at is not None and stored.expires_at <= clock.now():
        stored.delete()
        return None
    if stored.body_sha256 != call.body_sha256:
        raise idempotency_conflict("This Idempotency-Key was used with another body.")
    return stored


def store(call: Call, status: int, body: Any, *, for_good: bool) -> None:
    """Keeps a finished answer. `for_good` only ever holds a success: a refusal must not outlive its reason.

    A 5xx, a limit and a missing scope say nothing about the call itself, so the same key may try again. (A 401 never
    gets here.)
    """
    if status >= 500 or status == 429 or _lacks_scope(status, body):
        return
    kept_for_good = for_good and status < 300
    StoredAnswer.objects.create(
        **call.identity,
        body_sha256=call.body_sha256,
        status=status,
        body=body,
        expires_at=None if kept_for_good else clock.now() + WINDOW,
    )


def _lacks_scope(status: int, body: Any) -> bool:
    return status == 403 and body["error"]["code"] == "FORBIDDEN_SCOPE"


Replay = Callable[[dict[str, Any]], dict[str, Any]]


def verbatim(body: dict[str, Any]) -> dict[str, Any]:
    return body


def required() -> ApiError:
    return ApiError(400, "IDEMPOTENCY_REQUIRED", f"This call needs an {HEADER} header.")
