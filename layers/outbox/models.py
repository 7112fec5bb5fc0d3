"""The outbox: one row per human decision that changes something at Layers."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class State(models.TextChoices):
    HELD = "held", "Held"
    WAITING_APPROVAL = "waiting_approval", "Waiting for approval"
    QUEUED = "queued", "Queued"
    SENDING = "sending", "Sending"
    UNKNOWN = "unknown", "Unknown"
    SUCCEEDED = "succeeded", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


FINAL = (State.SUCCEEDED, State.FAILED, State.CANCELLED)
OPEN = tuple(state for state in State if state not in FINAL)
DUE = (State.HELD, State.QUEUED, State.UNKNOWN)
MOVING = (State.QUEUED, State.SENDING)  # on its way: the next try may be minutes off
#: Open, or failed and nobody has looked at it: somebody still minds it.
UNFINISHED = models.Q(state__in=list(OPEN)) | models.Q(state=State.FAILED, settled=False)
BEFORE_SENDING = (State.HELD, State.WAITING_APPROVAL, State.QUEUED)
#: Layers cannot have seen it, so it can be taken back.
UNSENT = models.Q(state__in=BEFORE_SENDING, sent_at__isnull=True)


class Failure(models.TextChoices):
    """Why a command failed or waits, as a closed list; the words are what the person reads."""

    UNREACHABLE = "unreachable", "Layers did not answer. Nothing was changed there."
    BUSY = "busy", "It waits its turn: the rate limit of Layers is used up. Nothing was changed there."
    ANSWER_LOST = "answer_lost", "It was sent, but no answer came back. It is asked again with the same key."
    LOOKING = "looking", "No answer came back, and its key does not count any more. The records of Layers are read."
    KEY_EXPIRED = "key_expired", "No answer came back, and the records of Layers do not tell. Check the target."
    NEVER_ARRIVED = "never_arrived", "It never reached Layers: its records show that nothing was changed."
    SWITCHED_OFF = "switched_off", "Layers has switched this off (kill switch). Nothing was changed there."
    KEY_REJECTED = "key_rejected", "Layers refuses our API key. An administrator must renew it."
    NOT_ALLOWED = "not_allowed", "Layers does not allow this."
    NOT_ENOUGH_CREDITS = "not_enough_credits", "There are not enough prepaid credits. Nothing moved."
    GONE = "gone", "Layers does not know the target any more."
    DECIDED_ELSEWHERE = "decided_elsewhere", "It was decided differently somewhere else before this arrived."
    TOO_LATE = "too_late", "It could not be sent in time, so it was not sent at all. Nothing was changed at Layers."
    REFUSED = "refused", "Layers refused it as not valid. Nothing was changed there."
    FAULT = "fault", "Our side stumbled over the answer. It is tried again; nothing is sent twice."


#: Waits for its next try by itself. Not BUSY: Layers said when it may be asked again.
PAUSED = (Failure.UNREACHABLE, Failure.ANSWER_LOST, Failure.FAULT)


class Verdict(models.TextChoices):
    """What became of a request for a second person."""

    WAITING = "waiting", "Waiting"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"
    EXPIRED = "expired", "Expired"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Command(models.Model):
    """One decision of one person, written in the transaction that records it. The row is the audit trail: it is kept.

    held -> waiting_approval -> queued -> sending -> succeeded | failed | unknown; or cancelled before it is sent.
    The idempotency key is made once, here, and never changes: every send of this row is the same request to Layers.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40, help_text="A name of layers/outbox/kinds.py, e.g. credits.allocate")
    target = models.TextField(help_text="The id at Layers that this changes. Commands of one target keep their order.")
    organization_id = models.TextField(help_text="The customer it is about.")
    payload = models.JSONField(default=dict)
    reason = models.CharField(max_length=1024, blank=True)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="commands")
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    once = models.CharField(
        max_length=200,
        help_text="What may exist only once: a decision about one item, or one submitted form. Freed by failure.",
    )

    batch = models.UUIDField(
        null=True, help_text="The batch it is part of: it goes out after what single people wait for."
    )
    replaced = models.BooleanField(
        default=False, help_text="Another command stands in its place in its batch: it was given again, or resumed."
    )
    approval = models.ForeignKey(
        "outbox.Approval",
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        help_text="What a second person was asked about it, where one was.",
    )

    state = models.CharField(max_length=20, choices=State.choices, default=State.QUEUED)
    not_before = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True, help_text="The first send that may have reached Layers.")
    sent_with = models.CharField(
        max_length=16, blank=True, help_text="Which API key that was (layers/mirror/link.py). Layers knows ours by it."
    )
    finished_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=24, choices=Failure.choices, blank=True)
    detail = models.TextField(blank=True, help_text="What Layers said, for people.")
    request_id = models.TextField(blank=True, help_text="The API's own id of the last call.")
    answer = models.JSONField(null=True)
    settled = models.BooleanField(
        default=False, help_text="A failure that needs nobody any more: decided anew, or looked at by a person."
    )
    created_at = models.DateTimeField(default=timezone.now)
    minder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        help_text="Who sees to it: who gave it, until it is handed over.",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["once"],
                condition=~models.Q(state__in=[State.FAILED, State.CANCELLED]),
                name="command_once",
                violation_error_message="This was decided already.",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["not_before"], name="command_due", condition=models.Q(state__in=list(DUE), batch__isnull=True)
            ),
            models.Index(
                fields=["not_before"],
                name="command_due_in_batch",
                condition=models.Q(state__in=list(DUE), batch__isnull=False),
            ),
            models.Index(fields=["batch", "state"], name="command_batch", condition=models.Q(batch__isnull=False)),
            models.Index(fields=["claimed_at"], name="command_sending", condition=models.Q(state=State.SENDING)),
            models.Index(
                fields=["kind", "finished_at"], name="command_done", condition=models.Q(state=State.SUCCEEDED)
            ),
            models.Index(fields=["target", "created_at"], name="command_target"),
            models.Index(fields=["kind", "target"], name="command_open", condition=models.Q(state__in=list(OPEN))),
            models.Index(fields=["-created_at", "-id"], name="command_newest"),
            models.Index(fields=["staff", "-created_at", "-id"], name="command_mine"),
            models.Index(fields=["organization_id", "-created_at", "-id"], name="command_customer"),
            models.Index(fields=["kind", "-created_at", "-id"], name="command_kind"),
            models.Index(fields=["minder", "-created_at", "-id"], name="command_minded"),
            models.Index(fields=["minder", "created_at", "id"], name="command_to_mind", condition=UNFINISHED),
            models.Index(fields=["state", "created_at", "id"], name="command_unfinished", condition=UNFINISHED),
            models.Index(
                fields=["created_at", "id"], name="command_moving", condition=models.Q(state__in=list(MOVING))
            ),
            models.Index(fields=["request_id"], name="command_request", condition=~models.Q(request_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"

    @property
    def words(self) -> str:
        """What it does, in a sentence that stands alone."""
        # Late, because kinds are registered by code that needs this model.
        from layers.outbox.kinds import words_of

        return words_of(self)

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    @property
    def may_have_arrived(self) -> bool:
        return self.sent_at is not None

    @property
    def can_cancel(self) -> bool:
        """As UNSENT."""
        return self.state in BEFORE_SENDING and not self.may_have_arrived

    @property
    def can_retry(self) -> bool:
        """Whether the same decision may be given again: it failed, and the target still is there to be decided."""
        # Late, as in `words`.
        from layers.outbox.kinds import KINDS

        kind = KINDS.get(self.kind)
        hopeless = (Failure.DECIDED_ELSEWHERE, Failure.GONE, Failure.KEY_EXPIRED)
        return bool(kind and kind.again) and self.is_failed and self.failure not in hopeless

    @property
    def can_settle(self) -> bool:
        """Whether it waits for a person to say that they have looked at it."""
        lost = self.state == State.UNKNOWN and self.failure == Failure.KEY_EXPIRED
        return lost or self.is_failed

    @property
    def can_hurry(self) -> bool:
        """Whether its next try can be now: it waits after a failure that nobody asked it to wait for."""
        pauses = self.state in (State.QUEUED, State.UNKNOWN) and self.failure in PAUSED
        return pauses and self.not_before > timezone.now()

    @property
    def is_unfinished(self) -> bool:
        """As UNFINISHED: it can be handed over."""
        return self.state in OPEN or self.is_failed

    @property
    def is_failed(self) -> bool:
        """Failed, and nobody has looked at it."""
        return self.state == State.FAILED and not self.settled

    @property
    def tone(self) -> str:
        final = {State.SUCCEEDED: "ok", State.FAILED: "stop", State.CANCELLED: "quiet"}
        waits = self.state in (State.UNKNOWN, State.WAITING_APPROVAL) or self.failure
        return final.get(State(self.state), "wait" if waits else "info")

    @property
    def explanation(self) -> str:
        """Why it is where it is, and what that means; empty when the state says it all."""
        if self.state == State.SUCCEEDED and self.answer and self.answer.get("replayed") is True:
            return "It had been done already; nothing moved twice."
        if self.state == State.SUCCEEDED:
            return self.detail
        if self.failure and self.state != State.CANCELLED:
            return str(Failure(self.failure).label)
        return ""


class Approval(models.Model):
    """A request that a second person agrees: to a command, to a batch, to a change of the rules that ask for it.

    The requester can never be the one who decides; the database itself refuses that.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, help_text="A name of layers/outbox/approving.py, e.g. command")
    subject = models.TextField(help_text="The id of what is asked about.")
    words = models.TextField(help_text="What will happen, in a sentence.")
    why = models.TextField(help_text="The rule that asks for a second person.")
    credits = models.BigIntegerField(null=True)
    organization_id = models.TextField(blank=True, help_text="The customer it is about, where it is about one.")
    needs = models.CharField(max_length=100, help_text="The permission that both people must have when it is decided.")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="approvals_asked")
    state = models.CharField(max_length=12, choices=Verdict.choices, default=Verdict.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="approvals_decided"
    )
    comment = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=models.Q(state=Verdict.WAITING), name="approval_once"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True, state__in=[Verdict.WAITING, Verdict.EXPIRED])
                | models.Q(decided_by__isnull=False, state=Verdict.WITHDRAWN)
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("requester"))),
                name="approval_by_a_second_person",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["created_at", "id"], name="approval_waiting", condition=models.Q(state=Verdict.WAITING)
            ),
            models.Index(
                fields=["-decided_at", "-id"], name="approval_decided", condition=~models.Q(state=Verdict.WAITING)
            ),
            models.Index(fields=["kind", "subject"], name="approval_of"),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def is_over(self) -> bool:
        """Decided, or its time is over: nobody can agree any more."""
        return self.state != Verdict.WAITING or self.expires_at <= timezone.now()

    @property
    def outcome(self) -> str:
        """Refused by Ana. Too much for one month."""
        who = f" by {self.decided_by.name}" if self.decided_by else ""
        return f"{self.get_state_display()}{who}. {self.comment}".strip()

    def may_be_decided_by(self, staff: Any) -> bool:
        """Whether this person is a second one who may."""
        return not self.is_over and staff.pk != self.requester_id and staff.has_perm(self.needs)

    @property
    def tone(self) -> str:
        return {Verdict.APPROVED: "ok", Verdict.REFUSED: "stop", Verdict.WAITING: "wait"}.get(
            Verdict(self.state), "quiet"
        )


from layers.outbox.step_models import Step, What  # noqa: E402  it points to the command

__all__ = ["Approval", "Command", "Failure", "State", "Step", "Verdict", "What"]
