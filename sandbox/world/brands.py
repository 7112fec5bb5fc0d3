"""What belongs to the projects of a world: faces, hashtags, assets, readings of websites, a GitHub installation."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sandbox import ids
from sandbox.media import brand
from sandbox.models import (
    AppMedia,
    GithubInstallation,
    GithubRepo,
    Influencer,
    Ingest,
    Job,
    KeywordBank,
    Project,
)
from sandbox.rules import github, influencers, ingests, keywords
from sandbox.world.chance import Chance
from sandbox.world.creations import Creations
from sandbox.world.people import People, Tenant
from sandbox.world.plan import Plan

#: Added to the world's seed: this part draws from a stream of its own.
STREAM: Final = 1_300
GENDERS: Final = tuple(Influencer.Gender)
AGES: Final = (Influencer.AgeRange.YOUNG_ADULT, Influencer.AgeRange.ADULT, Influencer.AgeRange.MID_ADULT)
FAILURE: Final = "The face could not be told from a real person's."
#: The customer whose code is on GitHub.
ON_GITHUB: Final = 0


@dataclass
class Brands:
    influencers: list[Influencer] = field(default_factory=list)
    banks: list[KeywordBank] = field(default_factory=list)
    media: list[AppMedia] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    ingests: list[Ingest] = field(default_factory=list)
    installations: list[GithubInstallation] = field(default_factory=list)
    repos: list[GithubRepo] = field(default_factory=list)


def build(plan: Plan, now: datetime, folk: People, made: Creations) -> Brands:
    return _Workshop(Chance(plan.seed + STREAM, now)).build(folk, made)


class _Workshop:
    """One instance per seeding."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self.done = Brands()

    def build(self, folk: People, made: Creations) -> Brands:
        actors: dict[uuid.UUID, dict[uuid.UUID, None]] = defaultdict(dict)
        filmed = set()
        for container in made.containers:
            if container.influencer_id is not None:
                actors[container.project_id][container.influencer_id] = None
            if container.format == "ugc-remix":
                filmed.add(container.project_id)
        for number, tenant in enumerate(folk.tenants):
            for position, project in enumerate(tenant.projects):
                self._cast(project, list(actors[project.pk]) or [self.chance.uuid()])
                self._research(project)
                self._equip(project, filmed=project.pk in filmed)
                if position == 0 and self.chance.happens(0.6):
                    self._read_website(project)
            if number == ON_GITHUB:
                self._install(tenant)
        return self.done

    def _cast(self, project: Project, wanted: list[uuid.UUID]) -> None:
        """Those that act in the project's content are ready; some projects have one more that never became it."""
        for number, influencer_id in enumerate(wanted):
            influencer = self._influencer(project, influencer_id, number)
            influencer.status = Influencer.Status.READY
            influencer.updated_at = influencer.created_at + influencers.LASTS
        if self.chance.happens(0.15):
            influencer = self._influencer(project, self.chance.uuid(), len(wanted))
            influencer.status, influencer.error_message = Influencer.Status.FAILED, FAILURE
            influencer.updated_at = influencer.created_at + influencers.LASTS

    def _influencer(self, project: Project, influencer_id: uuid.UUID, number: int) -> Influencer:
        gender = self.chance.pick(GENDERS)
        # The first one came with the project, the others on somebody's wish.
        born = project.created_at if number == 0 else self.chance.soon_after(project.created_at, 60, 9_000)
        influencer = Influencer(
            id=influencer_id,
            project=project,
            name=self.chance.pick(influencers.NAMES[gender]),
            gender=gender,
            age_range=self.chance.pick(AGES),
            brand_voice=project.brand_voice,
            language=project.primary_language,
            face_seed=self.chance.random.getrandbits(31),
            face_gender=gender,
            created_at=born,
            updated_at=born,
        )
        self.done.influencers.append(influencer)
        return influencer

    def _research(self, project: Project) -> None:
        landed = Chance.cut(project.created_at + keywords.LASTS)
        bank = KeywordBank(project=project, hashtags=keywords.research(project), refreshed_at=landed)
        self.done.banks.append(bank)

    def _equip(self, project: Project, *, filmed: bool) -> None:
        logo = brand.logo(project.app_name or project.name, project.palette_seed)
        self._asset(project, AppMedia.Kind.LOGO, brand.LOGO, "image/svg+xml", len(logo))
        screen, demo = brand.SHARED["screen"], brand.SHARED["demo"]
        if self.chance.happens(0.7):
            self._asset(project, AppMedia.Kind.SCREENSHOT, "screen", "image/png", screen.stat().st_size)
        # Nobody makes a ugc-remix without a film of the app.
        if filmed or self.chance.happens(0.3):
            self._asset(project, AppMedia.Kind.DEMO_VIDEO, "demo", "video/mp4", demo.stat().st_size)

    def _asset(self, project: Project, kind: AppMedia.Kind, drawn: str, mime_type: str, byte_size: int) -> None:
        self.done.media.append(
            AppMedia(
                id=self.chance.uuid(),
                project=project,
                kind=kind,
                mime_type=mime_type,
                byte_size=byte_size,
                drawn=drawn,
                created_at=self.chance.soon_after(project.created_at, 3, 600),
            )
        )

    def _read_website(self, project: Project) -> None:
        kind = ingests.KIND_OF[Ingest.Source.WEBSITE]
        began = self.chance.soon_after(project.created_at, 2, 40)
        ended = began + ingests.READING[kind].lasts
        url = f"https://{project.web_domain}/"
        job = Job(
            id=self.chance.ulid(began),
            organization_id=project.organization_id,
            project=project,
            kind=kind,
            status=Job.Status.COMPLETED,
            stage=ingests.READING[kind].stages[-1],
            progress=1.0,
            started_at=began,
            finished_at=ended,
            payload={"url": url, "followLinks": False, "maxPages": 1},
            result={
                "projectId": ids.show("project", project.pk),
                "source": Ingest.Source.WEBSITE.value,
                "url": url,
                "pagesRead": 1,
            },
        )
        self.done.jobs.append(job)
        self.done.ingests.append(
            Ingest(
                project=project,
                source=Ingest.Source.WEBSITE,
                status=Ingest.Status.COMPLETED,
                job_id=job.pk,
                completed_at=ended,
                found=ingests.picture(project),
            )
        )

    def _install(self, tenant: Tenant) -> None:
        installation = GithubInstallation(
            organization=tenant.organization,
            installation_id=self.chance.whole(10_000_000, 99_999_999),
            account_login=github.login_of(tenant.organization),
            account_type=GithubInstallation.AccountType.ORGANIZATION,
            registered_at=Chance.cut(tenant.organization.created_at + timedelta(days=1)),
        )
        self.done.installations.append(installation)
        self.done.repos += github.repos(installation, tenant.projects)
