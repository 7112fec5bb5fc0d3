"""Answers that are a little wrong: one place of a JSON body is spoilt, chosen by a seed."""

import random
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

#: An object of the body and the key in it that could be spoilt.
Spot = tuple[dict[str, Any], str]

#: Keys whose values are drawn from a list in the contract.
# fmt: off
ENUM_FIELDS: Final = frozenset({
    "actionType", "actorType", "ageRange", "approvalStatus", "axis", "brandVoice", "budgetMode", "classification",
    "contentType", "creative", "creativeType", "decision", "direction", "disconnectedReason", "entityType", "env",
    "eventType", "format", "gateStatus", "gender", "granularity", "kind", "matchType", "mode", "outcome",
    "platform", "policy", "rateLimitTier", "scope", "source", "sourceType", "status", "strategy", "structural",
    "tactical", "targetGender", "type",
})
# fmt: on
#: Losing one of these is no missing optional key but a broken list.
FRAME: Final = frozenset({"id", "items", "nextCursor"})
NO_TIME: Final = "2026-13-45T25:61:00Z"
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


#: By kind: which values it can spoil, and which keys it chooses from unless one is named.
_FITS: Final[dict[str, tuple[Callable[[Any], bool], Callable[[str], bool]]]] = {
    "unknown_enum": (lambda value: isinstance(value, str), lambda key: key in ENUM_FIELDS),
    "missing_key": (lambda value: True, lambda key: key not in FRAME),
    "null_list": (lambda value: isinstance(value, list), lambda key: True),
    "bad_timestamp": (lambda value: isinstance(value, str) and bool(_INSTANT.fullmatch(value)), lambda key: True),
}
#: Kinds that change a JSON body.
KINDS: Final = frozenset({*_FITS, "extra_fields"})


def spots(kind: str, body: Any, options: dict[str, Any]) -> list[Spot]:
    """Where this kind of fault could strike, in the order of the body; empty when nowhere."""
    if kind == "extra_fields":
        return [(thing, "") for thing in _objects(body) if thing is body or "id" in thing]
    could, usual = _FITS[kind]
    named = options["field"]
    found = [
        (thing, key)
        for thing in _objects(body)
        for key, value in thing.items()
        if (key == named if named else usual(key)) and could(value)
    ]
    if kind == "missing_key":
        # A key that may be null may be missing too, so those come first.
        return [(thing, key) for thing, key in found if thing[key] is None] or found
    return found


def spoil(kind: str, found: list[Spot], options: dict[str, Any], seed: int) -> None:
    """Changes the body in place."""
    if kind == "extra_fields":
        for thing, _ in found:
            thing.update(addedLastWeek="not in the contract", alsoNew={"of": ["some", "shape"]})
        return
    thing, key = random.Random(seed).choice(found)
    if kind == "missing_key":
        del thing[key]
    else:
        thing[key] = {"unknown_enum": options.get("value"), "null_list": None, "bad_timestamp": NO_TIME}[kind]


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner)
