"""Child organizations: create, list, read, change, suspend, resume, archive (contract/control-plane.md, 1)."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from sandbox import clock, ids
from sandbox.api import cursors, query
from sandbox.api.creation import creation_body
from sandbox.api.envelope import exact_stamp, exact_stamp_or_none
from sandbox.api.errors import invalid
from sandbox.api.operations import Answer, Call, read, write
from sandbox.api.paths import DIRECT_CHILD_LOCKED, child_of, refuse_archived
from sandbox.api.scopes import ORG_ADMIN
from sandbox.models import Organization, Project, Wallet
from sandbox.resources.credit_config import show_config
from sandbox.rules import metadata, refill, tenancy

#: 128 is the contract's; 254 is the longest address there is.
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Email = Annotated[str, msgspec.Meta(max_length=254)]


class CreateBody(msgspec.Struct, rename="camel"):
    name: Name
    metadata: dict[str, str] = {}
    billing_email: Email | UnsetType = UNSET


class PatchBody(msgspec.Struct, rename="camel"):
    """An omitted field stays; null clears metadata and billingEmail."""

    name: Name | UnsetType = UNSET
    metadata: dict[str, str] | UnsetType | None = UNSET
    billing_email: Email | UnsetType | None = UNSET


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


# Not `control_plane`: inside a child this is no unknown path but a wish for a second level.
@write(scope=ORG_ADMIN)
def create(call: Call) -> Answer:
    """201 with an active child and an empty wallet; 422 when the caller is a child itself."""
    body = creation_body(call, CreateBody)
    pairs = metadata.merge({}, body.metadata)
    if call.organization.parent_id is not None:
        raise invalid("", "A child organization cannot have children.")
    email = None if isinstance(body.billing_email, UnsetType) else body.billing_email
    child = tenancy.create_child(call.organization, body.name, pairs, email)
    call.record("organization.created", {"name": child.name}, organization_id=child.pk)
    return Answer(show(child), 201)


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
def patch(call: Call) -> dict[str, Any]:
    """Changes what was sent. Status has its own verbs; 409 CONFLICT once archived."""
    body = call.body(PatchBody)
    child = child_of(call, DIRECT_CHILD_LOCKED)
    refuse_archived(child)
    before = _editable(child)
    if not isinstance(body.name, UnsetType):
        child.name = body.name
    if not isinstance(body.metadata, UnsetType):
        child.metadata = {} if body.metadata is None else metadata.merge(child.metadata, body.metadata)
    if not isinstance(body.billing_email, UnsetType):
        child.billing_email = body.billing_email
    after = _editable(child)
    changed = [field for field in after if after[field] != before[field]]
    if changed:
        child.updated_at = clock.exact_now()
        child.save(update_fields=["name", "metadata", "billing_email", "updated_at"])
        difference = {
            "from": {field: before[field] for field in changed},
            "to": {field: after[field] for field in changed},
        }
        call.record("organization.updated", difference, organization_id=child.pk)
    return show(child)


def _editable(child: Organization) -> dict[str, Any]:
    return {"name": child.name, "metadata": child.metadata, "billingEmail": child.billing_email}


@write(scope=ORG_ADMIN, control_plane=True)
def archive(call: Call) -> dict[str, Any]:
    """Terminal. A repeat is 200 and finds nothing left to reclaim or revoke."""
    child = child_of(call, DIRECT_CHILD_LOCKED)
    reclaimed = revoked = 0
    if child.status != Organization.Status.ARCHIVED:
        before = child.status
        done = tenancy.archive(call.organization, child)
        reclaimed = 0 if done.reclaimed is None else done.reclaimed.credits
        revoked = len(done.revoked)
        if done.reclaimed is not None:
            for organization_id in (call.organization.pk, child.pk):
                call.record("credits.reclaimed", done.reclaimed.note, organization_id=organization_id)
        for key in done.revoked:
            named = {"apiKeyId": ids.show("api_key", key.pk), "name": key.name}
            call.record("api_key.revoked", named, organization_id=child.pk)
        change = {"from": before, "to": child.status, "reclaimedCredits": reclaimed, "revokedApiKeys": revoked}
        call.record("organization.archived", change, organization_id=child.pk)
    return {
        "id": ids.show("organization", child.pk),
        "status": child.status,
        "archivedAt": exact_stamp_or_none(child.archived_at),
        "reclaimedCredits": reclaimed,
        "revokedApiKeys": revoked,
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
    refuse_archived(child)
    if child.status != status:
        before, child.status = child.status, status
        child.updated_at = clock.exact_now()
        child.save(update_fields=["status", "updated_at"])
        call.record(event_type, {"from": before, "to": child.status}, organization_id=child.pk)
        if status == Organization.Status.ACTIVE:
            _look_for_refill(child)
    return show(child)


def _look_for_refill(child: Organization) -> None:
    """What its rule held back while it was suspended."""
    wallet = Wallet.objects.select_for_update().get(pk=child.pk)
    refill.look_at(wallet)
    wallet.save(update_fields=["refill_due_at"])
