"""Who gets in: bearer keys, kill and revocation, scopes."""

import pytest

from sandbox.world.keys import PARENT_KEY, derived_key
from tests.sandbox.api import (
    ARCHIVED_CHILD_KEY,
    CHILD_KEY,
    KILLED_KEY,
    READER_KEY,
    REVOKED_KEY,
    STAR_KEY,
    SUSPENDED_CHILD_KEY,
    Api,
    code,
)


def test_whoami_tells_what_the_key_is_bound_to(api: Api) -> None:
    me = api.body("/v1/whoami")
    assert me["organizationName"] == "Larkspur"
    assert me["organizationId"] == me["workspaceId"]
    assert me["organizationId"].startswith("org_")
    assert me["parentOrganizationId"] is None
    assert me["apiKeyId"].startswith("key_")
    assert "org:admin" in me["scopes"]
    assert me["rateLimitTier"] == "partner"
    assert isinstance(me["creditBalance"], int)


def test_a_child_key_sees_its_own_organization_and_its_parent(api: Api) -> None:
    me = api.body("/v1/whoami", key=CHILD_KEY)
    assert me["organizationName"] == "Morrow Journal"
    assert me["parentOrganizationId"] == api.body("/v1/whoami")["organizationId"]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer nonsense",
        f"Basic {PARENT_KEY}",
        PARENT_KEY,
        f"bearer  {PARENT_KEY}",
        f"Bearer {PARENT_KEY}x",
        f"Bearer {PARENT_KEY[:-1]}X",
        f"Bearer {PARENT_KEY.replace('lp_live', 'lp_test')}",
        f"Bearer {derived_key('nobody')}",
    ],
)
def test_anything_but_a_good_bearer_key_is_401(api: Api, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = api.get("/v1/whoami", key=None, headers=headers)
    assert code(answer) == (401, "UNAUTHENTICATED")


def test_the_old_key_header_alone_is_401(api: Api) -> None:
    answer = api.get("/v1/whoami", key=None, headers={"X-Api-Key": PARENT_KEY})
    assert code(answer) == (401, "UNAUTHENTICATED")


def test_a_revoked_key_is_401(api: Api) -> None:
    assert code(api.get("/v1/whoami", key=REVOKED_KEY)) == (401, "UNAUTHENTICATED")


def test_a_killed_key_is_503_although_it_is_stamped_revoked_too(api: Api) -> None:
    answer = api.get("/v1/whoami", key=KILLED_KEY)
    assert code(answer) == (503, "KILL_SWITCH")
    assert answer.json()["error"]["details"] == {"scope": "key"}


def test_a_suspended_customers_own_key_is_503_on_every_path(api: Api) -> None:
    for path in ("/v1/whoami", "/v1/credits", "/v1/projects"):
        answer = api.get(path, key=SUSPENDED_CHILD_KEY)
        assert code(answer) == (503, "KILL_SWITCH")
        assert answer.json()["error"]["details"] == {"scope": "organization"}


def test_an_archived_customers_key_is_401(api: Api) -> None:
    assert code(api.get("/v1/whoami", key=ARCHIVED_CHILD_KEY)) == (401, "UNAUTHENTICATED")


def test_a_key_without_the_scope_is_403_and_told_which(api: Api) -> None:
    answer = api.get("/v1/organizations", key=READER_KEY)
    assert code(answer) == (403, "FORBIDDEN_SCOPE")
    assert answer.json()["error"]["details"] == {"requiredScope": "org:admin"}


def test_the_star_opens_every_data_route_but_never_the_control_plane(api: Api) -> None:
    assert api.get("/v1/projects", key=STAR_KEY).status_code == 200
    assert code(api.get("/v1/organizations", key=STAR_KEY)) == (403, "FORBIDDEN_SCOPE")


def test_a_wildcard_covers_its_resource_only(api: Api) -> None:
    # the child's key holds content:*, ads:read, projects:read, jobs:read
    project = api.body("/v1/projects", key=CHILD_KEY)["items"][0]["id"]
    answer = api.patch(f"/v1/projects/{project}/content-review-policy", key=CHILD_KEY, json={})
    assert code(answer) == (422, "VALIDATION")
    pending = f"/v1/projects/{project}/ads/meta/pending/pa_01J0DDDDDDDDDDDDDDDDDDDDDD/approve"
    assert code(api.post(pending, key=CHILD_KEY)) == (403, "FORBIDDEN_SCOPE")


def test_a_rejected_key_shows_in_the_log_of_the_organization_it_names(api: Api) -> None:
    answer = api.get("/v1/projects", key=REVOKED_KEY)
    rows = api.all("/v1/audit-log", params={"eventType": "auth.key_rejected", "limit": 200})
    assert answer.headers["X-Request-Id"] in {row["requestId"] for row in rows}


def test_a_refused_scope_shows_in_the_log(api: Api) -> None:
    answer = api.get("/v1/organizations", key=READER_KEY)
    rows = api.all("/v1/audit-log", params={"eventType": "auth.scope_denied", "limit": 200})
    row = next(row for row in rows if row["requestId"] == answer.headers["X-Request-Id"])
    assert row["data"] == {"path": "/v1/organizations", "method": "GET", "requiredScope": "org:admin"}
