"""Real ids for the run: everything an answer names is remembered together with what it belongs to."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from random import Random
from typing import Any

#: Path and body parameters by the prefix of their ids.
BY_PREFIX = {
    "org": "orgId",
    "prj": "projectId",
    "lyr": "layerId",
    "cnt": "containerId",
    "sp": "scheduledPostId",
    "sa": "socialAccountId",
    "inf": "influencerId",
    "adc": "adsContentId",
    "rec": "recommendationId",
    "key": "keyId",
    "job": "jobId",
    "med": "mediaId",
    "lreq": "requestId",
    "app": "appId",
    "cmp": "campaignId",
    "adg": "adsetId",
    "ad": "adId",
    "kw": "keywordId",
    "pa": "pendingId",
    "run": "runId",
    "st": "state",
}
#: The same thing under another name.
ALIASES = {"adgroupId": "adsetId", "projectLayerId": "layerId", "apiKeyId": "keyId", "sdkAppId": "appId"}
#: Remembered by their own key, since nothing in the value tells what they are.
BY_KEY = {
    **{name: name for name in ("assetId", "appUserId", "adAccountId", "installationId", "customerExternalId")},
    "fullName": "repoFullName",
}
PLATFORMS = ("meta", "tiktok", "apple")
KEPT = 400

_ID = re.compile(r"([a-z]{2,4})_[0-9A-Za-z-]{10,64}")

Fact = dict[str, str]


class Pool:
    """Facts such as `{child, projectId, platform, campaignId}`: names that go together."""

    def __init__(self, random: Random, caller: str, *, never: Collection[str] = ()) -> None:
        """`caller`: id of the calling organization. Ids in `never` are not remembered."""
        self.random = random
        self.caller = caller
        self.never = never
        #: Addresses of files that the sandbox itself serves.
        self.media: list[str] = []
        self.cursors: dict[str, list[str]] = defaultdict(list)
        self._facts: dict[str, list[Fact]] = defaultdict(list)
        self._known: set[frozenset[tuple[str, str]]] = set()

    def learn(self, path: str, body: Any, context: Fact) -> None:
        """Remembers what an answer to `path` (a template) says. `context` is what the call itself named."""
        for fact in self._facts_in(path, body, context):
            frozen = frozenset(fact.items())
            if frozen not in self._known and not any(value in self.never for value in fact.values()):
                self._known.add(frozen)
                for name in fact.keys() - {"child", "platform"}:
                    self._keep(self._facts[name], fact)
        if isinstance(body, dict) and isinstance(body.get("nextCursor"), str):
            self._keep(self.cursors[path], body["nextCursor"])

    def _facts_in(self, path: str, body: Any, context: Fact) -> Iterator[Fact]:
        if isinstance(body, list):
            for part in body:
                yield from self._facts_in(path, part, context)
        elif isinstance(body, dict):
            own = _named(path, body)
            fact = {**context, **own}
            if path.startswith("/v1/organizations/{orgId}/") and "orgId" in context:
                fact["child"] = context["orgId"]
            if fact.get("child") == self.caller:
                del fact["child"]
            if own:
                yield fact
            for part in body.values():
                yield from self._facts_in(path, part, fact)
        elif isinstance(body, str) and "/media/" in body:
            self._keep(self.media, body)

    def _keep(self, kept: list[Any], thing: Any) -> None:
        if len(kept) < KEPT:
            kept.append(thing)
        else:
            kept[self.random.randrange(KEPT)] = thing

    def facts(self, names: Collection[str]) -> list[Fact]:
        """Every fact that has all the names."""
        wanted = [ALIASES.get(name, name) for name in names]
        rarest = min((self._facts[name] for name in wanted if name != "platform"), key=len, default=[])
        return [fact for fact in rarest if all(name in fact for name in wanted)]

    def fitting(self, names: Collection[str]) -> Fact:
        """A fact with as many of the names as there are together, from the left."""
        remaining = list(names)
        while remaining:
            if found := self.facts(remaining):
                return self.random.choice(found)
            remaining.pop()
        return {}

    def value(self, name: str, near: Fact) -> str | None:
        """A real id for `name`: of `near`, else of the same project, else any; None when none was seen."""
        name = ALIASES.get(name, name)
        if name in near:
            return near[name]
        known = self._facts.get(name, [])
        if not known:
            return None
        same = [fact for fact in known if fact.get("projectId") == near.get("projectId")]
        return self.random.choice(same or known)[name]


def _named(path: str, body: dict[str, Any]) -> Fact:
    """What one object names; its own id wins over others of the same kind."""
    fact: Fact = {}
    for key, value in sorted(body.items(), key=lambda pair: pair[0] == "id"):
        if not isinstance(value, str) or key.startswith("parent"):
            continue
        found = _ID.fullmatch(value)
        if key == "organizationId":
            fact["child"] = value
        elif key == "platform" and value.removesuffix("_ads") in PLATFORMS:
            fact["platform"] = value.removesuffix("_ads")
        elif key in BY_KEY:
            fact[BY_KEY[key]] = value
        elif key == "id" and path.startswith("/v1/webhook-endpoints"):
            fact["deliveryId" if path.endswith("deliveries") else "endpointId"] = value
        elif found and found[1] in BY_PREFIX:
            fact[BY_PREFIX[found[1]]] = value
    return fact
