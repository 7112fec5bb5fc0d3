"""What a pending action would change, in words (contract/ads.md, 4 and 7). Takes any JSON and never raises.

`currentValue` and `newValue` are free objects. Of their members only this is promised: money ends in `Cents` and is
integer cents on every platform. `proposedAction.detail` is platform-native, its money is not cents: it must not come
here.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from common.figures import MINUS, cents
from common.moments import moment, when
from common.wording import NOTHING, web_url, words

DEEPEST = 3  # members of members up to here become lines of their own; what lies deeper is said inside one line
Path = tuple[str, ...]

# PAUSED, LOWEST_COST_WITHOUT_BID_CAP and broad_match are API words; "US", "Learn to breathe" and "4:5" are not.
API_WORD = re.compile(r"[A-Z][A-Z0-9]{3,}|[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+")
TOLD_AS_WORDS = {"status", "state", "objective", "billingEvent", "bidStrategy", "optimizationGoal", "mode"}
STOPPED = ("paused", "archived", "deleted")
PICTURED = re.compile(r"thumbnail|image|picture|poster|cover", re.IGNORECASE)
PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Value:
    """One side of a change; the text always says it whole. `picture` and `link` are http(s) addresses, `identifier` an
    id of something at Layers; each may be empty.
    """

    text: str
    picture: str = ""
    link: str = ""
    identifier: str = ""

    @property
    def preview(self) -> dict[str, str]:
        """The picture as components/cover.html wants it."""
        return {"kind": "image", "primaryUrl": self.picture}


@dataclass(frozen=True)
class Change:
    """One member. `kind`: changed, same, or kept: the proposal does not speak of it, so it stays as it is."""

    name: str
    was: Value
    becomes: Value
    note: str = ""
    kind: str = "changed"
    is_new: bool = False

    @property
    def pictured(self) -> bool:
        return bool(self.was.picture or self.becomes.picture)


def changes(current: object, new: object) -> list[Change]:
    """One line a member of either side: first what changes, then what does not."""
    before, after = _leaves(current), _leaves(new)
    order = {"changed": 0, "kept": 1, "same": 2}
    found = [_change(path, before, after) for path in dict.fromkeys([*after, *before])]
    return sorted(found, key=lambda change: order[change.kind])


def headline(action_type: object, found: list[Change]) -> str:
    """What is asked, as a verb where the change shows one: Raise daily budget, Lower bid, Pause ad."""
    moved = [change for change in found if change.kind == "changed"]
    if str(action_type).startswith("update") and len(moved) == 1 and re.match(rf"[+{MINUS}]\d", moved[0].note):
        verb = "Raise" if moved[0].note.startswith("+") else "Lower"
        return f"{verb} {moved[0].name[:1].lower()}{moved[0].name[1:]}"
    return words(action_type)


def per_day(current: object, new: object) -> int | None:
    """By how many cents a day the budget would change; None when the action is not about a daily budget.

    Pausing something stops what it may spend, resuming it allows that again.
    """
    before, after = _leaves(current), _leaves(new)
    budget = before.get(("dailyBudgetCents",))
    if _is_whole(budget) and ("dailyBudgetCents",) not in after:
        turned = before.get(("status",)), after.get(("status",))
        if turned[1] in STOPPED and turned[0] not in STOPPED:
            return -budget
        return budget if turned[0] in STOPPED and turned[1] == "active" else None
    moves = [
        after[path] - was
        for path, was in before.items()
        if path[-1:] == ("dailyBudgetCents",) and _is_whole(was) and _is_whole(after.get(path))
    ]
    return sum(moves) if moves else None


def one_line(found: list[Change]) -> str:
    """The changes as one sentence part, for titles and replies: daily budget from $40.00 to $55.00."""
    told = [change for change in found if change.kind == "changed"]
    return ", ".join(
        f"{change.name[:1].lower()}{change.name[1:]}{'' if change.is_new else f' from {change.was.text}'}"
        f" to {change.becomes.text}"
        for change in told
    )


def label(key: str) -> str:
    """A member's name as people read it. Never empty, so that no member is lost."""
    bare = key.removesuffix("Cents") or key
    said = words(bare)
    return said if said != NOTHING else key.strip() or "(no name)"


def _leaves(value: object, path: Path = ()) -> dict[Path, Any]:
    if value is None and not path:
        return {}
    if isinstance(value, Mapping) and (value or not path) and len(path) < DEEPEST:
        return {leaf: one for key, inner in value.items() for leaf, one in _leaves(inner, (*path, str(key))).items()}
    return {path or ("value",): value}


def _change(path: Path, before: dict[Path, Any], after: dict[Path, Any]) -> Change:
    key = path[-1]
    name = ": ".join([label(path[0]), *(label(part)[:1].lower() + label(part)[1:] for part in path[1:])])
    was, becomes = before.get(path), after.get(path)
    if path not in after:
        return Change(name, _value(key, was), Value("stays"), kind="kept")
    if path in before and json.dumps(was, sort_keys=True) == json.dumps(becomes, sort_keys=True):
        return Change(name, _value(key, was), _value(key, becomes), kind="same")
    if path not in before:
        return Change(name, Value(NOTHING), _value(key, becomes), is_new=True)
    return Change(name, _value(key, was), _value(key, becomes), _note(key, was, becomes))


def _value(key: str, value: object) -> Value:
    address = web_url(value) if isinstance(value, str) else ""
    if isinstance(value, str) and key.endswith("Id") and value.strip():
        return Value(value, identifier=value)
    if not address:
        return Value(_said(key, value))
    if PICTURED.search(key) or PICTURE_FILE.search(address):
        return Value(address, picture=address)
    return Value(address, link=address)


def _said(key: str, value: object) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return words(value)
    if _is_money(key, value):
        return cents(value)
    if isinstance(value, int) and abs(value) >= 10_000 and not key.endswith(("Id", "id")):
        return f"{value:,}".replace("-", MINUS)
    if isinstance(value, str):
        return _text(key, value)
    if isinstance(value, list):
        between = "; " if any(isinstance(one, Mapping | list) for one in value) else ", "
        return between.join(_said(key, one) for one in value) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{label(str(name))}: {_said(str(name), one)}" for name, one in value.items()) or "none"
    return str(value).replace("-", MINUS)


def _text(key: str, value: str) -> str:
    if not value.strip():
        return "(empty)"
    if key in TOLD_AS_WORDS or API_WORD.fullmatch(value):
        return words(value)
    if re.match(r"\d{4}-\d\d-\d\dT", value) and moment(value) is not None:
        return when(value)
    return value


def _note(key: str, was: object, becomes: object) -> str:
    """How far a number moves, or what a list gains and loses."""
    if _is_number(was) and _is_number(becomes):
        return _moved(float(was), float(becomes))  # type: ignore[arg-type]
    if isinstance(was, list) and isinstance(becomes, list):
        gained = [_said(key, one) for one in becomes if one not in was]
        lost = [_said(key, one) for one in was if one not in becomes]
        parts = [("adds", gained), ("drops", lost)]
        return "; ".join(f"{verb} {', '.join(some)}" for verb, some in parts if some and len(some) <= 4)
    return ""


def _moved(was: float, becomes: float) -> str:
    sign = "+" if becomes > was else MINUS
    if was <= 0 or becomes < 0:
        return ""
    share = abs(becomes - was) * 100 / was
    return f"{sign}{share:,.0f}%" if share >= 1 else f"{sign}{share:.1g}%"


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**18


def _is_money(key: str, value: object) -> bool:
    return key.endswith("Cents") and _is_whole(value)
