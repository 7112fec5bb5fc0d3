"""What is kept about transfers. Written by judging.py alone, but for acceptances, which people give."""

from typing import ClassVar

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from orgs.models import Organization

LONGEST_NOTE = 500


class TieState(models.TextChoices):
    MATCHED = "matched", "Matched"
    WAITING = "waiting", "Waiting"
    EXCEPTION = "exception", "Does not match"
    ACCEPTED = "accepted", "Accepted"


class Origin(models.TextChoices):
    """Who moved the credits."""

    DESK = "desk", "This desk"
    REFILL = "refill", "Auto-refill"
    ELSEWHERE = "elsewhere", "Not from this desk"
    EARLIER = "earlier", "Before the books"


class Oddity(models.TextChoices):
    """Why a transfer does not match; the words are its name in lists."""

    DOUBLED = "doubled", "One command, two transfers"
    TWO_COMMANDS = "two_commands", "Two commands, one transfer"
    TWICE = "twice", "Twice on one ledger"
    NO_TRANSFER_ID = "no_transfer_id", "No transfer id"
    NO_PARENT_ROW = "no_parent_row", "Not on our ledger"
    NO_CHILD_ROW = "no_child_row", "Not on the customer’s ledger"
    NO_ROWS = "no_rows", "Done, but on no ledger"
    UNANSWERED = "unanswered", "No answer, on no ledger"
    AMOUNTS = "amounts", "Amounts differ"
    OTHER_CUSTOMER = "other_customer", "Went to another customer"
    UNKNOWN_MOVED = "unknown_moved", "No answer, but it moved"
    FAILED_MOVED = "failed_moved", "Not done, but it moved"
    FOREIGN = "foreign", "A command we do not know"
    OFF_DESK = "off_desk", "Not from this desk"
    UNREAD = "unread", "Its ledger cannot be read"


class Transfer(models.Model):
    """One move of credits between our wallet and a customer's, and whether its three sides agree.

    The amounts are what each side says went into the customer's wallet: a reclaim is negative, null was not seen.
    """

    key = models.TextField(
        primary_key=True, help_text="The transfer id; command:<id> before one is known, row:<id> without one."
    )
    organization = models.ForeignKey(
        Organization,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="transfers",
        help_text="The customer.",
    )
    at = models.DateTimeField(help_text="When it was first seen on a ledger, or sent.")
    origin = models.CharField(max_length=10, choices=Origin.choices)
    state = models.CharField(max_length=10, choices=TieState.choices)
    kind = models.CharField(max_length=16, choices=Oddity.choices, blank=True)
    command_id = models.UUIDField(null=True, help_text="Our command; the first of several.")
    ordered = models.BigIntegerField(null=True, help_text="By our command.")
    ours = models.BigIntegerField(null=True, help_text="By our ledger.")
    theirs = models.BigIntegerField(null=True, help_text="By the customer's ledger.")
    off = models.BigIntegerField(default=0, help_text="Credits that the three sides disagree about; 0 unless odd.")
    awaits = models.TextField(blank=True, help_text="The scope that must be read; empty when none is awaited.")
    awaits_read = models.DateTimeField(null=True, help_text="It must have been read after this.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["matched", "waiting"], kind="", off=0)
                | (Q(state__in=["exception", "accepted"]) & ~Q(kind="")),
                name="transfer_kind",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["-at", "-key"], name="transfer_newest"),
            models.Index(fields=["state", "-at", "-key"], name="transfer_by_state"),
            models.Index(fields=["organization", "-at", "-key"], name="transfer_by_customer"),
            models.Index(fields=["kind", "-at", "-key"], name="transfer_by_kind", condition=~Q(kind="")),
            models.Index(fields=["origin", "-at", "-key"], name="transfer_by_origin"),
            models.Index(fields=["awaits", "awaits_read"], name="transfer_awaits", condition=~Q(awaits="")),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def credits(self) -> int | None:
        """What moved, as the best of its sides says."""
        return next((one for one in (self.theirs, self.ours, self.ordered) if one is not None), None)

    @property
    def transfer_id(self) -> str:
        """Empty while none is known."""
        return "" if self.key.startswith(("command:", "row:")) else self.key

    @property
    def tone(self) -> str:
        return {TieState.MATCHED: "ok", TieState.WAITING: "wait", TieState.EXCEPTION: "stop"}.get(
            TieState(self.state), "quiet"
        )


class TransferCount(models.Model):
    """How many transfers there are of each state and kind, and what they are off by. Kept by a trigger."""

    pk = models.CompositePrimaryKey("state", "kind")
    state = models.CharField(max_length=10)
    kind = models.CharField(max_length=16, blank=True)
    transfers = models.BigIntegerField(default=0)
    off = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.transfers} {self.state}"


class TieMark(models.Model):
    """A transfer or command that changed and is to be judged anew. Added by triggers, never updated: two changes at
    once are two marks, so that none is lost to the worker that takes the first."""

    key = models.TextField()

    def __str__(self) -> str:
        return self.key


class Acceptance(models.Model):
    """A person took responsibility for a transfer that does not match. It holds until it is withdrawn, and while the
    facts are those of then.
    """

    key = models.TextField(help_text="The transfer's key.")
    facts = models.TextField(help_text="What was odd, and the amounts.")
    note = models.CharField(max_length=LONGEST_NOTE)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="acceptances")
    created_at = models.DateTimeField(default=timezone.now)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_note = models.CharField(max_length=LONGEST_NOTE, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key", "facts"], name="acceptance_once", condition=Q(withdrawn_at__isnull=True)
            )
        ]
        indexes: ClassVar = [models.Index(fields=["key"], name="acceptance_of")]

    def __str__(self) -> str:
        return self.note


class RefillLimit(models.Model):
    """The largest amount that a customer's refill rule has had, as far as we have read it or set it. Kept by a trigger,
    and by `allow`."""

    organization_id = models.TextField(primary_key=True)
    credits = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.credits} to {self.organization_id}"

    @classmethod
    def allow(cls, organization_id: str, credits: int) -> None:
        """For a rule that no reading may show, because another took its place at once."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT orgs_allow_refill(%s, %s)", [organization_id, credits])


class Books(models.Model):
    """One row: since when every transfer is expected to have a command of ours."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "books"

    def __str__(self) -> str:
        return f"since {self.opened_at}"
