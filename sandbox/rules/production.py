"""What time does to containers in the making: queued, processing, then completed or failed (contract/content.md, 4)."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F, QuerySet

from sandbox import clock, ids
from sandbox.engine.source import Source
from sandbox.models import Container, Job
from sandbox.rules import scripts, spending, tiktok
from sandbox.rules.costs import COST_OF_FORMAT
from sandbox.rules.events import emit
from sandbox.rules.previews import OWN_ORIGIN, assets, job_result, preview

KIND: Final = "content_generate"
STAGES: Final = ("queued", "generating_visuals", "finalizing")
LASTS: Final = timedelta(minutes=2)


def finish(job: Job) -> dict[str, Any]:
    """Completes the containers of a job and pays for them."""
    containers = of_job(job)
    for container in containers:
        _complete(container)
    for container in containers:
        emit(
            job.organization_id,
            "content.generated",
            {
                "id": ids.show("container", container.pk),
                "projectId": ids.show("project", container.project_id),
                "assets": assets(container, OWN_ORIGIN),
                "preview": preview(container, OWN_ORIGIN),
            },
            job.project_id,
        )
    if not job.is_test:
        spending.settle(job, [_usage(container) for container in containers])
    return job_result(containers, OWN_ORIGIN)


def stopped(job: Job) -> None:
    """A job that failed or was canceled takes its containers with it and gives its credits back."""
    failed = job.status == Job.Status.FAILED
    job.containers.filter(status__in=Container.IN_FLIGHT).update(
        status=Container.Status.FAILED if failed else Container.Status.CANCELED,
        last_error=job.error,
        updated_at=clock.now(),
    )
    if job.reserved_credits:
        spending.release(job)


def of_job(job: Job) -> list[Container]:
    """One per variant, in the order they were asked for."""
    return list(job.containers.select_related("project").order_by("created_at", "id"))


def _complete(container: Container) -> None:
    """Fills in what generation brings: words, media, caption."""
    if container.source_tiktok_id is not None:
        container.hook = tiktok.words_of(container.project, container.source_tiktok_id)
    script = scripts.write(
        container.project, Container.Media(container.media_kind), container.fixture_id or container.pk
    )
    container.slide_lines = script.lines
    container.slide_count = len(script.lines)
    container.duration_ms = script.duration_ms
    container.caption = script.caption
    container.first_comment = script.first_comment
    container.status = Container.Status.COMPLETED
    container.completed_at = container.updated_at = clock.now()
    container.save()


def _usage(container: Container) -> spending.Usage:
    generated = container.format or ""
    return spending.Usage(container.pk, generated, COST_OF_FORMAT[generated])


def _queued() -> QuerySet[Container]:
    return Container.objects.filter(status=Container.Status.QUEUED)


def _begin_due(until: datetime) -> None:
    Container.objects.filter(status=Container.Status.QUEUED, begins_at__lte=until).update(
        status=Container.Status.PROCESSING, updated_at=F("begins_at")
    )


BEGINNING = Source("containers", _queued, "begins_at", _begin_due)
