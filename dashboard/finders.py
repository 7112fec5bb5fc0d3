"""Finds what a pasted text means. Knows every kind of id we hold a copy of, and names of customers and projects.

An id is opaque: its prefix is a hint, never a condition. A bare UUID may be a verdict, an audit or ledger event, a
command, or any prefixed id without its prefix (contract/control-plane.md, 3 Pagination, ids, time).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from ads.models import Campaign, PendingAction
from common.figures import signed
from common.wording import hook, short_id, words
from content.models import Container
from dashboard.models import Staff
from dashboard.queries import commands
from layers.client.key_shapes import SECRET
from orgs.models import AuditEvent, LedgerEvent, Organization, Project

# Words with an underscore are not ids: a digit tells them apart.
UUID_FORM = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
TOKEN = re.compile(rf"[A-Za-z]{{2,5}}_(?=[0-9A-Za-z-]*[0-9])[0-9A-Za-z][0-9A-Za-z-]{{5,}}|{UUID_FORM}")
MOST_IDS = 20  # a pasted mail or log may hold more; the first ones are what it is about
LONGEST_NAME = 100
SHOWN = 8
BARE = "a verdict, an event, or an id without its prefix"

# What a prefix stands for (contract/control-plane.md, 3 Pagination, ids, time; contract/ads.md, 11).
PREFIXES = {
    "ad": "an ad",
    "adc": "an ad account",
    "adg": "an ad set",
    "cmp": "a campaign",
    "cnt": "a container",
    "evt": "a webhook event",
    "inf": "an influencer",
    "job": "a job",
    "key": "an API key",
    "kw": "a keyword",
    "lyr": "a layer",
    "med": "a media file",
    "org": "an organization",
    "pa": "a pending ad action",
    "prj": "a project",
    "rec": "a recommendation",
    "req": "a request",
    "run": "an optimizer run",
    "sa": "a social account",
    "sp": "a scheduled post",
    "txn": "a transfer",
    "upl": "an upload",
    "ver": "a verdict",
}
BEFORE_A_UUID = ("org_", "prj_", "cnt_", "key_", "txn_")


@dataclass(frozen=True)
class Hit:
    """One thing that was found. `exact`: its id was in the text, as `by`; otherwise it was found by its name."""

    kind: str
    title: str
    note: str
    url: str
    icon: str
    by: str = ""
    exact: bool = True


@dataclass(frozen=True)
class Found:
    """What a text means. `missing` are the ids in it that led nowhere, each with what it looks like."""

    hits: list[Hit] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)
    held_secret: bool = False

    @property
    def what(self) -> str:
        """What the one id in it is: by what was found, else by its look."""
        if self.hits and self.hits[0].exact:
            kind = self.hits[0].kind
            return f"the id of {'an' if kind[0] in 'aeiou' else 'a'} {kind}"
        return f"an id: {looks_like(self.ids[0])}" if self.ids else ""

    @property
    def only(self) -> Hit | None:
        """The one thing it can mean: one id, and one hit of the surest kind."""
        if len(self.ids) != 1 or not self.hits or not self.hits[0].exact:
            return None
        first = self.hits[0]
        return first if [hit.kind for hit in self.hits].count(first.kind) == 1 else None


Ids = dict[str, str]  # a spelling of an id -> the id as it was pasted


def has_secret(text: str) -> bool:
    """Whether a whole API key is in it, which must be neither searched nor repeated."""
    return SECRET.search(text) is not None


def without_secrets(text: str) -> str:
    """What may be searched and repeated."""
    return SECRET.sub(" ", text).replace("\x00", "").strip()


def ids_in(text: str) -> list[str]:
    """Every id in a text, in order, each once."""
    return list(dict.fromkeys(match[0] for match in TOKEN.finditer(without_secrets(text))))[:MOST_IDS]


def looks_like(identifier: str) -> str:
    """What an id seems to be: a pending ad action. The prefix is a hint only."""
    prefix, mark, _ = identifier.partition("_")
    return PREFIXES.get(prefix.lower(), "an id we do not know") if mark else BARE


def find(text: str, staff: Staff) -> Found:
    """What this person may open, exact ids first. A text without an id is looked up as an id of any form, then as a
    name.
    """
    asked, ids = without_secrets(text), ids_in(text)
    spelled = _spelled(ids or [asked] * bool(asked))
    hits = [hit for needs, finder in FINDERS if not needs or staff.has_perm(needs) for hit in finder(spelled, staff)]
    if not hits and not ids:
        hits = list(_names(asked, staff))
    unique = {hit.url: hit for hit in reversed(hits)}
    seen = {hit.by for hit in hits}
    return Found(
        hits=list(reversed(unique.values()))[: MOST_IDS + SHOWN],
        ids=ids,
        missing=[(one, looks_like(one)) for one in ids if one not in seen],
        held_secret=has_secret(text),
    )


def _spelled(ids: list[str]) -> Ids:
    """The ids as pasted, and bare UUIDs in lower case and with each prefix that stands before one."""
    spelled = {identifier: identifier for identifier in ids}
    for identifier in ids:
        if "_" not in identifier:
            lower = identifier.lower()
            spelled |= {lower: identifier} | {prefix + lower: identifier for prefix in BEFORE_A_UUID}
    return spelled


def _verdicts(ids: Ids, staff: Staff) -> Iterator[Hit]:
    rows = AuditEvent.objects.filter(verdict_id__in=list(ids)).select_related("organization").order_by("occurred_at")
    for row in {row.verdict_id: row for row in rows[:SHOWN]}.values():
        url = reverse("ads:verdict", args=[row.verdict_id])
        yield Hit("verdict", words(row.event_type), _customer(row), url, "shield", ids[row.verdict_id])


def _actions(ids: Ids, staff: Staff) -> Iterator[Hit]:
    """Pending actions by their own id, or by what they would change: an ad set, an ad, a keyword."""
    for column, kind in (("id", "pending action"), ("entity_id", "action about it")):
        rows = PendingAction.objects.filter(**{f"{column}__in": list(ids)}).select_related("organization")
        for row in rows.order_by("-created_at", "-id")[:SHOWN]:
            title = f"{words(row.action_type)}, {row.entity_name}" if row.entity_name else words(row.action_type)
            url = reverse("ads:action", args=[row.id])
            yield Hit(
                kind, title, f"{_customer(row)}, {words(row.status).lower()}", url, "ads", ids[getattr(row, column)]
            )


def _campaigns(ids: Ids, staff: Staff) -> Iterator[Hit]:
    for row in Campaign.objects.filter(id__in=list(ids)).select_related("organization")[:SHOWN]:
        yield Hit(
            "campaign",
            row.name,
            _customer(row),
            f"{reverse('ads:queue')}?{urlencode({'campaign': row.id})}",
            "ads",
            ids[row.id],
        )


def _containers(ids: Ids, staff: Staff) -> Iterator[Hit]:
    for row in Container.objects.filter(id__in=list(ids)).select_related("organization")[:SHOWN]:
        url = reverse("content:container", args=[row.id])
        yield Hit("container", hook(row.hook) or row.id, _customer(row), url, "review", ids[row.id])


def _customers(ids: Ids, staff: Staff) -> Iterator[Hit]:
    for row in Organization.objects.filter(id__in=list(ids))[:SHOWN]:
        url = reverse("orgs:detail", args=[row.id])
        yield Hit("customer", row.name, words(row.status), url, "customers", ids[row.id])


def _projects(ids: Ids, staff: Staff) -> Iterator[Hit]:
    for row in Project.objects.filter(id__in=list(ids)).select_related("organization")[:SHOWN]:
        url = reverse("orgs:project", args=[row.id])
        yield Hit("project", row.name, _customer(row), url, "customers", ids[row.id])


def _ledger(ids: Ids, staff: Staff) -> Iterator[Hit]:
    """Transfers by their txn_ id (both sides), ledger rows by their own, jobs by what they cost."""
    for column, kind in (("id", "ledger row"), ("transfer_id", "transfer"), ("workflow_id", "job")):
        rows = LedgerEvent.objects.filter(**{f"{column}__in": list(ids)}).select_related("organization")
        for row in rows.order_by("-created_at", "-id")[:SHOWN]:
            url = f"{reverse('orgs:ledger', args=[row.organization_id])}?{urlencode({'row': row.id})}"
            title = f"{words(row.event_type)}, {signed(row.credits)} credits"
            yield Hit(kind, title, _customer(row), url, "credits", ids[getattr(row, column)])


def _events(ids: Ids, staff: Staff) -> Iterator[Hit]:
    """Audit rows by their own id, by the request that caused them, by the key that was used."""
    for column, kind, icon in (("id", "audit event", "audit"), ("request_id", "request", "commands")):
        rows = AuditEvent.objects.filter(**{f"{column}__in": list(ids)}).select_related("organization")
        for row in rows.order_by("-occurred_at", "-id")[:SHOWN]:
            url = reverse("orgs:event", args=[row.id])
            yield Hit(kind, words(row.event_type), _customer(row), url, icon, ids[getattr(row, column)])
    keys = AuditEvent.objects.filter(api_key_id__in=list(ids)).order_by().values_list("api_key_id", flat=True)
    for key in keys.distinct():
        url = f"{reverse('orgs:audit')}?{urlencode({'key': key})}"
        yield Hit("key", f"What key {short_id(key)} did", "In the audit log", url, "key", ids[key])


def _commands(ids: Ids, staff: Staff) -> Iterator[Hit]:
    seen = commands(staff)
    own = {UUID(one): pasted for one, pasted in ids.items() if re.fullmatch(UUID_FORM, one)}
    by_id = [(row, own[row.id]) for row in seen.filter(id__in=list(own))[:SHOWN]]
    asked = seen.filter(request_id__in=list(ids)).exclude(request_id="")[:SHOWN]
    for row, pasted in [*by_id, *((row, ids[row.request_id]) for row in asked)]:
        url = reverse("commands:detail", args=[row.id])
        yield Hit("command", row.words, row.get_state_display(), url, "commands", pasted)


def _names(text: str, staff: Staff) -> Iterator[Hit]:
    if not 2 <= len(text) <= LONGEST_NAME or not staff.has_perm("dashboard.view_customers"):
        return
    for row in Organization.objects.filter(name__icontains=text).order_by("name")[:SHOWN]:
        yield Hit(
            "customer", row.name, words(row.status), reverse("orgs:detail", args=[row.id]), "customers", exact=False
        )
    for project in Project.objects.filter(name__icontains=text).select_related("organization").order_by("name")[:SHOWN]:
        url = reverse("orgs:project", args=[project.id])
        yield Hit("project", project.name, _customer(project), url, "customers", exact=False)


def _customer(row: "AuditEvent | PendingAction | Campaign | Container | Project | LedgerEvent") -> str:
    # The owner of a row may not be here yet: references are not enforced.
    return str(row.organization.name if row.organization else row.organization_id)


Finder = Callable[[Ids, Staff], Iterator[Hit]]
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
