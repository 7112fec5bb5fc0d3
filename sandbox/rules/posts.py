"""Making and unmaking scheduled posts (contract/content.md, 6). `publishing.py` lets them happen."""

import uuid
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import QuerySet

from sandbox import clock, ids
from sandbox.api.envelope import stamp
from sandbox.api.errors import ApiError
from sandbox.models import Container, ParkedSchedule, Project, ScheduledPost, SocialAccount
from sandbox.rules.events import emit
from sandbox.rules.targets import Target, Targets, checked


def create(
    container: Container, scheduled_for: datetime, targets: list[Target], accounts: list[SocialAccount]
) -> list[str]:
    """One queued post per checked target, in order; their `sp_` ids. Inside the caller's transaction."""
    # A time that has just passed is due now, not then: nothing happens before it was asked for.
    due_at = max(scheduled_for, clock.now())
    posts = [
        ScheduledPost(
            project_id=container.project_id,
            container=container,
            social_account=account,
            mode=target.mode,
            scheduled_for=scheduled_for,
            due_at=due_at,
            options=target.options,
        )
        for target, account in zip(targets, accounts, strict=True)
    ]
    ScheduledPost.objects.bulk_create(posts)
    for post in posts:
        tell(container.project.organization_id, "post.scheduled", post, {"scheduledFor": stamp(scheduled_for)})
    return [ids.show("post", post.pk) for post in posts]


def park(container: Container, scheduled_for: datetime, targets: list[Target]) -> None:
    """Keeps a checked schedule until the container is approved; a later one takes its place."""
    ParkedSchedule.objects.update_or_create(
        container=container,
        defaults={
            "scheduled_for": scheduled_for,
            "targets": msgspec.to_builtins(targets),
            "created_at": clock.now(),
        },
    )


def promote(container: Container) -> dict[str, Any] | None:
    """A just approved container's parked schedule becomes posts: `{status, scheduledPostIds}`, None when nothing was
    parked. `failed` means that a target has become impossible: the approval stands, the partner schedules again. A
    parked time that has passed meanwhile is due at once."""
    parked = ParkedSchedule.objects.select_for_update().filter(container=container).first()
    if parked is None:
        return None
    targets = msgspec.convert(parked.targets, Targets)
    scheduled_for = parked.scheduled_for
    parked.delete()
    try:
        accounts = checked(container, targets)
    except ApiError:
        return {"status": "failed", "scheduledPostIds": []}
    return {"status": "ok", "scheduledPostIds": create(container, scheduled_for, targets, accounts)}


def drop_parked(container: Container) -> None:
    """A rejected container's parked schedule is gone."""
    ParkedSchedule.objects.filter(container=container).delete()


def cancel_of_project(project: Project) -> int:
    """Cancels the queued posts of a project that is being archived and drops what is parked; how many posts."""
    ParkedSchedule.objects.filter(container__project=project).delete()
    return _cancel_queued(ScheduledPost.objects.filter(project=project), project.organization_id)


def cancel_of_account(account: SocialAccount) -> int:
    """Cancels the queued posts of an account that is being disconnected; how many."""
    return _cancel_queued(ScheduledPost.objects.filter(social_account=account), account.project.organization_id)


def _cancel_queued(posts: QuerySet[ScheduledPost], organization_id: uuid.UUID) -> int:
    queued = list(posts.filter(status=ScheduledPost.Status.QUEUED).select_for_update().order_by("pk"))
    for post in queued:
        cancel(post, organization_id, None)
    return len(queued)


def cancel(post: ScheduledPost, organization_id: uuid.UUID, reason: str | None) -> None:
    """Ends a locked post as canceled."""
    post.status = ScheduledPost.Status.CANCELED
    post.due_at = None
    post.canceled_at = post.updated_at = clock.now()
    post.cancel_reason = reason
    post.save(update_fields=["status", "due_at", "canceled_at", "cancel_reason", "updated_at"])
    tell(organization_id, "post.canceled", post, {"canceledAt": stamp(post.canceled_at)})


def tell(organization_id: uuid.UUID, event_type: str, post: ScheduledPost, more: dict[str, Any]) -> None:
    emit(
        organization_id,
        event_type,
        {
            "scheduledPostId": ids.show("post", post.pk),
            "containerId": ids.show("container", post.container_id),
            **more,
        },
        post.project_id,
    )
