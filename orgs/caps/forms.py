"""The numbers people type for caps and refill rules."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from orgs.caps.plan import MOST_CUSTOMERS, ids_in
from orgs.caps.rules import FIELDS, LABELS, LEAST, Changes, Rules, half_problem
from orgs.forms import LimitField


class ReasonForm(forms.Form):
    reason = forms.CharField(
        required=False, max_length=500, help_text="Kept with us, in the command and the activity of the customer."
    )


class CapsForm(ReasonForm):
    """All three numbers of one customer. `shown` is what the form was filled with (Rules.key)."""

    cap = LimitField(label=LABELS["cap"], least=LEAST["cap"], help_text="Empty: no cap. 0: nothing may be spent.")
    line = LimitField(label=LABELS["line"], least=LEAST["line"], help_text="Empty: no refill rule.")
    amount = LimitField(label=LABELS["amount"], least=LEAST["amount"], help_text="Moved from our wallet each time.")
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)

    field_order = (*FIELDS, "reason", "shown")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        problem = half_problem(self.wanted) if not self.errors else None
        if problem:
            self.add_error(*problem)
        return found

    def clean_shown(self) -> Rules:
        shown = Rules.read(self.cleaned_data["shown"])
        if shown is None:
            raise ValidationError("This form was changed on the way. Open it again.")
        return shown

    @property
    def wanted(self) -> Rules:
        """What was typed; what cannot be read counts as not set."""
        return Rules(**{name: self.cleaned_data.get(name) for name in FIELDS})


def filled(rules: Rules) -> dict[str, Any]:
    """The initial values of a form that shows these rules."""
    numbers = {name: getattr(rules, name) for name in FIELDS}
    return {name: "" if value is None else f"{value:,}" for name, value in numbers.items()} | {"shown": rules.key}


NO_IDS = "Which customers? Paste their ids, or filter the list and come from there."
LEAVE, SET, CLEAR = "leave", "set", "clear"
DOINGS = [(LEAVE, "Leave as it is"), (SET, "Set to"), (CLEAR, "Clear")]


class BulkForm(ReasonForm):
    """One change for many customers: each number is left, set or cleared."""

    ids = forms.CharField(
        label="Customers",
        error_messages={"required": NO_IDS},
        max_length=MOST_CUSTOMERS * 80,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text="Their ids, one a line.",
    )
    cap_do = forms.ChoiceField(label=LABELS["cap"], choices=DOINGS, initial=LEAVE, required=False)
    cap = LimitField(label="Cap to set", least=LEAST["cap"])
    line_do = forms.ChoiceField(label=LABELS["line"], choices=DOINGS, initial=LEAVE, required=False)
    line = LimitField(label="Line to set", least=LEAST["line"])
    amount_do = forms.ChoiceField(label=LABELS["amount"], choices=DOINGS, initial=LEAVE, required=False)
    amount = LimitField(label="Amount to set", least=LEAST["amount"])

    field_order = ("ids", "cap_do", "cap", "line_do", "line", "amount_do", "amount", "reason")

    def clean_ids(self) -> list[str]:
        found = ids_in(self.cleaned_data["ids"])
        if not found:
            raise ValidationError(NO_IDS)
        if len(found) > MOST_CUSTOMERS:
            raise ValidationError(f"At most {MOST_CUSTOMERS:,} customers at once; these are {len(found):,}.")
        return found

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for name in FIELDS:
            doing, number = self._doing(name), found.get(name)
            if doing == SET and number is None and name not in self.errors:
                self.add_error(name, "Which number?")
            if doing != SET and number is not None:
                self.add_error(f"{name}_do", "A number is typed: choose “Set to”, or empty it.")
        if not self.errors and not self.wish:
            self.add_error(None, "Nothing is chosen: set or clear at least one number.")
        return found

    @property
    def wish(self) -> dict[str, int | None]:
        """What to set; None clears."""
        doing = {name: self._doing(name) for name in FIELDS}
        return {
            name: self.cleaned_data.get(name) if does == SET else None for name, does in doing.items() if does != LEAVE
        }

    @staticmethod
    def fields_of(ids: Iterable[str], wish: Changes) -> list[tuple[str, str]]:
        """Name and value of each field that says this."""
        doing = [(f"{name}_do", CLEAR if number is None else SET) for name, number in wish.items()]
        numbers = [(name, str(number)) for name, number in wish.items() if number is not None]
        return [("ids", " ".join(ids)), *doing, *numbers]

    def _doing(self, name: str) -> str:
        return self.cleaned_data.get(f"{name}_do") or LEAVE

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """What to do, and the number, for each of the three."""
        return [(self[f"{name}_do"], self[name]) for name in FIELDS]
