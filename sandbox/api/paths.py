"""Path parameters turned into rows: 422 for a malformed id, 404 for one that is not this caller's."""

import uuid
from typing import Any

from sandbox import clock, ids
from sandbox.api.acting import DIRECT_CHILD
from sandbox.api.errors import conflict, invalid, not_found
from sandbox.api.lookup import M, RowBy
from sandbox.api.operations import Call
from sandbox.models import AdLayer, Campaign, Container, Influencer, Organization, Project

#: Rows of the caller's organization; the `_LOCKED` ones are held until the end of the transaction. An organization is
#: held so that rows may still refer to it: who holds a wallet and writes its audit row must not wait for it.
DIRECT_CHILD_LOCKED = RowBy(Organization, "id = %s and parent_id = %s for no key update")
PROJECT = RowBy(Project, "id = %s and organization_id = %s")
#: `no key`: rows that refer to the project can still be written by others, who may hold what its holder wants next.
PROJECT_LOCKED = RowBy(Project, "id = %s and organization_id = %s for no key update")
_OWN_CONTAINER = "id = %s and project_id in (select id from sandbox_project where organization_id = %s)"
CONTAINER = RowBy(Container, _OWN_CONTAINER)
CONTAINER_LOCKED = RowBy(Container, f"{_OWN_CONTAINER} for update")
_OWN_LAYER = "project_id = %s and platform = %s and project_id in"
LAYER = RowBy(AdLayer, f"{_OWN_LAYER} (select id from sandbox_project where organization_id = %s)")  # noqa: S608 - ours
#: Rows of projects that were moved under a child: their former owner reads them a while longer (rules/tenancy.py).
MOVED = "(select project_id from sandbox_movedproject where former_owner_id = %s and readable_until > %s)"
MOVED_PROJECT = RowBy(Project, f"id = %s and id in {MOVED}")
MOVED_CONTAINER = RowBy(Container, f"id = %s and project_id in {MOVED}")
MOVED_LAYER = RowBy(AdLayer, f"{_OWN_LAYER} {MOVED}")
_OWN_INFLUENCER = (
    "id = %s and archived_at is null and project_id in (select id from sandbox_project where organization_id = %s)"
)
INFLUENCER = RowBy(Influencer, _OWN_INFLUENCER)
INFLUENCER_LOCKED = RowBy(Influencer, f"{_OWN_INFLUENCER} for update")
MOVED_INFLUENCER = RowBy(Influencer, f"id = %s and archived_at is null and project_id in {MOVED}")
CAMPAIGN = RowBy(Campaign, "id = %s and layer_id = %s")


def uuid_of(kind: str, name: str, text: str) -> uuid.UUID:
    """The uuid behind `prj_<uuid>` or a bare uuid; 422 names the parameter."""
    value = ids.parse_uuid(kind, text)
    if value is None:
        raise invalid(name, f"{name} must be a {ids.UUID_PREFIXES[kind]} id.")
    return value


def ulid_of(kind: str, name: str, text: str) -> str:
    value = ids.parse_ulid(kind, text)
    if value is None:
        raise invalid(name, f"{name} must be a {ids.ULID_PREFIXES[kind]} id.")
    return value


def child_of(call: Call, rows: RowBy[Organization] = DIRECT_CHILD) -> Organization:
    """The direct child in the path. Itself, a sibling, a stranger: all 404."""
    wanted = uuid_of("organization", "orgId", call.path_ids["orgId"])
    child = rows.get(wanted, call.organization.pk)
    if child is None:
        raise not_found("organization")
    return child


def refuse_archived(child: Organization) -> None:
    """409 CONFLICT for a change of an archived child."""
    if child.status == Organization.Status.ARCHIVED:
        raise conflict("An archived organization stays as it is.", {"status": child.status})


def moved(call: Call, rows: RowBy[M], *wanted: Any) -> M | None:
    """For a read only: the row of a project that was the caller's until it was moved under a child."""
    if call.request.method != "GET":
        return None
    return rows.get(*wanted, call.organization.pk, clock.now())


def project_of(call: Call, rows: RowBy[Project] = PROJECT) -> Project:
    wanted = uuid_of("project", "projectId", call.path_ids["projectId"])
    project = rows.get(wanted, call.organization.pk) or moved(call, MOVED_PROJECT, wanted)
    if project is None:
        raise not_found("project")
    return project


def container_of(call: Call, rows: RowBy[Container] = CONTAINER) -> Container:
    wanted = uuid_of("container", "containerId", call.path_ids["containerId"])
    container = rows.get(wanted, call.organization.pk) or moved(call, MOVED_CONTAINER, wanted)
    if container is None:
        raise not_found("container")
    return container


def influencer_of(call: Call, rows: RowBy[Influencer] = INFLUENCER) -> Influencer:
    """Archived ones are 404."""
    wanted = uuid_of("influencer", "influencerId", call.path_ids["influencerId"])
    influencer = rows.get(wanted, call.organization.pk) or moved(call, MOVED_INFLUENCER, wanted)
    if influencer is None:
        raise not_found("influencer")
    return influencer


def layer_of(call: Call) -> AdLayer:
    """The ad layer of the project and platform in the path; 404 when the project has none there."""
    project_id = uuid_of("project", "projectId", call.path_ids["projectId"])
    platform = call.path_ids["platform"]
    if platform not in AdLayer.Platform.values:
        raise invalid("platform", f"platform must be one of {', '.join(AdLayer.Platform.values)}.")
    layer = LAYER.get(project_id, platform, call.organization.pk) or moved(call, MOVED_LAYER, project_id, platform)
    if layer is None:
        raise not_found("ad layer")
    return layer


def campaign_of(call: Call, layer: AdLayer) -> Campaign:
    wanted = ulid_of("campaign", "campaignId", call.path_ids["campaignId"])
    campaign = CAMPAIGN.get(wanted, layer.pk)
    if campaign is None:
        raise not_found("campaign")
    return campaign
