"""Path parameters turned into rows: 422 for a malformed id, 404 for one that is not this caller's."""

import uuid

from django.db.models import QuerySet

from sandbox import ids
from sandbox.api.errors import invalid, not_found
from sandbox.api.operations import Call
from sandbox.models import AdLayer, Campaign, Container, Organization, Project


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


def child_of(call: Call, children: "QuerySet[Organization] | None" = None) -> Organization:
    """The direct child in the path. Itself, a sibling, a stranger: all 404."""
    wanted = uuid_of("organization", "orgId", call.path_ids["orgId"])
    rows = Organization.objects.all() if children is None else children
    child = rows.filter(pk=wanted, parent_id=call.organization.pk).first()
    if child is None:
        raise not_found("organization")
    return child


def project_of(call: Call, projects: "QuerySet[Project] | None" = None) -> Project:
    wanted = uuid_of("project", "projectId", call.path_ids["projectId"])
    rows = Project.objects.all() if projects is None else projects
    project = rows.filter(pk=wanted, organization_id=call.organization.pk).first()
    if project is None:
        raise not_found("project")
    return project


def container_of(call: Call, containers: "QuerySet[Container] | None" = None) -> Container:
    wanted = uuid_of("container", "containerId", call.path_ids["containerId"])
    rows = Container.objects.all() if containers is None else containers
    container = rows.filter(pk=wanted, project__organization_id=call.organization.pk).first()
    if container is None:
        raise not_found("container")
    return container


def layer_of(call: Call) -> AdLayer:
    """The ad layer of the project and platform in the path; 404 when the project has none there."""
    project_id = uuid_of("project", "projectId", call.path_ids["projectId"])
    platform = call.path_ids["platform"]
    if platform not in AdLayer.Platform.values:
        raise invalid("platform", f"platform must be one of {', '.join(AdLayer.Platform.values)}.")
    layer = AdLayer.objects.filter(
        project_id=project_id, project__organization_id=call.organization.pk, platform=platform
    ).first()
    if layer is None:
        raise not_found("ad layer")
    return layer


def campaign_of(call: Call, layer: AdLayer) -> Campaign:
    wanted = ulid_of("campaign", "campaignId", call.path_ids["campaignId"])
    campaign = Campaign.objects.filter(pk=wanted, layer=layer).first()
    if campaign is None:
        raise not_found("campaign")
    return campaign
