"""What a ledger can be narrowed to. It stands in the address, so a strange value is ignored."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from common.figures import credits
from common.moments import YEARS, day_start, when
from orgs.books.kinds import RECLAIM, REFILL, kind_words
from orgs.books.ledger_models import LedgerMonth
from orgs.commands import COMMAND_ID
from orgs.forms import Active, Amount, Filters
from orgs.models import Organization, Project

WAYS = {"in": "Came in", "out": "Went out"}
_OURS = Q(("event_type", "allocation"), (f"raw__metadata__{COMMAND_ID}__isnull", False))
_TRANSFER = ~Q(transfer_id="")
CAUSES = {
    "job": ("A job", ~Q(workflow_id="")),
    "container": ("A container", ~Q(container_id="")),
    "transfer": ("A transfer", _TRANSFER),
    "desk": ("A command of this desk", _OURS),
    "elsewhere": ("A transfer from elsewhere", _TRANSFER & ~_OURS & ~Q(kind__in=[REFILL, RECLAIM])),
    "none": ("None is named", Q(workflow_id="", container_id="", transfer_id="")),
}


class LedgerFilters(Filters):
    """`least` and `most` are credits whichever way they went; `since` and `until` are days or moments in the reader's
    zone, both included; `of` is the id of a job, a container, a transfer or the other wallet.
    """

    type = forms.CharField(required=False, max_length=60)
    way = forms.ChoiceField(required=False, choices=list(WAYS.items()))
    least = Amount(required=False)
    most = Amount(required=False)
    project = forms.CharField(required=False, max_length=200)
    since = forms.CharField(required=False, max_length=40)
    until = forms.CharField(required=False, max_length=40)
    cause = forms.ChoiceField(required=False, choices=[(name, words) for name, (words, _) in CAUSES.items()])
    of = forms.CharField(required=False, max_length=200)

    def __init__(self, address: object, organization: Organization) -> None:
        self.organization = organization
        super().__init__(address)

    def value(self, name: str) -> str:
        found = self.cleaned_data.get(name)
        return "" if found is None else str(found)

    def conditions(self) -> Iterator[tuple[Active, Q]]:
        if kind := self.value("type"):
            yield Active("type", kind_words(kind)), Q(kind=kind)
        if way := self.value("way"):
            yield Active("way", WAYS[way].lower()), Q(credits__gt=0) if way == "in" else Q(credits__lt=0)
        if (least := self.cleaned_data.get("least")) is not None:
            yield Active("least", f"at least {credits(least)}"), Q(credits__gte=least) | Q(credits__lte=-least)
        if (most := self.cleaned_data.get("most")) is not None:
            yield Active("most", f"at most {credits(most)}"), Q(credits__gte=-most, credits__lte=most)
        if project := self.value("project"):
            none = project == "none"
            said = "no project" if none else self.project_names.get(project, project)
            yield Active("project", said), Q(project_id="" if none else project)
        if start := _start(self.value("since")):
            yield Active("since", f"from {when(start)}"), Q(created_at__gte=start)
        if end := _end(self.value("until")):
            yield Active("until", f"before {when(end)}"), Q(created_at__lt=end)
        if cause := self.value("cause"):
            words, condition = CAUSES[cause]
            yield Active("cause", words.lower()), condition
        if of := self.value("of").strip():
            named = Q(workflow_id=of) | Q(container_id=of) | Q(transfer_id=of) | Q(counterparty_id=of) | Q(id=of)
            yield Active("of", of), named

    @property
    def everything(self) -> Q:
        """All conditions as one; empty when there are none."""
        return Q(*(condition for _, condition in self._on))

    @cached_property
    def _seen(self) -> list[tuple[str, str]]:
        """Kinds and projects that this ledger has had; from the kept sums."""
        rows = LedgerMonth.objects.filter(organization_id=self.organization.id)
        return list(rows.order_by("kind", "project_id").values_list("kind", "project_id").distinct())

    @property
    def types(self) -> list[tuple[str, str]]:
        """Kinds that this ledger has had, unknown ones too, and the one that is asked for."""
        found = {kind for kind, _ in self._seen} | set(filter(None, [self.value("type")]))
        return sorted(((kind, kind_words(kind)) for kind in found), key=lambda one: one[1])

    @cached_property
    def project_names(self) -> dict[str, str]:
        """Names of the projects that this ledger names, by id; the id of one that we hold no copy of."""
        ids = {project_id for _, project_id in self._seen if project_id}
        ids |= {self.value("project")} - {"", "none"}
        names = dict(Project.objects.filter(id__in=ids).values_list("id", "name")) if ids else {}
        return dict(sorted(((one, names.get(one, one)) for one in ids), key=lambda pair: pair[1].lower()))

    @property
    def ways(self) -> dict[str, str]:
        return WAYS

    @property
    def causes(self) -> list[tuple[str, str]]:
        return [(name, words) for name, (words, _) in CAUSES.items()]

    @property
    def is_detailed(self) -> bool:
        """Whether a filter is on that stands in the folded part of the form."""
        return any(active.name not in ("type", "way", "project") for active in self.active)


def _start(text: str) -> datetime | None:
    return _moment(text, whole_day=timedelta(0), whole_minute=timedelta(0))


def _end(text: str) -> datetime | None:
    """The first moment that is past it: a day and a minute are included whole."""
    return _moment(text, whole_day=timedelta(days=1), whole_minute=timedelta(minutes=1))


def _moment(text: str, *, whole_day: timedelta, whole_minute: timedelta) -> datetime | None:
    """A day or a moment in the reader's zone; None when it is neither."""
    try:
        if day := parse_date(text):
            start = day_start(day)
            return start + whole_day if start else None
        at = parse_datetime(text)
    except ValueError:
        return None
    if at is None or at.year not in YEARS:
        return None
    return (at if timezone.is_aware(at) else timezone.make_aware(at)) + whole_minute
