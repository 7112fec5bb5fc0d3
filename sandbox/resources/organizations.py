"""Child organizations: list, read, suspend, resume (contract/control-plane.md, 1 Organizations)."""

from typing import Any

from sandbox import clock, ids
from sandbox.api import cursors, query
from sandbox.api.envelope import exact_stamp, exact_stamp_or_none
from sandbox.api.errors import conflict
from sandbox.api.operations import Call, read, write
from sandbox.api.paths import DIRECT_CHILD_LOCKED, child_of
from sandbox.api.scopes import ORG_ADMIN
from sandbox.models import Organization, Project, Wallet
from sandbox.resources.credit_config import show_config

BY_AGE = cursors.NewestFirst("organizations")


def show(organization: Organization) -> dict[str, Any]:
    return {
        "id": ids.show("organization", organization.pk),
        "parentOrganizationId": ids.show_or_none("organization", organization.parent_id),
        "name": organization.name,
        "status": organization.status,
        "metadata": organization.metadata,
        "billingEmail": organization.billing_email,
        "archivedAt": exact_stamp_or_none(organization.archived_at),
        "createdAt": exact_stamp(organization.created_at),
        "updatedAt": exact_stamp(organization.updated_at),
    }


@read(scope=ORG_ADMIN, control_plane=True)
def list_children(call: Call) -> dict[str, Any]:
    children = Organization.objects.filter(parent_id=call.organization.pk)
    status = query.choice(call.query, "status", Organization.Status.values)
    if status:
        children = children.filter(status=status)
    return cursors.page(
        children, BY_AGE, show, limit=query.limit(call.query, 25, 200), cursor=query.text(call.query, "cursor")
    )


@read(scope=ORG_ADMIN, control_plane=True)
def get_child(call: Call) -> dict[str, Any]:
    child = child_of(call)
    wallet = Wallet.objects.get(pk=child.pk)
    return {
        **show(child),
        "summary": {
            "projectCount": Project.objects.filter(organization=child).count(),
            "balance": wallet.balance,
            "available": wallet.available,
            "creditConfig": show_config(wallet),
        },
    }


@write(scope=ORG_ADMIN, control_plane=True)
def suspend(call: Call) -> dict[str, Any]:
    return _set_status(call, Organization.Status.SUSPENDED, "organization.suspended")


@write(scope=ORG_ADMIN, control_plane=True)
def resume(call: Call) -> dict[str, Any]:
    return _set_status(call, Organization.Status.ACTIVE, "organization.resumed")


def _set_status(call: Call, status: Organization.Status, event_type: str) -> dict[str, Any]:
    """200 also when nothing changes; 409 CONFLICT once archived."""
    child = child_of(call, DIRECT_CHILD_LOCKED)
    if child.status == Organization.Status.ARCHIVED:
        raise conflict("An archived organization stays archived.", {"status": child.status})
    if child.status != status:
        before, child.status = child.status, status
        child.updated_at = clock.exact_now()
        child.save(update_fields=["status", "updated_at"])
        call.record(event_type, {"from": before, "to": child.status}, organization_id=child.pk)
    return show(child)
