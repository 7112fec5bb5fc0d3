"""Containers, the jobs that make them and the decisions on them (contract/content.md, 3 to 10)."""

from django.urls import path

from sandbox.api.operations import endpoint
from sandbox.resources import approval, content, generation, jobs, review_policy
from sandbox.routes.parts import CONTAINER, PROJECT

paths = [
    path(f"{PROJECT}/content", endpoint(GET=content.list_content, POST=generation.generate)),
    path(f"{PROJECT}/content/slideshow-builder", endpoint(POST=generation.slideshow_builder)),
    path(f"{PROJECT}/content/slideshow-remix", endpoint(POST=generation.slideshow_remix)),
    path(f"{PROJECT}/content/ugc-remix", endpoint(POST=generation.ugc_remix)),
    path(f"{PROJECT}/content/video-remix", endpoint(POST=generation.video_remix)),
    path(
        f"{PROJECT}/content-review-policy",
        endpoint(GET=review_policy.get_policy, PATCH=review_policy.patch_policy),
    ),
    path(CONTAINER, endpoint(GET=content.get_content)),
    path(f"{CONTAINER}/approve", endpoint(POST=approval.approve)),
    path(f"{CONTAINER}/reject", endpoint(POST=approval.reject)),
    path("jobs/<str:jobId>", endpoint(GET=jobs.get_job)),
    path("jobs/<str:jobId>/cancel", endpoint(POST=jobs.cancel)),
    path("jobs/<str:jobId>/events", endpoint(GET=jobs.stream)),
]
