"""Scheduled posts: list, read, move, cancel (contract/content.md, 6)."""

from typing import Annotated, Any

import msgspec
from django.db.models import Q, QuerySet

from sandbox import clock, ids
from sandbox.api import cursors, query
from sandbox.api.envelope import stamp, stamp_or_none
from sandbox.api.errors import conflict, not_found
from sandbox.api.lookup import RowBy
from sandbox.api.operations import Call, read, write
from sandbox.api.paths import project_of, uuid_of
from sandbox.models import ScheduledPost
from sandbox.resources.publishing import instant_to_come
from sandbox.rules import posts
from sandbox.rules.publishing import can_be_called_back, external_url

Status = ScheduledPost.Status
POST_LOCKED = RowBy(
    ScheduledPost,
    "id = %s and project_id in (select id from sandbox_project where organization_id = %s) for update",
)
ROW_COLUMNS = (
    "id",
    "container_id",
    "project_id",
    "social_account_id",
    "social_account__platform",
    "social_account__handle",
    "mode",
    "status",
    "external_id",
    "scheduled_for",
    "attempted_at",
    "published_at",
    "canceled_at",
    "last_error",
    "created_at",
    "updated_at",
)
# Made once: naming the columns takes longer than filtering by them.
POSTS: QuerySet[Any, Any] = ScheduledPost.objects.values_list(*ROW_COLUMNS, named=True)


class ByTime(cursors.NewestFirst):
    moment = "scheduled_for"


BY_TIME = ByTime("scheduled-posts")


class RescheduleBody(msgspec.Struct, rename="camel"):
    scheduled_for: str


class CancelBody(msgspec.Struct):
    reason: Annotated[str, msgspec.Meta(max_length=1024)] = ""


def show(row: Any) -> dict[str, Any]:
    """`row` has the ROW_COLUMNS."""
    return {
        "id": f"sp_{row.id}",
        "containerId": f"cnt_{row.container_id}",
        "projectId": f"prj_{row.project_id}",
        "socialAccountId": f"sa_{row.social_account_id}",
        "platform": row.social_account__platform,
        "mode": row.mode,
        "status": row.status,
        "externalId": row.external_id,
        "externalUrl": external_url(row.social_account__platform, row.social_account__handle, row.external_id),
        "scheduledFor": stamp(row.scheduled_for),
        "attemptedAt": stamp_or_none(row.attempted_at),
        "publishedAt": stamp_or_none(row.published_at),
        "canceledAt": stamp_or_none(row.canceled_at),
        "lastError": row.last_error,
        "createdAt": stamp(row.created_at),
        "updatedAt": stamp(row.updated_at),
    }


@read(scope="publish:read")
def list_posts(call: Call) -> dict[str, Any]:
    """Latest time first; `since` and `until` are inclusive and mean scheduledFor."""
    limit = query.limit(call.query, 50, 100)
    statuses = query.choices(call.query, "status", Status.values)
    since = query.instant(call.query, "since")
    until = query.instant(call.query, "until")
    account = query.text(call.query, "socialAccountId")
    account_id = uuid_of("social_account", "socialAccountId", account) if account else None
    found = POSTS.filter(project=project_of(call))
    if statuses:
        found = found.filter(status__in=statuses)
    if account_id:
        found = found.filter(social_account_id=account_id)
    if since:
        found = found.filter(scheduled_for__gte=since)
    if until:
        found = found.filter(scheduled_for__lte=until)
    return cursors.page(
        found,
        BY_TIME,
        show,
        limit=limit,
        cursor=query.text(call.query, "cursor"),
    )


@read(scope="publish:read")
def get_post(call: Call) -> dict[str, Any]:
    wanted = uuid_of("post", "scheduledPostId", call.path_ids["scheduledPostId"])
    organization_id = call.organization.pk
    own = Q(project__organization_id=organization_id)
    # The former owner reads on for a while (contract/control-plane.md, 1).
    moved = Q(project__move__former_owner_id=organization_id, project__move__readable_until__gt=clock.now())
    row = POSTS.filter(own | moved, pk=wanted).first()
    if row is None:
        raise not_found("scheduled post")
    return show(row)


@write(scope="publish:write")
def reschedule(call: Call) -> dict[str, Any]:
    """Moves a queued post. Account, container and caption never change: cancel and schedule anew for that."""
    scheduled_for = instant_to_come(call.body(RescheduleBody).scheduled_for)
    post = _locked(call)
    if post.status != Status.QUEUED:
        raise conflict(f"This post is {post.status}, not queued.", {"status": post.status})
    before = post.scheduled_for
    post.updated_at = clock.now()
    post.scheduled_for = scheduled_for
    post.due_at = max(scheduled_for, post.updated_at)
    post.save(update_fields=["scheduled_for", "due_at", "updated_at"])
    shown = ids.show("post", post.pk)
    call.record(
        "scheduled_post.rescheduled",
        {"scheduledPostId": shown, "from": stamp(before), "to": stamp(scheduled_for)},
        project_id=post.project_id,
    )
    return {
        "id": shown,
        "status": post.status,
        "scheduledFor": stamp(scheduled_for),
        "updatedAt": stamp(post.updated_at),
    }


@write(scope="publish:write")
def cancel(call: Call) -> dict[str, Any]:
    """A queued post, or one whose upload has only just begun. The row stays readable."""
    reason = call.body(CancelBody).reason or None
    post = _locked(call)
    if post.status != Status.QUEUED and not (post.status == Status.PUBLISHING and can_be_called_back(post)):
        raise conflict(f"This post is {post.status}.", {"status": post.status})
    posts.cancel(post, call.organization.pk, reason)
    shown = ids.show("post", post.pk)
    # The log has two l's, the webhook one: that is the contract's own spelling.
    call.record("scheduled_post.cancelled", {"scheduledPostId": shown, "reason": reason}, project_id=post.project_id)
    return {"id": shown, "status": post.status, "canceledAt": stamp_or_none(post.canceled_at)}


def _locked(call: Call) -> ScheduledPost:
    wanted = uuid_of("post", "scheduledPostId", call.path_ids["scheduledPostId"])
    post = POST_LOCKED.get(wanted, call.organization.pk)
    if post is None:
        raise not_found("scheduled post")
    return post
