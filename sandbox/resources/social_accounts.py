"""Social accounts: list, health, disconnect (contract/content.md, 6 and 11)."""

from typing import Any

from django.db.models import QuerySet

from sandbox import ids
from sandbox.api import cursors, query
from sandbox.api.envelope import stamp, stamp_or_none
from sandbox.api.errors import conflict, not_found
from sandbox.api.lookup import RowBy
from sandbox.api.operations import Call, read, write
from sandbox.api.paths import MOVED, moved, project_of, uuid_of
from sandbox.models import SocialAccount
from sandbox.models.social import Platform
from sandbox.rules import accounts, health

Status = SocialAccount.Status
_OWN = "id = %s and project_id in (select id from sandbox_project where organization_id = %s)"
ACCOUNT = RowBy(SocialAccount, _OWN)
ACCOUNT_LOCKED = RowBy(SocialAccount, f"{_OWN} for update")
MOVED_ACCOUNT = RowBy(SocialAccount, f"id = %s and project_id in {MOVED}")


class ByConnection(cursors.NewestFirst):
    moment = "connected_at"


BY_CONNECTION = ByConnection("social-accounts")
ROW_COLUMNS = ("id", "platform", "handle", "status", "leased", "connected_at", "token_expires_at")


def account_of(call: Call, rows: RowBy[SocialAccount] = ACCOUNT) -> SocialAccount:
    """The account in the path; 404 when it is not the caller's."""
    wanted = uuid_of("social_account", "socialAccountId", call.path_ids["socialAccountId"])
    account = rows.get(wanted, call.organization.pk) or moved(call, MOVED_ACCOUNT, wanted)
    if account is None:
        raise not_found("social account")
    return account


def show(row: Any) -> dict[str, Any]:
    return {
        "socialAccountId": f"sa_{row.id}",
        "platform": row.platform,
        "handle": row.handle,
        # No pictures of people who do not exist.
        "avatarUrl": None,
        "status": row.status,
        "leased": row.leased,
        "connectedAt": stamp(row.connected_at),
        "tokenExpiresAt": stamp_or_none(row.token_expires_at),
    }


@read(scope="social:read")
def list_accounts(call: Call) -> dict[str, Any]:
    """Owned and leased, the disconnected ones too."""
    limit = query.limit(call.query, 50, 200)
    platform = query.choice(call.query, "platform", Platform.values)
    status = query.choice(call.query, "status", Status.values)
    leased = query.flag(call.query, "leased")
    found: QuerySet[Any, Any] = SocialAccount.objects.filter(project=project_of(call))
    if platform:
        found = found.filter(platform=platform)
    if status:
        found = found.filter(status=status)
    if leased is not None:
        found = found.filter(leased=leased)
    return cursors.page(
        found.values_list(*ROW_COLUMNS, named=True),
        BY_CONNECTION,
        show,
        limit=limit,
        cursor=query.text(call.query, "cursor"),
    )


@read(scope="social:read")
def get_health(call: Call) -> dict[str, Any]:
    return health.snapshot(account_of(call))


@write(scope="social:write")
def revoke(call: Call) -> dict[str, Any]:
    """Disconnects and cancels what is queued there. A second time changes nothing. A leased account is given back
    instead."""
    account = account_of(call, ACCOUNT_LOCKED)
    if account.leased:
        raise conflict("Release the lease instead.", {"leased": True})
    canceled = 0
    if account.status != Status.DISCONNECTED:
        canceled = accounts.disconnect(account, SocialAccount.Reason.REVOKED)
        call.record(
            "social_account.revoked",
            {**accounts.subject(account), "canceledScheduledPosts": canceled},
            project_id=account.project_id,
        )
    return {
        "socialAccountId": ids.show("social_account", account.pk),
        "status": account.status,
        "disconnectedReason": account.disconnected_reason,
        "canceledScheduledPosts": canceled,
        "disconnectedAt": stamp_or_none(account.disconnected_at),
    }
