"""What an allocation would do to both wallets, before anybody presses the button."""

from dataclasses import dataclass
from functools import cached_property

from common.figures import credits as said
from orgs.giving.claims import Claims, OurWallet, coming
from orgs.models import Organization
from orgs.standing import Standing

ROUND = (5_000, 10_000)


@dataclass(frozen=True)
class Quick:
    """One press for an amount: `words` say why this one."""

    credits: int
    words: str


class Plan:
    """An allocation of `credits` (None while nothing readable is typed) from `ours` to the customer of `standing`."""

    def __init__(self, standing: Standing, ours: Organization | None, credits: int | None = None) -> None:
        self.standing = standing
        self.ours = OurWallet(ours, credits)
        self.credits = credits

    @cached_property
    def coming(self) -> Claims:
        """What is on its way to this customer already."""
        customer = self.standing.customer
        return coming([customer]).get(customer.id, Claims())

    @property
    def available(self) -> int | None:
        """What the customer has, with what is on its way."""
        available = self.standing.available
        return None if available is None else available + self.coming.total

    @property
    def available_after(self) -> int | None:
        return None if self.available is None or self.credits is None else self.available + self.credits

    @property
    def days_before(self) -> int | None:
        return self.standing.burn.lasts(self.available) if self.standing.burn else None

    @property
    def days_after(self) -> int | None:
        return self.standing.burn.lasts(self.available_after) if self.standing.burn else None

    @cached_property
    def quick(self) -> list[Quick]:
        """Amounts worth one press: round ones, up to the refill line, one refill, thirty days of burn."""
        found = [Quick(amount, said(amount)) for amount in ROUND]
        config, available, burn = self.standing.config, self.available, self.standing.burn
        line = config.refill_threshold if config else None
        if line is not None and available is not None and available < line:
            short = line - available
            found.append(Quick(short, f"To its refill line, {said(short)}"))
        if config and config.refill_amount:
            found.append(Quick(config.refill_amount, f"One refill, {said(config.refill_amount)}"))
        if burn and burn.total:
            month = -(-burn.total * 30 // burn.days)
            found.append(Quick(month, f"30 days, {said(month)}"))
        return list({one.credits: one for one in reversed(found)}.values())[::-1]

    @property
    def passes_cap(self) -> bool:
        """The cap stops the spending before all these credits are used."""
        cap = self.standing.cap
        return cap is not None and (not cap.left or cap.left < (self.available or 0) + (self.credits or 0))

    @property
    def cap_words(self) -> str:
        """What the cap leaves; empty without one."""
        cap = self.standing.cap
        if cap is None:
            return ""
        until = self.standing.until
        if not cap.left:
            return f"Its cap of {said(cap.of)} is used up: nothing more is spent{until}, whatever the wallet holds."
        return f"Its cap leaves {said(cap.left)} to spend{until}."
