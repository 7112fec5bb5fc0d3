"""Long-running work: started, moved by the clock, finished once (contract/content.md, 10 Jobs).

Stage and progress are not stored while a job runs: they follow from the time since it started.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from sandbox import clock, ids
from sandbox.control import faults
from sandbox.engine.source import Source
from sandbox.models import Job, Project
from sandbox.rules.events import emit
from sandbox.rules.job_definition import JobFailed
from sandbox.rules.job_kinds import KINDS

#: Progress moves in steps, so that a client which polls sees nothing new most of the time.
STEPS = 20


@dataclass(frozen=True)
class Position:
    """Where a job stands: `progress` 0 to 1 over the whole, `stage_progress` 0 to 1 within the stage."""

    stage: str | None
    progress: float
    stage_progress: float
    remaining: timedelta


def start(
    project: Project, kind: str, *, payload: dict[str, Any] | None = None, reserved: int = 0, is_test: bool = False
) -> Job:
    """A running job inside the caller's transaction. `reserved`: credits that the caller has reserved for it."""
    moment = clock.now()
    return Job.objects.create(
        id=ids.new_ulid(),
        organization_id=project.organization_id,
        project=project,
        kind=kind,
        stage=KINDS[kind].stages[0],
        payload=payload or {},
        reserved_credits=reserved,
        is_test=is_test,
        started_at=moment,
        ends_at=moment + KINDS[kind].lasts,
    )


def position(job: Job, now: datetime | None = None) -> Position:
    """Stages share a job's time equally. A job that is done stays where it ended."""
    stages = KINDS[job.kind].stages
    if job.status != Job.Status.RUNNING or job.ends_at is None:
        within = 1.0 if job.status == Job.Status.COMPLETED else job.progress * len(stages) % 1
        return Position(job.stage, job.progress, _step(within), timedelta(0))
    moment = now or clock.now()
    share = min(max((moment - job.started_at) / (job.ends_at - job.started_at), 0.0), 0.999)
    index, within = divmod(share * len(stages), 1)
    return Position(stages[int(index)], _step(share), _step(within), max(job.ends_at - moment, timedelta(0)))


def _step(share: float) -> float:
    """Rounded down to a step."""
    return int(share * STEPS) / STEPS


def cancel(job: Job) -> None:
    """Ends a locked, running job as canceled, inside the caller's transaction."""
    _end(job, Job.Status.CANCELED, {})
    KINDS[job.kind].stopped(job)
    _tell(job, "job.canceled", {})


def _running() -> QuerySet[Job]:
    return Job.objects.filter(status=Job.Status.RUNNING)


def _finish_due(until: datetime) -> None:
    due = Job.objects.filter(status=Job.Status.RUNNING, ends_at__lte=until).order_by("ends_at", "id")
    for job_id in list(due.values_list("id", flat=True)):
        with transaction.atomic():
            # The project before its job, as archiving does: the other way round the two could wait for each other.
            project = Project.objects.select_for_update(of=("self",), no_key=True).get(jobs=job_id)
            job = Job.objects.select_for_update().get(pk=job_id)
            job.project = project
            if job.status == Job.Status.RUNNING and job.ends_at is not None:
                with clock.at(job.ends_at):
                    _finish(job)


def _finish(job: Job) -> None:
    kind = KINDS[job.kind]
    try:
        with transaction.atomic():
            _fail_on_request(job)
            result = kind.finish(job)
    except JobFailed as failure:
        error = {"code": failure.code, "message": failure.message}
        _end(job, Job.Status.FAILED, {"error": error})
        kind.stopped(job)
        _tell(job, "job.failed", {"error": error})
        return
    _end(job, Job.Status.COMPLETED, {"result": result})
    _tell(job, "job.completed", {"result": result})


def _fail_on_request(job: Job) -> None:
    """Raises JobFailed while a fault of this kind of job is switched on."""
    if fault := faults.wanted("job_fails", job.kind):
        raise JobFailed(fault["code"], fault["message"])


def _end(job: Job, status: Job.Status, fields: dict[str, Any]) -> None:
    job.stage = position(job).stage if status != Job.Status.COMPLETED else KINDS[job.kind].stages[-1]
    job.progress = 1.0 if status == Job.Status.COMPLETED else position(job).progress
    job.status = status
    job.finished_at = clock.now()
    job.ends_at = None
    for name, value in fields.items():
        setattr(job, name, value)
    job.save()


def _tell(job: Job, event_type: str, more: dict[str, Any]) -> None:
    emit(
        job.organization_id,
        event_type,
        {"jobId": ids.show("job", job.pk), "kind": job.kind, **more},
        job.project_id,
    )


FINISHING = Source("jobs", _running, "ends_at", _finish_due)
