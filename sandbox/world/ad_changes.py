"""What dispatching a seeded action does, in the words of rules/effects.py."""

from collections.abc import Callable
from typing import Any

from sandbox import ids
from sandbox.models import PendingAction


def change_of(action: PendingAction) -> dict[str, Any]:
    make = _CHANGES.get(action.action_type)
    return {} if make is None else make(action.current_value or {}, action.new_value or {})


def _creative(value: dict[str, Any]) -> str | None:
    shown = value.get("containerId")
    found = None if shown is None else ids.parse_uuid("container", shown)
    return None if found is None else str(found)


def _named(**creatives: str | None) -> dict[str, Any]:
    return {name: value for name, value in creatives.items() if value is not None}


def _targeting(_before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {"targeting": {"geo": after["countries"], "age": {"min": after["ageMin"], "max": after["ageMax"]}}}


def _schedule(_before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    start, end = (int(hour.split(":")[0]) * 60 for hour in after["hours"].split("-"))
    return {
        "schedule": {
            "dayparts": [{"dayOfWeek": day, "startMinute": start, "endMinute": end} for day in range(7)],
        }
    }


_CHANGES: dict[str, Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]] = {
    "update_budget": lambda _before, after: {"budget": after},
    "update_targeting": _targeting,
    "update_schedule": _schedule,
    "update_keyword_bid": lambda _before, after: after,
    "duplicate_adset": lambda _before, after: after,
    "push_creative": lambda _before, after: _named(add=_creative(after)),
    "replace_creative": lambda before, after: _named(add=_creative(after), remove=_creative(before)),
    "prune_creative": lambda before, _after: _named(remove=_creative(before)),
}
