"""What people type and choose on the customer pages. Filters live in the address, so a strange value is ignored."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.http import urlencode

from common.wording import words
from orgs.commands import LONGEST_DESCRIPTION, MOST_CREDITS
from orgs.models import Organization
from orgs.queries import CAP_NEAR, LOW, NO_RULE, WALLET_UNKNOWN

SORTS = {
    "name": "By name",
    "-name": "By name, last first",
    "available": "Least available first",
    "-available": "Most available first",
    "runway": "Runs dry first",
    "-runway": "Runs dry last",
}
STATUSES = ("active", "suspended", "archived")
LEDGER_TYPES = ("usage", "refund", "allocation", "grant", "purchase", "adjustment")
DECISIONS = {"allow": "Allowed", "queue_for_approval": "Queued", "deny": "Denied"}


@dataclass(frozen=True)
class Active:
    """One filter that is on: its name in the address, what it says, and the address without it."""

    name: str
    words: str
    address: str = ""


class Filters(forms.Form):
    """Filters of a list, read from the address. `conditions` gives for each one its words and what it asks."""

    def __init__(self, address: Any) -> None:
        super().__init__(address)
        self.full_clean()

    def value(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "")

    def conditions(self) -> Iterator[tuple[Active, Q]]:
        raise NotImplementedError

    @cached_property
    def _on(self) -> list[tuple[Active, Q]]:
        return list(self.conditions())

    @property
    def active(self) -> list[Active]:
        return [active for active, _ in self._on]

    def apply(self, rows: QuerySet[Any], without: str = "") -> QuerySet[Any]:
        for active, condition in self._on:
            if active.name != without:
                rows = rows.filter(condition)
        return rows

    def to_drop(self, rows: QuerySet[Any]) -> list[Active]:
        """When the filters leave nothing: those of them without which there would be rows."""
        hiding = [one for one in self.active if self.apply(rows, without=one.name).exists()]
        return [replace(one, address=self._without(one.name)) for one in hiding]

    def _without(self, name: str) -> str:
        kept = {key: self.value(key) for key in self.fields if key != name and self.value(key)}
        return f"?{urlencode(kept)}"


class CustomerFilters(Filters):
    q = forms.CharField(required=False, max_length=200)
    status = forms.CharField(required=False, max_length=40)
    cap = forms.ChoiceField(required=False, choices=[("near", "Cap over 80%")])
    wallet = forms.ChoiceField(
        required=False, choices=[("low", "Below refill line or empty"), ("unknown", "Wallet not known yet")]
    )
    refill = forms.ChoiceField(required=False, choices=[("off", "No refill rule")])
    sort = forms.ChoiceField(required=False, choices=list(SORTS.items()))

    def conditions(self) -> Iterator[tuple[Active, Q]]:
        if text := self.value("q"):
            yield Active("q", f"“{text}”"), Q(name__icontains=text) | Q(id__icontains=text)
        if status := self.value("status"):
            yield Active("status", words(status)), Q(status=status)
        if self.value("cap"):
            yield Active("cap", "Cap over 80%"), CAP_NEAR
        if self.value("wallet") == "low":
            yield Active("wallet", "Below refill line or empty"), LOW
        if self.value("wallet") == "unknown":
            yield Active("wallet", "Wallet not known yet"), WALLET_UNKNOWN
        if self.value("refill"):
            yield Active("refill", "No refill rule"), NO_RULE

    @property
    def order(self) -> str:
        return self.value("sort") or "name"

    @property
    def sort_by(self) -> str:
        return self.order.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.order.startswith("-")

    @property
    def statuses(self) -> list[str]:
        """The known ones, and whatever the address asks for."""
        return list(dict.fromkeys([*STATUSES, *filter(None, [self.value("status")])]))


class LedgerFilters(Filters):
    type = forms.CharField(required=False, max_length=60)

    def conditions(self) -> Iterator[tuple[Active, Q]]:
        if kind := self.value("type"):
            yield Active("type", words(kind)), Q(event_type=kind)

    @property
    def types(self) -> list[str]:
        return list(dict.fromkeys([*LEDGER_TYPES, *filter(None, [self.value("type")])]))


class AuditFilters(Filters):
    customer = forms.CharField(required=False, max_length=200)
    type = forms.CharField(required=False, max_length=100)
    key = forms.CharField(required=False, max_length=200)
    project = forms.CharField(required=False, max_length=200)
    decision = forms.CharField(required=False, max_length=60)

    def conditions(self) -> Iterator[tuple[Active, Q]]:
        if text := self.value("customer"):
            yield Active("customer", f"customer “{text}”"), _of_customer(text)
        if kind := self.value("type"):
            yield Active("type", f"event “{kind}”"), Q(event_type=kind)
        if key := self.value("key"):
            yield Active("key", f"key “{key}”"), Q(api_key_id=key)
        if project := self.value("project"):
            yield Active("project", f"project “{project}”"), Q(project_id=project)
        if decision := self.value("decision"):
            yield Active("decision", f"decision “{DECISIONS.get(decision, decision)}”"), Q(decision=decision)

    @property
    def decisions(self) -> dict[str, str]:
        chosen = self.value("decision")
        return DECISIONS | ({chosen: chosen} if chosen and chosen not in DECISIONS else {})


def _of_customer(text: str) -> Q:
    """One customer by its id, or all whose name contains the text."""
    if Organization.objects.filter(id=text).exists():
        return Q(organization_id=text)
    return Q(organization_id__in=Organization.objects.filter(name__icontains=text).values("id"))


class CreditsField(forms.Field):
    """A whole number of credits as people write it: 15000, 15,000 or 15 000."""

    GROUPED = re.compile(r"[0-9]{1,3}(?:(?P<mark>[ ,'\u2019\u00a0\u2009\u202f])[0-9]{3}(?:(?P=mark)[0-9]{3})*)?")
    widget = forms.TextInput

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if not text:
            return None
        if re.fullmatch(r"[0-9]{1,24}", text) or self.GROUPED.fullmatch(text):
            return int(re.sub(r"[^0-9]", "", text))
        if re.fullmatch(r"[-−][0-9 ,]+", text):
            raise ValidationError("Credits only go to the customer from here. Write a number above 0.")
        raise ValidationError("Write whole credits in digits, like 15,000.")

    def validate(self, value: int | None) -> None:
        if value is None:
            if self.required:
                raise ValidationError("How many credits?")
            return
        if value < 1:
            raise ValidationError("At least 1 credit.")
        if value > MOST_CREDITS:
            raise ValidationError(f"More than {MOST_CREDITS:,} credits cannot be meant. Check the amount.")


class AllocateForm(forms.Form):
    credits = CreditsField(label="Amount")
    description = forms.CharField(
        label="Reason",
        required=False,
        max_length=LONGEST_DESCRIPTION,
        help_text="Kept in both ledgers.",
        error_messages={"max_length": "At most %(limit_value)d characters; this has %(show_value)d."},
    )
    once_more = forms.BooleanField(label="Give the same once more", required=False)
