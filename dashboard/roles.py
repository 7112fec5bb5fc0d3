"""Roles are Django groups. This table is the only place that says what a role may do."""

from typing import Any

from django.contrib.auth.models import Group, Permission

SEES_ALL = {"view_customers", "view_content", "view_ads"}
ROLES: dict[str, set[str]] = {
    "Reviewer": {"view_content", "review_content"},
    "Finance": {"view_customers", "allocate_credits", "set_caps", "close_books"},
    "Support": SEES_ALL,
    "Ads manager": {"view_customers", "view_ads", "decide_ads"},
    "Admin": SEES_ALL
    | {"manage_customers", "manage_keys", "allocate_credits", "set_caps", "close_books"}
    | {"review_content", "decide_ads", "manage_staff"},
}


def write_roles(**signal: Any) -> None:
    """Makes the groups say what the table says. Runs after every migrate, so a release can change a role."""
    permissions = {row.codename: row for row in Permission.objects.filter(content_type__app_label="dashboard")}
    for role, codenames in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set([permissions[codename] for codename in sorted(codenames)])
