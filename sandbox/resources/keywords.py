"""The hashtag bank of a project (contract/content.md, 2 Keywords)."""

from typing import Any

import msgspec

from sandbox import ids
from sandbox.api.envelope import stamp
from sandbox.api.errors import missing
from sandbox.api.operations import Answer, Call, read, write
from sandbox.api.paths import PROJECT_LOCKED, project_of
from sandbox.models import KeywordBank
from sandbox.resources.jobs import accepted
from sandbox.rules.background import start_research
from sandbox.rules.generation import refuse_archived


class NoBody(msgspec.Struct, forbid_unknown_fields=True):
    """An empty object, or no body at all."""


@read(scope="projects:read")
def list_keywords(call: Call) -> dict[str, Any]:
    project = project_of(call)
    bank = KeywordBank.objects.filter(project=project).first()
    return {
        "projectId": ids.show("project", project.pk),
        "hashtags": bank.hashtags if bank else [],
        "refreshedAt": stamp(bank.refreshed_at) if bank else None,
    }


@write(scope="projects:write", long_running=True)
def refresh_keywords(call: Call) -> Answer:
    """202 with a job; 422 without a description to start from."""
    call.body(NoBody)
    project = project_of(call, PROJECT_LOCKED)
    if not project.app_description:
        raise missing("appDescription")
    refuse_archived(project)
    job = start_research(project, is_test=call.is_test)
    call.record("keywords.refresh_started", {"jobId": ids.show("job", job.pk)}, project_id=project.pk)
    return accepted(job)
