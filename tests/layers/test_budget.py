"""The rate limit of Layers, shared out in a real Valkey."""

import uuid
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings

from layers.client.errors import RateLimited, Spent
from layers.client.transport import Transport
from layers.mirror import budget
from layers.mirror.budget import Budget, Lane
from tests.layers.api import Api, answer, refusal

READ = "read-light"


@pytest.fixture
def store() -> Iterator[redis.Redis]:
    store = redis.Redis.from_url(settings.REDIS_URL)
    yield store
    store.close()


@pytest.fixture
def lanes(store: redis.Redis) -> dict[Lane, Budget]:
    """The three lanes of a limit of ten calls a minute that nobody else counts in."""
    prefix = f"test:{uuid.uuid4()}"
    lanes = {lane: Budget(store, lane, prefix) for lane in Lane}
    lanes[Lane.PERSON].learn({"X-RateLimit-Endpoint-Class": READ, "X-RateLimit-Limit": "10"})
    return lanes


def spend(lane: Budget) -> int:
    """How many calls go through before the lane has to wait."""
    for count in range(100):
        try:
            lane.take(READ)
        except Spent:
            return count
    return 100


def test_a_batch_leaves_room_for_the_person_who_clicks_now(lanes: dict[Lane, Budget]) -> None:
    assert spend(lanes[Lane.BATCH]) == 7
    assert spend(lanes[Lane.PERSON]) == 3


def test_whoever_has_to_wait_is_told_for_how_long(lanes: dict[Lane, Budget]) -> None:
    spend(lanes[Lane.PERSON])
    with pytest.raises(Spent) as caught:
        lanes[Lane.BATCH].take(READ)
    assert 0 < caught.value.retry_after <= budget.WINDOW_MS / 1000


def test_a_sweep_waits_for_the_next_window_instead_of_starting_over(
    lanes: dict[Lane, Budget], monkeypatch: pytest.MonkeyPatch, store: redis.Redis
) -> None:
    sweep, slept = lanes[Lane.SWEEP], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        store.delete(sweep._key("used", READ))  # the window is over

    monkeypatch.setattr(budget.time, "sleep", sleep)
    for _ in range(5):
        sweep.take(READ)
    assert slept == []
    sweep.take(READ)
    assert len(slept) == 1


def test_when_layers_asks_for_a_pause_everybody_keeps_it(lanes: dict[Lane, Budget]) -> None:
    lanes[Lane.SWEEP].stop(READ, 30)
    with pytest.raises(Spent) as caught:
        lanes[Lane.PERSON].take(READ)
    assert 29 < caught.value.retry_after <= 30


def test_classes_are_counted_apart(lanes: dict[Lane, Budget]) -> None:
    spend(lanes[Lane.PERSON])
    lanes[Lane.PERSON].take("write-light")


@pytest.mark.parametrize("told", ["", "many", "-5", "0", "1e9", "9" * 30])
def test_a_limit_that_makes_no_sense_is_not_believed(lanes: dict[Lane, Budget], told: str) -> None:
    lanes[Lane.PERSON].learn({"X-RateLimit-Endpoint-Class": READ, "X-RateLimit-Limit": told})
    assert spend(lanes[Lane.PERSON]) == 10


def test_the_tier_counts_where_no_answer_has_told_the_limit(store: redis.Redis) -> None:
    fresh = Budget(store, Lane.BATCH, f"test:{uuid.uuid4()}")
    fresh.learn_tier("a tier of tomorrow")
    fresh.learn_tier("standard")
    assert spend(fresh) == 84  # 70 % of 120
    fresh.learn({"X-RateLimit-Endpoint-Class": READ, "X-RateLimit-Limit": "130"})
    fresh.learn_tier("pilot")
    assert spend(fresh) == 7


def test_without_valkey_calls_still_go_out() -> None:
    nowhere: redis.Redis = redis.Redis(unix_socket_path="/nonexistent/valkey.sock")
    Budget(nowhere, Lane.SWEEP).take(READ)


def test_the_client_asks_before_each_call_and_passes_on_what_layers_says(lanes: dict[Lane, Budget]) -> None:
    api = Api(refusal(429, "RATE_LIMITED", **{"Retry-After": "20"}), answer({}))
    transport = Transport("https://layers.test", "key", http=api.transport._http, budget=lanes[Lane.PERSON])
    with pytest.raises(RateLimited):
        transport.get("/v1/whoami")
    with pytest.raises(Spent):
        transport.get("/v1/whoami")
    assert len(api.calls) == 1
