"""The numbers people type for caps and refill rules."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from orgs.caps import FIELDS, LEAST, Rules, half_problem
from orgs.commands import MOST_CREDITS
from orgs.forms import CreditsField


class LimitField(CreditsField):
    """A number of credits that may be left empty, which is: not set."""

    def __init__(self, *, least: int, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.least = least

    def to_python(self, value: Any) -> int | None:
        if str(value or "").strip().startswith(("-", "\u2212")):
            raise ValidationError(f"At least {self.least}.")
        return super().to_python(value)

    def validate(self, value: int | None) -> None:
        if value is None:
            return
        if value < self.least:
            raise ValidationError(f"At least {self.least}: leave it empty for none.")
        if value > MOST_CREDITS:
            raise ValidationError(f"More than {MOST_CREDITS:,} credits cannot be meant. Check the number.")


class ReasonForm(forms.Form):
    reason = forms.CharField(
        required=False, max_length=500, help_text="Kept with us, in the command and the activity of the customer."
    )


class CapsForm(ReasonForm):
    """All three numbers of one customer. `shown` is what the form was filled with (Rules.key)."""

    cap = LimitField(label="Monthly cap", least=LEAST["cap"], help_text="Empty: no cap. 0: nothing may be spent.")
    line = LimitField(label="Refill when below", least=LEAST["line"], help_text="Empty: no refill rule.")
    amount = LimitField(label="A refill adds", least=LEAST["amount"], help_text="Moved from our wallet each time.")
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
