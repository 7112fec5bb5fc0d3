"""Social accounts, owned and leased, and how they take part in comments (contract/content.md, 6 and 11)."""

from django.urls import path

from sandbox.api.operations import endpoint
from sandbox.resources import engagement, leased_accounts, oauth, social_accounts
from sandbox.routes.parts import PROJECT

ACCOUNT = "social-accounts/<str:socialAccountId>"
LEASED = f"{PROJECT}/leased-accounts"

paths = [
    path(f"{PROJECT}/social-accounts", endpoint(GET=social_accounts.list_accounts)),
    path(ACCOUNT, endpoint(DELETE=social_accounts.revoke)),
    path(f"{ACCOUNT}/health", endpoint(GET=social_accounts.get_health)),
    path(f"{PROJECT}/social/oauth-url", endpoint(POST=oauth.oauth_url)),
    path(f"{PROJECT}/social/reauth-url", endpoint(POST=oauth.reauth_url)),
    # The walk-through polls under the project, the reference page by the state alone: both answer.
    path(f"{PROJECT}/social/oauth-status", endpoint(GET=oauth.status_by_query)),
    path("social/oauth-status/<str:state>", endpoint(GET=oauth.status_by_path)),
    path(LEASED, endpoint(GET=leased_accounts.list_leased)),
    path(f"{LEASED}/request", endpoint(POST=leased_accounts.request_accounts)),
    path(f"{LEASED}/requests/<str:requestId>", endpoint(GET=leased_accounts.get_request)),
    path("leased-accounts/<str:socialAccountId>", endpoint(DELETE=leased_accounts.release)),
    path(f"{PROJECT}/engagement", endpoint(GET=engagement.get_engagement, PATCH=engagement.patch_engagement)),
]
