"""Keys of one's own organization: the emergency stop and a new secret."""

import uuid

from tests.sandbox.api import Api, code, fresh_key
from tests.sandbox.making import made, new_child, new_key


def two_keys(api: Api) -> tuple[str, dict[str, str], dict[str, str]]:
    """(child, key that acts, key that is acted on), each with `id` and `secret`."""
    child = new_child(api)
    acting, target = new_key(api, child), new_key(api, child, name="laptop")
    return (
        child,
        {"id": acting["apiKey"]["id"], "secret": acting["secret"]},
        {"id": target["apiKey"]["id"], "secret": target["secret"]},
    )


def test_any_key_kills_any_other_of_its_organization_at_once(api: Api) -> None:
    child, acting, target = two_keys(api)
    killed = made(api.post(f"/v1/api-keys/{target['id']}/kill", key=acting["secret"]), 200)
    assert killed["killed"] is True
    assert (killed["apiKey"]["killSwitch"], killed["apiKey"]["isActive"]) == (True, False)
    assert killed["apiKey"]["revokedAt"] is not None
    stopped = api.get("/v1/whoami", key=target["secret"])
    assert code(stopped) == (503, "KILL_SWITCH")
    assert stopped.json()["error"]["details"] == {"scope": "key"}
    assert len(api.audit(child, "api_key.killed")) == 1


def test_killing_twice_is_200_and_changes_nothing(api: Api) -> None:
    child, acting, target = two_keys(api)
    path = f"/v1/api-keys/{target['id']}/kill"
    assert api.post(path, key=acting["secret"]).json() == api.post(path, key=acting["secret"]).json()
    assert len(api.audit(child, "api_key.killed")) == 1


def test_a_killed_key_reads_revoked_in_its_parents_list(api: Api) -> None:
    child, acting, target = two_keys(api)
    api.post(f"/v1/api-keys/{target['id']}/kill", key=acting["secret"])
    rows = {row["id"]: row["status"] for row in api.all(f"/v1/organizations/{child}/api-keys")}
    assert rows == {acting["id"]: "active", target["id"]: "revoked"}
    assert code(api.post(f"/v1/organizations/{child}/api-keys/{target['id']}/rotate")) == (409, "CONFLICT")


def test_a_key_of_another_organization_is_404(api: Api) -> None:
    _, acting, _ = two_keys(api)
    _, _, stranger = two_keys(api)
    for wanted in (stranger["id"], str(uuid.uuid4())):
        for verb in ("kill", "rotate"):
            answer = api.post(f"/v1/api-keys/{wanted}/{verb}", key=acting["secret"])
            assert code(answer) == (404, "NOT_FOUND")
    assert code(api.post("/v1/api-keys/nonsense/kill", key=acting["secret"])) == (422, "VALIDATION")


def test_rotating_keeps_the_id_and_kills_the_old_secret_at_once(api: Api) -> None:
    _, acting, target = two_keys(api)
    rotated = made(api.post(f"/v1/api-keys/{target['id']}/rotate", key=acting["secret"]), 200)
    assert rotated["apiKey"]["id"] == target["id"]
    assert rotated["secret"].startswith(rotated["apiKey"]["prefix"] + "_")
    assert code(api.get("/v1/whoami", key=target["secret"])) == (401, "UNAUTHENTICATED")
    assert api.body("/v1/whoami", key=rotated["secret"])["apiKeyId"] == target["id"]


def test_a_key_may_rotate_itself_and_replay_it_with_its_new_secret(api: Api) -> None:
    _, key, _ = two_keys(api)
    path, retry = f"/v1/api-keys/{key['id']}/rotate", fresh_key()
    first = made(api.post(path, key=key["secret"], idempotency=retry), 200)
    assert code(api.post(path, key=key["secret"], idempotency=retry)) == (401, "UNAUTHENTICATED")
    assert made(api.post(path, key=first["secret"], idempotency=retry), 200) == first


def test_rotating_lifts_a_kill(api: Api) -> None:
    _, acting, target = two_keys(api)
    api.post(f"/v1/api-keys/{target['id']}/kill", key=acting["secret"])
    rotated = made(api.post(f"/v1/api-keys/{target['id']}/rotate", key=acting["secret"]), 200)
    assert (rotated["apiKey"]["killSwitch"], rotated["apiKey"]["isActive"]) == (False, True)
    assert rotated["apiKey"]["revokedAt"] is None
    assert api.get("/v1/whoami", key=rotated["secret"]).status_code == 200


def test_a_replaced_key_is_not_renewed(api: Api) -> None:
    child, acting, target = two_keys(api)
    made(api.post(f"/v1/organizations/{child}/api-keys/{target['id']}/rotate"), 200)
    assert code(api.post(f"/v1/api-keys/{target['id']}/rotate", key=acting["secret"])) == (409, "CONFLICT")


def test_a_parent_acting_for_a_child_reaches_the_childs_keys(api: Api) -> None:
    child, _, target = two_keys(api)
    assert code(api.post(f"/v1/api-keys/{target['id']}/kill")) == (404, "NOT_FOUND")
    assert api.post(f"/v1/api-keys/{target['id']}/kill", child=child).status_code == 200
