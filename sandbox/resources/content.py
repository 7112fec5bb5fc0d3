"""Containers: list and read (contract/content.md, 4, 5 and 8)."""

from typing import Any

from django.db.models import QuerySet

from sandbox import ids
from sandbox.api import cursors, query
from sandbox.api.envelope import stamp, stamp_or_none
from sandbox.api.errors import not_found
from sandbox.api.operations import Call, read
from sandbox.api.paths import container_of, project_of
from sandbox.models import Container
from sandbox.rules.costs import COST_OF_FORMAT
from sandbox.rules.previews import assets, preview

BY_AGE = cursors.NewestFirst("content")
#: What a list row prints. Read as plain tuples with names: a model instance per row would double the page's cost.
ROW_COLUMNS = (
    "id",
    "project_id",
    "status",
    "approval_status",
    "format",
    "creative_type",
    "ads_enrollment",
    "influencer_id",
    "hook",
    "caption",
    "media_kind",
    "slide_count",
    "duration_ms",
    "fixture_id",
    "files",
    "created_at",
    "completed_at",
    "updated_at",
)
# Made once: naming the columns takes longer than filtering by them.
CONTAINERS: QuerySet[Any, Any] = Container.objects.values_list(*ROW_COLUMNS, named=True)


def show_row(container: Container, origin: str) -> dict[str, Any]:
    """A list row carries preview and caption, so a gallery needs no read per item."""
    caption = container.caption
    return {
        "id": f"cnt_{container.id}",
        "projectId": f"prj_{container.project_id}",
        "status": container.status,
        "approvalStatus": container.approval_status,
        "format": container.format,
        "creativeType": container.creative_type,
        "adsEnrollment": container.ads_enrollment,
        "influencerId": ids.show_or_none("influencer", container.influencer_id),
        "hook": container.hook,
        "caption": caption,
        "captions": []
        if caption is None
        else [{"platform": "tiktok", "text": caption}, {"platform": "instagram", "text": caption}],
        "preview": preview(container, origin),
        "createdAt": stamp(container.created_at),
        "completedAt": stamp_or_none(container.completed_at),
        "updatedAt": stamp(container.updated_at),
    }


def show(container: Container, origin: str) -> dict[str, Any]:
    approved = container.approval_status == Container.Approval.APPROVED
    rejected = container.approval_status == Container.Approval.REJECTED
    decided_at = stamp_or_none(container.decided_at)
    return {
        **show_row(container, origin),
        "sourceTiktokId": container.source_tiktok_id,
        "mediaId": ids.show_or_none("media", container.app_media_id),
        "firstComment": container.first_comment,
        "assets": assets(container, origin),
        "lastError": container.last_error,
        "approvedAt": decided_at if approved else None,
        "approvedBy": container.decided_by if approved else None,
        "rejectedAt": decided_at if rejected else None,
        "rejectedBy": container.decided_by if rejected else None,
        "rejectionReason": container.decision_note if rejected else None,
    }


@read(scope="content:read")
def list_content(call: Call) -> dict[str, Any]:
    """Newest first. There is no filter on approvalStatus, so the parameter is ignored like any unknown one."""
    limit = query.limit(call.query, 25, 200)
    statuses = query.choices(call.query, "status", Container.Status.values)
    formats = query.choices(call.query, "format", tuple(COST_OF_FORMAT))
    creative_type = query.choice(call.query, "creativeType", ("generated", "uploaded"))
    since = query.instant(call.query, "since")
    until = query.instant(call.query, "until")
    project = project_of(call)
    containers = CONTAINERS.filter(project=project)
    if statuses:
        containers = containers.filter(status__in=statuses)
    if formats:
        containers = containers.filter(format__in=formats)
    if creative_type:
        containers = containers.filter(creative_type=creative_type)
    if since:
        containers = containers.filter(created_at__gte=since)
    if until:
        containers = containers.filter(created_at__lte=until)
    origin = call.origin
    return cursors.page(
        containers,
        BY_AGE,
        lambda container: show_row(container, origin),
        limit=limit,
        cursor=query.text(call.query, "cursor"),
    )


@read(scope="content:read")
def get_content(call: Call) -> dict[str, Any]:
    return show(container_of(call), call.origin)


@read(scope="content:read")
def get_asset(call: Call) -> dict[str, Any]:
    """One of the container's files; 404 while there are none."""
    container = container_of(call)
    for asset in assets(container, call.origin):
        if asset["assetId"] == call.path_ids["assetId"]:
            return {"containerId": ids.show("container", container.pk), **asset}
    raise not_found("asset")
