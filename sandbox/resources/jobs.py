"""Jobs: poll one, cheaply, or ask it to stop (contract/content.md, 10 Jobs)."""

import hashlib
from typing import Any

import msgspec

from sandbox import ids
from sandbox.api.envelope import stamp
from sandbox.api.errors import conflict, not_found
from sandbox.api.lookup import RowBy
from sandbox.api.operations import Answer, Call, read, write
from sandbox.api.paths import MOVED, moved, ulid_of
from sandbox.models import Container, Job
from sandbox.rules import jobs
from sandbox.rules.job_kinds import KINDS
from sandbox.rules.previews import job_result
from sandbox.rules.production import KIND as GENERATION

JOB = RowBy(Job, "id = %s and organization_id = %s")
JOB_LOCKED = RowBy(Job, "id = %s and organization_id = %s for update")
MOVED_JOB = RowBy(Job, f"id = %s and project_id in {MOVED}")


def accepted(job: Job, **pointers: Any) -> Answer:
    """The 202 of every call that starts a job. `pointers`: what is particular to its kind."""
    job_id = ids.show("job", job.pk)
    body = {
        "jobId": job_id,
        "kind": job.kind,
        "status": job.status,
        "stage": job.stage,
        "projectId": ids.show("project", job.project_id),
        **pointers,
        "locationUrl": f"/v1/jobs/{job_id}",
        "startedAt": stamp(job.started_at),
    }
    return Answer(body, 202)


def show(job: Job, containers: list[Container], origin: str) -> dict[str, Any]:
    """A running job has neither `finishedAt` nor `result` nor `error`."""
    position = jobs.position(job)
    body: dict[str, Any] = {
        "jobId": ids.show("job", job.pk),
        "kind": job.kind,
        "status": job.status,
        "stage": position.stage,
        "progress": position.progress,
        "projectId": ids.show("project", job.project_id),
        "containerIds": [ids.show("container", container.pk) for container in containers],
        "locationUrl": f"/v1/jobs/{ids.show('job', job.pk)}",
        "startedAt": stamp(job.started_at),
    }
    if "influencerId" in job.payload:
        body["influencerId"] = job.payload["influencerId"]
    if job.finished_at is not None:
        body["finishedAt"] = stamp(job.finished_at)
    if job.status == Job.Status.COMPLETED:
        # Media lie where this service is reached now, so a result with URLs is written anew.
        body["result"] = job_result(containers, origin) if job.kind == GENERATION else job.result
    elif job.error is not None:
        body["error"] = job.error
    return body


@read(scope="jobs:read")
def get_job(call: Call) -> Answer:
    """304 while nothing moved since the ETag the client sends back."""
    job = job_of(call, JOB)
    body = show(job, list(job.containers.order_by("created_at", "id")), call.origin)
    etag = f'"{hashlib.sha256(msgspec.json.encode(body)).hexdigest()[:32]}"'
    seen = {tag.strip().removeprefix("W/") for tag in call.request.headers.get("If-None-Match", "").split(",")}
    if etag in seen:
        return Answer(None, 304, {"ETag": etag})
    return Answer(body, headers={"ETag": etag})


@write(scope="jobs:cancel")
def cancel(call: Call) -> Answer:
    """202: stopped. 200: too late. 409 CONFLICT in a stage that has to run to its end."""
    job = job_of(call, JOB_LOCKED)
    job_id = ids.show("job", job.pk)
    if job.status != Job.Status.RUNNING:
        return Answer({"jobId": job_id, "accepted": False, "reason": "ALREADY_COMPLETED"})
    stage = jobs.position(job).stage
    if stage in KINDS[job.kind].protected:
        raise conflict(
            f"A job cannot be stopped while {stage}.",
            {"subcode": "JOB_CANCEL_UNAVAILABLE", "jobId": job_id, "stage": stage},
        )
    jobs.cancel(job)
    call.record("job.canceled", {"jobId": job_id, "kind": job.kind}, project_id=job.project_id)
    return Answer({"jobId": job_id, "accepted": True}, 202)


@read(scope="jobs:read")
def stream(call: Call) -> Answer:
    """Planned (server-sent events): today there is nothing at this path."""
    raise not_found("path")


def job_of(call: Call, rows: RowBy[Job]) -> Job:
    wanted = ulid_of("job", "jobId", call.path_ids["jobId"])
    job = rows.get(wanted, call.organization.pk) or moved(call, MOVED_JOB, wanted)
    if job is None:
        raise not_found("job")
    return job
