"""Times a page as a signed-in person asks for it: middleware, queries, template, all of it, in this process."""

import statistics
import time
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

RUNS = 30
LONGEST = 12.0  # seconds for one measure; a slow page is asked fewer times, never less than five


@dataclass(frozen=True)
class Measure:
    """Milliseconds. `queries` is what one request costs, sessions and sign-in included."""

    name: str
    median: float
    p95: float
    queries: int
    runs: int


def page(client: Client, name: str, address: str) -> Measure:
    response = client.get(address)
    if response.status_code != 200:
        raise SystemExit(f"{name}: {address} answered {response.status_code}, so there is nothing to measure.")
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    queries = len(captured)  # now: the next request empties the log
    times: list[float] = []
    while len(times) < RUNS and (len(times) < 5 or sum(times) < LONGEST * 1000):
        started = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    p95 = times[min(len(times) - 1, round(len(times) * 0.95))]
    return Measure(name, statistics.median(times), p95, queries, len(times))
