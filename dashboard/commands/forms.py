"""What people send about commands."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from dashboard.models import Staff
from layers.outbox.kinds import KINDS
from layers.outbox.models import Command

LONGEST_NOTE = 500
MOST_PICKED = 50  # a page
BACKEND = "django.contrib.auth.backends.ModelBackend"
DO = ("hurry", "cancel", "again", "settle", "hand")


def colleagues(command: Command) -> QuerySet[Staff]:
    """Who could mind it: whoever may give such a command and does not mind it already."""
    kind = KINDS.get(command.kind)
    able = Staff.objects.with_perm(kind.needs, backend=BACKEND) if kind else Staff.objects.none()
    return able.exclude(pk=command.minder_id or 0).order_by("first_name", "last_name", "id")


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(label="To", queryset=Staff.objects.none(), empty_label="Choose a colleague")
    note = forms.CharField(
        label="Note",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What you know about it and what is left to do. It is kept with the command.",
    )

    def __init__(self, data: Any, *, reader: Staff, command: Command) -> None:
        super().__init__(data)
        able = colleagues(command)
        to: Any = self.fields["to"]
        to.queryset = able
        to.label_from_instance = lambda one: f"{one.name} (you)" if one.pk == reader.pk else one.name
        self.nobody = not able.exists()


class PicksForm(forms.Form):
    """One action for the commands of a page that were ticked."""

    do = forms.ChoiceField(choices=[(name, name) for name in DO])
    to = forms.ModelChoiceField(queryset=Staff.objects.filter(is_active=True), required=False)
    note = forms.CharField(required=False, max_length=LONGEST_NOTE)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.picked = data.getlist("pick")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.picks:
            self.add_error(None, "Select commands first.")
        if cleaned.get("do") == "hand" and not (cleaned.get("to") and cleaned.get("note")):
            self.add_error(None, "Choose a colleague and write a note for them.")
        return cleaned

    @property
    def picks(self) -> list[UUID]:
        """What was ticked; a value that is no id was not."""
        found = []
        for value in self.picked[:MOST_PICKED]:
            try:
                found.append(UUID(value))
            except ValueError:
                continue
        return found

    @property
    def problem(self) -> str:
        return next((str(error) for errors in self.errors.values() for error in errors), "")
