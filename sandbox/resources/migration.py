"""Moving flat projects under new children (contract/control-plane.md, 1 Organizations: migrate)."""

import uuid
from typing import Annotated, Any

import msgspec

from sandbox import ids
from sandbox.api.errors import invalid
from sandbox.api.operations import Answer, Call, write
from sandbox.api.paths import uuid_of
from sandbox.api.scopes import ORG_ADMIN
from sandbox.resources.organizations import Name
from sandbox.rules import tenancy


class MigrateBody(msgspec.Struct):
    """Project ids (`prj_` or bare) to names of children; equal names share one child."""

    mapping: Annotated[dict[str, Name], msgspec.Meta(min_length=1)]


@write(scope=ORG_ADMIN, control_plane=True)
def migrate(call: Call) -> Answer:
    """201 when everything has moved; else nothing has. 404 for a project of somebody else, 409 CONFLICT while one of
    them has work in flight, 422 when the caller is a child itself."""
    body = call.body(MigrateBody)
    names = _by_project(body.mapping)
    if call.organization.parent_id is not None:
        raise invalid("", "A child organization cannot have children.")
    made = tenancy.migrate(call.organization, names)
    children = [_show(child) for child in made]
    for child, shown in zip(made, children, strict=True):
        call.record("organization.created", {"name": shown["name"]}, organization_id=child.organization.pk)
    call.record("organization.projects_migrated", {"children": children})
    return Answer({"projectsMoved": len(names), "childrenCreated": len(made), "children": children}, 201)


def _by_project(mapping: dict[str, str]) -> dict[uuid.UUID, str]:
    names: dict[uuid.UUID, str] = {}
    for text, name in mapping.items():
        project_id = uuid_of("project", "mapping", text)
        if project_id in names:
            raise invalid("mapping", f"{text} is named twice.")
        names[project_id] = name
    return names


def _show(child: tenancy.NewChild) -> dict[str, Any]:
    return {
        "id": ids.show("organization", child.organization.pk),
        "name": child.organization.name,
        "projectIds": [ids.show("project", project.pk) for project in child.projects],
    }
