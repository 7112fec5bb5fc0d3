"""Four eyes: what waits for a second person, and what happens when that person has decided."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from layers.outbox.kinds import NotNow
from layers.outbox.models import Approval, Verdict

LIFETIME = timedelta(days=3)


class OwnRequest(NotNow):
    """Whoever asks cannot be the one who agrees."""

    def __init__(self) -> None:
        super().__init__("You asked for this yourself: a second person has to decide.")


class NotAllowed(NotNow):
    def __init__(self) -> None:
        super().__init__("Your role does not include this decision.")


class Decided(NotNow):
    """Somebody was faster, or the time is over. `approval` says who and how."""

    def __init__(self, approval: Approval) -> None:
        who = f" by {approval.decided_by.name}" if approval.decided_by else ""
        super().__init__(f"This was {Verdict(approval.state).label.lower()}{who} already.")
        self.approval = approval


@dataclass(frozen=True)
class Subject:
    """What can be asked about. Both run in the transaction of the decision and get the approval as decided.

    `approved` may raise NotNow when it cannot be done any more: then nothing is decided.
    """

    approved: Callable[[Approval], None]
    refused: Callable[[Approval], None]


SUBJECTS: dict[str, Subject] = {}


@dataclass(frozen=True)
class Ask:
    """Why a second person is needed, and what they must be allowed to do."""

    why: str
    needs: str
    credits: int | None = None
    lifetime: timedelta = LIFETIME


def ask(kind: str, subject: str, words: str, ask: Ask, *, requester: Any, organization_id: str = "") -> Approval:
    """Records the request. Call it in the transaction that records what it is about."""
    return Approval.objects.create(
        kind=kind,
        subject=subject,
        words=words,
        why=ask.why,
        needs=ask.needs,
        credits=ask.credits,
        requester=requester,
        organization_id=organization_id,
        expires_at=timezone.now() + ask.lifetime,
    )


@transaction.atomic
def decide(approval_id: Any, staff: Any, *, agree: bool, comment: str = "") -> Approval:
    """The second person's word. Raises OwnRequest, NotAllowed, Decided, or what the subject says against it."""
    approval = Approval.objects.select_for_update(of=("self",)).select_related("decided_by").get(id=approval_id)
    if approval.state == Verdict.WAITING and approval.expires_at <= timezone.now():
        approval.state = Verdict.EXPIRED  # the sweep writes it
    if approval.state != Verdict.WAITING:
        raise Decided(approval)
    if approval.requester_id == staff.pk:
        raise OwnRequest
    if not staff.has_perm(approval.needs):
        raise NotAllowed
    _close(approval, Verdict.APPROVED if agree else Verdict.REFUSED, staff, comment)
    return approval


def withdraw(kind: str, subject: str, staff: Any) -> bool:
    """The request is taken back together with what it was about. False when there is none that waits."""
    waiting = Approval.objects.filter(kind=kind, subject=subject, state=Verdict.WAITING)
    return bool(waiting.update(state=Verdict.WITHDRAWN, decided_by=staff, decided_at=timezone.now()))


def expire_due() -> int:
    """Closes requests that nobody answered in time. Returns how many."""
    due = Approval.objects.filter(state=Verdict.WAITING, expires_at__lte=timezone.now()).values_list("id", flat=True)
    closed = 0
    for approval_id in list(due):
        with transaction.atomic():
            approval = Approval.objects.select_for_update().get(id=approval_id)
            if approval.state == Verdict.WAITING:
                _close(approval, Verdict.EXPIRED, None, "")
                closed += 1
    return closed


def _close(approval: Approval, state: Verdict, staff: Any, comment: str) -> None:
    approval.state, approval.decided_by, approval.comment = state, staff, comment
    approval.decided_at = timezone.now()
    approval.save(update_fields=["state", "decided_by", "comment", "decided_at"])
    subject = SUBJECTS[approval.kind]
    (subject.approved if state == Verdict.APPROVED else subject.refused)(approval)
