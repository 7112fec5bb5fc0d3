"""Scheduled posts happening by themselves: queued, publishing, then published, a draft, or failed (contract/content.md,
6)."""

import base64
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from sandbox import clock, ids
from sandbox.api.envelope import stamp
from sandbox.engine.source import Source
from sandbox.models import Container, Organization, ScheduledPost, SocialAccount
from sandbox.models.social import Platform
from sandbox.rules.audit import system_row
from sandbox.rules.posts import tell

#: How long a platform takes to swallow a post.
UPLOAD: Final = timedelta(seconds=20)
#: Until then an upload can be called back.
CALL_BACK: Final = UPLOAD / 2


def external_url(platform: str, handle: str, external_id: str | None) -> str | None:
    """Where a published post can be seen. The names end in .example: nobody's real post is there."""
    if external_id is None:
        return None
    if platform == Platform.TIKTOK:
        return f"https://tiktok.example/@{handle}/video/{external_id}"
    return f"https://instagram.example/p/{external_id}/"


def external_id_of(post: ScheduledPost) -> str:
    """The platform's id, always the same for the same post: 19 digits on TikTok, a short code on Instagram."""
    if post.social_account.platform == Platform.TIKTOK:
        return str(7 * 10**18 + post.pk.int % 10**18)
    return base64.urlsafe_b64encode(post.pk.bytes[:8]).decode().rstrip("=")


def can_be_called_back(post: ScheduledPost) -> bool:
    """Whether a post that is being published can still be canceled."""
    return post.attempted_at is not None and clock.now() < post.attempted_at + CALL_BACK


def _due() -> QuerySet[ScheduledPost]:
    """What has a next step. Work of a suspended organization is held, and goes on after it is resumed."""
    active = Organization.Status.ACTIVE
    return ScheduledPost.objects.filter(due_at__isnull=False, project__organization__status=active).order_by("due_at")


def _carry_on(until: datetime) -> None:
    for post_id in list(_due().filter(due_at__lte=until).values_list("pk", flat=True)):
        with transaction.atomic():
            post = (
                _due()
                .select_for_update(of=("self",))
                .select_related("container", "social_account", "project__organization")
                .filter(pk=post_id)
                .first()
            )
            if post is not None and post.due_at is not None and post.due_at <= until:
                # What was held happens at the resumption, which is when the organization last changed.
                with clock.at(max(post.due_at, post.project.organization.updated_at)):
                    _step(post)


def _step(post: ScheduledPost) -> None:
    post.updated_at = clock.now()
    post.due_at = None
    if post.status == ScheduledPost.Status.QUEUED:
        post.attempted_at = post.updated_at
    if error := _obstacle(post):
        _fail(post, error)
    elif post.status == ScheduledPost.Status.QUEUED:
        post.status = ScheduledPost.Status.PUBLISHING
        post.due_at = post.updated_at + UPLOAD
    elif post.mode == ScheduledPost.Mode.DRAFT:
        post.status = ScheduledPost.Status.DRAFT
        _record(post, {})
    else:
        _publish(post)
    post.save()


def _obstacle(post: ScheduledPost) -> dict[str, str] | None:
    """Why this post cannot go out: the gate, asked once more just before publishing, or the account's credentials."""
    approval = post.container.approval_status
    if approval == Container.Approval.PENDING:
        return {"code": "APPROVAL_REQUIRED", "message": "The container still waits for review."}
    if approval == Container.Approval.REJECTED:
        return {"code": "CONTENT_REJECTED", "message": "The container was rejected."}
    if post.social_account.status != SocialAccount.Status.CONNECTED:
        return {"code": "CREDENTIAL_INVALID", "message": f"The account is {post.social_account.status}."}
    return None


def _fail(post: ScheduledPost, error: dict[str, str]) -> None:
    post.status = ScheduledPost.Status.FAILED
    post.last_error = error
    tell(post.project.organization_id, "post.failed", post, {"error": error})
    _record(post, {"error": error})


def _publish(post: ScheduledPost) -> None:
    post.status = ScheduledPost.Status.PUBLISHED
    post.published_at = post.updated_at
    post.external_id = external_id_of(post)
    account = post.social_account
    where = {
        "externalId": post.external_id,
        "externalUrl": external_url(account.platform, account.handle, post.external_id),
    }
    tell(post.project.organization_id, "post.published", post, {**where, "publishedAt": stamp(post.published_at)})
    _record(post, where)


def _record(post: ScheduledPost, more: dict[str, Any]) -> None:
    system_row(
        post.project.organization_id,
        f"scheduled_post.{post.status}",
        {
            "scheduledPostId": ids.show("post", post.pk),
            "containerId": ids.show("container", post.container_id),
            **more,
        },
        post.project_id,
    ).save()


PUBLISHING = Source("posts", _due, "due_at", _carry_on)
