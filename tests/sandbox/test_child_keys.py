"""Keys of a child: minted, listed, rotated, revoked by the parent."""

import re
import uuid
from typing import Any

import pytest

from sandbox.world.keys import derived_key
from tests.sandbox.api import ARCHIVED, MORROW, STAR_KEY, Api, bare, code, fresh_key
from tests.sandbox.making import made, new_child, new_key


def keys_of(child: str) -> str:
    return f"/v1/organizations/{child}/api-keys"


def test_a_minted_key_opens_its_own_child_and_nothing_else(api: Api) -> None:
    child = new_child(api)
    minted = new_key(api, child, "projects:read", name="integration")
    key = minted["apiKey"]
    assert re.fullmatch(r"lp_live_[A-Z2-7]{16}_[A-Za-z0-9_-]{43}", minted["secret"])
    assert minted["secret"].startswith(key["prefix"] + "_")
    assert (key["organizationId"], key["status"], key["rateLimitTier"]) == (child, "active", "standard")
    me = api.body("/v1/whoami", key=minted["secret"])
    assert (me["organizationId"], me["apiKeyId"], me["scopes"]) == (child, key["id"], ["projects:read"])
    assert api.get("/v1/projects", key=minted["secret"]).status_code == 200
    assert code(api.get("/v1/organizations", key=minted["secret"])) == (403, "FORBIDDEN_SCOPE")


def test_the_secret_is_shown_once_and_again_in_a_replay(api: Api) -> None:
    child, retry = new_child(api), fresh_key()
    body = {"name": "integration", "scopes": ["content:read"]}
    first = made(api.post(keys_of(child), idempotency=retry, json=body))
    again = api.post(keys_of(child), idempotency=retry, json=body)
    assert made(again) == first
    listed = api.body(keys_of(child))["items"]
    assert listed == [first["apiKey"]]
    assert first["secret"] not in str(listed)


def test_a_test_key_sits_on_the_sandbox_tier(api: Api) -> None:
    minted = new_key(api, new_child(api), env="test")
    assert minted["secret"].startswith("lp_test_")
    assert minted["apiKey"]["rateLimitTier"] == "sandbox"
    assert api.body("/v1/whoami", key=minted["secret"])["rateLimitTier"] == "sandbox"


def test_a_scope_that_is_named_twice_is_held_once(api: Api) -> None:
    assert new_key(api, new_child(api), "content:*", "content:*")["apiKey"]["scopes"] == ["content:*"]


@pytest.mark.parametrize("scope", ["org:admin", "org:*"])
def test_org_admin_is_never_handed_on(api: Api, scope: str) -> None:
    answer = api.post(keys_of(new_child(api)), json={"name": "k", "scopes": ["content:read", scope]})
    assert code(answer) == (403, "FORBIDDEN_SCOPE")
    assert answer.json()["error"]["details"] == {"requiredScope": scope}


def test_a_refused_scope_is_not_remembered_under_its_key(api: Api) -> None:
    child, retry = new_child(api), fresh_key()
    body = {"name": "k", "scopes": ["org:admin"]}
    for _ in range(2):
        answer = api.post(keys_of(child), idempotency=retry, json=body)
        assert code(answer) == (403, "FORBIDDEN_SCOPE")
        assert "Idempotent-Replayed" not in answer.headers


@pytest.mark.parametrize(
    "body",
    [
        {"name": "k"},
        {"name": "k", "scopes": []},
        {"name": "k", "scopes": ["content:read"] * 65},
        {"name": "k", "scopes": ["content:sing"]},
        {"name": "k", "scopes": [None]},
        {"name": "", "scopes": ["content:read"]},
        {"name": "k" * 121, "scopes": ["content:read"]},
        {"scopes": ["content:read"]},
        {"name": "k", "scopes": ["content:read"], "env": "staging"},
        {"name": "k", "scopes": ["content:read"], "id": f"key_{uuid.uuid4()}"},
    ],
)
def test_a_bad_key_is_422(api: Api, body: dict[str, Any]) -> None:
    assert code(api.post(keys_of(new_child(api)), json=body)) == (422, "VALIDATION")


def test_an_archived_child_gets_no_key(api: Api) -> None:
    answer = api.post(keys_of(api.org(ARCHIVED)), json={"name": "k", "scopes": ["content:read"]})
    assert code(answer) == (409, "CONFLICT")


def test_the_star_without_org_admin_mints_nothing(api: Api) -> None:
    answer = api.post(keys_of(new_child(api)), key=STAR_KEY, json={"name": "k", "scopes": ["content:read"]})
    assert code(answer) == (403, "FORBIDDEN_SCOPE")


def test_the_list_is_newest_first_in_pages(api: Api) -> None:
    child = new_child(api)
    minted = [new_key(api, child)["apiKey"]["id"] for _ in range(3)]
    assert {key["id"] for key in api.all(keys_of(child), params={"limit": 2})} == set(minted)
    rows = api.all(keys_of(child), params={"limit": 1})
    assert rows == sorted(rows, key=lambda key: key["createdAt"], reverse=True)
    assert code(api.get(keys_of(child), params={"limit": 101})) == (422, "VALIDATION")


def test_rotation_gives_a_new_key_and_a_day_of_grace_to_the_old(api: Api) -> None:
    child = new_child(api)
    old = new_key(api, child, "content:read", env="test")
    answer = made(api.post(f"{keys_of(child)}/{old['apiKey']['id']}/rotate", idempotency=fresh_key()), 200)
    new, superseded = answer["apiKey"], answer["supersededKey"]
    assert new["id"] != old["apiKey"]["id"]
    assert [new[name] for name in ("name", "scopes", "env", "rateLimitTier")] == [
        old["apiKey"][name] for name in ("name", "scopes", "env", "rateLimitTier")
    ]
    assert (superseded["id"], superseded["supersededBy"]) == (old["apiKey"]["id"], new["id"])
    assert superseded["status"] == "active"
    assert superseded["graceUntil"] > superseded["rotatedAt"]
    for secret in (old["secret"], answer["secret"]):
        assert api.get("/v1/whoami", key=secret).status_code == 200


def test_a_replayed_rotation_gives_the_same_secret(api: Api) -> None:
    child, retry = new_child(api), fresh_key()
    path = f"{keys_of(child)}/{new_key(api, child)['apiKey']['id']}/rotate"
    assert api.post(path, idempotency=retry).json() == api.post(path, idempotency=retry).json()
    assert len(api.all(keys_of(child))) == 2


def test_a_key_is_rotated_once_and_its_chain_rolls_forward(api: Api) -> None:
    child = new_child(api)
    first = new_key(api, child)["apiKey"]["id"]
    second = made(api.post(f"{keys_of(child)}/{first}/rotate"), 200)["apiKey"]["id"]
    refused = api.post(f"{keys_of(child)}/{first}/rotate")
    assert code(refused) == (409, "CONFLICT")
    assert refused.json()["error"]["details"] == {"supersededBy": second}
    assert api.post(f"{keys_of(child)}/{second}/rotate").status_code == 200


def test_the_old_secret_dies_when_its_grace_is_over(time_travel: Api) -> None:
    api = time_travel
    child = new_child(api)
    old = new_key(api, child)
    path = f"{keys_of(child)}/{old['apiKey']['id']}"
    rotated = made(api.post(f"{path}/rotate"), 200)
    api.advance(hours=23, minutes=58)
    assert api.get("/v1/whoami", key=old["secret"]).status_code == 200
    api.advance(minutes=3)
    assert code(api.get("/v1/whoami", key=old["secret"])) == (401, "UNAUTHENTICATED")
    assert api.get("/v1/whoami", key=rotated["secret"]).status_code == 200
    row = next(key for key in api.all(keys_of(child)) if key["id"] == old["apiKey"]["id"])
    assert (row["status"], row["revokedAt"]) == ("revoked", row["graceUntil"])


def test_a_revoked_key_is_401_at_once_and_a_repeat_changes_nothing(api: Api) -> None:
    child = new_child(api)
    minted = new_key(api, child)
    path = f"{keys_of(child)}/{minted['apiKey']['id']}"
    first = made(api.call("DELETE", path), 200)
    assert (first["deleted"], first["apiKey"]["status"]) == (True, "revoked")
    assert first["apiKey"]["revokedAt"] is not None
    assert made(api.call("DELETE", path), 200) == first
    assert code(api.get("/v1/whoami", key=minted["secret"])) == (401, "UNAUTHENTICATED")
    assert code(api.post(f"{path}/rotate")) == (409, "CONFLICT")
    assert len(api.audit(child, "api_key.revoked")) == 1


def test_revoking_ends_the_grace_and_leaves_the_replacement(api: Api) -> None:
    child = new_child(api)
    old = new_key(api, child)
    path = f"{keys_of(child)}/{old['apiKey']['id']}"
    new = made(api.post(f"{path}/rotate"), 200)
    revoked = made(api.call("DELETE", path), 200)["apiKey"]
    assert revoked["graceUntil"] == revoked["revokedAt"]
    assert code(api.get("/v1/whoami", key=old["secret"])) == (401, "UNAUTHENTICATED")
    assert api.get("/v1/whoami", key=new["secret"]).status_code == 200


def test_a_key_of_another_child_is_404_and_a_malformed_id_422(api: Api) -> None:
    child, other = new_child(api), new_child(api)
    theirs = new_key(api, other)["apiKey"]["id"]
    for path in (f"{keys_of(child)}/{theirs}", f"{keys_of(child)}/{uuid.uuid4()}"):
        assert code(api.call("DELETE", path)) == (404, "NOT_FOUND")
        assert code(api.post(f"{path}/rotate")) == (404, "NOT_FOUND")
    assert code(api.call("DELETE", f"{keys_of(child)}/nonsense")) == (422, "VALIDATION")
    assert made(api.call("DELETE", f"{keys_of(other)}/{bare(theirs)}"), 200)["apiKey"]["id"] == theirs


def test_last_use_is_told(api: Api) -> None:
    child = new_child(api)
    minted = new_key(api, child)
    assert minted["apiKey"]["lastUsedAt"] is None
    api.get("/v1/whoami", key=minted["secret"])
    assert api.body(keys_of(child))["items"][0]["lastUsedAt"] is not None


def test_every_change_of_a_key_is_in_the_childs_log(api: Api) -> None:
    child = new_child(api)
    minted = new_key(api, child, "content:read")["apiKey"]
    rotated = made(api.post(f"{keys_of(child)}/{minted['id']}/rotate"), 200)["apiKey"]
    api.call("DELETE", f"{keys_of(child)}/{rotated['id']}")
    told = {kind: api.audit(child, f"api_key.{kind}")[0]["data"] for kind in ("created", "rotated", "revoked")}
    assert told["created"]["apiKeyId"] == minted["id"]
    assert told["created"]["scopes"] == ["content:read"]
    assert (told["rotated"]["apiKeyId"], told["rotated"]["supersededBy"]) == (minted["id"], rotated["id"])
    assert told["revoked"]["apiKeyId"] == rotated["id"]


def test_a_world_holds_a_key_in_its_grace_and_a_withdrawn_one(api: Api) -> None:
    oldest = {row["name"]: row for row in api.all(keys_of(api.org(MORROW)))}
    assert oldest["Feed"]["supersededBy"] is not None
    assert oldest["Feed"]["createdAt"] <= oldest["Feed"]["lastUsedAt"]
    for word in ("feed", "feed-next"):
        assert api.get("/v1/whoami", key=derived_key(f"journal-{word}")).status_code == 200
    assert code(api.get("/v1/whoami", key=derived_key("sleep-importer"))) == (401, "UNAUTHENTICATED")


def test_the_worlds_parent_test_key_mints_for_real(api: Api) -> None:
    """Only platforms and credits are fixtures for a test key; the control plane is the real one."""
    child = new_child(api)
    answer = api.post(
        keys_of(child), key=derived_key("sandbox", "test"), json={"name": "k", "scopes": ["content:read"]}
    )
    assert made(answer)["apiKey"]["env"] == "live"
    assert api.get("/v1/whoami", key=answer.json()["secret"]).status_code == 200
