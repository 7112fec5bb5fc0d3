"""Finished media on their way in (contract/content.md, 9 Uploads)."""

from django.db import models

from sandbox.models.content import Container


class AnnouncedFile(models.Model):
    """One file of an upload session: what was announced, and whether it has come. `id` is the bare ULID of its URL."""

    id = models.CharField(primary_key=True, max_length=26)
    container = models.ForeignKey(Container, on_delete=models.CASCADE, related_name="announced_files")
    #: From 0, in the order of the slides.
    position = models.PositiveSmallIntegerField()
    filename = models.CharField(max_length=512)
    content_type = models.CharField(max_length=32)
    size_bytes = models.PositiveIntegerField()
    #: After this its URL takes nothing any more.
    expires_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["container", "position"], name="sandbox_announced_once"),)

    def __str__(self) -> str:
        return f"upl_{self.id}"
