"""What steers this sandbox: its clock, its switches, the windows of the rate limits. Nothing here is in the API."""

from datetime import timedelta

from django.db import models


class Control(models.Model):
    """The one row (`id` 1) that every process of the sandbox reads before it answers."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    world = models.CharField(max_length=16, default="")
    #: Counts the worlds that were put here.
    world_number = models.PositiveIntegerField(default=0)
    #: Sandbox time minus real time while the clock runs.
    clock_offset = models.DurationField(default=timedelta)
    #: Sandbox time while the clock stands; null while it runs.
    frozen_at = models.DateTimeField(null=True)
    #: All the time that was ever skipped: rate limits pass with it, frozen or not.
    skipped = models.DurationField(default=timedelta)
    #: The global kill switch of the API (contract/control-plane.md, 3).
    global_kill = models.BooleanField(default=False)
    #: Whether reads leave api.request rows in the audit log.
    audit_reads = models.BooleanField(default=False)
    #: Counts changes of the faults, so that processes know when to read them again.
    faults_version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"control of {self.world or 'no world'}"


class RateWindow(models.Model):
    """Calls of one key in one class of endpoints within the current window."""

    api_key_id = models.UUIDField()
    #: read-light, write-light, long-running, or daily-writes.
    name = models.CharField(max_length=16)
    #: Seconds of `clock.elapsed()` at which the window ends.
    ends_at = models.FloatField()
    used = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["api_key_id", "name"], name="sandbox_rate_window_once"),)

    def __str__(self) -> str:
        return f"{self.name}: {self.used}"


class Seeding(models.Model):
    """How far the making of another world is; the one row (`id` 1) is there only while it goes on."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    world = models.CharField(max_length=16)
    step = models.CharField(max_length=64)
    #: 0 to 1.
    share = models.FloatField()
    #: Real time of the last sign of life.
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.world}: {self.step}"
