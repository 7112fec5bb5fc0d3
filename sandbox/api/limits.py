"""Rate limits: three buckets a key and a daily cap on small writes (contract/control-plane.md, 3 Rate limits).

Windows are fixed: the first call opens one. A refused call costs nothing; a replayed one counts.
"""

import math
import time
from dataclasses import dataclass
from typing import Final, Literal

from sandbox import clock, statements
from sandbox.api.errors import ApiError
from sandbox.models import ApiKey

EndpointClass = Literal["read-light", "write-light", "long-running"]
DAILY: Final = "daily-writes"
MINUTE: Final = 60
DAY: Final = 24 * 60 * 60


@dataclass(frozen=True)
class Tier:
    """Calls a minute by class, and small writes a day."""

    read_light: int
    write_light: int
    long_running: int
    daily_writes: int

    def allowed(self, window: str) -> int:
        limit: int = getattr(self, window.replace("-", "_"))
        return limit


STANDARD: Final = Tier(120, 60, 20, 10_000)
TIERS: Final = {
    "standard": STANDARD,
    # What test keys get is not printed anywhere.
    "sandbox": STANDARD,
    "pilot": Tier(1_200, 600, 60, 100_000),
    "partner": Tier(6_000, 3_000, 300, 500_000),
}

_TAKE = """
insert into sandbox_ratewindow as held (api_key_id, name, ends_at, used)
values (%(key)s, %(name)s, %(now)s + %(length)s, 1)
on conflict (api_key_id, name) do update set
  used = case when held.ends_at <= %(now)s then 1 when held.used < %(limit)s then held.used + 1 else held.used end,
  ends_at = case when held.ends_at <= %(now)s then excluded.ends_at else held.ends_at end
where held.ends_at <= %(now)s or held.used < %(limit)s
returning ends_at, used
"""
_END = "select ends_at from sandbox_ratewindow where api_key_id = %s and name = %s"


def take(key: ApiKey, endpoint_class: EndpointClass, headers: dict[str, str]) -> None:
    """Counts one call and fills in its rate headers; 429 when the minute or, for small writes, the day is used up."""
    tier = TIERS.get(key.rate_limit_tier, STANDARD)
    limit = tier.allowed(endpoint_class)
    left, seconds = _count(key, endpoint_class, limit, MINUTE)
    if left is not None and endpoint_class == "write-light":
        day_left, day_seconds = _count(key, DAILY, tier.daily_writes, DAY)
        if day_left is None:
            left, seconds = None, day_seconds
    headers["X-RateLimit-Limit"] = str(limit)
    headers["X-RateLimit-Remaining"] = str(left or 0)
    headers["X-RateLimit-Reset"] = str(int(time.time()) + seconds)
    if left is None:
        headers["Retry-After"] = str(seconds)
        raise ApiError(429, "RATE_LIMITED", f"Too many {endpoint_class} calls; wait {seconds} s.")


def _count(key: ApiKey, name: str, limit: int, length: int) -> tuple[int | None, int]:
    """(calls left, seconds to the window's end); None left when this call is one too many."""
    now = clock.elapsed()
    row = statements.one(_TAKE, {"key": key.pk, "name": name, "now": now, "length": length, "limit": limit})
    if row is None:
        end = statements.one(_END, [key.pk, name])
        return None, _until(end[0] if end else now, now)
    return limit - row[1], _until(row[0], now)


def _until(moment: float, now: float) -> int:
    return max(1, math.ceil(moment - now))
