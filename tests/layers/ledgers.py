"""Layers as far as allocations go, with calls that meet anything.

It keeps idempotency keys for 24 hours and for each API key apart, refuses some calls before it looks at their key, and
shows in its ledgers what took effect.
"""

import json
from datetime import datetime, timedelta
from typing import Any

import httpx
from django.utils import timezone

from layers.outbox.models import DUE, Command, Failure, State
from tests.layers.api import Reply, answer, refusal

KEPT = timedelta(hours=24)  # how long a key is known
#: What a call may meet, before and after the effect. `refused` numbers look at the key first, `closed` ones never do.
FATES = [
    *("ok", "ok", "unreached", "lost before", "lost after", "broken before", "broken after", "unreadable", "in use"),
    *("busy", "closed 401", "closed 403", "closed 404", "closed 503", "refused 402", "refused 409", "refused 422"),
]
CODES = {
    401: "UNAUTHENTICATED", 403: "FORBIDDEN_SCOPE", 404: "NOT_FOUND", 503: "KILL_SWITCH",
    402: "BILLING_EXHAUSTED", 409: "CONFLICT", 422: "VALIDATION",
}  # fmt: skip


class Ledgers:
    """`fates` come one a call; after them all is well."""

    def __init__(self) -> None:
        self.effects: list[str] = []  # ids of commands, in the order in which they moved credits
        self.rows: list[dict[str, Any]] = []  # what both ledgers show of them
        self.known: dict[tuple[str, str], tuple[datetime, Reply]] = {}
        self.fates: list[str] = []
        self.readable = "yes"  # or "no"; "half" leaves our ledger out, "gap" both

    def __call__(self, request: httpx.Request) -> Reply:
        return self.read(request) if request.method == "GET" else self.write(request)

    def write(self, request: httpx.Request) -> Reply:
        command = Command.objects.get(id=json.loads(request.content)["metadata"]["partner_desk_command"])
        self.check_order(command)
        fate = self.fates.pop(0) if self.fates else "ok"
        word, _, number = fate.partition(" ")
        if fate in ("unreached", "lost before"):
            return httpx.ConnectError("refused") if fate == "unreached" else httpx.ReadTimeout("too slow")
        if fate == "broken before":
            return answer({}, 502)
        if fate == "busy":
            return refusal(429, "RATE_LIMITED", **{"Retry-After": "30"})
        if fate == "in use":
            return refusal(409, "IDEMPOTENCY_CONFLICT")
        if word == "closed":
            return refusal(int(number), CODES[int(number)])
        key = request.headers["Authorization"], request.headers["Idempotency-Key"]
        said = self.once(key, command, int(number) if word == "refused" else 0)
        if fate == "lost after":
            return httpx.ReadTimeout("too slow")
        if fate in ("broken after", "unreadable"):
            return answer({}, 500) if fate == "broken after" else httpx.Response(201, content=b"<html>")
        return said

    def once(self, key: tuple[str, str], command: Command, refuses: int) -> Reply:
        """What Layers stored for the key, or what it does now and stores."""
        now = timezone.now()
        at, said = self.known.get(key, (None, None))
        if at is not None and said is not None and now - at < KEPT:
            return said
        if refuses:
            said = refusal(refuses, CODES[refuses], {"status": "other"} if refuses == 409 else None)
            self.known[key] = (now, said)
            return said
        self.effects.append(str(command.id))
        moved, number = command.payload["credits"], f"txn_{len(self.effects)}"
        metadata = {"partner_desk_command": str(command.id), "transferId": number}
        self.rows.append({"eventId": number, "credits": moved, "metadata": metadata})
        transfer = {"id": number, "allocated": moved, "balance": 9, "available": 9}
        self.known[key] = (now, answer(transfer | {"replayed": True}, 201))
        return answer(transfer | {"replayed": False}, 201)

    def check_order(self, command: Command) -> None:
        earlier = Command.objects.filter(target=command.target, created_at__lt=command.created_at)
        earlier = earlier.filter(state__in=[*DUE, State.SENDING]).exclude(failure=Failure.KEY_EXPIRED)
        assert not earlier.exists(), "an earlier command of the target must go first"

    def read(self, request: httpx.Request) -> Reply:
        if self.readable == "no":
            return httpx.ConnectError("refused")
        ours = request.url.path == "/v1/credits/events"
        left_out = self.readable == "gap" or (self.readable == "half" and ours)
        return answer({"items": [] if left_out else self.rows, "nextCursor": None})
