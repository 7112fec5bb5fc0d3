"""Filters of the lists of commands. They live in the address, so a strange value is ignored."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q

from common.moments import day_start, day_words
from common.wording import short_id, words
from dashboard.models import Staff
from dashboard.queries import seen_kinds
from layers.outbox.kinds import KINDS
from orgs.forms import Active, Filters, of_customer


class CommandFilters(Filters):
    kind = forms.CharField(required=False, max_length=40)
    customer = forms.CharField(required=False, max_length=200)
    staff = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    batch = forms.UUIDField(required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)

    def __init__(self, address: Any, reader: Staff) -> None:
        self.reader = reader
        super().__init__(address)

    def conditions(self) -> Iterator[tuple[Active, Q]]:
        if kind := self.value("kind"):
            yield Active("kind", kind_words(kind)), Q(kind=kind)
        if customer := self.value("customer"):
            yield of_customer(customer)
        if staff := self.cleaned_data.get("staff"):
            person = Staff.objects.filter(pk=staff).first()
            yield Active("staff", f"by {person.name if person else staff}"), Q(staff=staff)
        if batch := self.cleaned_data.get("batch"):
            yield Active("batch", f"batch {short_id(str(batch))}"), Q(batch=UUID(str(batch)))
        if (since := self.cleaned_data.get("since")) and (start := day_start(since)):
            yield Active("since", f"from {day_words(start)}"), Q(created_at__gte=start)
        if (until := self.cleaned_data.get("until")) and (last := day_start(until)):
            yield Active("until", f"to {day_words(last)}"), Q(created_at__lt=last + timedelta(days=1))

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """Those that this person sees, and whatever the address asks for."""
        names = dict.fromkeys([*sorted(seen_kinds(self.reader)), *filter(None, [self.value("kind")])])
        return [(name, kind_words(name)) for name in names]


def kind_words(name: str) -> str:
    """credits.allocate -> Credits, allocate."""
    desk, _, verb = name.partition(".")
    return f"{words(desk)}, {words(verb).lower()}" if name in KINDS or verb else name
