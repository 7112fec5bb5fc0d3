from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm

from dashboard.models import Staff
from orgs.forms import LimitField
from orgs.four_eyes_rules import LIMITS


class SignInForm(AuthenticationForm):
    """Signing in is by email, whatever its capital letters."""

    username = forms.EmailField(
        label="Work email", widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).lower()


class PreferencesForm(forms.ModelForm):
    """The person's own settings. A form may carry only some of them; the others stay as they are."""

    class Meta:
        model = Staff
        fields: ClassVar = ["theme", "shortcuts", "time_zone"]

    def __init__(self, data: Any, *, instance: Staff) -> None:
        super().__init__(data, instance=instance)
        for name in [name for name in self.fields if name not in data]:
            del self.fields[name]


class DecisionForm(forms.Form):
    """The second person's word. Whoever refuses says why: the requester reads it."""

    comment = forms.CharField(
        label="Comment",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The person who asked reads it. Needed to refuse.",
    )
    answer = forms.ChoiceField(choices=[("agree", "Agree"), ("refuse", "Refuse")])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("answer") == "refuse" and not cleaned.get("comment"):
            self.add_error("comment", "Say why you refuse.")
        return cleaned

    @property
    def decision(self) -> dict[str, Any]:
        """Arguments of layers.outbox.approving.decide."""
        return {"agree": self.cleaned_data["answer"] == "agree", "comment": self.cleaned_data["comment"]}


class RulesForm(forms.Form):
    """The four limits of orgs/four_eyes_models.py."""

    single_above = LimitField(help_text="Credits to one customer at once.")
    daily_above = LimitField(
        help_text="All that one person gave, or let refills add, in the last 24 hours, what waits included."
    )
    batch_above = LimitField(help_text="The sum of a batch to many customers.")
    scheduled_above = LimitField(
        help_text="Credits that a refill rule adds to an empty wallet, when it is new or a number of it is raised."
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, words in LIMITS.items():
            self.fields[name].label = words
