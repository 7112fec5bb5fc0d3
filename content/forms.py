from typing import Any, ClassVar

from django import forms

from content.queries import VIEWS
from content.reasons import LONGEST, OTHER, REASONS, SENTENCES

APPROVE, REJECT = "approve", "reject"
KINDS = [("slideshow", "Slideshows"), ("video", "Videos")]
HAVE_MEDIA = ("waiting", "approved", "rejected")  # the views whose containers have a kind


class DecisionForm(forms.Form):
    """One decision, for one container or for many. `cleaned_data["words"]` is the note or the reason to send."""

    decision = forms.ChoiceField(
        choices=[(APPROVE, "Approve"), (REJECT, "Reject")],
        error_messages={"required": "Choose approve or reject.", "invalid_choice": "Choose approve or reject."},
    )
    reason = forms.ChoiceField(
        required=False,
        choices=[*((one.code, one.label) for one in REASONS), (OTHER, "Other")],
        error_messages={"invalid_choice": "Choose one of the reasons."},
    )
    words = forms.CharField(required=False, max_length=LONGEST)

    TOO_LONG: ClassVar[str] = f"Use at most {LONGEST:,} characters."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].error_messages["max_length"] = self.TOO_LONG

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("decision") != REJECT or "reason" not in data or "words" not in data:
            return data
        if data["reason"] in SENTENCES:
            data["words"] = SENTENCES[data["reason"]]
        elif not data["reason"]:
            raise forms.ValidationError("Choose a reason to reject it.")
        elif not data["words"]:
            raise forms.ValidationError("Say in your own words why it is rejected.")
        return data

    @property
    def problem(self) -> str:
        """The first mistake as one sentence."""
        return next((str(error) for errors in self.errors.values() for error in errors), "")


class GalleryForm(forms.Form):
    """The filters in the gallery's address. What cannot be read there filters nothing."""

    status = forms.ChoiceField(required=False, choices=[(name, label) for name, (label, _) in VIEWS.items()])
    customer = forms.CharField(required=False, strip=False)
    project = forms.CharField(required=False, strip=False)
    kind = forms.ChoiceField(required=False, choices=KINDS)

    @property
    def chosen(self) -> dict[str, str]:
        self.is_valid()
        found = {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
        found["status"] = found["status"] or "waiting"
        if found["status"] not in HAVE_MEDIA:
            found["kind"] = ""
        return found
