"""Ads behind the gate (contract/ads.md)."""

from django.urls import path

from sandbox.api.operations import endpoint
from sandbox.resources import (
    ad_accounts,
    ad_creatives,
    ad_lists,
    ad_runs,
    ad_set_writes,
    apple_keywords,
    authority,
    campaign_writes,
    campaigns,
    pending_actions,
)
from sandbox.routes.parts import ADS, CAMPAIGN, PROJECT

_AD_SET = f"{ADS}/adsets/<str:adsetId>"
_AD = f"{ADS}/ads/<str:adId>"

_reads = [
    path(f"{PROJECT}/ads/campaigns", endpoint(GET=campaigns.list_campaigns)),
    path(f"{PROJECT}/ads/adsets", endpoint(GET=ad_lists.list_ad_sets)),
    path(f"{PROJECT}/ads/ads", endpoint(GET=ad_lists.list_ads)),
    path(f"{ADS}/reviews", endpoint(GET=ad_lists.list_reviews)),
    path(f"{PROJECT}/ads/ad-accounts", endpoint(GET=ad_accounts.list_ad_accounts)),
    path(f"{PROJECT}/ads/ad-accounts/oauth-url", endpoint(POST=ad_accounts.oauth_url)),
]
_policy = [
    path(f"{ADS}/defaults", endpoint(GET=authority.get_defaults, PATCH=authority.patch_defaults)),
    path(
        f"{CAMPAIGN}/authority",
        endpoint(GET=authority.get_campaign_authority, PATCH=authority.patch_campaign_authority),
    ),
    path("layers/<str:layerId>/optimizer/write-classes", endpoint(PATCH=authority.patch_write_classes)),
]
_campaigns = [
    path(f"{ADS}/campaigns", endpoint(POST=campaign_writes.create_campaign)),
    path(CAMPAIGN, endpoint(GET=campaigns.get_campaign, DELETE=campaign_writes.delete)),
    # The reference page says PATCH, the walk-through POST: one operation under both.
    path(f"{CAMPAIGN}/budget", endpoint(PATCH=campaign_writes.patch_budget, POST=campaign_writes.patch_budget)),
    path(f"{CAMPAIGN}/pause", endpoint(POST=campaign_writes.pause)),
    path(f"{CAMPAIGN}/resume", endpoint(POST=campaign_writes.resume)),
]
_ad_sets = [
    path(_AD_SET, endpoint(DELETE=ad_set_writes.delete)),
    path(f"{_AD_SET}/budget", endpoint(PATCH=ad_set_writes.patch_budget)),
    path(f"{_AD_SET}/schedule", endpoint(PATCH=ad_set_writes.patch_schedule)),
    path(f"{_AD_SET}/targeting", endpoint(PATCH=ad_set_writes.patch_targeting)),
    path(f"{_AD_SET}/pause", endpoint(POST=ad_set_writes.pause)),
    path(f"{_AD_SET}/resume", endpoint(POST=ad_set_writes.resume)),
    path(
        f"{PROJECT}/ads/apple/adgroups/<str:adgroupId>/keywords",
        endpoint(POST=apple_keywords.add, PUT=apple_keywords.update, DELETE=apple_keywords.remove),
        {"platform": "apple"},
    ),
]
_creatives = [
    path(_AD, endpoint(DELETE=ad_creatives.delete)),
    path(
        f"{_AD}/creative",
        endpoint(POST=ad_creatives.push, PUT=ad_creatives.replace, DELETE=ad_creatives.prune),
    ),
    path(f"{_AD}/pause", endpoint(POST=ad_creatives.pause)),
    path(f"{_AD}/resume", endpoint(POST=ad_creatives.resume)),
    path(f"{ADS}/creatives/<str:adsContentId>/unlock", endpoint(POST=ad_creatives.unlock)),
]
_queue = [
    path(f"{ADS}/pending", endpoint(GET=pending_actions.list_pending)),
    path(f"{ADS}/pending/count", endpoint(GET=pending_actions.count_pending)),
    path(f"{ADS}/pending/<str:pendingId>/approve", endpoint(POST=pending_actions.approve)),
    path(f"{ADS}/pending/<str:pendingId>/reject", endpoint(POST=pending_actions.reject)),
]
_runs = [
    path(f"{PROJECT}/ads/optimizer/run", endpoint(POST=ad_runs.run_optimizer)),
    path(f"{PROJECT}/ads/optimizer/runs/<str:runId>", endpoint(GET=ad_runs.get_run)),
    path(f"{ADS}/content-refresh", endpoint(POST=ad_runs.refresh_content)),
    path(f"{ADS}/disable-underperforming", endpoint(POST=ad_runs.disable_underperforming)),
]
paths = [*_reads, *_policy, *_campaigns, *_ad_sets, *_creatives, *_queue, *_runs]
