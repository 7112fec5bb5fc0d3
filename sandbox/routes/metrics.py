"""Numbers and suggestions (contract/content.md, 11; contract/ads.md, 10)."""

from django.urls import path

from sandbox.api.operations import endpoint
from sandbox.resources import ads_content, metrics, recommendations, top_performers
from sandbox.routes.parts import PROJECT

paths = [
    path(f"{PROJECT}/metrics", endpoint(GET=metrics.get_metrics)),
    path(f"{PROJECT}/ads-metrics", endpoint(GET=metrics.get_ads_metrics)),
    path(f"{PROJECT}/top-performers", endpoint(GET=top_performers.list_top_performers)),
    path(f"{PROJECT}/ads-content", endpoint(GET=ads_content.list_ads_content)),
    path(f"{PROJECT}/ads-content/<str:adsContentId>", endpoint(PATCH=ads_content.patch_ads_content)),
    path(f"{PROJECT}/recommendations", endpoint(GET=recommendations.list_recommendations)),
    path(f"{PROJECT}/recommendations/<str:recommendationId>", endpoint(PATCH=recommendations.patch_recommendation)),
]
