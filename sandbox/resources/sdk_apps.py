"""SDK apps: create, list, read, change, how to install, does it work (contract/content.md, 11)."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from sandbox import clock, ids
from sandbox.api import cursors, query
from sandbox.api.creation import creation_body
from sandbox.api.envelope import stamp, stamp_or_none
from sandbox.api.errors import forbidden_scope, invalid, not_found
from sandbox.api.lookup import RowBy
from sandbox.api.operations import Answer, Call, read, write
from sandbox.api.paths import project_of
from sandbox.api.scopes import grants
from sandbox.models import SdkApp
from sandbox.rules import generation, install_spec, sdk_apps, tracking

BY_AGE = cursors.NewestFirst("sdk-apps", tie_type=str)
CAPI_SCOPE = "ads:write:capi"
APP = RowBy(SdkApp, "id = %s and project_id = %s")
APP_LOCKED = RowBy(SdkApp, "id = %s and project_id = %s for no key update")
PLATFORMS = SdkApp.Platform.values

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
EventName = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Platform = Literal["ios", "android", "web", "react-native", "flutter", "expo", "nextjs", "vite", "react-router"]


class AppCreate(msgspec.Struct, rename="camel"):
    name: Name
    platform: Platform
    bundle_id: str | UnsetType = UNSET
    android_package: str | UnsetType = UNSET
    web_domain: str | UnsetType = UNSET


class Toggle(msgspec.Struct):
    enabled: bool


class CapiPatch(msgspec.Struct):
    meta: Toggle | UnsetType = UNSET
    tiktok: Toggle | UnsetType = UNSET
    apple: Toggle | UnsetType = UNSET


class AppPatch(msgspec.Struct, rename="camel"):
    """At least one; nothing can be cleared."""

    name: Name | UnsetType = UNSET
    bundle_id: str | UnsetType = UNSET
    android_package: str | UnsetType = UNSET
    web_domain: str | UnsetType = UNSET
    capi: CapiPatch | UnsetType = UNSET
    rotate_key: bool | UnsetType = UNSET


class VerifyBody(msgspec.Struct, rename="camel"):
    expected_events: Annotated[list[EventName], msgspec.Meta(max_length=50)] = msgspec.field(
        default_factory=lambda: ["app_open"]
    )
    sample_event_name: EventName = "layers_test_event"


def show_row(app: SdkApp) -> dict[str, Any]:
    """List rows are slim."""
    return {
        "appId": ids.show("sdk_app", app.pk),
        "name": app.name,
        "platform": app.platform,
        "bundleId": app.bundle_id,
        "androidPackage": app.android_package,
        "webDomain": app.web_domain,
        "createdAt": stamp(app.created_at),
        "lastEventAt": stamp_or_none(app.last_event_at),
    }


def show(app: SdkApp) -> dict[str, Any]:
    return {
        **show_row(app),
        "ingestEndpoint": sdk_apps.INGEST_ENDPOINT,
        "capi": {
            platform: {**relay, "pixelId": sdk_apps.pixel_of(app.project_id, platform)}
            for platform, relay in sorted(app.capi.items())
        },
        "lastRotatedAt": stamp_or_none(app.last_rotated_at),
    }


def app_of(call: Call, rows: RowBy[SdkApp] = APP) -> SdkApp:
    project = project_of(call)
    wanted = ids.parse_hex("sdk_app", call.path_ids["appId"])
    if wanted is None:
        raise invalid("appId", "appId must be an app_ id.")
    app = rows.get(wanted, project.pk)
    if app is None:
        raise not_found("SDK app")
    return app


@write(scope="projects:write", key_required=True)
def create_app(call: Call) -> Answer:
    """201 with the key. 422 when what the platform is known by is missing; 409 in an archived project."""
    body = creation_body(call, AppCreate)
    bundle_id, android_package, web_domain = (
        body.bundle_id or None,
        body.android_package or None,
        body.web_domain or None,
    )
    sdk_apps.check_identifier(
        body.platform, {"bundleId": bundle_id, "androidPackage": android_package, "webDomain": web_domain}
    )
    project = project_of(call)
    generation.refuse_archived(project)
    key = sdk_apps.new_key()
    app = SdkApp.objects.create(
        id=ids.new_hex(),
        project=project,
        name=body.name,
        platform=body.platform,
        bundle_id=bundle_id,
        android_package=android_package,
        web_domain=web_domain,
        key_sha256=sdk_apps.key_hash(key),
    )
    note = {"appId": ids.show("sdk_app", app.pk), "name": app.name, "platform": app.platform}
    call.record("sdk_app.created", note, project_id=project.pk)
    return Answer({**show(app), "apiKey": key}, 201)


@read(scope="projects:read")
def list_apps(call: Call) -> dict[str, Any]:
    apps = SdkApp.objects.filter(project=project_of(call))
    if platform := query.choice(call.query, "platform", PLATFORMS):
        apps = apps.filter(platform=platform)
    return cursors.page(
        apps, BY_AGE, show_row, limit=query.limit(call.query, 25, 100), cursor=query.text(call.query, "cursor")
    )


@read(scope="projects:read")
def get_app(call: Call) -> dict[str, Any]:
    return show(app_of(call))


@write(scope="projects:write")
def patch_app(call: Call) -> dict[str, Any]:
    """The `capi` block needs ads:write:capi besides. `rotateKey` ends the old key at once and shows the new one."""
    patch = call.body(AppPatch)
    named = [name for name in patch.__struct_fields__ if getattr(patch, name) is not UNSET]
    if not named:
        raise invalid("", "Name at least one field to change.")
    if patch.capi is not UNSET and not grants(call.key.scopes, CAPI_SCOPE):
        raise forbidden_scope(CAPI_SCOPE)
    app = app_of(call, APP_LOCKED)
    for name in ("name", "bundle_id", "android_package", "web_domain"):
        if name in named:
            setattr(app, name, getattr(patch, name))
    for platform, toggle in _toggles(patch.capi):
        sdk_apps.switch(app, platform, toggle.enabled)
    shown_once = {}
    if patch.rotate_key is True:
        key = sdk_apps.new_key()
        app.key_sha256, app.last_rotated_at = sdk_apps.key_hash(key), clock.now()
        shown_once = {"apiKey": key}
    app.save()
    note = {"appId": ids.show("sdk_app", app.pk), "fields": named, "capi": sdk_apps.forwards_to(app)}
    call.record("sdk_app.updated", note, project_id=app.project_id)
    return {**show(app), **shown_once}


def _toggles(patch: CapiPatch | UnsetType) -> list[tuple[str, Toggle]]:
    if isinstance(patch, UnsetType):
        return []
    named = (("meta", patch.meta), ("tiktok", patch.tiktok), ("apple", patch.apple))
    return [(platform, toggle) for platform, toggle in named if not isinstance(toggle, UnsetType)]


@read(scope="projects:read")
def get_install_spec(call: Call) -> dict[str, Any]:
    """Of the app's own platform unless others are asked for."""
    app = app_of(call)
    platforms = query.choices(call.query, "platforms", PLATFORMS) or [app.platform]
    return {
        "appId": ids.show("sdk_app", app.pk),
        "platforms": [install_spec.spec(app, platform) for platform in dict.fromkeys(platforms)],
    }


@write(scope="sdk:write")
def verify_tracking(call: Call) -> dict[str, Any]:
    body = call.body(VerifyBody)
    app = app_of(call, APP_LOCKED)
    report = tracking.probe(app, body.expected_events, body.sample_event_name)
    note = {"appId": ids.show("sdk_app", app.pk), "status": report.status}
    call.record("sdk_app.tracking_verified", note, project_id=app.project_id)
    return {
        "status": report.status,
        "lastEventAt": stamp_or_none(report.last_event_at),
        "expectedEvents": body.expected_events,
        "missing": report.missing,
        "capi": report.dispatches,
    }
