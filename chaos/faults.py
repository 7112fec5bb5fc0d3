"""What goes wrong at Layers, one fault after the other: every kind the sandbox has, in all its variants."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from stack.errors import StackError

CALLS = "* /v1/*"


@dataclass(frozen=True)
class Variant:
    """One fault as it is switched on. `share`: of the matching calls."""

    kind: str
    pattern: str = CALLS
    options: dict[str, Any] = field(default_factory=dict)
    share: float = 0.4

    @property
    def name(self) -> str:
        words = [str(self.options[key]) for key in ("status", "when") if key in self.options]
        words += ["by a gateway"] if self.options.get("gateway") else []
        words += [f"retry after {self.options['retryAfter']} s"] if "retryAfter" in self.options else []
        return " ".join([self.kind.replace("_", " "), *words])


VARIANTS = (
    Variant("drop", options={"when": "after"}),
    Variant("status", options={"status": 500, "when": "after"}),
    Variant("delay", options={"seconds": 1.5, "when": "before"}),
    Variant("truncate"),
    Variant("webhook_lost", "*", share=1),
    Variant("not_json"),
    Variant("rate_limited", options={"retryAfter": 1}),
    Variant("job_fails", "*", share=1),
    Variant("drop", options={"when": "before"}),
    Variant("missing_key"),
    Variant("status", options={"status": 502, "when": "after", "gateway": True}),
    Variant("webhook_doubled", "*", share=1),
    Variant("unknown_enum"),
    Variant("status", options={"status": 503, "when": "before", "gateway": True}),
    Variant("dispatch_fails", "*", share=1),
    Variant("null_list"),
    Variant("delay", options={"seconds": 1.5, "when": "after"}),
    Variant("webhook_delayed", "*", {"seconds": 5}, share=1),
    Variant("extra_fields"),
    Variant("cursor_repeat", "GET /v1/*"),
    Variant("status", options={"status": 500, "when": "before"}),
    Variant("webhook_reordered", "*", share=1),
    Variant("platform_rejects", "*", share=1),
    Variant("bad_timestamp"),
    Variant("rate_limited"),
    Variant("cursor_skip", "GET /v1/*"),
    Variant("status", options={"status": 503, "when": "after"}),
    Variant("webhook_bad_signature", "*", share=1),
)


class Faults:
    """Switches faults at the sandbox's control API. `hits` counts, by the variant's name, those switched off."""

    def __init__(self, api_url: str, seed: int, variants: tuple[Variant, ...] = VARIANTS) -> None:
        self._http = httpx.Client(base_url=f"{api_url}/_sandbox", timeout=20)
        self._seed = seed
        self.variants = variants
        self._on: dict[int, Variant] = {}
        self._turn = 0
        self.hits = {variant.name: 0 for variant in variants}

    @property
    def now(self) -> str:
        """What is switched on, in words."""
        return ", ".join(variant.name for variant in self._on.values()) or "none"

    @property
    def had_all(self) -> bool:
        """Whether every variant had its turn."""
        return self._turn >= len(self.variants) + 1

    def check_all_known(self) -> None:
        """Raises StackError when the sandbox has a kind of fault that no variant covers."""
        kinds = {kind["kind"] for kind in self._http.get("/faults").json()["kinds"]}
        if missing := kinds - {variant.kind for variant in self.variants}:
            raise StackError(f"chaos/faults.py has no variant of {', '.join(sorted(missing))}: add one.")

    def next(self) -> None:
        """The next variant joins, the oldest of two goes."""
        variant = self.variants[self._turn % len(self.variants)]
        wish: dict[str, Any] = {"kind": variant.kind, "pattern": variant.pattern, "options": variant.options}
        wish |= {"probability": variant.share, "seed": self._seed + self._turn}
        answer = self._http.post("/faults", json=wish)
        answer.raise_for_status()
        self._turn += 1
        self._on[answer.json()["id"]] = variant
        if len(self._on) > 2:
            self._off(next(iter(self._on)))

    def lift(self) -> None:
        """Nothing goes wrong any more."""
        for identifier in list(self._on):
            self._off(identifier)

    def advance(self, seconds: float) -> None:
        """Lets time pass at Layers."""
        self._http.post("/clock", json={"action": "advance", "seconds": seconds}).raise_for_status()

    def _off(self, identifier: int) -> None:
        variant = self._on.pop(identifier)
        rows = self._http.get("/faults").json()["items"]
        self.hits[variant.name] += next(row["hits"] for row in rows if row["id"] == identifier)
        self._http.delete(f"/faults/{identifier}").raise_for_status()
