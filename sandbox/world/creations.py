"""Containers and their jobs: what is waiting, in flight, decided, failed."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.models import Container, Job, Project
from sandbox.rules.costs import COST_OF_FORMAT
from sandbox.rules.production import STAGES
from sandbox.world.chance import Chance
from sandbox.world.people import ARCHIVED_DAYS_AGO, SUSPENDED_DAYS_AGO, People, Tenant, decided_by
from sandbox.world.plan import Plan, Status
from sandbox.world.texts import Theme

FORMATS = ("slideshow-builder", "ugc-remix", "slideshow-remix", "video-remix")
FORMAT_WEIGHTS = (62, 24, 9, 5)
VIDEO_FORMATS = {"ugc-remix", "video-remix"}
FAILURES: tuple[dict[str, Any], ...] = (
    {"code": "GENERATION_FAILED", "message": "The render step gave up after three tries."},
    {"code": "GENERATION_FAILED", "message": "No usable demo footage: the screen recording is shorter than 3 s."},
    {"code": "SCRAPE_FAILED", "message": "The source post is no longer public."},
    {"code": "PLATFORM_ERROR", "message": "The image service answered 502.", "platformCode": "upstream_502"},
)
REJECTIONS = (
    "Logo is the old one.",
    "Hook promises a result we cannot prove.",
    "Slide 3 repeats slide 2.",
    "Wrong market: prices in dollars.",
    "Too close to last week's post.",
    "Caption names a competitor.",
    "Text is cut off by the app's buttons.",
)
NOTES = (None, None, None, "Fine for Friday.", "Good one.", "Best of the three variants.")


@dataclass
class Creations:
    jobs: list[Job] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)


class Studio:
    """Fills a world with containers. One instance per seeding; every shot goes through `_shoot`."""

    def __init__(self, chance: Chance, plan: Plan, people: People) -> None:
        self.chance = chance
        self.plan = plan
        self.people = people
        self.tenants = people.tenants
        self.made = Creations()
        #: Jobs in flight so far.
        self.running = 0
        #: Two faces per project, so that its posts look like one brand's.
        self.influencers = {
            project.pk: (chance.uuid(), chance.uuid()) for tenant in people.tenants for project in tenant.projects
        }

    def build(self) -> Creations:
        plan, chance = self.plan, self.chance
        live = [tenant for tenant in self.tenants if tenant.customer.status == Status.ACTIVE]
        gated = {
            tenant.organization.pk: [
                project for project in tenant.projects if project.review_policy == Project.Policy.REVIEW_ALL
            ]
            for tenant in live
        }
        self._until(plan.waiting, lambda: self._waiting(self._of(live), gated))
        self._until(plan.in_flight, lambda: self._in_flight(self._of(live)))
        self._until(plan.failed, lambda: self._failed(self._of(live)))
        self._until(plan.canceled, lambda: self._canceled(self._of(live)))
        self._until(plan.uploads, lambda: self._upload(self._of(live)))
        rest = plan.containers - len(self.made.containers)
        self._until(rest, lambda: self._history(self._of(self.tenants)))
        self._settle_first_n()
        self._reserve()
        chance.random.shuffle(self.made.containers)
        return self.made

    def _of(self, tenants: list[Tenant]) -> Tenant:
        return self.chance.weighted(tenants, [tenant.customer.weight for tenant in tenants])

    def _until(self, count: int, shoot: Callable[[], None]) -> None:
        """Shoots until exactly `count` containers more exist; the last family is cut short."""
        goal = len(self.made.containers) + count
        while len(self.made.containers) < goal:
            shoot()
        del self.made.containers[goal:]

    # --- the buckets

    def _waiting(self, tenant: Tenant, gated: dict[Any, list[Project]]) -> None:
        project = self.chance.pick(gated[tenant.organization.pk])
        hours = 40 * self.chance.random.random() ** 1.3 + 0.25
        for container in self._shoot(tenant, project, self.chance.ago(hours=hours), family=0.22):
            self._hold(container)
            container.updated_at = container.completed_at or container.created_at

    def _in_flight(self, tenant: Tenant) -> None:
        project = self.chance.pick(tenant.projects)
        started = self.chance.ago(minutes=self.chance.random.uniform(0.3, 14))
        queued = started > self.chance.ago(minutes=3)
        containers = self._shoot(tenant, project, started, family=0.15)
        job = containers[0].job
        if job is None:
            return
        job.status, job.finished_at = Job.Status.RUNNING, None
        job.stage = "queued" if queued else self.chance.pick(("generating_visuals", "finalizing"))
        job.progress = 0.0 if queued else round(self.chance.random.uniform(0.1, 0.9), 2)
        job.ends_at = self._end(job.started_at, queued)
        begins_at = job.started_at + (job.ends_at - job.started_at) / len(STAGES)
        for container in containers:
            container.status = Container.Status.QUEUED if queued else Container.Status.PROCESSING
            container.begins_at = begins_at
            self._unfinished(container)

    def _end(self, started: datetime, queued: bool) -> datetime:
        """When a running job will finish: some minutes from now, one after the other. Its first third is the queue, so
        a queued one lasts more than three times its age, any other at most that."""
        age = self.chance.now - started
        wait = timedelta(minutes=3 + 7 * self.running / self.plan.in_flight)
        self.running += 1
        return Chance.cut(self.chance.now + (2 * age + wait if queued else min(wait, 2 * age)))

    def _failed(self, tenant: Tenant) -> None:
        project = self.chance.pick(tenant.projects)
        recent = self.chance.happens(0.2)
        moment = self.chance.ago(days=self.chance.random.uniform(0.05, 1.6 if recent else 88))
        error = self.chance.pick(FAILURES)
        (container,) = self._shoot(tenant, project, moment, family=0)
        container.status, container.last_error = Container.Status.FAILED, error
        self._unfinished(container)
        if container.job is not None:
            container.job.status, container.job.error = Job.Status.FAILED, error
            container.job.stage, container.job.progress = "generating_visuals", 0.6

    def _canceled(self, tenant: Tenant) -> None:
        project = self.chance.pick(tenant.projects)
        moment = self.chance.ago(days=self.chance.random.uniform(2, 80))
        (container,) = self._shoot(tenant, project, moment, family=0)
        container.status = Container.Status.CANCELED
        self._unfinished(container)
        if container.job is not None:
            container.job.status, container.job.stage, container.job.progress = Job.Status.CANCELED, "queued", 0.0

    def _upload(self, tenant: Tenant) -> None:
        """Finished media from outside: no job, no hook, no format, out of ads, completed at once."""
        project = self.chance.pick(tenant.projects)
        moment = self.chance.ago(days=self.chance.random.uniform(0.1, 60))
        (container,) = self._shoot(tenant, project, moment, family=0)
        if container.job is not None:
            self.made.jobs.pop()
        container.job = container.format = container.hook = container.influencer_id = None
        container.creative_type, container.ads_enrollment = "uploaded", "opted_out"
        if not container.is_video:
            container.media_kind, container.slide_count = Container.Media.IMAGE, 1
        container.slide_lines = []
        container.source_tiktok_id = None
        container.completed_at = container.created_at
        if container.approval_status in {Container.Approval.APPROVED, Container.Approval.REJECTED}:
            self._decide(tenant, container)

    def _history(self, tenant: Tenant) -> None:
        project = self.chance.pick(tenant.projects)
        oldest, newest = 89.0, 0.3
        if tenant.customer.status == Status.SUSPENDED:
            newest = SUSPENDED_DAYS_AGO + 0.2
        elif tenant.customer.status == Status.ARCHIVED:
            newest = ARCHIVED_DAYS_AGO + 1
        # Squared: a young business posts more each week.
        days = newest + (oldest - newest) * self.chance.random.random() ** 1.6
        self._shoot(tenant, project, self.chance.ago(days=days), family=0.12)

    # --- one shot

    def _shoot(self, tenant: Tenant, project: Project, moment: datetime, family: float) -> list[Container]:
        """One job and its containers, completed and decided as the project's policy says."""
        chance = self.chance
        theme = chance.pick(tenant.text.themes)
        fmt = chance.weighted(FORMATS, FORMAT_WEIGHTS)
        variants = chance.pick((2, 2, 3)) if "remix" not in fmt and chance.happens(family) else 1
        finished = chance.soon_after(moment, 2.5, 9)
        job = Job(
            id=chance.ulid(moment),
            organization=tenant.organization,
            project=project,
            status=Job.Status.COMPLETED,
            stage="finalizing",
            progress=1.0,
            started_at=moment,
            finished_at=finished,
        )
        hook = self._hook(theme, fmt)
        containers = [
            self._container(tenant, project, job, theme, fmt, hook, moment + timedelta(milliseconds=number))
            for number in range(variants)
        ]
        self.made.jobs.append(job)
        self.made.containers.extend(containers)
        return containers

    def _hook(self, theme: Theme, fmt: str) -> str:
        hook = self.chance.pick(theme.hooks)
        # Bank hooks hold the two characters backslash-n; hooks that a person typed hold a real line break.
        return hook.replace("\n", "\\n") if self.chance.happens(0.6) else hook

    def _container(
        self,
        tenant: Tenant,
        project: Project,
        job: Job,
        theme: Theme,
        fmt: str,
        hook: str,
        moment: datetime,
    ) -> Container:
        chance = self.chance
        video = fmt in VIDEO_FORMATS
        slides = 1 if video else chance.whole(4, 7)
        points = chance.some(theme.points, max(1, slides - 2))
        action = chance.pick(tenant.text.actions)
        container = Container(
            id=chance.uuid(),
            project=project,
            job=job,
            status=Container.Status.COMPLETED,
            approval_status=Container.Approval.NOT_REQUIRED,
            format=fmt,
            influencer_id=self._face(project, fmt),
            hook=hook,
            source_tiktok_id=str(chance.whole(7 * 10**18, 8 * 10**18 - 1)) if fmt.endswith("-remix") else None,
            caption=self._caption(tenant, theme),
            first_comment=action if chance.happens(0.25) else None,
            media_kind=Container.Media.VIDEO if video else Container.Media.SLIDESHOW,
            slide_count=slides,
            slide_lines=[points[0]] if video else ["", *points, action],
            duration_ms=chance.whole(80, 300) * 100 if video else None,
            created_at=moment,
            completed_at=job.finished_at,
            updated_at=job.finished_at or moment,
        )
        if not video:
            container.slide_count = len(container.slide_lines)
        if project.review_policy != Project.Policy.AUTO_APPROVE:
            self._decide(tenant, container)
        return container

    def _face(self, project: Project, fmt: str) -> uuid.UUID | None:
        """Only slideshow-builder may run without an influencer."""
        if fmt == "slideshow-builder" and self.chance.happens(0.3):
            return None
        return self.chance.pick(self.influencers[project.pk])

    def _caption(self, tenant: Tenant, theme: Theme) -> str:
        tags = self.chance.some(tenant.text.hashtags, self.chance.whole(3, 5))
        return f"{self.chance.pick(theme.captions)} {' '.join(tags)}"

    def _decide(self, tenant: Tenant, container: Container) -> None:
        """A person decided some hours after completion; what is younger than that still waits."""
        chance = self.chance
        done = container.completed_at or container.created_at
        moment = chance.soon_after(done, 20, 1_500)
        if moment >= chance.now:
            self._hold(container)
            return
        container.decided_at = container.updated_at = moment
        # Mostly the partner's staff, acting for the customer; sometimes the customer's own app.
        container.decided_by = decided_by(self.people.parent_key if chance.happens(0.8) else tenant.key)
        if chance.happens(0.87):
            container.approval_status = Container.Approval.APPROVED
            container.decision_note = chance.pick(NOTES)
        else:
            container.approval_status = Container.Approval.REJECTED
            container.decision_note = chance.pick(REJECTIONS)

    def _hold(self, container: Container) -> None:
        container.approval_status = Container.Approval.PENDING
        container.decided_at = container.decided_by = container.decision_note = None

    def _unfinished(self, container: Container) -> None:
        """No media, no caption. A reviewed project's container is pending from the start and stays so."""
        container.caption = container.first_comment = container.completed_at = None
        container.updated_at = container.created_at
        if container.job is not None and container.job.finished_at is not None:
            container.updated_at = container.job.finished_at
        if container.approval_status != Container.Approval.NOT_REQUIRED:
            self._hold(container)

    def _settle_first_n(self) -> None:
        """Review-first-N projects gate only until N have left pending; what came later was never gated."""
        by_project: dict[Any, list[Container]] = {}
        for container in self.made.containers:
            by_project.setdefault(container.project_id, []).append(container)
        for containers in by_project.values():
            project = containers[0].project
            if project.review_policy != Project.Policy.REVIEW_FIRST_N or project.review_first_n is None:
                continue
            left_pending = sorted(container.decided_at for container in containers if container.decided_at is not None)
            for container in containers:
                decided_before = sum(1 for moment in left_pending if moment < container.created_at)
                if decided_before >= project.review_first_n:
                    container.approval_status = Container.Approval.NOT_REQUIRED
                    container.decided_at = container.decided_by = container.decision_note = None

    def _reserve(self) -> None:
        """What a running job holds in its wallet: the price of every container it makes (world/ledgers.py adds up the
        same)."""
        for container in self.made.containers:
            if container.status in Container.IN_FLIGHT and container.job is not None:
                container.job.reserved_credits += COST_OF_FORMAT[container.format or ""]
