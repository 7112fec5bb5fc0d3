"""What people type and choose on the customer pages. Filters live in the address, so a strange value is ignored."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.http import urlencode

from orgs.amounts import NoAmount, amount
from orgs.commands import LONGEST_DESCRIPTION, MOST_CREDITS
from orgs.models import Organization

STATUSES = ("active", "suspended", "archived")
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


class AuditFilters(Filters):
    customer = forms.CharField(required=False, max_length=200)
    type = forms.CharField(required=False, max_length=100)
    key = forms.CharField(required=False, max_length=200)
    project = forms.CharField(required=False, max_length=200)
    decision = forms.CharField(required=False, max_length=60)

    def conditions(self) -> Iterator[tuple[Active, Q]]:
        if text := self.value("customer"):
            yield of_customer(text)
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


def of_customer(text: str) -> tuple[Active, Q]:
    """One customer by its id, or all whose name contains the text."""
    if found := Organization.objects.filter(id=text).only("name").first():
        return Active("customer", found.name or text), Q(organization_id=text)
    named = Organization.objects.filter(name__icontains=text).values("id")
    return Active("customer", f"customer “{text}”"), Q(organization_id=text) | Q(organization_id__in=named)


class CreditsField(forms.Field):
    """A whole number of credits, as orgs/amounts.py reads what people write."""

    widget = forms.TextInput

    def __init__(self, *, least: int = 1, most: int = MOST_CREDITS, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        try:
            return amount(text, least=self.least, most=self.most) if text else None
        except NoAmount as problem:
            raise ValidationError(str(problem)) from None

    def validate(self, value: int | None) -> None:
        if value is None and self.required:
            raise ValidationError("How many credits?")


class LimitField(CreditsField):
    """A number of credits that may be left empty, which is: not set."""

    def __init__(self, *, least: int = 0, **options: Any) -> None:
        super().__init__(least=least, required=False, **options)

    def to_python(self, value: Any) -> int | None:
        try:
            return super().to_python(value)
        except ValidationError as problem:
            raise ValidationError(f"{problem.messages[0]} Leave it empty for none.") from None

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}" if isinstance(value, int) else value


class Amount(CreditsField):
    """A bound of a range of credits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(least=0, most=2**63 - 1, **options)


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
