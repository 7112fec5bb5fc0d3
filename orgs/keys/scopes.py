"""What a key may do, in words, and what ours can hand on (contract/control-plane.md, 4 Auth and 5 Child API keys).

The vocabulary is an open set: a scope that is not in this table is shown, and offered where ours has it, by its name.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from orgs.models import Organization

MOST = 64  # scopes of one key
EVERYTHING = "*"  # every data scope
OWN = "org:"  # managing organizations; never handed on, and not part of any wildcard

#: group -> scope -> what it lets a key do
TABLE: dict[str, dict[str, str]] = {
    "Projects": {
        "projects:read": "See projects and their brand",
        "projects:write": "Make, change and archive projects",
        "github:admin": "Connect GitHub repositories",
        "ingest:write": "Have a website or app store page read in",
    },
    "Content": {
        "content:read": "See content",
        "content:write": "Generate content, which costs credits",
        "content:approve": "Approve and reject content",
        "influencers:write": "Make and change influencers",
    },
    "Publishing": {
        "publish:read": "See scheduled posts",
        "publish:write": "Schedule and publish posts",
        "social:read": "See social accounts",
        "social:write": "Connect and disconnect social accounts",
        "leased:write": "Ask for leased accounts, and give them back",
        "engagement:read": "See engagement settings",
        "engagement:write": "Change engagement settings",
    },
    "Apps and figures": {
        "sdk:write": "Make and change SDK apps",
        "events:write": "Send app events",
        "events:read": "See app events",
        "metrics:read": "See metrics",
    },
    "Jobs": {
        "jobs:read": "See jobs",
        "jobs:cancel": "Cancel jobs",
    },
    "Ads": {
        "ads:read": "See campaigns, authority and pending actions",
        "ads:write:campaigns": "Create campaigns",
        "ads:write:budgets": "Change budgets and schedules",
        "ads:write:creative": "Change creatives, targeting and keywords",
        "ads:write:lifecycle": "Pause, resume and delete ads",
        "ads:write:policy": "Change what needs approval",
        "ads:write:optimizer_trigger": "Start the optimizer",
        "ads:write:pending": "Approve and reject pending actions",
        "ads:write:capi": "Switch conversion reporting",
        "ads:write:connect": "Connect ad accounts",
        "ads:write:override": "Override the gate",
    },
}
WORDS = {scope: words for group in TABLE.values() for scope, words in group.items()}
OTHER = "Other"


@dataclass(frozen=True)
class Preset:
    """The scopes of one kind of job."""

    name: str
    words: str
    about: str
    scopes: tuple[str, ...]


PRESETS = (
    Preset("read", "Read only", "Sees everything, changes nothing.", tuple(s for s in WORDS if s.endswith(":read"))),
    Preset(
        "content",
        "Content maker",
        "Generates content and follows its jobs. Spends credits.",
        ("projects:read", "content:read", "content:write", "influencers:write", "jobs:read", "jobs:cancel"),
    ),
    Preset(
        "review",
        "Reviewer",
        "Approves and rejects content.",
        ("projects:read", "content:read", "content:approve", "jobs:read"),
    ),
    Preset(
        "publish",
        "Publisher",
        "Schedules and publishes what exists.",
        ("projects:read", "content:read", "publish:read", "publish:write", "social:read", "jobs:read"),
    ),
    Preset(
        "sdk",
        "App and SDK",
        "For their app or backend: sends events, sees figures.",
        ("projects:read", "sdk:write", "events:read", "events:write", "metrics:read"),
    ),
    Preset(
        "ads",
        "Ads",
        "Changes ads within the gate; does not override it.",
        ("projects:read", "metrics:read", *(s for s in TABLE["Ads"] if s != "ads:write:override")),
    ),
)


def covers(held: str, needed: str) -> bool:
    """Whether one scope includes another. `org:admin` is only ever included by its own name."""
    if held == needed:
        return True
    if needed.startswith(OWN):
        return False
    if held == EVERYTHING:
        return True
    if held.endswith(":*"):
        return needed.startswith(held[:-1]) or needed == held[:-2]
    return held == "ads:write" and needed.startswith("ads:write:")


def ours() -> list[str] | None:
    """The scopes of our own key, as whoami told at the last sync; None before the first."""
    row = Organization.objects.filter(parent_id="").values_list("raw", flat=True).first()
    told = (row or {}).get("scopes")
    return [one for one in told if isinstance(one, str)] if isinstance(told, list) else None


def offered(held: Iterable[str]) -> dict[str, dict[str, str]]:
    """What a key that holds `held` can hand on, by group: never `org:admin`, and never a wildcard wider than ours."""
    mine = [one for one in held if not one.startswith(OWN)]
    found = {
        group: {scope: words for scope, words in scopes.items() if any(covers(one, scope) for one in mine)}
        for group, scopes in TABLE.items()
    }
    other = {one: one for one in mine if one != EVERYTHING and one != "ads:write" and not _known(one)}
    return {group: scopes for group, scopes in (found | {OTHER: other}).items() if scopes}


def beyond(held: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Those of `wanted` that may not be handed on."""
    may = {scope for group in offered(held).values() for scope in group}
    return [scope for scope in wanted if scope not in may]


def _known(scope: str) -> bool:
    """In the table, or a wildcard over some of it."""
    return scope in WORDS or (scope.endswith(":*") and any(covers(scope, one) for one in WORDS))


@dataclass(frozen=True)
class Meaning:
    """What the scopes of a key come to: in one line, and one by one with their codes."""

    line: str
    each: list[tuple[str, str]]

    @classmethod
    def of(cls, scopes: list[str]) -> "Meaning":
        each = [(said(scope), scope) for scope in scopes]
        return cls(_line(scopes), each)


def said(scope: str) -> str:
    """One scope in words; a scope that nobody has told us of as it is."""
    if scope == EVERYTHING:
        return "Everything except managing organizations"
    if scope.startswith(OWN):
        return "Manages organizations"
    if scope == "ads:write" or scope == "ads:write:*":
        return "Change ads in every way"
    if scope.endswith(":*"):
        return f"Everything in {scope[:-2].replace(':', ' ')}"
    return WORDS.get(scope, scope)


def _line(scopes: list[str]) -> str:
    """The job it was made for, or else its parts: Everything in content, See projects and 2 more."""
    if not scopes:
        return "Nothing: it has no scopes"
    if EVERYTHING in scopes:
        return said(EVERYTHING)
    for preset in PRESETS:
        if set(scopes) == set(preset.scopes):
            return preset.words
    if all(scope.endswith(":read") for scope in scopes):
        return f"Sees {_listed([scope[:-5] for scope in scopes])}"
    # What it can change says more about a key than what it can see.
    return _listed([said(scope) for scope in sorted(scopes, key=lambda one: one.endswith(":read"))])


def _listed(words: list[str]) -> str:
    """At most two of them, and how many more."""
    shown, more = words[:2], len(words) - 2
    line = ", ".join([*shown[:1], *(one[:1].lower() + one[1:] for one in shown[1:])])
    return line + (f" and {more} more" if more > 0 else "")
