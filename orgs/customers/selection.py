"""What a person selected in the list of customers, as pages that act on many hand it on.

The words, in an address or a form: `picked`, ids on a line each, and `id`, one each (the boxes of a page without
scripts); or `select=all` with `match`, the filters as they stand in the list's address, for all customers that match.
Each is one word, so that no filter meets a field of the form it travels in and no selection has more fields than a
server reads of a form.
"""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.http import urlencode

from orgs import queries
from orgs.customers.filters import CustomerFilters
from orgs.models import Organization


@dataclass(frozen=True)
class Selection:
    """Customers by id, or all that match filters (`match` is None for the first kind)."""

    ids: tuple[str, ...] = ()
    match: str | None = None

    @classmethod
    def from_request(cls, request: HttpRequest) -> "Selection":
        """What the address of a GET or the form of a POST selects; an empty selection when it selects nothing."""
        words = request.POST if request.method == "POST" else request.GET
        if words.get("select") == "all":
            return cls(match=words.get("match", ""))
        ids = [*words.get("picked", "").splitlines(), *words.getlist("id")]
        return cls(ids=tuple(dict.fromkeys(one for one in ids if one and "\x00" not in one)))

    def __bool__(self) -> bool:
        return self.match is not None or bool(self.ids)

    @property
    def filters(self) -> CustomerFilters:
        return CustomerFilters(QueryDict(self.match or ""))

    @property
    def problem(self) -> str:
        """Why nobody is selected: filters that we do not have would select more customers than were meant."""
        ignored = self.filters.ignored if self.match is not None else ()
        return f"There is no such filter: {', '.join(ignored)}. Filter the list anew." if ignored else ""

    def rows(self) -> QuerySet[Organization]:
        """The customers with wallet and rules, in no order; nobody when there is a problem. Ids that nobody has are not
        in it.
        """
        rows = queries.customers_with_money()
        if self.match is None:
            return rows.filter(id__in=self.ids)
        return rows.none() if self.problem else self.filters.apply(rows)

    def found(self, most: int) -> list[str]:
        """Their ids, never more than `most` + 1, so that too many can be told: by name, or in the order they were
        given, those that nobody has included.
        """
        if self.match is None:
            return list(self.ids[: most + 1])
        return list(self.rows().order_by("name", "id").values_list("id", flat=True)[: most + 1])

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Name and value of the hidden fields that carry it through a form."""
        if self.match is None:
            return [("picked", "\n".join(self.ids))] if self.ids else []
        return [("select", "all"), ("match", self.match)]

    @property
    def address(self) -> str:
        """The same for an address, without the question mark."""
        return urlencode(self.fields)

    @property
    def words(self) -> str:
        """What it is, in words: 3 customers; All customers; All that match: Suspended, Cap over 80%."""
        if self.match is None:
            return f"{len(self.ids):,} customer{'' if len(self.ids) == 1 else 's'}"
        said = [one.words for one in self.filters.active]
        return f"All that match: {', '.join(said)}" if said else "All customers"
