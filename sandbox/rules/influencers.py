"""The life of an influencer (contract/content.md, 2 and 11): pending, training, ready, or failed on the way."""

import random
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F, QuerySet

from sandbox import clock, ids
from sandbox.engine.source import Source
from sandbox.models import Influencer, Job, Project
from sandbox.rules.job_definition import Kind

KIND: Final = "influencer_create"
LASTS: Final = timedelta(seconds=60)
STAGES: Final = ("queued", "training", "finalizing")

NAMES: Final = {
    Influencer.Gender.FEMALE: ("Ines", "Maya", "Lena", "Priya", "Sofia", "Aiko", "Nora", "Zuri", "Clara", "Yara"),
    Influencer.Gender.MALE: ("Jonas", "Mateo", "Kofi", "Ravi", "Theo", "Kenji", "Luca", "Omar", "Emil", "Diego"),
    Influencer.Gender.NON_BINARY: ("Robin", "Sasha", "Noa", "Kim", "Alex", "Remi", "Jules", "Ari", "Charlie", "Quinn"),
}


def default_gender(project: Project) -> Influencer.Gender:
    """The project's target gender; female for a project that is for all."""
    return Influencer.Gender.MALE if project.target_gender == "male" else Influencer.Gender.FEMALE


def invent(
    project: Project,
    *,
    gender: Influencer.Gender | None = None,
    age_range: Influencer.AgeRange = Influencer.AgeRange.YOUNG_ADULT,
    prompt: str | None = None,
) -> Influencer:
    """A pending persona of the project's voice and language, saved. Its job makes it ready (rules/background.py)."""
    gender = gender or default_gender(project)
    number = Influencer.objects.filter(project=project).count()
    # Test keys promise fixtures: the same order in the same project finds the same person.
    chance = random.Random(f"{project.pk} {number} {gender} {age_range} {prompt or ''}")
    return Influencer.objects.create(
        project=project,
        name=chance.choice(NAMES[gender]),
        gender=gender,
        age_range=age_range,
        brand_voice=project.brand_voice,
        language=project.primary_language,
        prompt=prompt,
        face_seed=chance.getrandbits(31),
        face_gender=gender,
        face_age=age_range,
        trains_at=_training_begins(),
    )


def copy(original: Influencer, name: str, overrides: dict[str, Any]) -> Influencer:
    """A pending persona with the face of another, as far as `overrides` (columns) let it."""
    kept = ("gender", "age_range", "brand_voice", "language")
    columns = {column: getattr(original, column) for column in kept} | overrides
    return Influencer.objects.create(
        project=original.project,
        name=name,
        prompt=original.prompt,
        face_seed=original.face_seed,
        face_gender=columns["gender"],
        face_age=columns["age_range"] or "",
        trains_at=_training_begins(),
        **columns,
    )


def _training_begins() -> datetime:
    """When its job enters the second stage."""
    return clock.now() + LASTS / len(STAGES)


def _finish(job: Job) -> dict[str, Any]:
    influencer_id = job.payload["influencerId"]
    _move(job, status=Influencer.Status.READY)
    return {"influencerId": influencer_id}


def _stopped(job: Job) -> None:
    message = "Canceled." if job.status == Job.Status.CANCELED else (job.error or {}).get("message", "Training failed.")
    _move(job, status=Influencer.Status.FAILED, error_message=message)


def _move(job: Job, **columns: Any) -> None:
    """Of one that is still being made; an archived one as well, nobody sees it."""
    wanted = job.payload["influencerId"].removeprefix(ids.UUID_PREFIXES["influencer"])
    Influencer.objects.filter(pk=wanted).update(trains_at=None, updated_at=clock.now(), **columns)


def _untrained() -> QuerySet[Influencer]:
    return Influencer.objects.all()


def _train_due(until: datetime) -> None:
    Influencer.objects.filter(trains_at__lte=until).update(
        status=Influencer.Status.TRAINING, updated_at=F("trains_at"), trains_at=None
    )


TRAINING: Final = Source("influencers train", _untrained, "trains_at", _train_due)
CREATION: Final = Kind(STAGES, LASTS, _finish, _stopped)
