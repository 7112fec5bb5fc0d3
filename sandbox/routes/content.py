"""Containers, the jobs that make them and the decisions on them (contract/content.md, 3 to 10)."""

from django.urls import path

from sandbox.api.operations import endpoint
from sandbox.resources import approval, content, jobs, review_policy
from sandbox.routes.parts import CONTAINER, PROJECT

paths = [
    path(f"{PROJECT}/content", endpoint(GET=content.list_content)),
    path(
        f"{PROJECT}/content-review-policy",
        endpoint(GET=review_policy.get_policy, PATCH=review_policy.patch_policy),
    ),
    path(CONTAINER, endpoint(GET=content.get_content)),
    path(f"{CONTAINER}/approve", endpoint(POST=approval.approve)),
    path(f"{CONTAINER}/reject", endpoint(POST=approval.reject)),
    path("jobs/<str:jobId>", endpoint(GET=jobs.get_job)),
]
