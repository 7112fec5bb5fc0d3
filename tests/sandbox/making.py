"""Rows that a test makes for itself, through the API."""

import uuid
from typing import Any

from tests.sandbox.api import Api, fresh_key

#: Long enough for the generator's precondition.
DESCRIPTION = (
    "Daily ritual coffee subscriptions for runners and night-shift workers. Single-origin beans from named farms, "
    "roasted weekly and sent before the bag is empty."
)
SLIDESHOW = 50


def made(answer: Any, status: int = 201) -> dict[str, Any]:
    """The body of an answer that has to be a success."""
    assert answer.status_code == status, answer.text
    read: dict[str, Any] = answer.json()
    return read


def new_child(api: Api, credits: int = 0, **fields: Any) -> str:
    """Id of a child organization of its own, funded by the parent."""
    body = {"name": f"Child {uuid.uuid4().hex[:8]}", **fields}
    child: str = made(api.post("/v1/organizations", idempotency=fresh_key(), json=body))["id"]
    if credits:
        fund(api, child, credits)
    return child


def fund(api: Api, child: str, credits: int) -> dict[str, Any]:
    path = f"/v1/organizations/{child}/credits/allocate"
    return made(api.post(path, idempotency=fresh_key(), json={"credits": credits}))


def configure(api: Api, child: str, **config: int | None) -> dict[str, Any]:
    return made(api.patch(f"/v1/organizations/{child}/credit-config", json=config), 200)


def wallet(api: Api, child: str | None = None) -> dict[str, Any]:
    """A child's wallet, or the parent's."""
    return api.body("/v1/credits" if child is None else f"/v1/organizations/{child}/credits")


def ledger(api: Api, child: str | None = None) -> list[dict[str, Any]]:
    """Newest first."""
    path = "/v1/credits/events" if child is None else f"/v1/organizations/{child}/credits/events"
    return api.all(path, params={"limit": 100})


def new_key(api: Api, child: str, *scopes: str, **fields: Any) -> dict[str, Any]:
    """`{apiKey, secret, warning}` of a child's key."""
    body = {"name": "integration", "scopes": list(scopes) or ["content:read"], **fields}
    return made(api.post(f"/v1/organizations/{child}/api-keys", idempotency=fresh_key(), json=body))


def new_project(api: Api, child: str | None = None, **fields: Any) -> str:
    """Id of a project that can make slideshows; `appDescription=None` for one where no background run starts."""
    body = {
        "name": "Acme Coffee",
        "timezone": "America/Los_Angeles",
        "appName": "Acme Coffee",
        "appDescription": DESCRIPTION,
        **fields,
    }
    sent = {name: value for name, value in body.items() if value is not None}
    project: str = made(api.post("/v1/projects", child=child, json=sent))["id"]
    return project


def generate(api: Api, child: str | None, project: str, variants: int = 1, **rest: Any) -> Any:
    """The answer to asking for slideshows, at SLIDESHOW credits each."""
    body = {"format": "slideshow-builder", "hook": "Three cups before sunrise", "variantCount": variants}
    return api.post(f"/v1/projects/{project}/content", child=child, idempotency=fresh_key(), json=body, **rest)
