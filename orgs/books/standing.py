"""How far a ledger can be trusted to be whole: what it begins with, and whether it adds up to the wallet."""

from dataclasses import dataclass
from datetime import datetime

from layers.mirror.models import Scope
from layers.mirror.scopes import scope_id
from orgs.books.running import beginning, sum_of_all
from orgs.models import Organization


@dataclass(frozen=True)
class LedgerStanding:
    """`first_at`: the oldest row we hold, None when there is none. `before`: credits that were there before it.

    `is_whole`: Layers has handed over the ledger from its beginning at least once. `prepaid`: what the wallet says.
    """

    first_at: datetime | None
    before: int
    total: int
    is_whole: bool
    prepaid: int | None

    @classmethod
    def of(cls, organization: Organization) -> "LedgerStanding":
        wallet, first = organization.known_wallet, beginning(organization.id)
        return cls(
            first_at=first.at,
            before=first.before,
            total=first.before + sum_of_all(organization.id),
            is_whole=was_read_whole(organization.id),
            prepaid=wallet.prepaid if wallet else None,
        )

    @property
    def off(self) -> int:
        """By how much the wallet's prepaid credits differ from what the rows add up to; 0 when it is not known."""
        return 0 if self.prepaid is None or self.first_at is None else self.prepaid - self.total


def was_read_whole(organization_id: str) -> bool:
    read = Scope.objects.filter(id=scope_id("ledger", organization_id), synced_at__isnull=False, swept_at__isnull=False)
    return read.exists()
