"""`X-Layers-Organization`: a parent key works inside one of its direct children (contract/control-plane.md, 4)."""

from sandbox import ids
from sandbox.api.errors import conflict, forbidden_scope, invalid, killed, not_found
from sandbox.api.lookup import RowBy
from sandbox.api.scopes import ORG_ADMIN, grants
from sandbox.models import ApiKey, Organization

HEADER = "X-Layers-Organization"
DIRECT_CHILD = RowBy(Organization, "id = %s and parent_id = %s")


def acted_for(key: ApiKey, header: str | None, *, control_plane: bool, writes: bool, spends: bool) -> Organization:
    """The organization this call is about: the key's own, or the child the header names.

    403 without org:admin, 422 for a malformed id, 404 for anything but a direct child; 409 for a write inside an
    archived child, 503 for generating or publishing inside a suspended one. The control plane has no child of a child:
    404.
    """
    if header is None:
        return key.organization
    if not grants(key.scopes, ORG_ADMIN):
        raise forbidden_scope(ORG_ADMIN)
    wanted = ids.parse_uuid("organization", header)
    if wanted is None:
        raise invalid(HEADER, f"{HEADER} must be an org_ id.")
    if wanted == key.organization_id:
        return key.organization
    child = DIRECT_CHILD.get(wanted, key.organization_id)
    if child is None or control_plane:
        raise not_found("organization")
    if writes and child.status == Organization.Status.ARCHIVED:
        raise conflict("This organization is archived.", {"status": child.status})
    if spends and child.status == Organization.Status.SUSPENDED:
        raise killed("organization")
    return child
