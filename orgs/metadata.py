"""Metadata of a customer: text by key. Limits and the merge of a change are those of contract/control-plane.md, 1."""

from collections.abc import Mapping

MOST_KEYS = 50
LONGEST_KEY = 40  # characters
LONGEST_VALUE = 500
MOST_BYTES = 16 * 1024
OURS = "partner_desk_command"  # the command that made a customer; put there by us, never typed


def key_problem(key: str) -> str:
    """Why a key cannot be used, or nothing."""
    if len(key) > LONGEST_KEY:
        return f"A key has at most {LONGEST_KEY} characters; this has {len(key)}."
    if key == OURS:
        return "This key is ours: it names the command that made the customer."
    return ""


def value_problem(value: str) -> str:
    if len(value) > LONGEST_VALUE:
        return f"A value has at most {LONGEST_VALUE} characters; this has {len(value)}."
    return ""


def whole_problem(pairs: Mapping[str, str]) -> str:
    """What is wrong with all of them together, as they will be after the merge."""
    if len(pairs) > MOST_KEYS:
        return f"A customer has at most {MOST_KEYS} keys; these are {len(pairs)}."
    size = sum(len(key.encode()) + len(value.encode()) for key, value in pairs.items())
    if size > MOST_BYTES:
        return f"All keys and values together have at most 16 KB; these are {size / 1024:.1f} KB."
    return ""


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """What to send to get from one to the other: changed and new pairs, and "" for keys that go."""
    changed = {key: value for key, value in after.items() if before.get(key) != value}
    return changed | dict.fromkeys((key for key in before if key not in after), "")


def merged(stored: Mapping[str, str], sent: Mapping[str, str]) -> dict[str, str]:
    """What Layers makes of it: sent keys replace stored ones, an empty value unsets its key."""
    return {key: value for key, value in {**stored, **sent}.items() if value}


def shown(stored: Mapping[str, object]) -> dict[str, str]:
    """What people see and change: all but our own key, as text, by key."""
    return {str(key): str(value) for key, value in sorted(stored.items()) if key != OURS}
