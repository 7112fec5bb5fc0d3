"""Containers, the jobs that make them and the decisions on them (contract/content.md, 3 to 10)."""

from django.urls import path

from sandbox.api.operations import endpoint
from sandbox.resources import (
    approval,
    approval_policy,
    content,
    generation,
    inspiration,
    jobs,
    progress,
    review_policy,
    uploads,
)
from sandbox.routes.parts import CONTAINER, PROJECT

paths = [
    path(f"{PROJECT}/content", endpoint(GET=content.list_content, POST=generation.generate)),
    path(f"{PROJECT}/content/hooks", endpoint(GET=inspiration.list_hooks)),
    path(f"{PROJECT}/content/source-recommendations", endpoint(GET=inspiration.source_recommendations)),
    path(f"{PROJECT}/content/upload", endpoint(POST=uploads.upload)),
    path(f"{PROJECT}/content/uploads", endpoint(POST=uploads.start_session)),
    path(f"{PROJECT}/content/slideshow-builder", endpoint(POST=generation.slideshow_builder)),
    path(f"{PROJECT}/content/slideshow-remix", endpoint(POST=generation.slideshow_remix)),
    path(f"{PROJECT}/content/ugc-remix", endpoint(POST=generation.ugc_remix)),
    path(f"{PROJECT}/content/video-remix", endpoint(POST=generation.video_remix)),
    path(
        f"{PROJECT}/content-review-policy",
        endpoint(GET=review_policy.get_policy, PATCH=review_policy.patch_policy),
    ),
    path(
        f"{PROJECT}/approval-policy",
        endpoint(GET=approval_policy.get_policy, PATCH=approval_policy.patch_policy),
    ),
    path(CONTAINER, endpoint(GET=content.get_content, PATCH=uploads.patch_caption)),
    path(f"{CONTAINER}/progress", endpoint(GET=progress.get_progress)),
    path(f"{CONTAINER}/assets/<str:assetId>", endpoint(GET=content.get_asset)),
    path(f"{CONTAINER}/finalize-upload", endpoint(POST=uploads.finalize)),
    path(f"{CONTAINER}/approve", endpoint(POST=approval.approve)),
    path(f"{CONTAINER}/reject", endpoint(POST=approval.reject)),
    path("jobs/<str:jobId>", endpoint(GET=jobs.get_job)),
    path("jobs/<str:jobId>/cancel", endpoint(POST=jobs.cancel)),
    path("jobs/<str:jobId>/events", endpoint(GET=jobs.stream)),
]
