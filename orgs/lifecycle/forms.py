"""What people type to make and change a customer. Problems are shown at the field they are about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict

from orgs import metadata
from orgs.dialogs import TOO_LONG, ReasonForm
from orgs.lifecycle.edit import LONGEST_EMAIL, LONGEST_NAME
from orgs.models import Organization
from orgs.pairs import Pairs, as_typed

SALT = "customer-as-shown"


class ArchiveForm(ReasonForm):
    """The name typed out, so that nobody archives the wrong one, or by a slip."""

    name = forms.CharField(label="Type its name", error_messages={"required": "Type the name to confirm."})
    field_order = ("name", "reason")

    def __init__(self, customer: Organization, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.customer = customer

    def clean_name(self) -> str:
        typed = str(self.cleaned_data["name"])
        if " ".join(typed.split()) != " ".join(self.customer.name.split()):
            raise ValidationError(f"This is not its name. Type {self.customer.name}.")
        return typed


@dataclass(frozen=True)
class Shown:
    """What an edit form was filled with. Only what differs from it was changed by the person."""

    name: str
    billing_email: str
    metadata: dict[str, str]

    @classmethod
    def of(cls, customer: Organization) -> "Shown":
        return cls(customer.name, customer.billing_email, metadata.shown(customer.metadata))

    @property
    def signed(self) -> str:
        return signing.dumps([self.name, self.billing_email, self.metadata], salt=SALT, compress=True)

    @classmethod
    def read(cls, value: str, otherwise: Organization) -> "Shown":
        """The one in a posted form; one that was tampered with reads as the customer is now."""
        try:
            return cls(*signing.loads(value, salt=SALT))
        except (signing.BadSignature, ValueError, TypeError):
            return cls.of(otherwise)

    def changes(self, typed: Mapping[str, Any], pairs: Pairs) -> dict[str, Any]:
        """What to send: only what the person changed (layers.client.api, patch_organization). `typed`: the fields."""
        found: dict[str, Any] = {}
        if typed["name"] != as_typed(self.name):
            found["name"] = typed["name"]
        if typed["billing_email"] != as_typed(self.billing_email):
            found["billingEmail"] = typed["billing_email"] or None
        if typed["clear"]:
            found["metadata"] = None
        elif sent := metadata.difference(self.metadata, pairs.pairs):
            found["metadata"] = sent
        return found

    def overtaken(self, customer: Organization, changes: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(field, sentence) where somebody else has changed since what this person changes now."""
        found = []
        if "name" in changes and customer.name != self.name:
            found.append(("name", f"It was renamed to “{customer.name}” meanwhile. Check, then save again."))
        if "billingEmail" in changes and customer.billing_email != self.billing_email:
            now = f"“{customer.billing_email}”" if customer.billing_email else "none"
            found.append(("billing_email", f"It was changed to {now} meanwhile. Check, then save again."))
        now_stored = metadata.shown(customer.metadata)
        touched = changes.get("metadata", {})
        keys = {*self.metadata, *now_stored} if touched is None else set(touched)
        if changed := sorted(key for key in keys if now_stored.get(key) != self.metadata.get(key)):
            found.append(("", f"Metadata was changed meanwhile: {', '.join(changed)}. Check, then save again."))
        return found


class CustomerForm(forms.Form):
    """`pairs` stand below these fields; what is wrong with them is said at their rows and, in one line, on top."""

    name = forms.CharField(
        label="Name",
        max_length=LONGEST_NAME,
        error_messages={"required": "A customer needs a name.", "max_length": TOO_LONG},
    )
    billing_email = forms.EmailField(
        label="Billing email",
        required=False,
        max_length=LONGEST_EMAIL,
        help_text="For your information only; Layers sends nothing there.",
        error_messages={"invalid": "This is no email address.", "max_length": TOO_LONG},
    )

    def __init__(self, pairs: Pairs, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.pairs = pairs

    def judge_pairs(self, known: Mapping[str, str], stored: Mapping[str, str]) -> None:
        """As Pairs.check, and says on top that something is wrong."""
        self.pairs.check(known, stored)
        if not self.pairs.fits:
            self.add_error(None, self.pairs.problem or "Metadata: see the rows marked below.")


class CreateForm(CustomerForm):
    same_name = forms.BooleanField(label="Make another one of this name", required=False)

    @classmethod
    def of(cls, data: QueryDict | None = None) -> "CreateForm":
        """The form of a page; the button that adds a row only fills it in."""
        if data is None:
            return cls(Pairs([]))
        pairs = Pairs.posted(data)
        return cls(pairs, initial=data) if "add" in data else cls(pairs, data)

    def clean(self) -> None:
        self.judge_pairs({}, {metadata.OURS: "x" * 36})


class EditForm(CustomerForm):
    """`shown`: what it was filled with, for the next one that is shown; `changes`: what a valid one sends."""

    clear = forms.BooleanField(label="Remove all metadata", required=False)

    def __init__(self, customer: Organization, shown: Shown, pairs: Pairs, *args: Any, **options: Any) -> None:
        super().__init__(pairs, *args, **options)
        self.customer, self.shown = customer, shown
        self.changes: dict[str, Any] = {}

    @classmethod
    def of(cls, customer: Organization, data: QueryDict | None = None) -> "EditForm":
        """The form of a page; the button that adds a row only fills it in."""
        if data is None:
            shown = Shown.of(customer)
            filled = {"name": shown.name, "billing_email": shown.billing_email}
            return cls(customer, shown, Pairs.of(shown.metadata), initial=filled)
        shown = Shown.read(data.get("shown", ""), customer)
        pairs = Pairs.posted(data).over(shown.metadata)
        return cls(customer, shown, pairs, initial=data) if "add" in data else cls(customer, shown, pairs, data)

    def clean(self) -> None:
        typed = self.cleaned_data
        if not typed["clear"]:
            stored = {str(key): str(value) for key, value in self.customer.metadata.items()}
            self.judge_pairs(self.shown.metadata, stored)
        if self.errors:
            return
        self.changes = self.shown.changes(typed, self.pairs)
        if overtaken := self.shown.overtaken(self.customer, self.changes):
            for name, words in overtaken:
                self.add_error(name or None, words)
            self.shown = Shown.of(self.customer)
