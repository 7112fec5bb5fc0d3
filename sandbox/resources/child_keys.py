"""Keys of a child, in its parent's hands (contract/control-plane.md, 5 Child API keys)."""

from typing import Annotated, Any, Literal

import msgspec

from sandbox import ids
from sandbox.api import cursors, query
from sandbox.api.creation import creation_body
from sandbox.api.envelope import stamp, stamp_or_none
from sandbox.api.errors import forbidden_scope, invalid, not_found
from sandbox.api.lookup import RowBy
from sandbox.api.operations import Answer, Call, read, write
from sandbox.api.paths import DIRECT_CHILD_LOCKED, child_of, refuse_archived, uuid_of
from sandbox.api.scopes import ORG_ADMIN, beyond, meaning
from sandbox.models import ApiKey, Organization
from sandbox.rules import keys

BY_AGE = cursors.NewestFirst("api-keys")
KEY_LOCKED = RowBy(ApiKey, "id = %s and organization_id = %s for no key update")
WARNING = "Store this secret now: it is not shown again."


class MintBody(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    scopes: Annotated[list[str], msgspec.Meta(min_length=1, max_length=64)]
    env: Literal["live", "test"] = "live"


def show(key: ApiKey) -> dict[str, Any]:
    ended = keys.ended_at(key)
    return {
        "id": ids.show("api_key", key.pk),
        "organizationId": ids.show("organization", key.organization_id),
        "name": key.name,
        "prefix": key.prefix,
        "env": key.env,
        "scopes": key.scopes,
        "rateLimitTier": key.rate_limit_tier,
        "status": "active" if ended is None else "revoked",
        "createdAt": stamp(key.created_at),
        "lastUsedAt": stamp_or_none(key.last_used_at),
        "rotatedAt": stamp_or_none(key.rotated_at),
        "revokedAt": stamp_or_none(ended),
        "graceUntil": stamp_or_none(key.grace_until),
        "supersededBy": ids.show_or_none("api_key", key.superseded_by_id),
    }


@write(scope=ORG_ADMIN, control_plane=True)
def mint(call: Call) -> Answer:
    """201 with the secret, this once and in a replay.

    422 for a scope that does not exist, 403 FORBIDDEN_SCOPE for one the calling key cannot hand on, 409 CONFLICT for
    an archived child.
    """
    body = creation_body(call, MintBody)
    for position, scope in enumerate(body.scopes):
        if not meaning(scope):
            raise invalid(f"scopes[{position}]", f"There is no scope {scope}.")
    child = child_of(call, DIRECT_CHILD_LOCKED)
    if (too_much := beyond(call.key.scopes, body.scopes)) is not None:
        raise forbidden_scope(too_much)
    refuse_archived(child)
    tier = "sandbox" if body.env == ApiKey.Env.TEST else "standard"
    scopes = list(dict.fromkeys(body.scopes))
    # No field of this call names return hosts, so a child's key may lead back to where its maker's may.
    key, secret = keys.mint(child, body.name, body.env, scopes, tier, call.key.return_hosts)
    _record(call, child, "api_key.created", key, scopes=key.scopes, env=key.env)
    return Answer({"apiKey": show(key), "secret": secret, "warning": WARNING}, 201)


@read(scope=ORG_ADMIN, control_plane=True)
def list_keys(call: Call) -> dict[str, Any]:
    """Revoked ones too, none with its secret."""
    of_child = ApiKey.objects.filter(organization=child_of(call))
    return cursors.page(
        of_child, BY_AGE, show, limit=query.limit(call.query, 25, 100), cursor=query.text(call.query, "cursor")
    )


@write(scope=ORG_ADMIN, control_plane=True)
def rotate(call: Call) -> dict[str, Any]:
    """A key like the old one, whose secret works 24 h more. 409 CONFLICT for a key that is not the current one."""
    child, old = _of_child(call)
    new, secret = keys.replace(old)
    _record(
        call,
        child,
        "api_key.rotated",
        old,
        supersededBy=ids.show("api_key", new.pk),
        graceUntil=stamp_or_none(old.grace_until),
    )
    return {"apiKey": show(new), "secret": secret, "supersededKey": show(old), "warning": WARNING}


@write(scope=ORG_ADMIN, control_plane=True)
def revoke(call: Call) -> dict[str, Any]:
    """At once. A repeat is 200 with the same key."""
    child, key = _of_child(call)
    if keys.revoke(key):
        _record(call, child, "api_key.revoked", key)
    return {"apiKey": show(key), "deleted": True}


def _of_child(call: Call) -> tuple[Organization, ApiKey]:
    """The child and its key in the path, both held; 404 for a key of anybody else."""
    wanted = uuid_of("api_key", "keyId", call.path_ids["keyId"])
    child = child_of(call, DIRECT_CHILD_LOCKED)
    key = KEY_LOCKED.get(wanted, child.pk)
    if key is None:
        raise not_found("key")
    key.organization = child
    return child, key


def _record(call: Call, child: Organization, event_type: str, key: ApiKey, **more: Any) -> None:
    note = {"apiKeyId": ids.show("api_key", key.pk), "name": key.name, **more}
    call.record(event_type, note, organization_id=child.pk)
