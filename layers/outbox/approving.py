"""Four eyes: what waits for a second person, and what happens when that person has decided."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from layers.outbox.kinds import NotNow
from layers.outbox.models import UNFINISHED, Approval, Command, State, Verdict

log = logging.getLogger(__name__)

LIFETIME = timedelta(days=3)
AT_ONCE = 200


class OwnRequest(NotNow):
    """Whoever asks cannot be the one who agrees."""

    def __init__(self) -> None:
        super().__init__("You asked for this yourself: a second person has to decide.")


class NotAllowed(NotNow):
    def __init__(self) -> None:
        super().__init__("Your role does not include this decision.")


class NotYours(NotNow):
    def __init__(self) -> None:
        super().__init__("Only whoever asked can take a request back.")


class RequesterLost(NotNow):
    """Two people who may do it have to want it, and one of them may not any more."""

    def __init__(self, approval: Approval) -> None:
        super().__init__(f"{approval.requester.name}, who asked, may not do this any more. You can refuse it.")


class Decided(NotNow):
    """Somebody was faster, or the time is over. `approval` says who and how."""

    def __init__(self, approval: Approval) -> None:
        who = f" by {approval.decided_by.name}" if approval.decided_by else ""
        said = "Its time is over" if approval.state == Verdict.EXPIRED else f"{Verdict(approval.state).label}{who}"
        super().__init__(f"{said}, before you decided.")
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
    """Why a second person is needed, and the permission that both must have when it is decided."""

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
    """The second person's word. Raises OwnRequest, NotAllowed, Decided, or what speaks against agreeing: RequesterLost
    or what the subject says. Then nothing is decided."""
    approval = _held(approval_id)
    if approval.requester_id == staff.pk:
        raise OwnRequest
    if not staff.has_perm(approval.needs):
        raise NotAllowed
    _check_waiting(approval)
    if agree and not approval.requester.has_perm(approval.needs):  # nor has a person who was switched off
        raise RequesterLost(approval)
    _close(approval, Verdict.APPROVED if agree else Verdict.REFUSED, staff, comment)
    return approval


@transaction.atomic
def take_back(approval_id: Any, staff: Any, comment: str = "") -> Approval:
    """Whoever asked does not want it any more; what it was about is not done. Raises NotYours, Decided."""
    approval = _held(approval_id)
    if approval.requester_id != staff.pk:
        raise NotYours
    _check_waiting(approval)
    _close(approval, Verdict.WITHDRAWN, staff, comment)
    return approval


def withdraw(requests: QuerySet[Approval], staff: Any) -> None:
    """Those of the requests that wait, for who takes back what they are about. Hold them before that is written:
    everybody who decides holds the request first."""
    requests.filter(state=Verdict.WAITING).update(state=Verdict.WITHDRAWN, decided_by=staff, decided_at=timezone.now())


def expire_due() -> int:
    """Closes requests that nobody answered in time. Returns how many."""
    due = Approval.objects.filter(state=Verdict.WAITING, expires_at__lte=timezone.now()).values_list("id", flat=True)
    return sum(_expire(approval_id) for approval_id in list(due[:AT_ONCE]))


def cancel_left_over() -> int:
    """Cancels commands that wait for a request that is over: nobody could ever decide them. Returns how many."""
    waiting = Command.objects.filter(UNFINISHED, state=State.WAITING_APPROVAL)  # UNFINISHED: the index is of these
    left = waiting.exclude(approval__state=Verdict.WAITING)
    words = "The request for a second person was over."
    return left.update(state=State.CANCELLED, detail=words, finished_at=timezone.now())


def _expire(approval_id: Any) -> bool:
    try:
        with transaction.atomic():
            approval = Approval.objects.select_for_update().filter(id=approval_id, state=Verdict.WAITING).first()
            if approval:
                _close(approval, Verdict.EXPIRED, None, "")
            return approval is not None
    except Exception:
        # One that cannot be closed must not keep the sweep from sending what others decided.
        log.exception("request %s for a second person is over and could not be closed", approval_id)
        return False


def _held(approval_id: Any) -> Approval:
    """The request, held until the transaction ends: of two people who decide at once the second sees the first."""
    rows = Approval.objects.select_for_update(of=("self",)).select_related("requester", "decided_by")
    return rows.get(id=approval_id)


def _check_waiting(approval: Approval) -> None:
    """Raises Decided when nobody can decide it any more."""
    if approval.state == Verdict.WAITING and approval.is_over:
        approval.state = Verdict.EXPIRED  # the sweep writes it
    if approval.state != Verdict.WAITING:
        raise Decided(approval)


def _close(approval: Approval, state: Verdict, staff: Any, comment: str) -> None:
    approval.state, approval.decided_by, approval.comment = state, staff, comment
    approval.decided_at = timezone.now()
    approval.save(update_fields=["state", "decided_by", "comment", "decided_at"])
    subject = SUBJECTS[approval.kind]
    (subject.approved if state == Verdict.APPROVED else subject.refused)(approval)
