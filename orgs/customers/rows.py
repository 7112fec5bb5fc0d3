"""One row of the list of customers: how it stands, with what is kept about it."""

from functools import cached_property

from django.urls import reverse

from orgs import metadata
from orgs.models import Organization, Outlook
from orgs.standing import SHORT, Burn, Standing

TAGS_SHOWN = 3
BLOCKED = {Outlook.Blocked.CAP: "cap leaves no room", Outlook.Blocked.PARENT: "our wallet cannot cover it"}


class Row(Standing):
    """`pinned`: by the person who looks."""

    def __init__(self, customer: Organization, pinned: bool = False) -> None:
        self.kept: Outlook | None = getattr(customer, "outlook", None)
        # What running jobs hold is in the kept figure already.
        burn = Burn(spent=self.kept.burn, reserved=0, days=self.kept.days) if self.kept else None
        super().__init__(customer, burn)
        self.pinned = pinned

    @cached_property
    def address(self) -> str:
        return reverse("orgs:detail", args=[self.customer.id])

    @cached_property
    def days(self) -> int | None:
        return self.kept.days_left if self.kept else None

    @property
    def days_tone(self) -> str:
        """Of how long it lasts, where nothing refills it."""
        if self.days is None or self.days >= SHORT or (self.kept and self.kept.refills):
            return ""
        return "wait" if self.days else "stop"

    @property
    def daily(self) -> int:
        return self.burn.daily if self.burn else 0

    @property
    def blocked(self) -> str:
        """Why a refill that is due does not come."""
        return BLOCKED.get(Outlook.Blocked(self.kept.blocked), "") if self.kept and self.kept.blocked else ""

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        return list(metadata.shown(self.customer.metadata).items())

    @property
    def first_pairs(self) -> list[tuple[str, str]]:
        return self.pairs[:TAGS_SHOWN]

    @property
    def more_pairs(self) -> int:
        return max(0, len(self.pairs) - TAGS_SHOWN)
