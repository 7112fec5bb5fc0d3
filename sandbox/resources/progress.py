"""How far the making of one container is (contract/content.md, 5)."""

import math
from typing import Any

from sandbox import clock, ids
from sandbox.api.envelope import stamp
from sandbox.api.operations import Call, read
from sandbox.api.paths import container_of
from sandbox.models import Container, Job
from sandbox.rules import jobs


@read(scope="content:read")
def get_progress(call: Call) -> dict[str, Any]:
    """What the job's answer says, scoped to the container, plus the place within the stage."""
    container = container_of(call)
    return {
        "containerId": ids.show("container", container.pk),
        "status": container.status,
        **(_of_upload(container) if container.job is None else _of_job(container, container.job)),
    }


def _of_job(container: Container, job: Job) -> dict[str, Any]:
    position = jobs.position(job)
    running = container.status in Container.IN_FLIGHT
    return {
        "jobId": ids.show("job", job.pk),
        "kind": job.kind,
        "stage": position.stage,
        "progress": position.progress,
        "stageProgress": position.stage_progress,
        "etaSeconds": math.ceil(position.remaining.total_seconds()) if running else None,
        "updatedAt": stamp(clock.now() if running else container.updated_at),
    }


def _of_upload(container: Container) -> dict[str, Any]:
    """An upload has no job: it is there or it is not."""
    share = 1.0 if container.status == Container.Status.COMPLETED else 0.0
    return {
        "jobId": None,
        "kind": None,
        "stage": None,
        "progress": share,
        "stageProgress": share,
        "etaSeconds": None,
        "updatedAt": stamp(container.updated_at),
    }
