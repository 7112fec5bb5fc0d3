"""Which scopes open which door (contract/control-plane.md, 4 Auth). Deny by default: an empty list opens nothing."""

from collections.abc import Iterable

ORG_ADMIN = "org:admin"


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
