"""Filters and order of the list of customers, read from the address. What it asks for and does not exist is named in
`ignored`: the page says so, and nothing is done to many customers by such an address (orgs/customers/selection.py).
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import BooleanField, F, Func, Q, Value
from django.http import QueryDict
from django.utils.http import urlencode

from common.wording import words
from orgs.customers.sorting import ORDERS, SORTS, Sort
from orgs.customers.worklists import ALL, WORK_LISTS
from orgs.forms import STATUSES, Active, Amount, Filters
from orgs.models import Organization, Project
from orgs.queries import NO_RULE, RULE, WALLET_UNKNOWN

# Words of the address that are no filters.
OTHER_WORDS = {"after", "before", "format", "view"}
MOST_PAIRS = 5
RANGES = ("available_from", "available_to", "cap_from", "cap_to", "created_from", "created_to")


class Pairs(forms.Field):
    """Words of metadata: a key, or key=value. As often as they stand in the address."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[str]:
        said = (one.replace("\x00", "").strip()[:600] for one in value or [])
        return list(dict.fromkeys(one for one in said if one))[:MOST_PAIRS]


class Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"})


class CustomerFilters(Filters):
    """`address`: the words of the address as a QueryDict."""

    tab = forms.ChoiceField(required=False, choices=[(name, one.words) for name, one in WORK_LISTS.items()])
    q = forms.CharField(required=False, max_length=200)
    status = forms.CharField(required=False, max_length=40)
    available_from = Amount(required=False, label="Available from")
    available_to = Amount(required=False, label="Available to")
    cap_from = forms.IntegerField(required=False, min_value=0, max_value=1_000_000, label="Cap used from")
    cap_to = forms.IntegerField(required=False, min_value=0, max_value=1_000_000, label="Cap used to")
    created_from = Day(required=False, label="Customer since")
    created_to = Day(required=False, label="Customer until")
    refill = forms.ChoiceField(required=False, choices=[("on", "Has a refill rule"), ("off", "No refill rule")])
    wallet = forms.ChoiceField(required=False, choices=[("unknown", "Wallet not known yet")])
    meta = Pairs(required=False)
    sort = forms.ChoiceField(required=False, choices=list(ORDERS.items()))

    def __init__(self, address: QueryDict) -> None:
        super().__init__(address)
        self.address = address

    def conditions(self) -> Iterator[tuple[Active, Q]]:
        if self.work_list != ALL:
            chosen = WORK_LISTS[self.work_list]
            yield Active("tab", chosen.words), chosen.condition()
        if text := self.value("q"):
            yield Active("q", f"“{text}”"), found_by(text)
        if status := self.value("status"):
            yield Active("status", words(status)), Q(status=status)
        yield from self._range("available", "wallet__available", "Available", "")
        yield from self._range("cap", "outlook__cap_share", "Cap used", "%")
        yield from self._days()
        if refill := self.value("refill"):
            yield (
                Active("refill", "Has a refill rule" if refill == "on" else "No refill rule"),
                (RULE if refill == "on" else NO_RULE),
            )
        if self.value("wallet"):
            yield Active("wallet", "Wallet not known yet"), WALLET_UNKNOWN
        for pair in self.pairs:
            key, equals, value = pair.partition("=")
            asked = Q(metadata__contains={key: value}) if equals else Q(metadata__has_key=key)
            yield Active(f"meta:{pair}", f"{key} = {value}" if equals else f"has {key}"), asked

    def _range(self, name: str, column: str, said: str, unit: str) -> Iterator[tuple[Active, Q]]:
        least, most = self.cleaned_data.get(f"{name}_from"), self.cleaned_data.get(f"{name}_to")
        if least is not None:
            yield Active(f"{name}_from", f"{said} {least:,}{unit} or more"), Q(**{f"{column}__gte": least})
        if most is not None:
            yield Active(f"{name}_to", f"{said} {most:,}{unit} or less"), Q(**{f"{column}__lte": most})

    def _days(self) -> Iterator[tuple[Active, Q]]:
        """Whole days in UTC."""
        if first := self.cleaned_data.get("created_from"):
            yield Active("created_from", f"Customer since {first}"), Q(created_at__gte=f"{first}T00:00Z")
        if last := self.cleaned_data.get("created_to"):
            yield Active("created_to", f"Customer until {last}"), Q(created_at__lte=f"{last}T23:59:59.999999Z")

    @property
    def pairs(self) -> list[str]:
        """Metadata that is asked for, as it stands in the address."""
        return self.cleaned_data.get("meta") or []

    @property
    def has_more(self) -> bool:
        """A filter is on that stands below “More filters”."""
        return bool(self.pairs) or any(self.cleaned_data.get(name) is not None for name in RANGES)

    @property
    def work_list(self) -> str:
        return self.value("tab") or ALL

    @property
    def order(self) -> Sort:
        return SORTS[self.sort_word.removeprefix("-")]

    @property
    def sort_word(self) -> str:
        """The order as it stands in the address."""
        return self.value("sort") or "name"

    @property
    def descending(self) -> bool:
        return self.sort_word.startswith("-")

    @property
    def statuses(self) -> Iterable[str]:
        """The known ones, and whatever the address asks for."""
        return dict.fromkeys([*STATUSES, *filter(None, [self.value("status")])])

    # --- the address

    @cached_property
    def ignored(self) -> tuple[str, ...]:
        """What the address asks for and we do not have, as it stands there: wallet=low."""
        strange = [name for name in self.address if name not in self.fields and name not in OTHER_WORDS]
        wrong = [name for name in self.errors if name in self.address]
        return tuple(f"{name}={self.address[name]}" for name in [*strange, *wrong])

    @property
    def ignored_words(self) -> str:
        return f"{', '.join(self.ignored)}: nothing is left out by it, so there may be more here than was meant."

    def words_of_address(self, without: str = "") -> list[tuple[str, str]]:
        """Names and values of all that is asked, always in the same order; `without` one filter by its name."""
        said = []
        for name in self.fields:
            if name == "meta":
                said += [(name, one) for one in self.pairs if f"meta:{one}" != without]
            elif name != without and name not in self.errors and (value := self.address.get(name, "").strip()):
                said.append((name, value))
        return said

    @property
    def asks(self) -> str:
        """Filters and order as they stand in an address: the same text for the same list."""
        return urlencode([(name, value) for name, value in self.words_of_address() if (name, value) != ("tab", ALL)])

    @property
    def match(self) -> str:
        """The filters alone."""
        return urlencode([one for one in self.words_of_address("sort") if one != ("tab", ALL)])

    @property
    def chips(self) -> list[Active]:
        """Filters that are on, each with the address without it; a work list is a tab and no chip."""
        return [replace(one, address=self._without(one.name)) for one in self.active if one.name != "tab"]

    def _without(self, name: str) -> str:
        return f"?{urlencode(self.words_of_address(name) or [('list', ALL)])}"

    @property
    def only_list(self) -> bool:
        """Nothing is asked but a work list, so its count is known."""
        return all(one.name == "tab" for one in self.active)


class _HasValue(Func):
    """True where any value of the metadata is exactly this text. The GIN index answers it."""

    template = "%(expressions)s"
    arg_joiner = " @? "
    output_field = BooleanField()


def found_by(text: str) -> Q:
    """A piece of the name or the id; or the whole of an external id: any value of its metadata, or what one of its
    projects is called at the customer's own.
    """
    path = Value(f"$.* ? (@ == {json.dumps(text)})")
    tagged = Organization.objects.filter(_HasValue(F("metadata"), path)).values("id")
    projects = Project.objects.filter(customer_external_id=text).exclude(customer_external_id="")
    owners = projects.filter(organization__isnull=False).values("organization_id")
    return Q(name__icontains=text) | Q(id__icontains=text) | Q(id__in=tagged) | Q(id__in=owners)
