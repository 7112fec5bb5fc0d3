"""Idempotency-Key: the same call twice has one effect."""

from concurrent.futures import ThreadPoolExecutor

import psycopg

from tests.sandbox.api import MORROW, Api, code, fresh_key


def test_allocating_without_a_key_is_400(api: Api) -> None:
    answer = api.post(f"/v1/organizations/{api.org(MORROW)}/credits/allocate", json={"credits": 5})
    assert code(answer) == (400, "IDEMPOTENCY_REQUIRED")


def test_a_repeated_decision_replays_its_first_answer(api: Api) -> None:
    child, container = api.pending_container()
    path, key = f"/v1/content/{container}/approve", fresh_key()
    first = api.post(path, child=child, idempotency=key, json={"note": "ok"})
    again = api.post(path, child=child, idempotency=key, json={"note": "ok"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    decided = [row for row in api.audit(child, "content.approved") if row["data"]["containerId"] == container]
    assert len(decided) == 1


def test_the_order_of_the_bodys_keys_does_not_matter(api: Api) -> None:
    path, key = f"/v1/organizations/{api.org(MORROW)}/credits/allocate", fresh_key()
    first = api.post(path, idempotency=key, content=b'{"credits": 1, "description": "a"}')
    again = api.post(path, idempotency=key, content=b'{"description":"a","credits":1}')
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]


def test_the_same_key_with_another_body_is_409(api: Api) -> None:
    path, key = f"/v1/organizations/{api.org(MORROW)}/credits/allocate", fresh_key()
    assert api.post(path, idempotency=key, json={"credits": 1}).status_code == 201
    assert code(api.post(path, idempotency=key, json={"credits": 2})) == (409, "IDEMPOTENCY_CONFLICT")


def test_a_refusal_is_replayed_too(api: Api) -> None:
    path, key = f"/v1/organizations/{api.org(MORROW)}/credits/allocate", fresh_key()
    first = api.post(path, idempotency=key, json={"credits": 10**9})
    again = api.post(path, idempotency=key, json={"credits": 10**9})
    assert code(first) == code(again) == (402, "BILLING_EXHAUSTED")
    assert again.headers["Idempotent-Replayed"] == "true"


def test_two_paths_and_two_customers_never_share_a_key(api: Api) -> None:
    key = fresh_key()
    (one, first), (two, second) = [
        (child, row["id"]) for child, row in list(api.containers(status="completed", approvalStatus="pending"))[:2]
    ]
    assert api.post(f"/v1/content/{first}/approve", child=one, idempotency=key).status_code == 200
    answer = api.post(f"/v1/content/{second}/approve", child=two, idempotency=key)
    assert (answer.status_code, answer.json()["id"]) == (200, second)


def test_a_key_is_free_again_after_its_day(api: Api) -> None:
    child, container = api.pending_container()
    path, key = f"/v1/content/{container}/approve", fresh_key()
    assert api.post(path, child=child, idempotency=key).status_code == 200
    api.sql("update sandbox_storedanswer set expires_at = now() - interval '1 second' where key = %s", key)
    assert code(api.post(path, child=child, idempotency=key)) == (409, "CONFLICT")


def test_an_allocation_is_never_repeated_however_late_the_retry(api: Api) -> None:
    path, key = f"/v1/organizations/{api.org(MORROW)}/credits/allocate", fresh_key()
    first = api.post(path, idempotency=key, json={"credits": 3}).json()
    [(expires,)] = api.sql("select expires_at from sandbox_storedanswer where key = %s", key)
    assert expires is None
    assert api.post(path, idempotency=key, json={"credits": 3}).json() == {**first, "replayed": True}


def test_a_second_call_while_the_first_runs_is_409(api: Api) -> None:
    child = api.org(MORROW)
    path, key = f"/v1/organizations/{child}/credits/allocate", fresh_key()
    # Hold the wallet, so that the first call has to wait inside its transaction.
    with psycopg.connect(api.database_url) as holder, ThreadPoolExecutor(1) as pool:
        holder.execute(
            "select 1 from sandbox_wallet where organization_id = %s for update", [child.removeprefix("org_")]
        )
        first = pool.submit(api.post, path, idempotency=key, json={"credits": 2})
        while not api.sql("select 1 from pg_locks where locktype = 'advisory'"):
            pass
        assert code(api.post(path, idempotency=key, json={"credits": 2})) == (409, "IDEMPOTENCY_CONFLICT")
        holder.rollback()
        assert first.result().status_code == 201


def test_a_key_that_is_too_long_is_422(api: Api) -> None:
    path = f"/v1/organizations/{api.org(MORROW)}/credits/allocate"
    assert code(api.post(path, idempotency="k" * 256, json={"credits": 1})) == (422, "VALIDATION")
