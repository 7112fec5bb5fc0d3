"""The faults part of the page: those that are on, a few at the press of a button, and a form for the rest."""

from typing import Any, Final

import msgspec

from sandbox.control.fault_kinds import KINDS, PATTERN_HELP
from sandbox.models import Fault

#: (words, fields of the form)
PRESETS: Final = (
    ("Next call: 500, nothing done", {"kind": "status", "pattern": "* /v1/*", "count": "1"}),
    (
        "Next write: done, then 502",
        {"kind": "status", "pattern": "POST /v1/*", "count": "1", "options": "status=502 when=after"},
    ),
    (
        "Next write: done, then cut off",
        {"kind": "drop", "pattern": "POST /v1/*", "count": "1", "options": "when=after"},
    ),
    (
        "Next call: 429, wait 5 s",
        {"kind": "rate_limited", "pattern": "* /v1/*", "count": "1", "options": "retryAfter=5"},
    ),
    ("Every call: 2 s late", {"kind": "delay", "pattern": "* /v1/*", "options": "seconds=2"}),
    ("One read in ten: not JSON", {"kind": "not_json", "pattern": "GET /v1/*", "percent": "10"}),
    ("Next webhook: lost", {"kind": "webhook_lost", "pattern": "*", "count": "1"}),
    ("Next webhook: badly signed", {"kind": "webhook_bad_signature", "pattern": "*", "count": "1"}),
)
_SUBJECTS: Final = {"call": "Calls", "event": "Webhooks", "job": "Jobs", "platform": "Ad platforms"}


def parts() -> dict[str, Any]:
    return {"on": [_row(fault) for fault in Fault.objects.order_by("id")], "presets": PRESETS, "groups": _groups()}


def _row(fault: Fault) -> dict[str, Any]:
    shape = KINDS[fault.kind].options()
    usual = msgspec.to_builtins(shape)
    changed = [f"{name} {value}" for name, value in fault.options.items() if usual.get(name) != value]
    limits = []
    if fault.probability < 1:
        limits.append(f"{fault.probability:.0%} of them")
    if fault.count is not None:
        limits.append("once" if fault.count == 1 else f"{fault.count} times")
    return {
        "id": fault.pk,
        "kind": fault.kind,
        "pattern": fault.pattern,
        "options": ", ".join([*changed, *limits]),
        "hits": fault.hits,
        "seen": fault.seen,
        "over": fault.count is not None and fault.hits >= fault.count,
    }


def _groups() -> list[dict[str, Any]]:
    """The kinds by what they strike."""
    groups = []
    for subject, title in _SUBJECTS.items():
        kinds = [
            {"name": kind.name, "about": kind.about, "options": _usual(kind.options)}
            for kind in KINDS.values()
            if kind.subject == subject
        ]
        groups.append({"title": title, "pattern": PATTERN_HELP[subject].replace("`", ""), "kinds": kinds})  # type: ignore[index]
    return groups


def _usual(options: type[msgspec.Struct]) -> str:
    """`seconds=2 when=before`, as the form takes them."""
    return " ".join(f"{name}={_word(value)}" for name, value in msgspec.to_builtins(options()).items())


def _word(value: Any) -> str:
    if value is None:
        return "…"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f'"{text}"' if " " in text else text
