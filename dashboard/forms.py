from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm

from dashboard.models import Staff


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
