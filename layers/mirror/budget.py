"""The rate limit of Layers, shared by all workers: people first, batches next, sweeps last.

Layers counts calls of our key in one-minute windows per endpoint class (contract/control-plane.md, 3 Rate limits).
We count ours the same way in Valkey. A lane goes on while the whole count is below its share of the limit, so what a
sweep leaves free is there for the person who clicks now. What Layers itself says (429, Retry-After) stops every lane.
"""

import enum
import logging
import random
import time
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import redis
from django.conf import settings

from layers.client.errors import Spent

log = logging.getLogger(__name__)

WINDOW_MS = 60_000
LIMIT_KEPT = 24 * 3600  # seconds
#: Calls a minute by tier and endpoint class, as published; the first is what holds until an answer tells ours.
TIERS = {
    "standard": {"read-light": 120, "write-light": 60, "long-running": 20},
    "pilot": {"read-light": 1_200, "write-light": 600, "long-running": 60},
    "partner": {"read-light": 6_000, "write-light": 3_000, "long-running": 300},
}
SMALLEST = TIERS["standard"]

# Counts one call, or returns for how many milliseconds this lane has to wait (negative).
TAKE = """
local stopped = redis.call('PTTL', KEYS[2])
if stopped > 0 then return -stopped end
local limit = tonumber(redis.call('GET', KEYS[3]) or ARGV[2])
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
if used >= math.max(1, math.floor(limit * tonumber(ARGV[1]))) then return -math.max(1, redis.call('PTTL', KEYS[1])) end
used = redis.call('INCR', KEYS[1])
if used == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return used
"""


class Lane(enum.Enum):
    """Who calls. The value is the share of the limit up to which the lane goes on."""

    PERSON = 1.0
    BATCH = 0.7
    SWEEP = 0.5


class Budget:
    """One lane's view of the shared count. A Valkey that does not answer lets calls pass: Layers still has its 429."""

    def __init__(self, store: redis.Redis, lane: Lane, prefix: str = "layers:rate") -> None:
        self._store = store
        self._prefix = prefix
        self._take = store.register_script(TAKE)
        self._lane = lane
        self._known: dict[str, int] = {}

    def take(self, endpoint_class: str) -> None:
        """Returns when the call may go out. A sweep waits here for its turn; others get Spent, and come back later."""
        while (wait := self._wait(endpoint_class)) > 0:
            if self._lane is not Lane.SWEEP:
                raise Spent(wait)
            # Not all at the first moment of the next window.
            time.sleep(wait + random.uniform(0, 1))  # noqa: S311  spread, not secrecy

    def stop(self, endpoint_class: str, seconds: float) -> None:
        """Layers asked for a pause: nobody calls this class until then."""
        self._try(lambda: self._store.set(self._key("stop", endpoint_class), 1, px=max(1, int(seconds * 1000))))

    def learn(self, headers: Mapping[str, str]) -> None:
        """Keeps the limit that an answer names (X-RateLimit-Limit)."""
        endpoint_class, told = headers.get("X-RateLimit-Endpoint-Class", ""), headers.get("X-RateLimit-Limit", "")
        if endpoint_class not in SMALLEST or not (told.isascii() and told.isdigit()) or len(told) > 9:
            return
        limit = int(told)
        if limit > 0 and self._known.get(endpoint_class) != limit:
            self._known[endpoint_class] = limit
            self._try(lambda: self._store.set(self._key("limit", endpoint_class), limit, ex=LIMIT_KEPT))

    def learn_tier(self, tier: str) -> None:
        """Takes the published limits of the tier that whoami names, where no answer has told ours."""
        for endpoint_class, limit in TIERS.get(tier, {}).items():
            self._try(partial(self._store.set, self._key("limit", endpoint_class), limit, ex=LIMIT_KEPT, nx=True))

    def _wait(self, endpoint_class: str) -> float:
        keys = [self._key(name, endpoint_class) for name in ("used", "stop", "limit")]
        smallest = SMALLEST.get(endpoint_class, SMALLEST["long-running"])
        answer = self._try(lambda: self._take(keys=keys, args=[self._lane.value, smallest, WINDOW_MS]))
        return max(0.0, -int(answer) / 1000) if answer is not None else 0.0

    def _key(self, name: str, endpoint_class: str) -> str:
        return f"{self._prefix}:{name}:{endpoint_class}"

    @staticmethod
    def _try(ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except redis.RedisError:
            log.warning("The shared rate budget cannot be reached; the limits of Layers itself still hold.")
            return None


@cache
def budget(lane: Lane) -> Budget:
    return Budget(redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2), lane)
