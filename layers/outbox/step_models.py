"""What happened to commands after they were given."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from layers.outbox.models import Command, Failure, State


class What(models.TextChoices):
    TRIED = "tried", "Sent to Layers"
    READ = "read", "The records of Layers were read"
    KEY_TOO_OLD = "key_too_old", "Its key does not count any more"  # or it was sent with another API key
    ABANDONED = "abandoned", "The worker that was sending it stopped"
    HURRIED = "hurried", "The next try was asked for"
    HANDED_OVER = "handed_over", "Handed over"
    TAKEN_BACK = "taken_back", "Taken back"
    LOOKED_AT = "looked_at", "Looked at"
    GIVEN_AGAIN = "given_again", "Given again"
    DECIDED_ANEW = "decided_anew", "Decided anew"


class Step(models.Model):
    """One thing that happened to a command, written in the transaction of the change.

    `state` and `failure` are the command's own after it. `began` is there for what took time: a try, or a reading.
    Tries that end the same way one after the other are one row, because a silent Layers is tried for hours: `times`
    counts them, from when the first `began` to when the last ended (`at`).
    """

    command = models.ForeignKey(Command, models.PROTECT, db_index=False, related_name="steps")
    what = models.CharField(max_length=16, choices=What.choices)
    at = models.DateTimeField(default=timezone.now)
    began = models.DateTimeField(null=True)
    times = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=20, choices=State.choices)
    failure = models.CharField(max_length=24, choices=Failure.choices, blank=True)
    detail = models.TextField(blank=True, help_text="What Layers said, the note of a person, or the id of a command.")
    request_id = models.TextField(blank=True)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["command", "id"], name="step_of_command")]

    def __str__(self) -> str:
        return f"{self.what} {self.command_id}"
