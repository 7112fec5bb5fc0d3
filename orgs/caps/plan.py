"""What a change for many customers would do to each of them, before anybody presses the button."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from orgs import queries
from orgs.caps.rules import MISSING, Changes, Rules, coming, let_move
from orgs.giving.claims import OurWallet
from orgs.models import Organization
from orgs.refill import Code, Refills
from orgs.standing import Standing

MOST_CUSTOMERS = 2_000
SAME = "It is so already."


@dataclass(frozen=True)
class Row:
    """One customer: what changes, or why nothing does. `customer` is None for an id that nobody has."""

    id: str
    customer: Organization | None
    now: Rules
    changes: Changes
    problem: str = ""
    credits: int = 0  # that refills add to an empty wallet, where this lets them move more

    @property
    def name(self) -> str:
        return self.customer.name if self.customer else self.id

    @property
    def after(self) -> Rules:
        return self.now.after(self.changes)


class Plan:
    """`wish`: what to set (None clears); what it does not name stays. `ids` in the order they were given."""

    def __init__(self, ids: Iterable[str], wish: Changes) -> None:
        self.ids = list(dict.fromkeys(ids))
        self.wish = wish
        found = {row.id: row for row in queries.customers_with_money().filter(id__in=self.ids)}
        known = {row.id: Rules.of(config) for row in found.values() if (config := row.known_config)}
        holding = coming(known)
        self.rows = [self._row(one, found.get(one), holding.get(one, [])) for one in self.ids]

    def _row(self, identifier: str, customer: Organization | None, steps: list[Rules]) -> Row:
        now = steps[-1] if steps else None
        if customer is None:
            return Row(identifier, None, Rules(), {}, "We know no customer with this id.")
        if customer.status == "archived":
            return Row(identifier, customer, now or Rules(), {}, "Archived customers stay as they are.")
        if now is None:
            return Row(identifier, customer, Rules(), {}, "Its cap and rule are not known yet.")
        changes = {name: value for name, value in self.wish.items() if getattr(now, name) != value}
        if missing := now.after(changes).missing:
            return Row(identifier, customer, now, {}, f"It would have half a rule: no {MISSING[missing]}.")
        return Row(identifier, customer, now, changes, "" if changes else SAME, let_move(steps, changes))

    @cached_property
    def changing(self) -> list[Row]:
        return [row for row in self.rows if not row.problem]

    @cached_property
    def refused(self) -> list[Row]:
        return [row for row in self.rows if row.problem and row.problem != SAME]

    @cached_property
    def same(self) -> list[Row]:
        return [row for row in self.rows if row.problem == SAME]

    @property
    def credits(self) -> int:
        """That refills add to empty wallets, over all rows that let them move more."""
        return sum(row.credits for row in self.changing)

    @property
    def left_out(self) -> list[Row]:
        return [*self.refused, *self.same]

    @cached_property
    def digest(self) -> str:
        """Of every customer and all its numbers before and after: what a person has seen."""
        seen = [[row.id, row.now.key, row.after.key, row.problem] for row in self.rows]
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()

    @cached_property
    def stops(self) -> list[Row]:
        """Those that could still spend and could not any more."""
        return [row for row in self.changing if not _is_full(row, row.now) and _is_full(row, row.after)]

    @cached_property
    def refills_at_once(self) -> tuple[int, int]:
        """How many would be refilled at once by the new numbers and not by the old, and the credits that takes."""
        ours = OurWallet(queries.parent())
        moved = []
        for row in self.changing:
            if row.customer:
                before, after = (Refills(Standing(row.customer), ours, rules) for rules in (row.now, row.after))
                if after.why.code in (Code.DUE, Code.PARENT) and before.why.code not in (Code.DUE, Code.PARENT):
                    moved.append(after.next)
        return len(moved), sum(moved)


def _is_full(row: Row, rules: Rules) -> bool:
    wallet = row.customer.known_wallet if row.customer else None
    if rules.cap is None or wallet is None:
        return False
    return (wallet.used_this_period or 0) + (wallet.reserved or 0) >= rules.cap


def ids_in(text: str) -> list[str]:
    """Ids as people paste them: one a line, or with commas, semicolons or spaces between."""
    return list(dict.fromkeys(part for part in re.split(r"[\s,;\x00]+", text) if part))
