"""Projects: create, change, archive (contract/content.md, 2 Projects)."""

import random
from typing import Any

from sandbox import clock, ids
from sandbox.api.creation import creation_body
from sandbox.api.envelope import stamp_or_none
from sandbox.api.errors import invalid
from sandbox.api.operations import Answer, Call, write
from sandbox.api.paths import PROJECT_LOCKED, project_of
from sandbox.api.query import parse_json
from sandbox.models import Project
from sandbox.resources.project_bodies import ProjectCreate, ProjectPatch, columns, refuse_read_only
from sandbox.resources.projects import show
from sandbox.rules import background
from sandbox.rules.projects import archive, restore
from sandbox.rules.trades import fitting


@write(scope="projects:write")
def create_project(call: Call) -> Answer:
    """201. A description starts keyword research and a first influencer."""
    sent = columns(creation_body(call, ProjectCreate))
    sent.setdefault("owner_email", call.key.organization.billing_email)
    project = Project.objects.create(
        organization=call.organization,
        trade=fitting(sent["app_description"], sent["tagline"], sent["app_name"], sent["name"]),
        # The same brand looks the same wherever it is set up again.
        palette_seed=random.Random(f"{sent['name']} {sent['app_name']}").randint(1, 2**31 - 1),
        **sent,
    )
    call.record("project.created", {"name": project.name}, project_id=project.pk)
    if project.app_description:
        background.start_first_runs(project, is_test=call.is_test)
    return Answer(show(project, call.origin), 201)


@write(scope="projects:write")
def patch_project(call: Call) -> dict[str, Any]:
    """`status: archived` does what DELETE does, `active` undoes it. Metadata is replaced whole."""
    parsed = parse_json(call.request.body)
    if parsed == {}:
        raise invalid("", "The body changes nothing.")
    if isinstance(parsed, dict):
        refuse_read_only(parsed)
    sent = columns(call.body(ProjectPatch))
    status = sent.pop("status", None)
    project = project_of(call, PROJECT_LOCKED)
    described = sent.get("app_description")
    to_research = bool(described) and described != project.app_description
    for name, value in sent.items():
        setattr(project, name, value)
    if status == Project.Status.ACTIVE:
        restore(project)
    project.updated_at = clock.now()
    project.save()
    fields = sorted([*sent, "status"] if status == Project.Status.ACTIVE else sent)
    if fields:
        call.record("project.updated", {"fields": fields}, project_id=project.pk)
    if status == Project.Status.ARCHIVED:
        _archive(call, project)
    if to_research and project.status == Project.Status.ACTIVE:
        background.start_research(project, is_test=call.is_test)
    return show(project, call.origin)


@write(scope="projects:write")
def archive_project(call: Call) -> dict[str, Any]:
    """200 again when it is archived already, with a new archivedAt."""
    project = project_of(call, PROJECT_LOCKED)
    canceled = _archive(call, project)
    return {
        "id": ids.show("project", project.pk),
        "status": project.status,
        "archivedAt": stamp_or_none(project.archived_at),
        "canceledScheduledPosts": canceled,
    }


def _archive(call: Call, project: Project) -> int:
    canceled = archive(project)
    call.record("project.archived", {"canceledScheduledPosts": canceled}, project_id=project.pk)
    return canceled
