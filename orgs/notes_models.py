"""Notes of staff about a customer. Ours alone: Layers never sees them."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

LONGEST = 2000  # characters


class Note(models.Model):
    """What one person wrote about one customer. Kept as written; its writer may take it away."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization_id = models.TextField()
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notes")
    text = models.CharField(max_length=LONGEST)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization_id", "-created_at", "-id"], name="note_by_customer")]

    def __str__(self) -> str:
        return self.text
