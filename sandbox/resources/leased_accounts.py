"""Leased accounts: ask, look, give back (contract/content.md, 11). Staff fulfil requests by hand: rules/leases.py."""

from typing import Annotated, Any

import msgspec

from sandbox import ids
from sandbox.api import query
from sandbox.api.envelope import stamp, stamp_or_none
from sandbox.api.errors import invalid, not_found
from sandbox.api.operations import Answer, Call, read, write
from sandbox.api.paths import project_of, ulid_of, uuid_of
from sandbox.models import LeaseRequest, SocialAccount
from sandbox.resources.social_accounts import ACCOUNT_LOCKED, account_of
from sandbox.rules import accounts, leases, performance
from sandbox.rules.generation import refuse_archived

Text = Annotated[str, msgspec.Meta(max_length=2000)]


class Niche(msgspec.Struct):
    vertical: Text
    audience: Text | msgspec.UnsetType = msgspec.UNSET
    language: Text | msgspec.UnsetType = msgspec.UNSET
    geo: list[str] | msgspec.UnsetType = msgspec.UNSET


class LeaseBody(msgspec.Struct, rename="camel"):
    """`projectId` repeats the path. `requestId` is read and ignored: ids are made here."""

    project_id: str
    count: Annotated[int, msgspec.Meta(ge=1, le=50)]
    niche: Niche
    target: Text = ""
    note: Text = ""
    request_id: str = ""


class ReleaseBody(msgspec.Struct):
    reason: Annotated[str, msgspec.Meta(max_length=1024)] = ""


def show_request(request: LeaseRequest) -> dict[str, Any]:
    assigned = request.accounts.order_by("connected_at", "pk").values_list("pk", flat=True)
    return {
        "requestId": ids.show("lease_request", request.pk),
        "projectId": ids.show("project", request.project_id),
        "status": request.status,
        "submittedAt": stamp(request.submitted_at),
        "assignedAt": stamp_or_none(request.assigned_at),
        "assignedSocialAccountIds": [ids.show("social_account", account_id) for account_id in assigned],
        "note": request.note,
    }


def show_account(account: SocialAccount, followers: int) -> dict[str, Any]:
    gone = account.status == SocialAccount.Status.DISCONNECTED
    return {
        "socialAccountId": ids.show("social_account", account.pk),
        "projectId": ids.show("project", account.project_id),
        "handle": account.handle,
        "platform": account.platform,
        "followers": followers,
        "status": "disconnected" if gone else "assigned",
        "assignedAt": stamp(account.connected_at),
        "nextRenewalAt": stamp_or_none(leases.next_renewal(account)),
        "monthlyPriceCents": leases.MONTHLY_PRICE_CENTS,
    }


@write(scope="leased:write")
def request_accounts(call: Call) -> Answer:
    asked = call.body(LeaseBody)
    project = project_of(call)
    if uuid_of("project", "projectId", asked.project_id) != project.pk:
        raise invalid("projectId", "projectId must be the project of the path.")
    refuse_archived(project)
    request = LeaseRequest.objects.create(
        id=ids.new_ulid(),
        project=project,
        count=asked.count,
        niche=msgspec.to_builtins(asked.niche),
        target=asked.target or None,
        note=asked.note or None,
    )
    shown = show_request(request)
    call.record(
        "lease_request.submitted", {"requestId": shown["requestId"], "count": request.count}, project_id=project.pk
    )
    return Answer(shown, 202)


@read(scope="leased:write")
def get_request(call: Call) -> dict[str, Any]:
    wanted = ulid_of("lease_request", "requestId", call.path_ids["requestId"])
    request = LeaseRequest.objects.filter(pk=wanted, project=project_of(call)).first()
    if request is None:
        raise not_found("lease request")
    return show_request(request)


@read(scope="leased:write")
def list_leased(call: Call) -> dict[str, Any]:
    """The assigned ones unless the filter says otherwise; one page."""
    status = query.choice(call.query, "status", ("assigned", "disconnected")) or "assigned"
    gone = SocialAccount.Status.DISCONNECTED
    leased = SocialAccount.objects.filter(project=project_of(call), leased=True).order_by("-connected_at", "-id")
    found = list(leased.filter(status=gone) if status == "disconnected" else leased.exclude(status=gone))
    followers = performance.followers_now(found)
    return {"items": [show_account(account, followers[account.pk]) for account in found], "nextCursor": None}


@write(scope="leased:write")
def release(call: Call) -> dict[str, Any]:
    """Gives an account back at once, without a refund. A second time changes nothing; an owned account is 404."""
    reason = call.body(ReleaseBody).reason or None
    account = account_of(call, ACCOUNT_LOCKED)
    if not account.leased:
        raise not_found("leased account")
    if account.status != SocialAccount.Status.DISCONNECTED:
        canceled = accounts.disconnect(account, SocialAccount.Reason.RELEASED)
        call.record(
            "leased_account.released",
            {**accounts.subject(account), "reason": reason, "canceledScheduledPosts": canceled},
            project_id=account.project_id,
        )
    return {
        "socialAccountId": ids.show("social_account", account.pk),
        "status": account.status,
        "disconnectedReason": account.disconnected_reason,
        "disconnectedAt": stamp_or_none(account.disconnected_at),
    }
