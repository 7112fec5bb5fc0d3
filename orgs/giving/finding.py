"""Which customer a row of a list means: by organization id, external id or exact name. Three questions for all rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from orgs import queries
from orgs.giving.sheet import TITLES, Line, plain
from orgs.models import Organization, Project

Named = dict[str, set[str]]  # what was written -> ids of the customers it is true of


@dataclass
class Found:
    """`customers` by id; who else was asked for, by what was written."""

    customers: dict[str, Organization] = field(default_factory=dict)
    external: Named = field(default_factory=dict)
    names: Named = field(default_factory=dict)

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "Found":
        ids = _written(lines, "id", "customer")
        names, external = _written(lines, "name", "customer"), _written(lines, "external", "customer")
        found = cls()
        rows = Project.objects.filter(customer_external_id__in=external - {""})
        found.external = _grouped(rows.values_list("customer_external_id", "organization_id"))
        found.names = _grouped(queries.customers().filter(name__in=names - {""}).values_list("name", "id"))
        others = {one for group in (*found.external.values(), *found.names.values()) for one in group}
        rows_of = queries.customers_with_money().filter(id__in=ids | others)
        found.customers = {row.id: row for row in rows_of}
        return found

    def customer(self, line: Line) -> Organization | None:
        """The one it means; None after noting in the line why there is none."""
        written = [name for name in ("id", "external", "name", "customer") if line.cells.get(name)]
        if not written:
            line.problems.append(("customer", "Which customer? The row names none."))
            return None
        meant = {name: self._meant(name, line.cells[name]) for name in written}
        if "name" in meant and self._is_its_own(meant.get("id", set()), meant["name"], line.cells["name"]):
            del meant["name"]
        for name, ids in meant.items():
            if problem := self._problem(name, line.cells[name], ids):
                line.problems.append((name, problem))
                return None
        if len(set.union(*meant.values())) > 1:
            said = " and ".join(TITLES[name] for name in written)
            line.problems.append((written[0], f"{said} name different customers."))
            return None
        return self.customers[next(iter(meant[written[0]]))]

    def _meant(self, name: str, text: str) -> set[str]:
        by_id = {text} & self.customers.keys()
        ways = {"id": by_id, "external": self.external.get(text, set()), "name": self.names.get(text, set())}
        found = ways[name] if name in ways else by_id or set.union(*ways.values())
        return found & self.customers.keys()  # an external id may be of a project of our own

    def _is_its_own(self, by_id: set[str], by_name: set[str], name: str) -> bool:
        """Whether a name beside an id says nothing against it: the id tells who is meant, and the name is written as
        names are, or nobody's any more."""
        return bool(by_id) and (not by_name or any(plain(self.customers[one].name) == name for one in by_id))

    def _problem(self, name: str, text: str, ids: set[str]) -> str:
        if not ids:
            said = {"id": "with this id", "external": "with this external id", "name": "of exactly this name"}
            return f"We know no customer {said.get(name, 'with this id, external id or exact name')}."
        if len(ids) > 1:
            return f"{len(ids)} customers are called so. Write the organization id."
        return ""


def _written(lines: Iterable[Line], *columns: str) -> set[str]:
    return {text for line in lines for name in columns if (text := line.cells.get(name, ""))}


def _grouped(pairs: Iterable[tuple[str, str]]) -> Named:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for written, identifier in pairs:
        found[written].add(identifier)
    return dict(found)
