"""Jobs: poll one, cheaply (contract/content.md, 10 Jobs)."""

import hashlib
from typing import Any

import msgspec

from sandbox import ids
from sandbox.api.envelope import stamp
from sandbox.api.errors import not_found
from sandbox.api.operations import Answer, Call, read
from sandbox.api.paths import ulid_of
from sandbox.models import Container, Job
from sandbox.resources.previews import assets, preview


def show(job: Job, containers: list[Container], origin: str) -> dict[str, Any]:
    """A running job has neither `finishedAt` nor `result` nor `error`."""
    body: dict[str, Any] = {
        "jobId": ids.show("job", job.pk),
        "kind": job.kind,
        "status": job.status,
        "stage": job.stage,
        "progress": job.progress,
        "projectId": ids.show("project", job.project_id),
        "containerIds": [ids.show("container", container.pk) for container in containers],
        "locationUrl": f"/v1/jobs/{ids.show('job', job.pk)}",
        "startedAt": stamp(job.started_at),
    }
    if job.finished_at is not None:
        body["finishedAt"] = stamp(job.finished_at)
    if job.status == Job.Status.COMPLETED:
        body["result"] = _result(containers, origin)
    elif job.error is not None:
        body["error"] = job.error
    return body


def _result(containers: list[Container], origin: str) -> dict[str, Any]:
    """Plural for variants, and the older singular spelling of the first one beside it."""
    each = [
        {
            "containerId": ids.show("container", container.pk),
            "assets": assets(container, origin),
            "preview": preview(container, origin),
        }
        for container in containers
    ]
    return {"containerIds": [one["containerId"] for one in each], "containers": each, **(each[0] if each else {})}


@read(scope="jobs:read")
def get_job(call: Call) -> Answer:
    """304 while nothing moved since the ETag the client sends back."""
    wanted = ulid_of("job", "jobId", call.path_ids["jobId"])
    job = Job.objects.filter(pk=wanted, organization=call.organization).first()
    if job is None:
        raise not_found("job")
    body = show(job, list(job.containers.order_by("created_at", "id")), call.origin)
    etag = f'"{hashlib.sha256(msgspec.json.encode(body)).hexdigest()[:32]}"'
    seen = {tag.strip().removeprefix("W/") for tag in call.request.headers.get("If-None-Match", "").split(",")}
    if etag in seen:
        return Answer(None, 304, {"ETag": etag})
    return Answer(body, headers={"ETag": etag})
