"""The life of a social account: connected, in need of a new consent, disconnected (contract/content.md, 6 and 11)."""

import re
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from sandbox import clock, ids
from sandbox.api.envelope import stamp
from sandbox.engine.source import Source
from sandbox.models import LeaseRequest, Project, SocialAccount
from sandbox.models.social import Platform
from sandbox.rules.audit import system_row
from sandbox.rules.events import emit
from sandbox.rules.posts import cancel_of_account

#: How long a consent lasts. TikTok's is renewed without asking.
TOKEN_LIVES: Final = {Platform.INSTAGRAM: timedelta(days=60)}


def connect(project: Project, platform: str, lease_request: LeaseRequest | None = None) -> SocialAccount:
    """A newly connected account of the project, inside the caller's transaction."""
    account = SocialAccount(
        project=project,
        platform=platform,
        handle=_free_handle(project, platform),
        lease_request=lease_request,
        leased=lease_request is not None,
    )
    account.token_expires_at = None if account.leased else token_expiry(platform, account.connected_at)
    account.save()
    _tell(account, "social_account.connected", {})
    return account


def connect_again(account: SocialAccount) -> None:
    """A new consent for a locked account: the same id, connected from now on."""
    account.status = SocialAccount.Status.CONNECTED
    account.connected_at = clock.now()
    account.token_expires_at = token_expiry(account.platform, account.connected_at)
    account.disconnected_at = account.disconnected_reason = None
    account.save()
    _tell(account, "social_account.connected", {})


def disconnect(account: SocialAccount, reason: SocialAccount.Reason) -> int:
    """Ends a locked account and cancels its queued posts; how many. `account.project` is read."""
    account.status = SocialAccount.Status.DISCONNECTED
    account.disconnected_at = clock.now()
    account.disconnected_reason = reason
    account.token_expires_at = None
    account.save()
    canceled = cancel_of_account(account)
    _tell(account, "social_account.revoked", {"reason": reason.value, "canceledScheduledPosts": canceled})
    return canceled


def token_expiry(platform: str, connected_at: datetime) -> datetime | None:
    lives = TOKEN_LIVES.get(Platform(platform))
    return None if lives is None else connected_at + lives


def handle_of(project: Project) -> str:
    """A handle in the manner of the project's name: letters, digits and dots, at most 24."""
    words = re.findall(r"[a-z0-9]+", (project.app_name or project.name).lower())
    return ".".join(words)[:24].strip(".") or "account"


def _free_handle(project: Project, platform: str) -> str:
    wanted = handle_of(project)
    taken = SocialAccount.objects.filter(project=project, platform=platform).count()
    return wanted if taken == 0 else f"{wanted}{taken + 1}"


def _connected() -> QuerySet[SocialAccount]:
    return SocialAccount.objects.filter(status=SocialAccount.Status.CONNECTED)


def _expire_tokens(until: datetime) -> None:
    due = SocialAccount.objects.filter(status=SocialAccount.Status.CONNECTED, token_expires_at__lte=until)
    for account_id in list(due.order_by("token_expires_at").values_list("pk", flat=True)):
        with transaction.atomic():
            account = due.select_for_update(of=("self",)).select_related("project").filter(pk=account_id).first()
            if account is not None and account.token_expires_at is not None:
                with clock.at(account.token_expires_at):
                    need_consent(account)


def need_consent(account: SocialAccount) -> None:
    """The platform no longer takes the consent of a locked account."""
    account.status = SocialAccount.Status.REAUTH_REQUIRED
    account.save(update_fields=["status"])
    _tell(account, "social_account.needs_reauth", {})
    system_row(
        account.project.organization_id, "social_account.needs_reauth", subject(account), account.project_id
    ).save()


def subject(account: SocialAccount) -> dict[str, Any]:
    """Which account an event or an audit row is about."""
    return {
        "socialAccountId": ids.show("social_account", account.pk),
        "platform": account.platform,
        "handle": account.handle,
    }


def _tell(account: SocialAccount, event_type: str, more: dict[str, Any]) -> None:
    project = account.project
    about = {**subject(account), "projectId": ids.show("project", project.pk), "occurredAt": stamp(clock.now())}
    emit(project.organization_id, event_type, {**about, **more}, project.pk)


EXPIRING = Source("account tokens", _connected, "token_expires_at", _expire_tokens)
