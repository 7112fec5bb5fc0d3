"""The last calls, for the page under `/_sandbox/`. Nothing here is in the API."""

from django.db import models


class Journal(models.Model):
    """One call that was answered, in the order of being written down."""

    seq = models.BigAutoField(primary_key=True)
    #: Real time.
    at = models.DateTimeField()
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=500)
    #: Null when the connection was closed without an answer.
    status = models.PositiveSmallIntegerField(null=True)
    milliseconds = models.FloatField()
    #: The public part of the key the caller named, valid or not.
    key_id = models.CharField(max_length=16, default="")
    request_id = models.CharField(max_length=32)
    #: Kinds of the faults that hit, separated by commas.
    faults = models.CharField(max_length=200, default="")

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"
