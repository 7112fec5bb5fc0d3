"""Finds what a pasted text means. Knows every kind of id we hold a copy of, and names of customers and projects.

An id is opaque: its prefix is a hint, never a condition. A bare UUID may be a verdict, an audit or ledger event, a
command, or any prefixed id without its prefix (contract/control-plane.md, 3 Pagination, ids, time).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from ads.models import Campaign, PendingAction
from content.models import Container
from dashboard.models import Staff
from dashboard.queries import commands
from orgs.models import AuditEvent, LedgerEvent, Organization, Project

TOKEN = re.compile(r"[A-Za-z]{2,5}_[0-9A-Za-z][0-9A-Za-z-]{5,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
MOST_IDS = 20  # a pasted mail or log may hold more; the first ones are what it is about
SHOWN = 8


@dataclass(frozen=True)
class Hit:
    """One thing that was found. `exact`: its id was in the text, so one exact hit is opened at once."""

    kind: str
    title: str
    note: str
    url: str
    icon: str
    exact: bool = True


def ids_in(text: str) -> list[str]:
    """Every id in a text, in order, each once."""
    return list(dict.fromkeys(match[0] for match in TOKEN.finditer(text)))[:MOST_IDS]


def find(text: str, staff: Staff) -> list[Hit]:
    """What this person may open, exact ids first. A text without an id is looked up as a name."""
    ids = ids_in(text) or ([text.strip()] if text.strip() else [])
    hits = [
        hit for needs, finder in FINDERS if not needs or staff.has_perm(needs) for hit in finder(_spelled(ids), staff)
    ]
    if not hits and not ids_in(text):
        hits = list(_names(text.strip(), staff))
    unique = {hit.url: hit for hit in reversed(hits)}
    return list(reversed(unique.values()))[: MOST_IDS + SHOWN]


def _spelled(ids: list[str]) -> list[str]:
    """The ids as pasted, and bare UUIDs with each prefix that stands before one."""
    prefixes = ("org_", "prj_", "cnt_", "key_", "txn_")
    bare = [identifier.lower() for identifier in ids if "_" not in identifier]
    return [*ids, *bare, *(prefix + identifier for identifier in bare for prefix in prefixes)]


def _verdicts(ids: list[str], staff: Staff) -> Iterator[Hit]:
    rows = AuditEvent.objects.filter(verdict_id__in=ids).select_related("organization").order_by("occurred_at")
    for row in {row.verdict_id: row for row in rows[:SHOWN]}.values():
        url = reverse("ads:verdict", args=[row.verdict_id])
        yield Hit("verdict", row.event_type, _customer(row), url, "shield")


def _actions(ids: list[str], staff: Staff) -> Iterator[Hit]:
    for row in PendingAction.objects.filter(id__in=ids).select_related("organization")[:SHOWN]:
        title = f"{row.action_type.replace('_', ' ')} {row.entity_name}".capitalize()
        yield Hit("pending action", title, _customer(row), reverse("ads:action", args=[row.id]), "ads")


def _campaigns(ids: list[str], staff: Staff) -> Iterator[Hit]:
    for row in Campaign.objects.filter(id__in=ids).select_related("organization")[:SHOWN]:
        yield Hit("campaign", row.name, _customer(row), f"{reverse('ads:queue')}?campaign={row.id}", "ads")


def _containers(ids: list[str], staff: Staff) -> Iterator[Hit]:
    for row in Container.objects.filter(id__in=ids).select_related("organization")[:SHOWN]:
        title = (row.hook or row.id).replace("\\n", " ")
        yield Hit("container", title, _customer(row), reverse("content:container", args=[row.id]), "review")


def _customers(ids: list[str], staff: Staff) -> Iterator[Hit]:
    for row in Organization.objects.filter(id__in=ids)[:SHOWN]:
        yield Hit("customer", row.name, row.status, reverse("orgs:detail", args=[row.id]), "customers")


def _projects(ids: list[str], staff: Staff) -> Iterator[Hit]:
    for row in Project.objects.filter(id__in=ids).select_related("organization")[:SHOWN]:
        yield Hit("project", row.name, _customer(row), reverse("orgs:project", args=[row.id]), "customers")


def _ledger(ids: list[str], staff: Staff) -> Iterator[Hit]:
    """Transfers by their txn_ id (both sides), ledger rows by their own, jobs by what they cost."""
    for column, kind in (("id", "ledger row"), ("transfer_id", "transfer"), ("workflow_id", "job")):
        for row in LedgerEvent.objects.filter(**{f"{column}__in": ids}).select_related("organization")[:SHOWN]:
            url = f"{reverse('orgs:ledger', args=[row.organization_id])}?row={row.id}"
            yield Hit(kind, f"{row.event_type.capitalize()}, {row.credits:+,} credits", _customer(row), url, "credits")


def _events(ids: list[str], staff: Staff) -> Iterator[Hit]:
    """Audit rows by their own id, by the request that caused them, by the key that was used."""
    for column, kind, icon in (("id", "audit event", "audit"), ("request_id", "request", "commands")):
        for row in AuditEvent.objects.filter(**{f"{column}__in": ids}).select_related("organization")[:SHOWN]:
            yield Hit(kind, row.event_type, _customer(row), reverse("orgs:event", args=[row.id]), icon)
    for key in AuditEvent.objects.filter(api_key_id__in=ids).order_by().values_list("api_key_id", flat=True).distinct():
        yield Hit("key", f"What key {key} did", "in the audit log", f"{reverse('orgs:audit')}?key={key}", "key")


def _commands(ids: list[str], staff: Staff) -> Iterator[Hit]:
    seen = commands(staff)
    own = [UUID(identifier) for identifier in ids if re.fullmatch(r"[0-9a-fA-F-]{36}", identifier)]
    for row in [*seen.filter(id__in=own)[:SHOWN], *seen.filter(request_id__in=ids).exclude(request_id="")[:SHOWN]]:
        yield Hit("command", row.words, row.get_state_display(), reverse("commands:detail", args=[row.id]), "commands")


def _names(text: str, staff: Staff) -> Iterator[Hit]:
    if len(text) < 2 or not staff.has_perm("dashboard.view_customers"):
        return
    for row in Organization.objects.filter(name__icontains=text).order_by("name")[:SHOWN]:
        yield Hit("customer", row.name, row.status, reverse("orgs:detail", args=[row.id]), "customers", exact=False)
    for project in Project.objects.filter(name__icontains=text).select_related("organization").order_by("name")[:SHOWN]:
        url = reverse("orgs:project", args=[project.id])
        yield Hit("project", project.name, _customer(project), url, "customers", exact=False)


def _customer(row: "AuditEvent | PendingAction | Campaign | Container | Project | LedgerEvent") -> str:
    # The owner of a row may not be here yet: references are not enforced.
    return str(row.organization.name if row.organization else row.organization_id)


Finder = Callable[[list[str], Staff], Iterator[Hit]]
FINDERS: list[tuple[str, Finder]] = [
    ("dashboard.view_ads", _verdicts),
    ("dashboard.view_content", _containers),
    ("dashboard.view_ads", _actions),
    ("dashboard.view_customers", _customers),
    ("dashboard.view_customers", _projects),
    ("dashboard.view_customers", _ledger),
    ("dashboard.view_ads", _campaigns),
    ("dashboard.view_ads", _events),
    ("", _commands),
]
