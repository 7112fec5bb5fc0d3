"""The orders of the list of customers. Each is one index. Who has no value has no place in it, and the page says so."""

from dataclasses import dataclass

from django.db.models import Q


@dataclass(frozen=True)
class Sort:
    """`key`: columns of an index that identify a row. `least` and `most`: words for either end first. `unplaced`: who
    has no value, in words and as a condition.
    """

    name: str
    key: tuple[str, str]
    least: str
    most: str
    who: str = ""
    unplaced: Q | None = None


def _of_outlook(column: str) -> tuple[str, str]:
    return (f"outlook__{column}", "outlook__organization_id")


_SORTS = (
    Sort("name", ("name", "id"), "By name", "By name, last first"),
    Sort(
        "available",
        ("wallet__available", "wallet__organization_id"),
        "Least available first",
        "Most available first",
        "whose wallet is not known yet",
        Q(wallet__available__isnull=True),
    ),
    Sort(
        "runway",
        _of_outlook("runs_dry_at"),
        "Runs dry first",
        "Runs dry last",
        "that spend nothing, are not active or not known yet",
        Q(outlook__runs_dry_at__isnull=True),
    ),
    Sort(
        "cap",
        _of_outlook("cap_share"),
        "Least of cap used first",
        "Most of cap used first",
        "without a cap, or not known yet",
        Q(outlook__cap_share__isnull=True),
    ),
    Sort(
        "burn", _of_outlook("burn"), "Spends least first", "Spends most first", "not known yet", Q(outlook__isnull=True)
    ),
    Sort(
        "created",
        ("created_at", "id"),
        "Oldest first",
        "Newest first",
        "of whom Layers does not say since when",
        Q(created_at__isnull=True),
    ),
)
SORTS = {one.name: one for one in _SORTS}
ORDERS = {address: words for one in _SORTS for address, words in ((one.name, one.least), (f"-{one.name}", one.most))}
