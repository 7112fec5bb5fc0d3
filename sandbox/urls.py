"""Every path of the sandbox. `/v1` is the Partner API; nothing else may live there."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from sandbox.api.envelope import error_response, json_response
from sandbox.api.errors import ApiError, not_found
from sandbox.api.operations import endpoint
from sandbox.resources import (
    allocation,
    approval,
    audit_log,
    authority,
    campaigns,
    content,
    credit_config,
    jobs,
    organizations,
    pending_actions,
    projects,
    review_policy,
    wallets,
)
from sandbox.resources.whoami import whoami


def health(request: HttpRequest) -> HttpResponse:
    return json_response({"ok": True})


def about(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        "A stand-in for the Layers Partner API with an invented world in it. Start at /v1/whoami with a bearer key.\n",
        content_type="text/plain; charset=utf-8",
    )


def _id_of(request: HttpRequest) -> str:
    # Absent only when the middleware itself failed.
    return getattr(request, "request_id", "req_unknown")


def unknown_path(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(not_found("path"), _id_of(request))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(ApiError(400, "VALIDATION", "This request cannot be read."), _id_of(request))


def broken(request: HttpRequest) -> HttpResponse:
    return error_response(ApiError(500, "INTERNAL", "The sandbox failed on this call."), _id_of(request))


handler400 = bad_request
handler404 = unknown_path
handler500 = broken

PROJECT = "v1/projects/<str:projectId>"
ORGANIZATION = "v1/organizations/<str:orgId>"
ADS = f"{PROJECT}/ads/<str:platform>"
CAMPAIGN = f"{ADS}/campaigns/<str:campaignId>"

urlpatterns = [
    path("", about),
    path("healthz", health),
    path("media/", include("sandbox.media.urls")),
    path("v1/whoami", endpoint(GET=whoami)),
    path("v1/organizations", endpoint(GET=organizations.list_children)),
    path(ORGANIZATION, endpoint(GET=organizations.get_child)),
    path(f"{ORGANIZATION}/suspend", endpoint(POST=organizations.suspend)),
    path(f"{ORGANIZATION}/resume", endpoint(POST=organizations.resume)),
    path(f"{ORGANIZATION}/credits", endpoint(GET=wallets.child_wallet)),
    path(f"{ORGANIZATION}/credits/events", endpoint(GET=wallets.child_events)),
    path(f"{ORGANIZATION}/credits/allocate", endpoint(POST=allocation.allocate)),
    path(
        f"{ORGANIZATION}/credit-config",
        endpoint(GET=credit_config.get_config, PATCH=credit_config.patch_config),
    ),
    path("v1/credits", endpoint(GET=wallets.own_wallet)),
    path("v1/credits/events", endpoint(GET=wallets.own_events)),
    path("v1/projects", endpoint(GET=projects.list_projects)),
    path(PROJECT, endpoint(GET=projects.get_project)),
    path(f"{PROJECT}/content", endpoint(GET=content.list_content)),
    path(
        f"{PROJECT}/content-review-policy",
        endpoint(GET=review_policy.get_policy, PATCH=review_policy.patch_policy),
    ),
    path("v1/content/<str:containerId>", endpoint(GET=content.get_content)),
    path("v1/content/<str:containerId>/approve", endpoint(POST=approval.approve)),
    path("v1/content/<str:containerId>/reject", endpoint(POST=approval.reject)),
    path(f"{PROJECT}/ads/campaigns", endpoint(GET=campaigns.list_campaigns)),
    path(f"{ADS}/defaults", endpoint(GET=authority.get_defaults)),
    path(f"{CAMPAIGN}/authority", endpoint(GET=authority.get_campaign_authority)),
    # The reference page says PATCH, the walk-through POST: one operation under both.
    path(f"{CAMPAIGN}/budget", endpoint(PATCH=campaigns.patch_budget, POST=campaigns.patch_budget)),
    path(f"{ADS}/pending", endpoint(GET=pending_actions.list_pending)),
    path(f"{ADS}/pending/count", endpoint(GET=pending_actions.count_pending)),
    path(f"{ADS}/pending/<str:pendingId>/approve", endpoint(POST=pending_actions.approve)),
    path(f"{ADS}/pending/<str:pendingId>/reject", endpoint(POST=pending_actions.reject)),
    path("v1/audit-log", endpoint(GET=audit_log.list_events)),
    path("v1/jobs/<str:jobId>", endpoint(GET=jobs.get_job)),
]
