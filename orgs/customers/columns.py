"""The columns of the list of customers: what each shows, sorts by and writes into a file."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.utils.safestring import SafeString

from orgs.customers import cells
from orgs.customers.filters import CustomerFilters
from orgs.customers.rows import Row
from orgs.models import Organization

CHUNK = 2000
Exported = tuple[tuple[str, Callable[[Row], Any]], ...]


@dataclass(frozen=True)
class Column:
    """`draw`: the cell. `sorts`: its name in orgs/customers/sorting.py, and whether the useful end is the
    largest. `file`: the columns it becomes in a CSV, whole numbers and moments as they are."""

    name: str
    words: str
    draw: Callable[[Row], Any]
    file: Exported
    sorts: str = ""
    largest: bool = False
    number: bool = False
    wide: bool = False
    usual: bool = True

    @property
    def looks(self) -> str:
        return " ".join(filter(None, ["number nowrap" if self.number else "", "span" if self.wide else ""]))

    @property
    def first(self) -> str:
        """The value of ?sort that a first press on its head asks for."""
        return f"-{self.sorts}" if self.largest else self.sorts

    @property
    def turned(self) -> str:
        return self.sorts if self.largest else f"-{self.sorts}"


def _wallet(name: str) -> Callable[[Row], Any]:
    return lambda row: getattr(row.wallet, name, None)


def _config(name: str) -> Callable[[Row], Any]:
    return lambda row: getattr(row.config, name, None)


def _outlook(name: str) -> Callable[[Row], Any]:
    return lambda row: getattr(row.kept, name, None)


def _pairs(row: Row) -> str:
    return "; ".join(f"{key}={value}" for key, value in row.pairs)


_COLUMNS = (
    Column("status", "Status", cells.status, (("Status", lambda row: row.customer.status),)),
    Column(
        "available",
        "Available",
        cells.available,
        (("Available", _wallet("available")), ("Balance", _wallet("balance"))),
        sorts="available",
        number=True,
    ),
    Column("reserved", "Reserved", cells.reserved, (("Reserved", _wallet("reserved")),), number=True, usual=False),
    Column(
        "lasts",
        "Lasts",
        cells.lasts,
        (("Lasts (days)", _outlook("days_left")), ("Runs dry at", _outlook("runs_dry_at"))),
        sorts="runway",
        number=True,
    ),
    Column(
        "burn",
        "Spends",
        cells.burn,
        (("Spent and reserved", _outlook("burn")), ("In days", _outlook("days"))),
        sorts="burn",
        largest=True,
        number=True,
        usual=False,
    ),
    Column(
        "cap",
        "Cap used this period",
        cells.cap,
        (
            ("Used this period", _wallet("used_this_period")),
            ("Monthly cap", _config("monthly_cap")),
            ("Cap used (%)", _outlook("cap_share")),
        ),
        sorts="cap",
        largest=True,
        wide=True,
    ),
    Column("ends", "Period ends", cells.ends, (("Period ends", _wallet("period_end")),), usual=False),
    Column(
        "refill",
        "Refill: below → add",
        cells.refill,
        (
            ("Refill below", _config("refill_threshold")),
            ("Refill adds", _config("refill_amount")),
            ("Refill blocked by", _outlook("blocked")),
        ),
    ),
    Column(
        "created",
        "Customer since",
        cells.created,
        (("Customer since", lambda row: row.customer.created_at),),
        sorts="created",
        largest=True,
        usual=False,
    ),
    Column("tags", "Metadata", cells.tags, (("Metadata", _pairs),), usual=False),
    Column("read", "Wallet read", cells.read, (("Wallet as of", _wallet("synced_at")),), usual=False),
)
COLUMNS = {one.name: one for one in _COLUMNS}
USUAL = [one.name for one in _COLUMNS if one.usual]


def chosen(names: Iterable[str]) -> list[Column]:
    """These columns in our order; the usual ones when none of them is ours (any more)."""
    known = set(names) & COLUMNS.keys() or set(USUAL)
    return [one for one in _COLUMNS if one.name in known]


def drawn(row: Row, columns: Iterable[Column]) -> SafeString:
    """The cells of one row."""
    return cells.head(row) + SafeString("".join(cells.cell(one.words, one.looks, one.draw, row) for one in columns))


# --- the same as a file


def header(columns: Iterable[Column]) -> list[str]:
    return ["Name", "Organization id", *(words for one in columns for words, _ in one.file)]


def lines(rows: QuerySet[Organization], filters: CustomerFilters, columns: list[Column]) -> Iterator[list[Any]]:
    """One line for each customer that the filters leave, in their order; who has no place in it comes last. Read while
    it is sent, so memory stays flat.
    """
    values = [value for one in columns for _, value in one.file]
    first, down = filters.order.key[0], filters.descending
    order = F(first).desc(nulls_last=True) if down else F(first).asc(nulls_last=True)
    for customer in rows.order_by(order, "-id" if down else "id").iterator(chunk_size=CHUNK):
        row = Row(customer)
        yield [customer.name, customer.id, *(value(row) for value in values)]
