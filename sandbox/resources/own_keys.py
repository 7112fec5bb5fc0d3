"""Keys of one's own organization: the emergency stop and a new secret (contract/control-plane.md, 5 Child API keys)."""

from typing import Any

from sandbox import ids
from sandbox.api.envelope import stamp_or_none
from sandbox.api.errors import not_found
from sandbox.api.operations import Call, write
from sandbox.api.paths import uuid_of
from sandbox.models import ApiKey
from sandbox.resources.child_keys import KEY_LOCKED, WARNING
from sandbox.rules import keys


def _show(key: ApiKey) -> dict[str, Any]:
    return {
        "id": ids.show("api_key", key.pk),
        "organizationId": ids.show("organization", key.organization_id),
        "name": key.name,
        "prefix": key.prefix,
        "killSwitch": key.killed_at is not None,
        "isActive": keys.ended_at(key) is None,
        "revokedAt": stamp_or_none(key.revoked_at),
    }


@write(scope=None)
def kill(call: Call) -> dict[str, Any]:
    """Any key of the organization stops any other, or itself. A repeat is 200 and changes nothing."""
    key = _own(call)
    if keys.kill(key):
        call.record("api_key.killed", _note(key))
    return {"apiKey": _show(key), "killed": True}


@write(scope=None)
def rotate(call: Call) -> dict[str, Any]:
    """The same key id with a new prefix and secret; the old secret dies at once. Lifts a kill."""
    key = _own(call)
    secret = keys.renew(key)
    call.record("api_key.rotated", _note(key))
    return {
        "apiKey": {**_show(key), "rotatedAt": stamp_or_none(key.rotated_at)},
        "secret": secret,
        "warning": WARNING,
    }


def _own(call: Call) -> ApiKey:
    """The key in the path, held."""
    key = KEY_LOCKED.get(uuid_of("api_key", "keyId", call.path_ids["keyId"]), call.organization.pk)
    if key is None:
        raise not_found("key")
    return key


def _note(key: ApiKey) -> dict[str, Any]:
    return {"apiKeyId": ids.show("api_key", key.pk), "name": key.name}
