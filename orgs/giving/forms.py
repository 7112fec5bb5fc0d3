"""What people type and upload to give credits to many customers."""

from functools import cached_property
from typing import Any

from django import forms

from orgs.commands import LONGEST_DESCRIPTION
from orgs.forms import CreditsField
from orgs.giving.plan import Way, Wish
from orgs.giving.sheet import MOST_BYTES, MOST_ROWS, Sheet, Unreadable, read, text_of

NO_ROWS = "Which customers? Upload a list, paste one, or select customers in the list and come from there."
OWN = "The rows have amounts of their own. Choose “As each row says”, or take the amounts out."


class BatchForm(forms.Form):
    """An uploaded file takes the place of the rows, which then hold its text: what is looked at is what is sent."""

    note = ""  # how the file was read
    sheet: Sheet

    file = forms.FileField(
        label="CSV file",
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
        help_text=f"Up to {MOST_ROWS:,} rows and {MOST_BYTES // 1_000:,} KB. Takes the place of the rows below.",
    )
    rows = forms.CharField(
        label="Customers",
        error_messages={"required": NO_ROWS},
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocapitalize": "off"}),
        help_text="One a row: organization id, external id or exact name; then the amount and a reason, if you like.",
    )
    way = forms.ChoiceField(label="How much", choices=Way.choices, widget=forms.RadioSelect, initial=Way.ROWS)
    credits = CreditsField(label="Amount for each", required=False)
    level = CreditsField(label="Top up to", required=False)
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=LONGEST_DESCRIPTION,
        help_text="Kept in the ledgers, for rows without a reason of their own.",
        error_messages={"max_length": "At most %(limit_value)d characters; this has %(show_value)d."},
    )
    anew = forms.BooleanField(label="Give again what was given lately", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["rows"].required = not self.files.get("file")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if file := found.get("file"):
            try:
                text, self.note = text_of(file.read(MOST_BYTES + 1))
            except Unreadable as problem:
                self.add_error("file", str(problem))
                return found
            found["rows"] = text
            # Shown in the place of what stood there.
            self.data = {name: self.data[name] for name in self.data} | {"rows": text}
        elif "rows" not in found:
            return found
        source = "file" if file else "rows"
        try:
            self.sheet = read(found["rows"])
        except Unreadable as problem:
            self.add_error(source, str(problem))
            return found
        if found.get("way") != Way.ROWS and any(
            line.cells.get("amount") or line.cells.get("level") for line in self.sheet.lines
        ):
            self.add_error("way", OWN)
        self._check_amounts(found)
        return found

    def _check_amounts(self, found: dict[str, Any]) -> None:
        """The number that the chosen way needs; the other one is not looked at."""
        for way, name in ((Way.SAME, "credits"), (Way.LEVEL, "level")):
            if found.get("way") != way:
                self.errors.pop(name, None)
            elif found.get(name) is None and name not in self.errors:
                self.add_error(name, "How many credits?")

    @cached_property
    def wish(self) -> Wish:
        asked = self.cleaned_data
        return Wish(
            way=asked["way"],
            credits=asked.get("credits") if asked["way"] == Way.SAME else None,
            level=asked.get("level") if asked["way"] == Way.LEVEL else None,
            reason=asked["reason"],
            anew=asked["anew"],
        )
