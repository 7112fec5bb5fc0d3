"""Making accounts and posts in tests, the way a partner does."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.sandbox.api import Api, bare

RETURN_URL = "https://yourapp.com/social/connect/callback"


def server_now(api: Api) -> datetime:
    return datetime.fromisoformat(api.client.get("/_sandbox/clock").json()["now"])


def when(api: Api, **ahead: float) -> str:
    """A `scheduledFor` so far ahead of the sandbox's clock, to the second."""
    moment = (server_now(api) + timedelta(**ahead)).replace(microsecond=0)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def ask_consent(api: Api, child: str, project: str, platform: str = "tiktok", **rest: Any) -> dict[str, Any]:
    """The answer of oauth-url."""
    answer = api.post(
        f"/v1/projects/{project}/social/oauth-url",
        child=child,
        json={"platform": platform, "returnUrl": RETURN_URL},
        **rest,
    )
    assert answer.status_code == 200, answer.text
    read: dict[str, Any] = answer.json()
    return read


def decide(api: Api, state: str, word: str = "allow") -> httpx.Response:
    """What the user does on the consent page."""
    return api.client.post(f"/_sandbox/oauth/{state}", data={"answer": word})


def account(api: Api, child: str, project: str, platform: str = "tiktok") -> str:
    """The id of a newly connected account."""
    state = ask_consent(api, child, project, platform)["state"]
    assert decide(api, state).status_code == 302
    seen = api.body(f"/v1/projects/{project}/social/oauth-status", child=child, params={"state": state})
    assert seen["status"] == "completed"
    found: str = seen["socialAccountId"]
    return found


def expire_soon(api: Api, account_id: str, **ahead: float) -> None:
    """Moves the end of a consent near: two months of a world's life take too long to walk through."""
    moment = server_now(api) + timedelta(**ahead)
    api.sql("update sandbox_socialaccount set token_expires_at = %s where id = %s", moment, bare(account_id))


def schedule(api: Api, child: str, container: str, scheduled_for: str, *targets: dict[str, Any]) -> httpx.Response:
    return api.post(
        f"/v1/content/{container}/schedule",
        child=child,
        json={"scheduledFor": scheduled_for, "targets": list(targets)},
    )


def target(account_id: str, mode: str = "publish", **extras: Any) -> dict[str, Any]:
    return {"socialAccountId": account_id, "mode": mode, **extras}


def cleared(api: Api, **wanted: Any) -> tuple[str, str, str]:
    """(customer's id, project id, container id) of something finished that needs no decision any more."""
    child, row = api.a_container(status="completed", approvalStatus="approved", **wanted)
    return child, row["projectId"], row["id"]


def a_post(api: Api, **ahead: float) -> tuple[str, str]:
    """(customer's id, post id) of a post that is queued that far ahead."""
    child, project, container = cleared(api)
    answer = schedule(api, child, container, when(api, **ahead), target(account(api, child, project)))
    assert answer.status_code == 202, answer.text
    return child, answer.json()["scheduledPostIds"][0]


def post(api: Api, child: str, post_id: str) -> dict[str, Any]:
    return api.body(f"/v1/scheduled-posts/{post_id}", child=child)
