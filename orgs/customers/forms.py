"""What people type when they save a view."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.http import QueryDict

from orgs.customers.filters import CustomerFilters
from orgs.customers.models import SavedView
from orgs.customers.saved import MANAGES, MOST_VIEWS


class ViewForm(forms.Form):
    """`asks`: the filters and the order of the list it was sent from. Roles are for administrators, on the page of a
    view that is saved and shared.
    """

    name = forms.CharField(label="Name", max_length=60, error_messages={"required": "A view needs a name."})
    shared = forms.BooleanField(label="Everybody who sees customers sees it", required=False)
    asks = forms.CharField(required=False, max_length=6000, widget=forms.HiddenInput)
    roles = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        label="The list opens on it for",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any, staff: Any, view: SavedView | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.staff, self.view = staff, view
        if view is None or not staff.has_perm(MANAGES):
            del self.fields["roles"]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        owner = self.view.owner if self.view else self.staff
        others = SavedView.objects.filter(owner=owner)
        others = others.exclude(pk=self.view.pk) if self.view else others
        if others.filter(name=name).exists():
            raise forms.ValidationError(f"There is a view “{name}” already. Update that one, or take another name.")
        if self.view is None and others.count() >= MOST_VIEWS:
            raise forms.ValidationError(f"You have {MOST_VIEWS} views. Remove one first.")
        return name

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("roles") and not found.get("shared"):
            self.add_error("roles", "A list can open for others only on a view that everybody sees.")
        return found

    @property
    def filters(self) -> CustomerFilters:
        return CustomerFilters(QueryDict(self.cleaned_data.get("asks", "")))
