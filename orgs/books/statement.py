"""A month of one wallet: what was there, what came in, what went out, what is left.

Opening and closing come from the kept days, the movements from the kept months: they are counted apart, so that a
statement that does not add up says so.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Max, Min

from orgs.books.kinds import MOVES, kind_words, meaning
from orgs.books.ledger_models import LedgerDay, LedgerMonth
from orgs.books.months import Month
from orgs.books.running import beginning, sum_before
from orgs.models import LedgerEvent, Organization, Project

NO_PROJECT = "No project"
MOST_MONTHS = 120  # of a choice; the address takes any


@dataclass(frozen=True)
class Part:
    """Credits of one project within a kind, and in how many rows. `credits` is above 0 whichever way they went."""

    project_id: str
    name: str
    credits: int
    rows: int


@dataclass(frozen=True)
class Movement:
    """What one kind of rows brought in, or took out, project by project."""

    kind: str
    parts: list[Part] = field(default_factory=list)

    @property
    def words(self) -> str:
        return kind_words(self.kind)

    @property
    def meaning(self) -> str:
        return meaning(self.kind)

    @property
    def credits(self) -> int:
        return sum(part.credits for part in self.parts)

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)

    @property
    def has_projects(self) -> bool:
        return any(part.project_id for part in self.parts)


@dataclass(frozen=True)
class Statement:
    """All amounts are whole credits. `by_layers`: the prepaid credits that Layers names at the month's last row."""

    organization: Organization
    month: Month
    opening: int
    came: list[Movement]
    went: list[Movement]
    closing: int
    by_layers: int | None

    @property
    def total_in(self) -> int:
        return sum(one.credits for one in self.came)

    @property
    def total_out(self) -> int:
        return sum(one.credits for one in self.went)

    @property
    def off(self) -> int:
        """What opening and movements miss of the closing: 0, or our sums are broken."""
        return self.closing - (self.opening + self.total_in - self.total_out)

    @property
    def off_layers(self) -> int:
        return 0 if self.by_layers is None else self.by_layers - self.closing

    @property
    def is_empty(self) -> bool:
        return not self.came and not self.went

    def lines(self) -> Iterator[tuple[str, str, str, str, int | None, int]]:
        """(part, kind, project, project id, rows, credits): signed credits, which add up to the closing."""
        yield "Opening", "", "", "", None, self.opening
        for name, sign, movements in (("In", 1, self.came), ("Out", -1, self.went)):
            for one in movements:
                for part in one.parts:
                    yield name, one.words, part.name, part.project_id, part.rows, sign * part.credits
        yield "Closing", "", "", "", None, self.closing


def statement(organization: Organization, month: Month) -> Statement:
    before = beginning(organization.id).before
    rows = list(LedgerMonth.objects.filter(organization_id=organization.id, month=month.first))
    names = dict(Project.objects.filter(id__in={row.project_id for row in rows}).values_list("id", "name"))
    return Statement(
        organization=organization,
        month=month,
        opening=before + sum_before(organization.id, month.first),
        came=_movements([(row.kind, row.project_id, row.credits_in, row.rows_in) for row in rows], names),
        went=_movements([(row.kind, row.project_id, row.credits_out, row.rows_out) for row in rows], names),
        closing=before + sum_before(organization.id, month.next.first),
        by_layers=_by_layers(organization.id, month),
    )


def _movements(rows: list[tuple[str, str, int, int]], names: dict[str, str]) -> list[Movement]:
    """Kinds that move credits between wallets first, in their own order, then the rest; projects by name, none last."""
    parts: dict[str, list[Part]] = defaultdict(list)
    for kind, project_id, credits, count in rows:
        if count:
            name = names.get(project_id, project_id) if project_id else NO_PROJECT
            parts[kind].append(Part(project_id, name, credits, count))
    order = sorted(parts, key=lambda kind: (MOVES.index(kind) if kind in MOVES else len(MOVES), kind_words(kind)))
    return [
        Movement(kind, sorted(parts[kind], key=lambda part: (not part.project_id, part.name.lower(), part.project_id)))
        for kind in order
    ]


def _by_layers(organization_id: str, month: Month) -> int | None:
    """The balance that Layers names at the month's last row; None when it names none, or several rows share the last
    instant, because then nobody knows which of them was last.
    """
    rows = LedgerEvent.objects.filter(
        organization_id=organization_id, created_at__gte=month.start, created_at__lt=month.end
    )
    last = list(rows.order_by("-created_at", "-id").values_list("created_at", "balance_after")[:2])
    if not last or (len(last) == 2 and last[0][0] == last[1][0]):
        return None
    return last[0][1]


def months_of(organization: Organization) -> list[Month]:
    """From the first month with a row until now, the newest first; this month alone when there is none."""
    days = LedgerDay.objects.filter(organization_id=organization.id, rows__gt=0)
    kept = days.aggregate(first=Min("day"), last=Max("day"))
    this = Month.now()
    first, last = (_month(kept["first"]) or this), max(_month(kept["last"]) or this, this)
    found = [last]
    while found[-1] > first and len(found) < MOST_MONTHS:
        found.append(found[-1].previous)
    return found


def _month(day: date | None) -> Month | None:
    return Month(day.replace(day=1)) if day else None
