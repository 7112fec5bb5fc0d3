"""Personas that act in a project's content (contract/content.md, 11)."""

import uuid

from django.db import models
from django.db.models import Q

from sandbox import clock
from sandbox.models.content import Project


class Influencer(models.Model):
    """One persona. Reference images are kept as `{assetId, addedAt}`, oldest first."""

    class Status(models.TextChoices):
        PENDING = "pending"
        TRAINING = "training"
        READY = "ready"
        FAILED = "failed"

    class Gender(models.TextChoices):
        MALE = "male"
        FEMALE = "female"
        NON_BINARY = "non_binary"

    class AgeRange(models.TextChoices):
        TEEN = "teen"
        YOUNG_ADULT = "young_adult"
        ADULT = "adult"
        MID_ADULT = "mid_adult"
        MATURE = "mature"
        SENIOR = "senior"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="influencers")
    name = models.CharField(max_length=128)
    gender = models.CharField(max_length=16, choices=Gender.choices)
    age_range = models.CharField(max_length=16, choices=AgeRange.choices, null=True)
    brand_voice = models.CharField(max_length=16)
    language = models.CharField(max_length=35)
    #: The visual hint it was asked for with.
    prompt = models.TextField(null=True)
    #: Choose the face, which stays whatever is changed later. A clone has its original's seed.
    face_seed = models.PositiveIntegerField()
    face_gender = models.CharField(max_length=16, choices=Gender.choices)
    face_age = models.CharField(max_length=16, default="")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.PENDING)
    #: When a pending one starts to train; null once it does.
    trains_at = models.DateTimeField(null=True)
    error_message = models.CharField(max_length=255, null=True)
    reference_images = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["project", "-created_at", "-id"],
                name="sandbox_influencer_page",
                condition=Q(archived_at__isnull=True),
            ),
            models.Index(fields=["trains_at"], name="sandbox_influencer_trains", condition=Q(trains_at__isnull=False)),
        )

    def __str__(self) -> str:
        return self.name
