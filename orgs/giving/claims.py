"""Credits that are given already and that our copies of the wallets do not show yet: being sent, or waiting for a
second person; and what of our own wallet they leave."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, Sum
from django.utils import timezone

from layers.outbox.models import OPEN, Command, State
from orgs.commands import ALLOCATE, unseen
from orgs.four_eyes import CREDITS
from orgs.models import Organization, Wallet

WAITS = Q(state=State.WAITING_APPROVAL)


@dataclass(frozen=True)
class Claims:
    sending: int = 0
    waiting: int = 0

    @classmethod
    def of(cls, state: str, credits: int) -> "Claims":
        """Of a command in this state."""
        return cls(waiting=credits) if state == State.WAITING_APPROVAL else cls(sending=credits)

    def __add__(self, other: "Claims") -> "Claims":
        return Claims(self.sending + other.sending, self.waiting + other.waiting)

    @property
    def total(self) -> int:
        return self.sending + self.waiting

    @property
    def words(self) -> str:
        """2,000 being sent, 500 waiting for approval; empty when there are none."""
        said = [(self.sending, "being sent"), (self.waiting, "waiting for approval")]
        return ", ".join(f"{credits:,} {words}" for credits, words in said if credits)


class OurWallet:
    """Our own wallet for looking at: what `credits` would leave of it. None where it, or the amount, is not known.
    `own`: what these credits have claimed of it already, because they are given."""

    def __init__(
        self, organization: Organization | None, credits: int | None = None, *, own: Claims | None = None
    ) -> None:
        self.organization = organization
        self.credits = credits
        self.own = own or Claims()

    @property
    def name(self) -> str:
        return self.organization.name if self.organization else "Our wallet"

    @property
    def _wallet(self) -> Wallet | None:
        return self.organization.known_wallet if self.organization else None

    @cached_property
    def claims(self) -> Claims:
        """Of all other allocations."""
        if self._wallet is None:
            return Claims()
        rows = Command.objects.filter(unseen(self._wallet), kind=ALLOCATE)
        found = rows.aggregate(sending=Sum(CREDITS, filter=~WAITS), waiting=Sum(CREDITS, filter=WAITS))
        return Claims(int(found["sending"] or 0) - self.own.sending, int(found["waiting"] or 0) - self.own.waiting)

    @property
    def free(self) -> int | None:
        """What can still be given."""
        return self._less_claims(self._wallet.prepaid if self._wallet else None)

    @property
    def movable(self) -> int | None:
        """What refills can still move: of what can be given, what no running job of ours holds."""
        known = [self._wallet.prepaid, self._wallet.available] if self._wallet else []
        return self._less_claims(min((part for part in known if part is not None), default=None))

    def _less_claims(self, credits: int | None) -> int | None:
        return None if credits is None else max(0, credits - self.claims.total)

    @property
    def taken(self) -> int | None:
        return -self.credits if self.credits else None

    @property
    def free_after(self) -> int | None:
        return None if self.free is None or self.credits is None else self.free - self.credits

    @property
    def is_short(self) -> bool:
        return self.free_after is not None and self.free_after < 0


def coming(customers: Iterable[Organization]) -> dict[str, Claims]:
    """What is on its way to each of these customers, with their wallets; those with nothing are not in it."""
    seen = {row.id: wallet.remote_updated_at for row in customers if (wallet := row.known_wallet)}
    done = Q(state=State.SUCCEEDED, finished_at__gt=min(seen.values(), default=timezone.now()))
    rows = Command.objects.filter(Q(state__in=OPEN) | done, kind=ALLOCATE, organization_id__in=list(seen))
    found: dict[str, Claims] = {}
    for identifier, state, at, payload in rows.values_list("organization_id", "state", "finished_at", "payload"):
        if state == State.SUCCEEDED and at and at <= seen[identifier]:
            continue
        found[identifier] = found.get(identifier, Claims()) + Claims.of(state, int(payload["credits"]))
    return found
