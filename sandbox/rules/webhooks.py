"""Webhook endpoints: what they may hear, and sending something to one of them (contract/control-plane.md, 6)."""

import uuid
from typing import Any, Final

import httpx

from sandbox import ids
from sandbox.api.errors import forbidden_scope, invalid, not_found
from sandbox.api.scopes import ORG_ADMIN, grants
from sandbox.models import ApiKey, Organization, Project, WebhookDelivery, WebhookEndpoint
from sandbox.rules import events

MAX_URL: Final = 2048
#: Hosts of this machine, where receivers under development live: the only ones that may do without TLS.
LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def check_url(text: str) -> None:
    """422 for anything but an https address; http is taken for this machine."""
    refusal = invalid("url", "url must be an https address; http is for localhost only.")
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):  # a host name that is none is a UnicodeError
        raise refusal from None
    if not url.host or len(text) > MAX_URL or url.scheme not in {"https", "http"}:
        raise refusal
    if (url.port or 0) > 65535 or (url.scheme == "http" and url.host not in LOCAL_HOSTS):
        raise refusal


def checked_events(names: list[str]) -> list[str]:
    """Each name once, in the caller's order; 422 for one that the catalogue does not have."""
    for position, name in enumerate(names):
        if name not in events.CATALOGUE:
            raise invalid(f"events[{position}]", f"{name[:64]} is not an event type.")
    return list(dict.fromkeys(names))


def check_scope(scope: WebhookEndpoint.Scope, key: ApiKey, organization: Organization) -> None:
    """403 FORBIDDEN_SCOPE when `all_children` is asked without org:admin, or for an organization that is a child."""
    if scope != WebhookEndpoint.Scope.ALL_CHILDREN:
        return
    if organization.parent_id is not None or not grants(key.scopes, ORG_ADMIN):
        raise forbidden_scope(ORG_ADMIN)


def check_project(project_id: uuid.UUID, scope: WebhookEndpoint.Scope, organization: Organization) -> None:
    """404 when the endpoint could never hear of this project."""
    heard = Project.objects.filter(pk=project_id, organization=organization)
    if scope == WebhookEndpoint.Scope.ALL_CHILDREN:
        heard |= Project.objects.filter(pk=project_id, organization__parent=organization)
    if not heard.exists():
        raise not_found("project")


def ping(endpoint: WebhookEndpoint, payload: dict[str, Any] | None) -> WebhookDelivery:
    """Enqueues a test.ping for this endpoint alone, whatever it subscribes to. `payload` takes the place of `data`."""
    data = {"message": "A test from the sandbox.", "endpointId": str(endpoint.pk)} if payload is None else payload
    sent = events.delivery(endpoint, endpoint.organization_id, ids.new_ulid(), events.PING, data)
    sent.save()
    return sent


def replay(original: WebhookDelivery) -> WebhookDelivery:
    """Enqueues the same data again as a new event that names the delivery it repeats, whatever became of that one."""
    again = events.delivery(
        original.endpoint,
        original.organization_id,
        ids.new_ulid(),
        original.event_type,
        original.payload["data"],
        replay_of=original.pk,
    )
    again.save()
    return again
