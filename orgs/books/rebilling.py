"""What customers used in a month, project by project, for the partner to charge on. Layers only plans such an export.

One line for each customer, project and kind. Lines are kept sums (LedgerMonth), so that a month of all customers is
read as fast as it is written; the end of the file adds the ledgers up row by row and compares.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from orgs.books.kinds import MOVES, is_used
from orgs.books.ledger_models import LedgerMonth
from orgs.books.months import Month
from orgs.books.snapshot import snapshot
from orgs.customers.selection import Selection
from orgs.models import LedgerEvent, Organization, Project

CENT = Decimal("0.01")
DIGITS = 80  # of a product: nothing is rounded but the amount of a line
CHUNK = 2000


@dataclass(frozen=True)
class Terms:
    """`markup` is a percentage on the credits, `price` money for one credit; None: finance set none."""

    markup: Decimal | None = None
    price: Decimal | None = None
    currency: str = ""

    def billed(self, credits: int) -> Decimal | None:
        """Credits with the markup, exact; None without one."""
        if self.markup is None:
            return None
        with localcontext(prec=DIGITS):
            return plain(Decimal(credits) * (100 + self.markup) / 100)

    def amount(self, credits: int) -> Decimal | None:
        """Money for a line, rounded half up to the cent; None without a price."""
        if self.price is None:
            return None
        with localcontext(prec=DIGITS):
            billed = self.billed(credits)
            return ((Decimal(credits) if billed is None else billed) * self.price).quantize(CENT, ROUND_HALF_UP)


def plain(value: Decimal) -> Decimal:
    """Without zeros at its end: 120, not 120.0000 nor 1.2E+2."""
    whole = value.to_integral_value()
    return whole.quantize(Decimal(1)) if value == whole else value.normalize()


@dataclass(frozen=True)
class Line:
    """`credits` were used; below 0 came back. `project_id` is "" for what no project is named for."""

    customer_id: str
    customer: str
    project_id: str
    project: str
    external_id: str
    kind: str
    credits: int
    rows: int


@dataclass
class Sums:
    """Of lines that have gone by."""

    lines: int = 0
    credits: int = 0
    rows: int = 0
    billed: Decimal = field(default_factory=Decimal)
    amount: Decimal = field(default_factory=Decimal)

    def add(self, line: Line, terms: Terms | None = None) -> None:
        self.lines, self.credits, self.rows = self.lines + 1, self.credits + line.credits, self.rows + line.rows
        if terms:
            with localcontext(prec=DIGITS):
                self.billed += terms.billed(line.credits) or 0
                self.amount += terms.amount(line.credits) or 0


class Rebilling:
    """One month of some customers; of all when nothing is selected. Our own organization is no customer."""

    def __init__(self, month: Month, selection: Selection, terms: Terms) -> None:
        self.month, self.selection, self.terms = month, selection, terms
        self.used, self.moved = Sums(), Sums()

    def months(self) -> QuerySet[LedgerMonth]:
        """The kept sums that it is made of."""
        return LedgerMonth.objects.filter(self._chosen, month=self.month.first).exclude(rows_in=0, rows_out=0)

    def lines(self) -> Iterator[Line]:
        """What was used, by name of customer and project, rows without a project last. `used` and `moved` are the sums
        of what has gone by; what only moved credits is not given out.
        """
        owner = Organization.objects.filter(id=OuterRef("organization_id"))
        project = Project.objects.filter(id=OuterRef("project_id"))
        found = self.months().annotate(
            customer=Coalesce(Subquery(owner.values("name")), "organization_id"),
            project=Coalesce(Subquery(project.values("name")), "project_id"),
            external_id=Subquery(project.values("customer_external_id")),
            credits=F("credits_out") - F("credits_in"),
            rows=F("rows_in") + F("rows_out"),
            has_project=~Q(project_id=""),
        )
        found = found.order_by("customer", "organization_id", "-has_project", "project", "project_id", "kind")
        columns = ("organization_id", "customer", "project_id", "project", "external_id", "kind", "credits", "rows")
        for values in found.values_list(*columns).iterator(chunk_size=CHUNK):
            line = Line(*values)
            if is_used(line.kind):
                self.used.add(line, self.terms)
                yield line
            else:
                self.moved.add(line)

    def by_the_rows(self) -> tuple[int, int]:
        """(credits that left the wallets, less what came in; rows) of the month, added up from the ledgers."""
        rows = LedgerEvent.objects.filter(self._chosen, created_at__gte=self.month.start, created_at__lt=self.month.end)
        told = rows.aggregate(credits=Sum("credits"), rows=Count("id"))
        return -int(told["credits"] or 0), int(told["rows"])

    @property
    def _chosen(self) -> Q:
        if self.selection:
            return Q(organization_id__in=self.selection.rows().order_by().values("id"))
        ours = Organization.objects.filter(parent_id="").values("id")
        return Q(organization_id__isnull=False) & ~Q(organization_id__in=ours)


def file_of(rebilling: Rebilling) -> Iterator["Line | End"]:
    """The lines, and the ends that prove them, as of one moment."""
    with snapshot():
        yield from rebilling.lines()
        used, moved = rebilling.used, rebilling.moved
        credits, rows = rebilling.by_the_rows()
        yield End("Total", f"{used.lines:,} lines", used.credits, used.rows, used.billed, used.amount)
        yield End("Not rebilled", f"{', '.join(MOVES)}; what came in is negative", moved.credits, moved.rows)
        yield End("Ledgers", "Every row of the month, added up again", credits, rows)
        yield End("Difference", "0, or do not use this file", *_missing(used, moved, credits, rows))


def _missing(used: Sums, moved: Sums, credits: int, rows: int) -> tuple[int, int]:
    return credits - used.credits - moved.credits, rows - used.rows - moved.rows


@dataclass(frozen=True)
class End:
    """A line at the end of the file."""

    name: str
    words: str
    credits: int
    rows: int
    billed: Decimal | None = None
    amount: Decimal | None = None
