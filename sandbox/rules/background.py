"""The runs that fill a project by themselves: hashtags, personas, readings of a source (contract/content.md, 2 and 11).

Nobody is charged for them.
"""

from typing import Any

from sandbox import ids
from sandbox.models import Influencer, Ingest, Job, Project
from sandbox.rules import influencers, ingests, jobs, keywords


def start_research(project: Project, *, is_test: bool) -> Job:
    """Keyword research; its outcome replaces the hashtag bank."""
    return jobs.start(project, keywords.KIND, is_test=is_test)


def start_training(influencer: Influencer, *, is_test: bool) -> Job:
    """Makes a pending influencer ready."""
    payload = {"influencerId": ids.show("influencer", influencer.pk)}
    return jobs.start(influencer.project, influencers.KIND, payload=payload, is_test=is_test)


def start_ingest(project: Project, source: Ingest.Source, order: dict[str, Any], *, is_test: bool) -> Job:
    """Reads a source. `order` is what the partner asked for; one reading a source is remembered, the last."""
    job = jobs.start(project, ingests.KIND_OF[source], payload=order, is_test=is_test)
    Ingest.objects.update_or_create(
        project=project,
        source=source,
        defaults={"status": Ingest.Status.RUNNING, "job_id": job.pk, "completed_at": None},
    )
    return job


def start_first_runs(project: Project, *, is_test: bool) -> None:
    """What a new project with a description gets unasked. Rows only: there is nothing in it that could fail."""
    start_research(project, is_test=is_test)
    start_training(influencers.invent(project), is_test=is_test)
