"""Which scopes open which door (contract/control-plane.md, 4 Auth). Deny by default: an empty list opens nothing."""

from collections.abc import Iterable
from typing import Final

ORG_ADMIN: Final = "org:admin"
#: Every scope that a route can ask for, and the old `ads:write`.
VOCABULARY: Final = frozenset(
    {
        ORG_ADMIN,
        "projects:read",
        "projects:write",
        "content:read",
        "content:write",
        "content:approve",
        "influencers:write",
        "social:read",
        "social:write",
        "publish:read",
        "publish:write",
        "leased:write",
        "github:admin",
        "ingest:write",
        "sdk:write",
        "events:read",
        "events:write",
        "metrics:read",
        "engagement:read",
        "engagement:write",
        "jobs:read",
        "jobs:cancel",
        "ads:read",
        "ads:write",
        "ads:write:campaigns",
        "ads:write:budgets",
        "ads:write:creative",
        "ads:write:lifecycle",
        "ads:write:policy",
        "ads:write:optimizer_trigger",
        "ads:write:pending",
        "ads:write:capi",
        "ads:write:connect",
        "ads:write:override",
    }
)


def grants(held: Iterable[str], needed: str) -> bool:
    """True when one of `held` covers `needed`.

    `*` covers every data scope; `<r>:*` and `<r>:<a>:*` cover what lies under them; the old `ads:write` equals all
    its sub-scopes. `org:admin` is only ever granted by its own name.
    """
    return any(_covers(scope, needed) for scope in held)


def _covers(scope: str, needed: str) -> bool:
    if scope == needed:
        return True
    if needed == ORG_ADMIN:
        return False
    if scope == "*":
        return True
    if scope.endswith(":*"):
        return needed.startswith(scope[:-1]) or needed == scope[:-2]
    return scope == "ads:write" and needed.startswith("ads:write:")


def meaning(scope: str) -> frozenset[str]:
    """The plain scopes behind one that may be a wildcard; empty when there is no such scope."""
    if scope in VOCABULARY:
        return frozenset({scope})
    if scope == "*":
        return VOCABULARY - {ORG_ADMIN}
    if not scope.endswith(":*"):
        return frozenset()
    return frozenset(known for known in VOCABULARY if known.startswith(scope[:-1]))


def beyond(held: Iterable[str], wanted: Iterable[str]) -> str | None:
    """The first of `wanted` that a key holding `held` may not hand on to a child: more than it holds itself, or
    `org:admin`, which nobody can (contract/control-plane.md, 5)."""
    mine = list(held)
    for scope in wanted:
        if any(plain == ORG_ADMIN or not grants(mine, plain) for plain in meaning(scope)):
            return scope
    return None
