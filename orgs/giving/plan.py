"""What a batch would give to each customer, and what speaks against it, before anybody presses the button."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from django.utils import timezone

from layers.outbox.models import Command
from orgs import queries
from orgs.amounts import NoAmount, amount
from orgs.commands import ALLOCATE, LONGEST_DESCRIPTION
from orgs.four_eyes import MOVED_NOTHING
from orgs.giving.claims import Claims, OurWallet, coming
from orgs.giving.finding import Found
from orgs.giving.models import AllocationBatch
from orgs.giving.sheet import TITLES, Line, Sheet
from orgs.models import Organization
from orgs.standing import Standing

Way = AllocationBatch.Way
KNOWN_FOR = timedelta(days=5)  # less than a week, so that a list of every Monday is not taken for the last one
HAS_IT = "It has as much already."


@dataclass(frozen=True)
class Wish:
    """What the form asks for, besides the rows. `level`: with Way.LEVEL, what each is topped up to. `anew`: also what
    was given in the same way lately."""

    way: str
    credits: int | None = None
    level: int | None = None
    reason: str = ""
    anew: bool = False


@dataclass
class Row:
    """One row of the list. `credits` is what it gets; 0 when it gets nothing (`skipped` or problems say why).
    `before`: available, with what is on its way; None when its wallet is not known."""

    line: Line
    customer: Organization | None
    before: int | None = None
    coming: Claims = field(default_factory=Claims)
    level: int | None = None
    credits: int = 0
    description: str = ""
    skipped: str = ""

    @property
    def number(self) -> int:
        return self.line.number

    @property
    def name(self) -> str:
        return self.customer.name if self.customer else self.line.who

    @property
    def id(self) -> str:
        return self.customer.id if self.customer else self.line.cells.get("id", "")

    @property
    def problems(self) -> list[tuple[str, str]]:
        return self.line.problems

    @property
    def titled_problems(self) -> list[tuple[str, str]]:
        """Each with its column as a person knows it; empty for the row as a whole."""
        return [(TITLES.get(column, ""), words) for column, words in self.problems]

    @property
    def after(self) -> int | None:
        return None if self.before is None else self.before + self.credits

    @property
    def why(self) -> str:
        """Why it gets nothing, in one line."""
        return " ".join(words for _, words in self.problems) or self.skipped


class Plan:
    """Asks the same number of questions however many rows there are."""

    def __init__(self, sheet: Sheet, wish: Wish) -> None:
        self.sheet, self.wish = sheet, wish
        found = Found.of(sheet.lines)
        self.rows = [Row(line, found.customer(line)) for line in sheet.lines]
        customers = [row.customer for row in self.rows if row.customer]
        on_way = coming(customers)
        first: dict[str, int] = {}
        for row in self.rows:
            self._judge(row, on_way, first)
        if not wish.anew:
            self._skip_given()

    def _judge(self, row: Row, on_way: dict[str, Claims], first: dict[str, int]) -> None:
        problems = row.problems
        if customer := row.customer:
            wallet = customer.known_wallet
            row.coming = on_way.get(customer.id, Claims())
            row.before = wallet.available + row.coming.total if wallet and wallet.available is not None else None
            if customer.id in first:
                problems.append(("", f"{customer.name} stands in row {first[customer.id]} already."))
            first.setdefault(customer.id, row.number)
            if customer.status == "archived":
                problems.append(("", "Archived customers cannot be given credits."))
        row.description = row.line.cells.get("description", "") or self.wish.reason
        if len(row.description) > LONGEST_DESCRIPTION:
            words = f"At most {LONGEST_DESCRIPTION} characters; this has {len(row.description)}."
            problems.append(("description", words))
        if not any(column in ("amount", "level") for column, _ in problems):
            self._amount(row)
        if problems:
            row.credits = 0

    def _amount(self, row: Row) -> None:
        cells, wish = row.line.cells, self.wish
        column, given = "level" if cells.get("level") else "amount", 0
        if wish.way != Way.ROWS:
            row.level, given = wish.level, wish.credits or 0
        elif cells.get("level") and cells.get("amount"):
            row.problems.append((column, "Either an amount or a level to top up to, not both."))
            return
        else:
            try:
                given = amount(cells.get(column, ""), comma_is_point=self.sheet.comma_is_point)
            except NoAmount as problem:
                row.problems.append((column, str(problem)))
                return
            if column == "level":
                row.level = given
        if row.level is None:
            row.credits = given
        elif row.customer and row.before is None:
            row.problems.append((column, "Its wallet is not known yet, so nobody can say how much is missing."))
        else:
            row.credits = max(0, row.level - (row.before or 0)) if row.customer else 0
            row.skipped = "" if row.credits or not row.customer else HAS_IT

    def _skip_given(self) -> None:
        """Rows that were given in a batch lately: the same list again, or a corrected one."""
        plain = {row.id: row for row in self.rows if row.credits and row.level is None}
        if not plain:
            return
        rows = Command.objects.filter(
            kind=ALLOCATE,
            batch__isnull=False,
            organization_id__in=list(plain),
            created_at__gt=timezone.now() - KNOWN_FOR,
        ).exclude(MOVED_NOTHING)
        known = rows.order_by("created_at").values_list("organization_id", "payload", "created_at", "staff__first_name")
        for identifier, payload, at, name in known:
            row = plain[identifier]
            if (payload["credits"], payload["description"]) == (row.credits, row.description):
                row.skipped = _given(row.credits, at, name)
        for row in plain.values():
            if row.skipped:
                row.credits = 0

    # --- what becomes of the rows

    @cached_property
    def giving(self) -> list[Row]:
        return [row for row in self.rows if row.credits]

    @cached_property
    def refused(self) -> list[Row]:
        return [row for row in self.rows if row.problems]

    @cached_property
    def skipped(self) -> list[Row]:
        return [row for row in self.rows if row.skipped and not row.problems]

    @cached_property
    def given_before(self) -> list[Row]:
        return [row for row in self.skipped if row.skipped != HAS_IT]

    @property
    def left_out(self) -> list[Row]:
        return [*self.refused, *self.skipped]

    @cached_property
    def total(self) -> int:
        return sum(row.credits for row in self.giving)

    @property
    def largest(self) -> int:
        return max((row.credits for row in self.giving), default=0)

    @cached_property
    def digest(self) -> str:
        """Of who gets how much and why, and who nothing: what a person has seen and agreed to."""
        seen = [[row.number, row.id, row.credits, row.description, not row.problems] for row in self.rows]
        return hashlib.sha256(json.dumps([self.wish.way, seen]).encode()).hexdigest()

    # --- our wallet

    @cached_property
    def ours(self) -> OurWallet:
        return OurWallet(queries.parent(), self.total)

    @property
    def problem(self) -> str:
        """Why nothing of it can be given; empty when it can."""
        if not self.giving:
            return "Nothing would be given."
        if (free := self.ours.free) is None:
            return "Our prepaid balance is not known yet."
        if self.ours.is_short:
            return (
                f"Our prepaid balance covers {free:,} credits; these are {self.total:,}, "
                f"{self.total - free:,} more. Nothing is sent until it covers all of them."
            )
        return ""

    # --- what a person should know

    @cached_property
    def _standings(self) -> list[Standing]:
        return [Standing(row.customer) for row in self.giving if row.customer]

    @property
    def stale(self) -> int:
        return sum(one.is_stale for one in self._standings)

    @property
    def suspended(self) -> int:
        return sum(one.customer.status == "suspended" for one in self._standings)

    @property
    def capped(self) -> int:
        """Those whose cap lets nothing more be spent now."""
        return sum(one.cap is not None and not one.cap.left for one in self._standings)


def _given(credits: int, at: datetime, name: str) -> str:
    local = timezone.localtime(at)
    return f"Given already: {credits:,} credits, {local.day} {local:%B %H:%M}{f', by {name}' if name else ''}."
