"""Ads behind the gate (contract/ads.md)."""

from django.urls import path

from sandbox.api.operations import endpoint
from sandbox.resources import authority, campaigns, pending_actions
from sandbox.routes.parts import ADS, CAMPAIGN, PROJECT

paths = [
    path(f"{PROJECT}/ads/campaigns", endpoint(GET=campaigns.list_campaigns)),
    path(f"{ADS}/defaults", endpoint(GET=authority.get_defaults)),
    path(f"{CAMPAIGN}/authority", endpoint(GET=authority.get_campaign_authority)),
    # The reference page says PATCH, the walk-through POST: one operation under both.
    path(f"{CAMPAIGN}/budget", endpoint(PATCH=campaigns.patch_budget, POST=campaigns.patch_budget)),
    path(f"{ADS}/pending", endpoint(GET=pending_actions.list_pending)),
    path(f"{ADS}/pending/count", endpoint(GET=pending_actions.count_pending)),
    path(f"{ADS}/pending/<str:pendingId>/approve", endpoint(POST=pending_actions.approve)),
    path(f"{ADS}/pending/<str:pendingId>/reject", endpoint(POST=pending_actions.reject)),
]
