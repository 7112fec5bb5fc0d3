"""What people decided about scores and suggestions; the numbers themselves are computed (contract/ads.md, 10)."""

import uuid

from django.db import models

from sandbox import clock
from sandbox.models.content import Container, Project


class AdsContentOverride(models.Model):
    """A creative pinned into the ads pool or out of it."""

    class Override(models.TextChoices):
        INCLUDE = "include"
        EXCLUDE = "exclude"

    container = models.OneToOneField(Container, on_delete=models.CASCADE, primary_key=True, related_name="ads_override")
    override = models.CharField(max_length=8, choices=Override.choices)
    note = models.CharField(max_length=280, null=True)
    updated_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.override} cnt_{self.container_id}"


class Recommendation(models.Model):
    """A suggestion for a project and what became of it."""

    class Status(models.TextChoices):
        OPEN = "open"
        ACKNOWLEDGED = "acknowledged"
        DISMISSED = "dismissed"
        ACTED_ON = "acted_on"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="recommendations")
    kind = models.CharField(max_length=40)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.OPEN)
    #: In thousandths, 0 to 1000: a list that is sorted by it needs an exact key.
    confidence = models.PositiveSmallIntegerField()
    subject = models.JSONField(null=True)
    rationale = models.TextField()
    evidence = models.JSONField(null=True)
    suggested_action = models.JSONField()
    note = models.CharField(max_length=1024, null=True)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = (
            models.Index(fields=["project", "-confidence", "-id"], name="sandbox_advice_best"),
            models.Index(fields=["project", "-created_at", "-id"], name="sandbox_advice_new"),
        )

    def __str__(self) -> str:
        return f"{self.kind} for {self.project_id}"
