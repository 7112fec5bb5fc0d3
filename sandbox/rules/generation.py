"""Starting generation and stopping it (contract/content.md, 9). What becomes of it in time: production.py."""

import uuid
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, Final

import msgspec

from sandbox import clock
from sandbox.api.errors import conflict
from sandbox.models import Container, Job, Project
from sandbox.rules import jobs, review, spending
from sandbox.rules.costs import COST_OF_FORMAT
from sandbox.rules.job_kinds import KINDS
from sandbox.rules.production import KIND

VIDEO_FORMATS: Final = frozenset({"ugc-remix", "video-remix"})
#: Names the fixtures of test keys; any fixed uuid would do.
FIXTURES: Final = uuid.UUID("6d0f1c0e-52a7-4b0c-9a55-0c9a0f6d3b21")


@dataclass(frozen=True)
class Order:
    """What to make. `hook` is None for the remixes of a source: their words come out of it."""

    format: str
    hook: str | None = None
    variants: int = 1
    influencer_id: uuid.UUID | None = None
    source_tiktok_id: str | None = None
    app_media_id: uuid.UUID | None = None
    #: mediaIds and assetIds of the call.
    references: dict[str, list[str]] = field(default_factory=dict)


def start(project: Project, order: Order, *, is_test: bool) -> tuple[Job, list[Container]]:
    """A running job and its queued containers, credits reserved, inside the caller's transaction.

    409 CONFLICT in an archived project, 402 without the credits. The caller has locked the project, so that archiving
    it and starting work in it come one after the other.
    """
    refuse_archived(project)
    reserved = 0 if is_test else COST_OF_FORMAT[order.format] * order.variants
    if reserved:
        spending.reserve(project.organization_id, reserved)
    job = jobs.start(project, KIND, payload={"references": order.references}, reserved=reserved, is_test=is_test)
    fixtures = [_fixture(project, order, number) if is_test else None for number in range(order.variants)]
    containers = [_container(project, job, order, number, fixture) for number, fixture in enumerate(fixtures)]
    return job, Container.objects.bulk_create(containers)


def _container(project: Project, job: Job, order: Order, number: int, fixture: uuid.UUID | None) -> Container:
    # A millisecond apart, so that lists keep them in the order of `containerIds`.
    moment = job.started_at + timedelta(milliseconds=number)
    container = Container(
        project=project,
        job=job,
        status=Container.Status.QUEUED,
        format=order.format,
        influencer_id=order.influencer_id,
        hook=order.hook,
        source_tiktok_id=order.source_tiktok_id,
        app_media_id=order.app_media_id,
        media_kind=Container.Media.VIDEO if order.format in VIDEO_FORMATS else Container.Media.SLIDESHOW,
        fixture_id=fixture,
        begins_at=job.started_at + KINDS[KIND].lasts / len(KINDS[KIND].stages),
        created_at=moment,
        updated_at=moment,
    )
    return review.gated(project, container)


def refuse_archived(project: Project) -> None:
    """409 CONFLICT for work in an archived project."""
    if project.status == Project.Status.ARCHIVED:
        raise conflict("This project is archived.", {"status": project.status})


def cancel_in_flight(project: Project) -> int:
    """Cancels whatever is being made for a project that is archived: jobs end, their containers become canceled and
    their credits free. Gives the number of containers."""
    count = Container.objects.filter(project=project, status__in=Container.IN_FLIGHT).count()
    running = Job.objects.filter(project=project, kind=KIND, status=Job.Status.RUNNING)
    for job in running.select_for_update(of=("self",)).order_by("id"):
        jobs.cancel(job)
    # Uploads that were announced and never finished belong to no job.
    Container.objects.filter(project=project, status__in=Container.IN_FLIGHT).update(
        status=Container.Status.CANCELED, updated_at=clock.now()
    )
    return count


def _fixture(project: Project, order: Order, number: int) -> uuid.UUID:
    facts: dict[str, Any] = {"project": project.pk, "number": number, **asdict(order)}
    return uuid.uuid5(FIXTURES, msgspec.json.encode(facts, order="sorted").decode())
