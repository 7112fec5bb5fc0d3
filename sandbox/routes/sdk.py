"""SDK apps and what they report (contract/content.md, 11)."""

from django.urls import path

from sandbox.api.operations import endpoint
from sandbox.resources import attribution, sdk_apps, sdk_events
from sandbox.routes.parts import PROJECT

APP = f"{PROJECT}/sdk-apps/<str:appId>"

paths = [
    path(f"{PROJECT}/sdk-apps", endpoint(GET=sdk_apps.list_apps, POST=sdk_apps.create_app)),
    path(APP, endpoint(GET=sdk_apps.get_app, PATCH=sdk_apps.patch_app)),
    path(f"{APP}/install-spec", endpoint(GET=sdk_apps.get_install_spec)),
    path(f"{APP}/verify-tracking", endpoint(POST=sdk_apps.verify_tracking)),
    path("events", endpoint(POST=sdk_events.forward_events)),
    path(f"{PROJECT}/events", endpoint(GET=sdk_events.list_events)),
    path(f"{PROJECT}/conversions", endpoint(GET=sdk_events.get_conversions)),
    path(f"{PROJECT}/users/<str:appUserId>/signal", endpoint(GET=sdk_events.get_signal)),
    path(f"{PROJECT}/apple-ads-attribution", endpoint(GET=attribution.list_attributions)),
    path(f"{PROJECT}/ads/capi-status", endpoint(GET=attribution.get_capi_status)),
]
