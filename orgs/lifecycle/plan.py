"""What moving our own projects to new customers would do, before anybody presses the button."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.core import signing
from django.http import QueryDict

from orgs.lifecycle.edit import LONGEST_NAME
from orgs.models import Organization, Project
from orgs.queries import projects

SALT = "projects-to-move"


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
    def stay(self) -> int:
        """How many of our own projects stay with us."""
        return projects(self.owner_id).count() - len(self.lines)


def filled(rows: Sequence[Project], fill: str) -> list[Line]:
    """Projects with the names that one press suggests: a customer each, or one for each external id."""
    names = {"each": lambda row: row.name, "external": lambda row: row.customer_external_id}
    suggest = names.get(fill, lambda row: "")
    return [Line(row, suggest(row)[:LONGEST_NAME]) for row in rows]


def _problem(name: str) -> str:
    if len(name) > LONGEST_NAME:
        return f"A name has at most {LONGEST_NAME} characters; this has {len(name)}."
    return "A character in this name cannot be stored." if "\x00" in name else ""
