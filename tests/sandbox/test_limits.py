"""Rate limits: three buckets a key, a daily cap on small writes."""

from typing import Any

import pytest

from sandbox.world.keys import derived_key
from tests.sandbox.api import Api, bare, code
from tests.sandbox.making import generate, made, new_child, new_key, new_project

#: Reads, small writes and long-running calls a minute; small writes a day.
TIERS = {
    "standard": (120, 60, 20, 10_000),
    "pilot": (1_200, 600, 60, 100_000),
    "partner": (6_000, 3_000, 300, 500_000),
    "sandbox": (120, 60, 20, 10_000),
}


def key_of_tier(api: Api, tier: str, *scopes: str) -> tuple[str, str, str]:
    """(child, id of a fresh key, its secret). Nobody can ask for a tier, so it is written into the database."""
    child = new_child(api)
    minted = new_key(api, child, *scopes)
    key = bare(minted["apiKey"]["id"])
    api.sql("update sandbox_apikey set rate_limit_tier = %s where id = %s", tier, key)
    return child, key, minted["secret"]


def use_up(api: Api, key: str, name: str, calls: int, seconds: int = 60) -> None:
    """As if `calls` had been made in a window that has just begun."""
    api.sql(
        "insert into sandbox_ratewindow (api_key_id, name, used, ends_at)"
        " select %s, %s, %s, extract(epoch from clock_timestamp()) + extract(epoch from skipped) + %s"
        " from sandbox_control on conflict (api_key_id, name) do update set used = excluded.used",
        key,
        name,
        calls,
        seconds,
    )


def a_small_write(api: Api, secret: str, **rest: Any) -> Any:
    return api.patch("/v1/projects/nonsense", key=secret, json={}, **rest)


@pytest.mark.parametrize("tier", TIERS)
def test_every_tier_has_its_own_minute(api: Api, tier: str) -> None:
    _, key, secret = key_of_tier(api, tier, "content:*", "projects:*")
    calls = (
        ("read-light", TIERS[tier][0], lambda: api.get("/v1/whoami", key=secret)),
        ("write-light", TIERS[tier][1], lambda: a_small_write(api, secret)),
        ("long-running", TIERS[tier][2], lambda: generate(api, None, "nonsense", key=secret)),
    )
    for name, limit, call in calls:
        answer = call()
        assert answer.status_code != 429
        assert answer.headers["X-RateLimit-Endpoint-Class"] == name
        assert answer.headers["X-RateLimit-Limit"] == str(limit)
        assert answer.headers["X-RateLimit-Remaining"] == str(limit - 1)
        use_up(api, key, name, limit)
        assert code(call()) == (429, "RATE_LIMITED")


def test_one_call_too_many_is_told_how_long_to_wait(api: Api) -> None:
    child, key, secret = key_of_tier(api, "standard")
    use_up(api, key, "read-light", 119)
    last = api.get("/v1/whoami", key=secret)
    assert (last.status_code, last.headers["X-RateLimit-Remaining"]) == (200, "0")
    refused = api.get("/v1/whoami", key=secret)
    assert code(refused) == (429, "RATE_LIMITED")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    row = api.audit(child, "auth.rate_limited")[0]
    assert row["requestId"] == refused.headers["X-Request-Id"]
    assert row["data"] == {"path": "/v1/whoami", "method": "GET", "endpointClass": "read-light"}


def test_the_buckets_and_the_keys_are_apart(api: Api) -> None:
    child, key, secret = key_of_tier(api, "standard", "projects:*")
    other = new_key(api, child)["secret"]
    use_up(api, key, "read-light", 120)
    assert code(api.get("/v1/whoami", key=secret)) == (429, "RATE_LIMITED")
    assert a_small_write(api, secret).status_code == 422
    assert api.get("/v1/whoami", key=other).status_code == 200


def test_a_day_of_small_writes_has_an_end(time_travel: Api) -> None:
    api = time_travel
    _, key, secret = key_of_tier(api, "standard", "projects:*")
    use_up(api, key, "daily-writes", 10_000, seconds=24 * 3600)
    refused = a_small_write(api, secret)
    assert code(refused) == (429, "RATE_LIMITED")
    assert int(refused.headers["Retry-After"]) > 3600
    assert api.get("/v1/whoami", key=secret).status_code == 200
    api.advance(minutes=2)
    assert code(a_small_write(api, secret)) == (429, "RATE_LIMITED")
    api.advance(days=1)
    assert a_small_write(api, secret).status_code == 422


def test_a_minute_on_the_sandboxs_clock_opens_the_window_again(time_travel: Api) -> None:
    api = time_travel
    _, key, secret = key_of_tier(api, "standard")
    use_up(api, key, "read-light", 120)
    assert code(api.get("/v1/whoami", key=secret)) == (429, "RATE_LIMITED")
    api.advance(seconds=61)
    assert api.get("/v1/whoami", key=secret).status_code == 200


def test_a_limit_does_not_use_up_an_idempotency_key(time_travel: Api) -> None:
    api = time_travel
    child, key, secret = key_of_tier(api, "standard", "content:*", "projects:*")
    project = new_project(api, child, appDescription=None)
    path, body = f"/v1/projects/{project}/content-review-policy", {"policy": "review_all"}
    use_up(api, key, "write-light", 60)
    assert code(api.patch(path, key=secret, idempotency="k", json=body)) == (429, "RATE_LIMITED")
    api.advance(seconds=61)
    done = api.patch(path, key=secret, idempotency="k", json=body)
    assert (made(done, 200)["policy"], "Idempotent-Replayed" in done.headers) == ("review_all", False)


def test_a_test_key_of_the_world_is_on_the_sandbox_tier(api: Api) -> None:
    answer = api.get("/v1/whoami", key=derived_key("sandbox", "test"))
    assert answer.json()["rateLimitTier"] == "sandbox"
    assert answer.headers["X-RateLimit-Limit"] == "120"
