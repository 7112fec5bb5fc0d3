"""One call over HTTP: headers, time limits, the error envelope, immediate retries, one log line with the requestId."""

import logging
import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from layers.client import retry
from layers.client.errors import (
    AnswerLost,
    Conflict,
    LayersError,
    NotSent,
    Refused,
    ServerFault,
    Unreadable,
    kind_of,
)
from layers.client.read import decode
from layers.client.retry import proves_no_effect

log = logging.getLogger("layers.client")

LONGEST_RETRY_AFTER = 3600.0  # seconds

Json = dict[str, Any]
Query = Mapping[str, str | int | list[str] | None]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. `write` calls wait longer, because an answer that is lost costs more than one that is late."""

    connect: float = 3.0
    read: float = 15.0
    write: float = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A success. `body` is the decoded object ({} when there was none); `at` is our clock when it arrived. `replayed`:
    the stored answer to an earlier call with the same idempotency key.
    """

    status: int
    body: Json
    request_id: str
    at: float
    replayed: bool = False


class Budget(Protocol):
    """Whoever keeps our calls below the rate limits of Layers. Endpoint classes are those of the API."""

    def take(self, endpoint_class: str) -> None:
        """Returns when one call may go out, or raises Spent."""

    def stop(self, endpoint_class: str, seconds: float) -> None:
        """Layers asked for a pause."""

    def learn(self, headers: Mapping[str, str]) -> None:
        """Reads the limits that an answer names."""


class NoBudget:
    """Every call may go."""

    def take(self, endpoint_class: str) -> None: ...

    def stop(self, endpoint_class: str, seconds: float) -> None: ...

    def learn(self, headers: Mapping[str, str]) -> None: ...


class Transport:
    """Sends calls with one key. Safe to share between threads; keep one for the life of the process."""

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        timeouts: Timeouts | None = None,
        http: httpx.Client | None = None,
        budget: Budget | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._timeouts = timeouts or Timeouts()
        self._http = http or httpx.Client(base_url=base_url, limits=httpx.Limits(max_connections=32))
        self._key = key
        self._budget = budget or NoBudget()
        self._sleep = sleep

    def get(self, path: str, query: Query | None = None, *, act_as: str = "") -> Answer:
        return self._call("GET", path, query=query, act_as=act_as)

    def send(
        self, method: str, path: str, body: Json | None = None, *, act_as: str = "", idempotency_key: str = ""
    ) -> Answer:
        """A write. Pass the key that was made once for this decision; without one it is never repeated blindly."""
        return self._call(method, path, body=body, act_as=act_as, idempotency_key=idempotency_key)

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Json | None = None,
        act_as: str = "",
        idempotency_key: str = "",
    ) -> Answer:
        headers = {"Authorization": f"Bearer {self._key}", "Accept": "application/json"}
        if act_as:
            headers["X-Layers-Organization"] = act_as
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        params = {name: value for name, value in (query or {}).items() if value is not None}
        tries, may_have_arrived = 0, False
        while True:
            tries += 1
            try:
                return self._once(method, path, params, body, headers)
            except LayersError as error:
                again = retry.may_retry(error, safe=method == "GET", keyed=bool(idempotency_key), tries=tries)
                if not again and may_have_arrived and not _tells(error):
                    # This try had no effect, but an earlier one may have: the caller must not read it as "no effect".
                    raise AnswerLost(f"The answer of Layers was lost, then: {error}") from error
                if not again:
                    raise
                may_have_arrived |= method != "GET" and isinstance(error, AnswerLost | Unreadable | ServerFault)
                self._sleep(retry.delay(error, tries=tries, jitter=random.random()))  # noqa: S311  spread, not secrecy

    def _once(self, method: str, path: str, params: Json, body: Json | None, headers: dict[str, str]) -> Answer:
        read = self._timeouts.read if method == "GET" else self._timeouts.write
        limits = httpx.Timeout(read, connect=self._timeouts.connect)
        endpoint_class = "read-light" if method == "GET" else "write-light"
        self._budget.take(endpoint_class)
        started = time.monotonic()
        status, request_id = "no answer", ""
        try:
            response = self._http.request(method, path, params=params, json=body, headers=headers, timeout=limits)
            status, request_id = str(response.status_code), response.headers.get("X-Request-Id", "")
            self._budget.learn(response.headers)
            if response.status_code == 429:
                self._budget.stop(endpoint_class, _seconds(response.headers.get("Retry-After")) or 1.0)
            return _read(response, request_id)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise NotSent(f"Layers could not be reached: {error}") from error
        except (httpx.LocalProtocolError, UnicodeEncodeError) as error:
            # Ours, before anything left. The text may quote a header, so it is not passed on: a key may stand in it.
            raise NotSent(f"The call could not be written: {type(error).__name__}") from None
        except httpx.RequestError as error:
            raise AnswerLost(f"The answer of Layers was lost: {error or type(error).__name__}") from error
        finally:
            log.info("%s %s %s %.0f ms %s", method, path, status, (time.monotonic() - started) * 1000, request_id)


def _tells(error: LayersError) -> bool:
    """Whether this answer to a repeat, as it is, may be read by the caller: it leaves open what an earlier try did,
    proves that it did nothing, or names the state of the target.
    """
    open_still = isinstance(error, AnswerLost | Unreadable | ServerFault)
    return open_still or proves_no_effect(error) or (isinstance(error, Conflict) and bool(error.details))


def _read(response: httpx.Response, request_id: str) -> Answer:
    body = decode(response.content)
    if response.is_success:
        if not isinstance(body, dict):
            raise Unreadable(f"Layers answered {response.status_code} with something that is not JSON.", request_id)
        replayed = response.headers.get("Idempotent-Replayed", "").lower() == "true"
        return Answer(response.status_code, body, request_id, time.time(), replayed)
    raise _refusal(response, body, request_id)


def _refusal(response: httpx.Response, body: object, request_id: str) -> Refused:
    envelope = body.get("error") if isinstance(body, dict) else None
    error = envelope if isinstance(envelope, dict) else {}
    code = str(error.get("code") or f"HTTP_{response.status_code}")
    details = error.get("details")
    return kind_of(response.status_code, code)(
        response.status_code,
        code,
        str(error.get("message") or response.reason_phrase or "no message"),
        str(error.get("requestId") or request_id),
        details if isinstance(details, dict) else {},
        _seconds(response.headers.get("Retry-After")),
    )


def _seconds(value: str | None) -> float | None:
    """What Retry-After asks for, at most an hour; None when it cannot be read (the HTTP date form too)."""
    try:
        asked = float(value) if value is not None else None
    except ValueError:
        return None
    return None if asked is None or math.isnan(asked) else min(max(0.0, asked), LONGEST_RETRY_AFTER)
