"""Webhook endpoints: create, list, read, change, delete, rotate the secret, test (contract/control-plane.md, 6)."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from sandbox import clock, ids
from sandbox.api import cursors, query
from sandbox.api.envelope import stamp, stamp_or_none
from sandbox.api.errors import invalid, not_found
from sandbox.api.lookup import RowBy
from sandbox.api.operations import Answer, Call, read, write
from sandbox.api.paths import uuid_of
from sandbox.models import WebhookEndpoint
from sandbox.rules import metadata, signing, webhooks
from sandbox.rules.events import API_VERSION

BY_AGE = cursors.NewestFirst("webhook-endpoints")
ENDPOINT = RowBy(WebhookEndpoint, "id = %s and organization_id = %s")
ENDPOINT_LOCKED = RowBy(WebhookEndpoint, "id = %s and organization_id = %s for no key update")
SHOWN_ONCE = "This is the only answer that shows the secret."

Events = Annotated[list[str], msgspec.Meta(min_length=1, max_length=50)]
Status, Scope = WebhookEndpoint.Status, WebhookEndpoint.Scope


class EndpointCreate(msgspec.Struct, rename="camel"):
    url: str
    events: Events
    description: str | UnsetType = UNSET
    metadata: dict[str, str] | UnsetType = UNSET
    project_id: str | UnsetType = UNSET
    scope: Literal["own", "all_children"] = "own"


class EndpointPatch(msgspec.Struct, rename="camel"):
    """An omitted field keeps; `events` replaces the list. The dispatcher alone pauses automatically."""

    url: str | UnsetType = UNSET
    events: Events | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    metadata: dict[str, str] | UnsetType | None = UNSET
    status: Literal["active", "paused"] | UnsetType = UNSET
    scope: Literal["own", "all_children"] | UnsetType = UNSET


class PingBody(msgspec.Struct):
    payload: dict[str, Any] | UnsetType = UNSET


def show(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": str(endpoint.pk),
        "organizationId": ids.show("organization", endpoint.organization_id),
        "projectId": ids.show_or_none("project", endpoint.project_id),
        "url": endpoint.url,
        "description": endpoint.description,
        "status": endpoint.status,
        "events": endpoint.events,
        "scope": endpoint.scope,
        "metadata": endpoint.metadata,
        "apiVersion": API_VERSION,
        "createdAt": stamp(endpoint.created_at),
        "updatedAt": stamp(endpoint.updated_at),
        "lastSuccessAt": stamp_or_none(endpoint.last_success_at),
        "lastFailureAt": stamp_or_none(endpoint.last_failure_at),
        "consecutiveFailureCount": endpoint.consecutive_failures,
    }


def endpoint_of(call: Call, rows: RowBy[WebhookEndpoint] = ENDPOINT) -> WebhookEndpoint:
    wanted = ids.parse_bare_uuid(call.path_ids["endpointId"])
    if wanted is None:
        raise invalid("endpointId", "endpointId must be a uuid.")
    endpoint = rows.get(wanted, call.organization.pk)
    if endpoint is None:
        raise not_found("webhook endpoint")
    return endpoint


@write(scope=None)
def create_endpoint(call: Call) -> Answer:
    """201 with the secret; 403 for `all_children` without org:admin or inside a child; 404 for a foreign project."""
    body = call.body(EndpointCreate)
    webhooks.check_url(body.url)
    scope = Scope(body.scope)
    webhooks.check_scope(scope, call.key, call.organization)
    project_id = None
    if not isinstance(body.project_id, UnsetType):
        project_id = uuid_of("project", "projectId", body.project_id)
        webhooks.check_project(project_id, scope, call.organization)
    endpoint = WebhookEndpoint.objects.create(
        organization=call.organization,
        url=body.url,
        events=webhooks.checked_events(body.events),
        scope=scope,
        project_id=project_id,
        description=None if isinstance(body.description, UnsetType) else body.description,
        metadata=metadata.merge({}, body.metadata or {}),
        secret=signing.new_secret(),
    )
    note = {"endpointId": str(endpoint.pk), "url": endpoint.url, "events": endpoint.events, "scope": scope}
    call.record("webhook_endpoint.created", note, project_id=project_id)
    return Answer({"endpoint": show(endpoint), "signingSecret": endpoint.secret, "warning": SHOWN_ONCE}, 201)


@read(scope=None)
def list_endpoints(call: Call) -> dict[str, Any]:
    endpoints = WebhookEndpoint.objects.filter(organization=call.organization)
    if project := query.text(call.query, "projectId"):
        endpoints = endpoints.filter(project_id=uuid_of("project", "projectId", project))
    if status := query.choice(call.query, "status", Status.values):
        endpoints = endpoints.filter(status=status)
    return cursors.page(
        endpoints, BY_AGE, show, limit=query.limit(call.query, 25, 100), cursor=query.text(call.query, "cursor")
    )


@read(scope=None)
def get_endpoint(call: Call) -> dict[str, Any]:
    return show(endpoint_of(call))


@write(scope=None)
def patch_endpoint(call: Call) -> dict[str, Any]:
    """`status: active` also forgets the failures. 422 when the body names nothing to change."""
    patch = call.body(EndpointPatch)
    named = [name for name in patch.__struct_fields__ if getattr(patch, name) is not UNSET]
    if not named:
        raise invalid("", "Name at least one field to change.")
    if not isinstance(patch.url, UnsetType):
        webhooks.check_url(patch.url)
    endpoint = endpoint_of(call, ENDPOINT_LOCKED)
    _apply(call, endpoint, patch)
    endpoint.updated_at = clock.now()
    endpoint.save()
    call.record("webhook_endpoint.updated", {"endpointId": str(endpoint.pk), "fields": named})
    return show(endpoint)


def _apply(call: Call, endpoint: WebhookEndpoint, patch: EndpointPatch) -> None:
    if not isinstance(patch.url, UnsetType):
        endpoint.url = patch.url
    if not isinstance(patch.events, UnsetType):
        endpoint.events = webhooks.checked_events(patch.events)
    if not isinstance(patch.description, UnsetType):
        endpoint.description = patch.description
    if not isinstance(patch.metadata, UnsetType):
        sent = patch.metadata
        endpoint.metadata = {} if sent is None else metadata.merge(endpoint.metadata, sent)
    if not isinstance(patch.scope, UnsetType):
        webhooks.check_scope(Scope(patch.scope), call.key, call.organization)
        endpoint.scope = Scope(patch.scope)
    if not isinstance(patch.status, UnsetType):
        endpoint.status = Status(patch.status)
        if endpoint.status == Status.ACTIVE:
            endpoint.consecutive_failures = 0


@write(scope=None)
def delete_endpoint(call: Call) -> dict[str, Any]:
    """Its deliveries go with it, the waiting ones too."""
    endpoint = endpoint_of(call, ENDPOINT_LOCKED)
    shown = str(endpoint.pk)
    endpoint.delete()
    call.record("webhook_endpoint.deleted", {"endpointId": shown})
    return {"id": shown, "deleted": True}


@write(scope=None)
def rotate_secret(call: Call) -> dict[str, Any]:
    endpoint = endpoint_of(call, ENDPOINT_LOCKED)
    endpoint.updated_at = clock.now()
    signing.rotate(endpoint)
    call.record("webhook_endpoint.secret_rotated", {"endpointId": str(endpoint.pk)})
    return {
        "endpointId": str(endpoint.pk),
        "signingSecret": endpoint.secret,
        "previousSecretExpiresAt": stamp_or_none(endpoint.previous_secret_expires_at),
        "warning": SHOWN_ONCE,
    }


@write(scope=None)
def test_endpoint(call: Call) -> dict[str, Any]:
    body = call.body(PingBody)
    endpoint = endpoint_of(call)
    sent = webhooks.ping(endpoint, None if isinstance(body.payload, UnsetType) else body.payload)
    event_id = ids.show("event", sent.event_id)
    call.record("webhook_endpoint.tested", {"endpointId": str(endpoint.pk), "eventId": event_id})
    return {"eventId": event_id, "deliveryId": str(sent.pk), "scheduledAt": stamp(sent.created_at)}
