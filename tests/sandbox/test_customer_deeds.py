"""What others do to a customer's accounts and content, by the control side: consents, leases, reviews, archives."""

from typing import Any

import pytest

from tests.sandbox import posting
from tests.sandbox.ads import new_layer
from tests.sandbox.api import MORROW, Api, bare, code
from tests.sandbox.making import new_child, new_project
from tests.sandbox.posting import ask_consent


@pytest.fixture
def place(api: Api) -> tuple[str, str]:
    """(customer's id, project id)."""
    return api.org(MORROW), api.projects(MORROW)[0]["id"]


def refused(api: Api, deed: str, **fields: Any) -> tuple[int, str]:
    return code(api.client.post(f"/_sandbox/customer/{deed}", json=fields))


def status_of(api: Api, child: str, project: str, state: str) -> dict[str, Any]:
    return api.body(f"/v1/projects/{project}/social/oauth-status", child=child, params={"state": state})


def standing(api: Api, child: str, project: str, account: str) -> str:
    rows = api.all(f"/v1/projects/{project}/social-accounts", child=child, params={"limit": 200})
    found: str = next(row["status"] for row in rows if row["socialAccountId"] == account)
    return found


@pytest.mark.parametrize(("agreed", "status", "word"), [(True, "completed", "success"), (False, "failed", "error")])
def test_a_consent_is_answered_without_its_page(
    api: Api, place: tuple[str, str], agreed: bool, status: str, word: str
) -> None:
    state = ask_consent(api, *place)["state"]
    done = api.control("customer/answer-oauth", state=state, agreed=agreed)
    assert (done["state"], done["status"]) == (state, status)
    assert done["returnTo"].startswith(posting.RETURN_URL)
    assert f"status={word}" in done["returnTo"]
    assert status_of(api, *place, state)["status"] == status
    # Said once, said for good.
    assert api.control("customer/answer-oauth", state=state, agreed=not agreed)["status"] == status


def test_a_state_that_was_never_given_out_is_404(api: Api) -> None:
    assert refused(api, "answer-oauth", state="st_nobody", agreed=True) == (404, "NOT_FOUND")


def test_a_forgotten_consent_is_seen_and_a_new_one_mends_it(api: Api, place: tuple[str, str]) -> None:
    child, project = place
    account = posting.account(api, child, project)
    for _ in range(2):  # what is so already stays so
        api.control("customer/need-reauth", socialAccountId=account)
        assert standing(api, child, project, account) == "reauth_required"
    rows = api.audit(child, "social_account.needs_reauth")
    assert [row["data"]["socialAccountId"] for row in rows].count(account) == 1
    body = {"socialAccountId": account, "returnUrl": posting.RETURN_URL}
    state = api.post(f"/v1/projects/{project}/social/reauth-url", child=child, json=body).json()["state"]
    api.control("customer/answer-oauth", state=state, agreed=True)
    assert standing(api, child, project, account) == "connected"


def test_a_lease_request_is_decided_once(api: Api, place: tuple[str, str]) -> None:
    child, project = place
    path = f"/v1/projects/{project}/leased-accounts/request"
    body = {"projectId": bare(project), "count": 2, "niche": {"vertical": "tea"}}
    request = api.post(path, child=child, json=body).json()["requestId"]
    found = api.control("customer/fulfil-lease", requestId=request)["socialAccountIds"]
    assert [standing(api, child, project, account) for account in found] == ["connected", "connected"]
    assert refused(api, "refuse-lease", requestId=request) == (409, "CONFLICT")


def test_the_first_verdict_of_a_review_is_the_last(api: Api) -> None:
    layer = new_layer(api)
    ad = layer.ad(layer.campaign())["adId"]
    assert layer.write("POST", f"ads/{ad}/creative", json={"adsContentId": layer.creative()}).status_code == 202
    (review,) = layer.get("meta/reviews", params={"status": "pending_review"})["items"]
    layer.deed("decide-review", reviewId=review["reviewId"], approved=False, reason="Too loud.")
    layer.deed("decide-review", reviewId=review["reviewId"], approved=True)
    (decided,) = layer.get("meta/reviews")["items"]
    assert decided["status"] == "disapproved"


def test_a_refusing_platform_is_named_and_the_others_go_on(time_travel: Api) -> None:
    meta, tiktok = new_layer(time_travel, "meta"), new_layer(time_travel, "tiktok")
    campaigns = {layer.platform: layer.campaign() for layer in (meta, tiktok)}
    made = time_travel.control(
        "faults", kind="platform_rejects", pattern="meta", count=1, options={"reason": "The account is on hold."}
    )

    def budget(layer: Any) -> Any:
        return layer.write("PATCH", f"campaigns/{campaigns[layer.platform]}/budget", json={"dailyBudgetCents": 7_000})

    assert budget(tiktok).status_code == 202
    answer = budget(meta)
    assert code(answer) == (502, "PLATFORM_REJECTED")
    assert "on hold" in answer.text
    assert budget(meta).status_code == 202
    assert time_travel.client.delete(f"/_sandbox/faults/{made['id']}").json() == {"removed": 1}


def test_nothing_goes_out_of_an_archived_organization_and_nothing_is_canceled(time_travel: Api) -> None:
    api = time_travel
    child = new_child(api)
    project = new_project(api, child, appDescription=None)
    container = posting_container(api, project)
    asked = posting.schedule(
        api, child, container, posting.when(api, hours=1), posting.target(posting.account(api, child, project))
    )
    (post,) = asked.json()["scheduledPostIds"]
    assert api.call("DELETE", f"/v1/organizations/{child}").status_code == 200
    api.advance(hours=2)
    assert posting.post(api, child, post)["status"] == "queued"


def posting_container(api: Api, project: str) -> str:
    """A finished container that needs no decision, copied from one of the world because making one takes minutes."""
    rows = api.sql(
        "insert into sandbox_container select (jsonb_populate_record(c, jsonb_build_object("
        "'id', gen_random_uuid(), 'project_id', %s::text, 'job_id', null, 'approval_status', 'not_required'))).* "
        "from sandbox_container c where status = 'completed' and creative_type = 'generated' limit 1 returning id",
        bare(project),
    )
    return f"cnt_{rows[0][0]}"
