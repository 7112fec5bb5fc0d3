"""Leased accounts: asked for, assigned by hand, given back (contract/content.md, 11)."""

from datetime import datetime, timedelta
from typing import Any, Final

from sandbox import clock, ids
from sandbox.api.errors import conflict
from sandbox.models import LeaseRequest, SocialAccount
from sandbox.models.social import Platform
from sandbox.rules import accounts
from sandbox.rules.events import emit

MONTH: Final = timedelta(days=30)
#: 150 US dollars a month and account, billed outside the credit wallets.
MONTHLY_PRICE_CENTS: Final = 15_000

Status = LeaseRequest.Status


def fulfil(request: LeaseRequest, count: int | None = None) -> list[SocialAccount]:
    """Staff assign `count` warmed accounts, all that were asked for if not said; fewer make the request partial.

    Inside the caller's transaction, on a locked request. 409 when it was decided before.
    """
    _check_open(request)
    given = min(request.count if count is None else count, request.count)
    found = [accounts.connect(request.project, Platform.TIKTOK, lease_request=request) for _ in range(given)]
    request.status = Status.ASSIGNED if given == request.count else Status.PARTIAL
    request.assigned_at = clock.now()
    request.save(update_fields=["status", "assigned_at"])
    assigned = [ids.show("social_account", account.pk) for account in found]
    _tell(request, "lease_request.assigned", {"status": request.status, "assignedSocialAccountIds": assigned})
    return found


def reject(request: LeaseRequest, reason: str) -> None:
    """Staff turn a request down. Inside the caller's transaction, on a locked request; 409 when decided before."""
    _check_open(request)
    request.status = Status.REJECTED
    request.note = reason
    request.save(update_fields=["status", "note"])
    _tell(request, "lease_request.rejected", {"status": request.status, "reason": reason})


def next_renewal(account: SocialAccount) -> datetime | None:
    """When the next month of a lease begins; None once it is over."""
    if account.status == SocialAccount.Status.DISCONNECTED:
        return None
    months = (clock.now() - account.connected_at) // MONTH + 1
    return account.connected_at + months * MONTH


def _check_open(request: LeaseRequest) -> None:
    if request.status != Status.REQUESTED:
        raise conflict(f"This request is {request.status}.", {"status": request.status})


def _tell(request: LeaseRequest, event_type: str, more: dict[str, Any]) -> None:
    project = request.project
    about = {"requestId": ids.show("lease_request", request.pk), "projectId": ids.show("project", project.pk)}
    emit(project.organization_id, event_type, {**about, **more}, project.pk)
