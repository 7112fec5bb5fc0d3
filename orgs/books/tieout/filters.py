"""What the list of transfers can be narrowed to. Lives in the address, so a strange value is ignored."""

from collections.abc import Iterator
from datetime import timedelta

from django import forms
from django.db.models import Q

from common.moments import day_start, day_words
from orgs.books.tieout.models import Oddity, Origin, TieState
from orgs.forms import Active, Filters, of_customer

ALL = "all"
STATES = {
    TieState.EXCEPTION: "Do not match",
    TieState.WAITING: "Waiting",
    TieState.ACCEPTED: "Accepted",
    TieState.MATCHED: "Matched",
    ALL: "All",
}


class TransferFilters(Filters):
    state = forms.ChoiceField(required=False, choices=list(STATES.items()))
    customer = forms.CharField(required=False, max_length=200)
    kind = forms.ChoiceField(required=False, choices=Oddity.choices)
    origin = forms.ChoiceField(required=False, choices=Origin.choices)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)

    @property
    def tab(self) -> str:
        return self.value("state") or TieState.EXCEPTION

    def conditions(self) -> Iterator[tuple[Active, Q]]:
        if text := self.value("customer"):
            yield of_customer(text)
        if kind := self.value("kind"):
            yield Active("kind", str(Oddity(kind).label).lower()), Q(kind=kind)
        if origin := self.value("origin"):
            yield Active("origin", str(Origin(origin).label).lower()), Q(origin=origin)
        if (since := self.cleaned_data.get("since")) and (start := day_start(since)):
            yield Active("since", f"from {day_words(start)}"), Q(at__gte=start)
        if (until := self.cleaned_data.get("until")) and (last := day_start(until)):
            yield Active("until", f"to {day_words(last)}"), Q(at__lt=last + timedelta(days=1))

    @property
    def in_tab(self) -> Q:
        return Q() if self.tab == ALL else Q(state=self.tab)
