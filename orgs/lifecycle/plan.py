"""What moving our own projects to new customers would do, before anybody presses the button."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.core import signing
from django.http import QueryDict

from orgs.lifecycle.edit import LONGEST_NAME
from orgs.lifecycle.migrate import not_ours
from orgs.models import Organization, Project
from orgs.queries import projects

SALT = "projects-to-move"
MOST_LINES = 400  # of one form: two fields each


@dataclass
class Line:
    """One project of ours, the name typed for its new customer, and what is wrong with that name."""

    project: Project
    name: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Group:
    """One new customer. `like`: a customer of that name exists already, and would not be the one they move to."""

    name: str
    projects: list[Project]
    like: Organization | None = None


@dataclass
class Plan:
    """`names`: project id to the name of a new customer. Ids that are not projects of ours (any more) are left out."""

    owner_id: str
    names: Mapping[str, str]
    lines: list[Line] = field(init=False)

    def __post_init__(self) -> None:
        held = projects(self.owner_id).filter(id__in=self.names)
        self.lines = [Line(row, self.names[row.id], _problem(self.names[row.id])) for row in held]

    @classmethod
    def posted(cls, owner_id: str, data: QueryDict) -> "Plan":
        typed = zip(data.getlist("project"), data.getlist("customer"), strict=False)
        return cls(owner_id, {project: " ".join(name.split()) for project, name in typed if name.strip()})

    @classmethod
    def signed_in(cls, owner_id: str, value: str) -> "Plan":
        """The one a preview was shown for; empty when it was changed on the way."""
        try:
            return cls(owner_id, dict(signing.loads(value, salt=SALT)))
        except (signing.BadSignature, ValueError, TypeError):
            return cls(owner_id, {})

    @property
    def signed(self) -> str:
        return signing.dumps(self.mapping, salt=SALT, compress=True)

    @property
    def mapping(self) -> dict[str, str]:
        return {line.project.id: line.name for line in self.lines}

    @property
    def fits(self) -> bool:
        return bool(self.lines) and not any(line.problem for line in self.lines)

    @cached_property
    def groups(self) -> list[Group]:
        names = sorted({line.name for line in self.lines})
        known = Organization.objects.filter(name__in=names).exclude(parent_id="").only("id", "name")
        like = {row.name: row for row in known}
        return [
            Group(name, [line.project for line in self.lines if line.name == name], like.get(name)) for name in names
        ]

    @cached_property
    def missing(self) -> str:
        """Which of them are not there to be moved any more."""
        gone = self.names.keys() - self.mapping.keys()
        return not_ours(gone) if gone else ""

    @cached_property
    def stay(self) -> int:
        """How many of our own projects stay with us."""
        return projects(self.owner_id).count() - len(self.lines)


def filled(owner_id: str, rows: Sequence[Project], fill: str) -> list[Line]:
    """The rows of a page with the names that one press suggests: a customer each, or one for each external id."""
    match fill:
        case "each":
            return [Line(row, row.name[:LONGEST_NAME]) for row in rows]
        case "external":
            return _in_groups(owner_id, rows)
    return [Line(row) for row in rows]


def _in_groups(owner_id: str, rows: Sequence[Project]) -> list[Line]:
    """An external id is one customer: its projects of other pages come along, or none of them gets a name."""
    groups: dict[str, list[Project]] = {row.customer_external_id: [] for row in rows if row.customer_external_id}
    for row in projects(owner_id).filter(customer_external_id__in=groups):
        groups[row.customer_external_id].append(row)
    lines = {row.id: Line(row) for row in rows}
    for name, group in groups.items():
        whole = lines | {row.id: Line(row, name[:LONGEST_NAME]) for row in group}
        if len(whole) <= MOST_LINES:
            lines = whole
            continue
        for row in rows:
            if row.customer_external_id == name:
                lines[row.id].problem = f"{name} has {len(group)} projects, too many for this page."
    return list(lines.values())


def _problem(name: str) -> str:
    if len(name) > LONGEST_NAME:
        return f"A name has at most {LONGEST_NAME} characters; this has {len(name)}."
    return "A character in this name cannot be stored." if "\x00" in name else ""
