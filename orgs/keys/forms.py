"""What people type to mint, rotate and revoke a key."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from orgs.dialogs import LONGEST_REASON, TOO_LONG, ReasonForm
from orgs.keys.mint import LONGEST_NAME
from orgs.keys.models import ApiKey
from orgs.keys.scopes import MOST, PRESETS, Preset, offered


class MintForm(forms.Form):
    """Offers what our own key can hand on, and nothing else."""

    name = forms.CharField(
        label="Name",
        max_length=LONGEST_NAME,
        help_text="Who uses it and where, such as “Feed importer, production”. It cannot be changed later.",
        error_messages={"required": "A key needs a name.", "max_length": TOO_LONG},
    )
    env = forms.ChoiceField(
        label="Works on",
        choices=[
            ("live", "Live: real posts, real credits"),
            ("test", "Test: nothing is posted, no credits are spent"),
        ],
        initial="live",
        widget=forms.RadioSelect,
    )
    scopes = forms.MultipleChoiceField(
        label="It may",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one thing it may do.",
            "invalid_choice": "Our own key cannot hand on %(value)s.",
        },
    )

    def __init__(self, held: list[str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offered = offered(held)
        chosen: Any = self.fields["scopes"]
        chosen.choices = [(scope, words) for group in self.offered.values() for scope, words in group.items()]

    @classmethod
    def of(cls, held: list[str], data: QueryDict | None = None) -> "MintForm":
        """The form of a page; without scripts the button of a preset ticks the boxes and does no more."""
        form = cls(held, data)
        if data is None or "preset" not in data:
            return form
        typed = {name: data.get(name, "") for name in ("name", "env")}
        return cls(held, initial=typed | {"scopes": form.of_preset(str(data["preset"]))})

    @property
    def offers(self) -> int:
        return sum(len(group) for group in self.offered.values())

    @property
    def presets(self) -> list[tuple[Preset, list[str]]]:
        """Those that our key can serve, with the scopes of each that it can hand on."""
        may = {scope for group in self.offered.values() for scope in group}
        all_of = [(preset, [scope for scope in preset.scopes if scope in may]) for preset in PRESETS]
        return [(preset, scopes) for preset, scopes in all_of if scopes]

    @property
    def chosen(self) -> set[str]:
        return {str(scope) for scope in self["scopes"].value() or []}

    def of_preset(self, name: str) -> list[str]:
        return next((scopes for preset, scopes in self.presets if preset.name == name), [])

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_scopes(self) -> list[str]:
        scopes: list[str] = self.cleaned_data["scopes"]
        if len(scopes) > MOST:
            raise ValidationError(f"A key has at most {MOST} scopes.")
        return scopes


class RotateForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=LONGEST_REASON,
        help_text="For our own record; Layers does not get it.",
        error_messages={"required": "Say why, for whoever looks at this later.", "max_length": TOO_LONG},
    )


class RevokeForm(ReasonForm):
    """The name or the prefix typed out, so that nobody stops the wrong key."""

    typed = forms.CharField(
        label="Type its name or prefix", error_messages={"required": "Type the name or the prefix to confirm."}
    )
    field_order = ("typed", "reason")

    def __init__(self, key: ApiKey, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.key = key

    def clean_typed(self) -> str:
        typed = " ".join(str(self.cleaned_data["typed"]).split())
        if typed not in (" ".join(self.key.name.split()), self.key.prefix):
            raise ValidationError(f"This is neither its name nor its prefix. Type {self.key.name}.")
        return typed
