"""How a customer stands with its credits: what is left, what the cap allows, how long it lasts, how old our copy is."""

from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from common.moments import when
from layers.mirror.resources import REGISTRY
from orgs.models import CreditConfig, Organization, Wallet

NEAR_CAP = 80  # per cent of the cap, from where a person should look
SHORT = 7  # days a wallet without a refill rule should at least last


@dataclass(frozen=True)
class Cap:
    """The cap of a billing period and what counts against it, in credits. What running jobs have reserved counts too
    (contract/control-plane.md, 2 Credits). A cap of 0 allows nothing.
    """

    of: int
    used: int
    reserved: int

    @property
    def taken(self) -> int:
        return self.used + self.reserved

    @property
    def left(self) -> int:
        return max(0, self.of - self.taken)

    @property
    def share(self) -> int:
        """Taken, in whole per cent."""
        return self.taken * 100 // self.of if self.of else 100

    @property
    def is_near(self) -> bool:
        return self.share >= NEAR_CAP

    @property
    def low(self) -> int:
        """Where the meter turns amber."""
        return self.of * NEAR_CAP // 100

    @property
    def high(self) -> int:
        """Where the meter turns red."""
        return self.of * 95 // 100


@dataclass(frozen=True)
class Burn:
    """Credits that generation took in the last `days` days, and what running jobs hold: both are gone soon."""

    spent: int
    reserved: int
    days: int

    @property
    def total(self) -> int:
        return max(0, self.spent) + self.reserved

    @property
    def daily(self) -> int:
        """Credits a day, rounded up: a little is not nothing."""
        return -(-self.total // self.days)

    def lasts(self, credits: int | None) -> int | None:
        """Whole days that so many credits last at this pace; None when nothing is spent or the amount is unknown."""
        return None if credits is None or not self.total else max(0, credits) * self.days // self.total


class Standing:
    """One customer with what its wallet and rules mean together. `burn` is known on the customer's own page only."""

    def __init__(self, customer: Organization, burn: Burn | None = None) -> None:
        self.customer = customer
        self.burn = burn

    @cached_property
    def wallet(self) -> Wallet | None:
        return self.customer.known_wallet

    @cached_property
    def config(self) -> CreditConfig | None:
        return self.customer.known_config

    @cached_property
    def available(self) -> int | None:
        return self.wallet.available if self.wallet else None

    @cached_property
    def is_stale(self) -> bool:
        """Our copy of the wallet is older than the limit of its resource."""
        return self.wallet is not None and timezone.now() - self.wallet.synced_at > REGISTRY["wallet"].limit

    @cached_property
    def cap(self) -> Cap | None:
        if self.wallet is None or self.config is None or self.config.monthly_cap is None:
            return None
        return Cap(self.config.monthly_cap, self.wallet.used_this_period or 0, self.wallet.reserved or 0)

    @cached_property
    def until(self) -> str:
        """How long the cap holds, as it ends a sentence."""
        ends = self.wallet.period_end if self.wallet else None
        return f" until {when(ends)}" if ends else " in this period"

    @cached_property
    def is_below_line(self) -> bool:
        """Under the line where Layers should refill."""
        if self.available is None or self.config is None or self.config.refill_threshold is None:
            return False
        return self.available < self.config.refill_threshold

    @cached_property
    def is_empty(self) -> bool:
        return self.available is not None and self.available <= 0

    @cached_property
    def refills(self) -> bool:
        return bool(self.config and self.config.refills)

    @cached_property
    def days_left(self) -> int | None:
        return self.burn.lasts(self.available) if self.burn else None

    @cached_property
    def tone(self) -> str:
        """Of the available credits: stop when nothing more can start, wait when it is getting short."""
        if self.customer.status != "active":
            return ""
        if self.is_empty:
            return "stop"
        short = self.days_left is not None and self.days_left < SHORT and not self.refills
        return "wait" if self.is_below_line or short else ""
