"""How a project's accounts take part in their comments (contract/content.md, 11)."""

from django.db import models

from sandbox import clock
from sandbox.models.content import Project


class Engagement(models.Model):
    """A project's settings once somebody has changed them; both blocks are kept as the API prints them."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, primary_key=True, related_name="engagement")
    enabled = models.BooleanField()
    first_comment = models.JSONField()
    reply_to_comments = models.JSONField()
    updated_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"engagement of {self.project_id}"
