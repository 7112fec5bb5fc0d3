"""Views that people save: whose one sees, who may change which, and on what the list opens for whom."""

from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from orgs.customers.filters import CustomerFilters
from orgs.customers.models import ListSettings, SavedView, ViewOfRole

MANAGES = "dashboard.manage_staff"
# What the list opens on for a role as long as nobody has chosen a view for it.
FIRST_FOR = {"Finance": "tab=dry"}
MOST_VIEWS = 40


def seen_by(staff: Any) -> QuerySet[SavedView]:
    """Their own views and the shared ones."""
    return SavedView.objects.filter(Q(owner=staff) | Q(shared=True)).order_by("name", "id")


def may_change(staff: Any, view: SavedView) -> bool:
    return view.owner_id == staff.pk or (view.shared and staff.has_perm(MANAGES))


def address(view: SavedView) -> str:
    """The words of the address that shows it."""
    words = QueryDict(mutable=True)
    words["view"] = str(view.pk)
    return f"{words.urlencode()}&{view.asks or 'tab=all'}"


def opening(staff: Any, own: ListSettings | None) -> str:
    """The address on which the list opens: the person's own choice, else their role's, else nothing: all customers.

    A view that was unshared or deleted meanwhile opens for nobody but its owner.
    """
    if own and own.opens_on and (own.opens_on.owner_id == staff.pk or own.opens_on.shared):
        return address(own.opens_on)
    roles = list(Group.objects.filter(user=staff).order_by("name").values_list("name", flat=True))
    for row in ViewOfRole.objects.filter(role__name__in=roles, view__shared=True).select_related("view"):
        return address(row.view)
    return next((FIRST_FOR[role] for role in roles if role in FIRST_FOR), "")


def save(staff: Any, name: str, shared: bool, filters: CustomerFilters) -> SavedView:
    return SavedView.objects.create(owner=staff, name=name, shared=shared, asks=filters.asks)


def change(view: SavedView, **values: Any) -> None:
    for field, value in values.items():
        setattr(view, field, value)
    view.updated_at = timezone.now()
    view.save(update_fields=[*values, "updated_at"])


def open_on(staff: Any, view: SavedView | None) -> None:
    ListSettings.objects.update_or_create(staff=staff, defaults={"opens_on": view})


def open_for_roles(view: SavedView, roles: list[Group]) -> None:
    """The list opens on it for these roles and no others; a role has one view."""
    ViewOfRole.objects.filter(view=view).exclude(role__in=roles).delete()
    for role in roles:
        ViewOfRole.objects.update_or_create(role=role, defaults={"view": view})
