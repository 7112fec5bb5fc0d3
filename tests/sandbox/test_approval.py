"""Approving and rejecting content: one decision, for good."""

from typing import Any

import pytest

from tests.sandbox.api import Api, code


def test_approve_answers_a_receipt_and_the_container_shows_it(api: Api) -> None:
    child, container = api.pending_container()
    answer = api.post(f"/v1/content/{container}/approve", child=child, json={"note": "Fine for Friday."})
    assert answer.status_code == 200
    receipt = answer.json()
    assert set(receipt) == {"id", "approvalStatus", "approvedAt", "approvedBy"}
    assert (receipt["id"], receipt["approvalStatus"]) == (container, "approved")
    key = api.body("/v1/whoami")["apiKeyId"].removeprefix("key_")
    assert receipt["approvedBy"] == f"api_key_{key}"
    full = api.body(f"/v1/content/{container}", child=child)
    assert (full["approvalStatus"], full["approvedAt"]) == ("approved", receipt["approvedAt"])
    assert full["updatedAt"] == receipt["approvedAt"]
    assert full["rejectedAt"] is None


def test_reject_keeps_the_reason(api: Api) -> None:
    child, container = api.pending_container()
    answer = api.post(f"/v1/content/{container}/reject", child=child, json={"reason": "Logo is the old one."})
    assert answer.status_code == 200
    assert answer.json()["reason"] == "Logo is the old one."
    full = api.body(f"/v1/content/{container}", child=child)
    assert (full["approvalStatus"], full["rejectionReason"]) == ("rejected", "Logo is the old one.")


@pytest.mark.parametrize("first", ["approve", "reject"])
def test_a_second_decision_is_409_and_says_what_was_decided(api: Api, first: str) -> None:
    child, container = api.pending_container()
    decided = api.post(f"/v1/content/{container}/{first}", child=child, json={"reason": "no"})
    assert decided.status_code == 200
    for second in ("approve", "reject"):
        answer = api.post(f"/v1/content/{container}/{second}", child=child, json={"reason": "no"})
        assert code(answer) == (409, "CONFLICT")
        assert answer.json()["error"]["details"] == {"approvalStatus": decided.json()["approvalStatus"]}


def test_what_never_needed_approval_cannot_be_decided(api: Api) -> None:
    child, row = api.a_container(approvalStatus="not_required")
    answer = api.post(f"/v1/content/{row['id']}/approve", child=child)
    assert code(answer) == (409, "CONFLICT")
    assert answer.json()["error"]["details"] == {"approvalStatus": "not_required"}


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "  "}, {"reason": None}, {"reason": "x" * 1025}])
def test_a_rejection_needs_a_reason(api: Api, body: dict[str, Any]) -> None:
    child, container = api.pending_container()
    answer = api.post(f"/v1/content/{container}/reject", child=child, json=body)
    assert code(answer) == (422, "VALIDATION")
    assert answer.json()["error"]["details"]["issues"][0]["path"] == "reason"
    assert api.body(f"/v1/content/{container}", child=child)["approvalStatus"] == "pending"


def test_a_note_may_not_be_too_long(api: Api) -> None:
    child, container = api.pending_container()
    answer = api.post(f"/v1/content/{container}/approve", child=child, json={"note": "x" * 1025})
    assert code(answer) == (422, "VALIDATION")


def test_a_decision_is_logged_in_the_childs_log_with_the_parent_as_actor(api: Api) -> None:
    child, container = api.pending_container()
    answer = api.post(f"/v1/content/{container}/reject", child=child, json={"reason": "Wrong market."})
    row = next(
        row for row in api.audit(child, "content.rejected") if row["requestId"] == answer.headers["X-Request-Id"]
    )
    me = api.body("/v1/whoami")
    assert row["organizationId"] == child
    assert (row["actor"], row["actorType"]) == ("partner_api", "partner")
    assert (row["actorOrganizationId"], row["actorApiKeyId"]) == (me["organizationId"], me["apiKeyId"])
    assert row["data"] == {"containerId": container, "approvalStatus": "rejected", "reason": "Wrong market."}
    requests = api.audit(child, "api.request")
    assert any(one["requestId"] == answer.headers["X-Request-Id"] for one in requests)


class TestReviewPolicy:
    """Which new containers wait."""

    def test_the_pending_count_counts_every_pending_container(self, api: Api) -> None:
        child, container = api.pending_container()
        project = api.body(f"/v1/content/{container}", child=child)["projectId"]
        rows = api.all(f"/v1/projects/{project}/content", child=child, params={"limit": 200})
        policy = api.body(f"/v1/projects/{project}/content-review-policy", child=child)
        assert policy["pendingCount"] == sum(1 for row in rows if row["approvalStatus"] == "pending")

    def test_setting_a_policy_leaves_existing_containers_alone(self, api: Api) -> None:
        child, container = api.pending_container()
        project = api.body(f"/v1/content/{container}", child=child)["projectId"]
        path = f"/v1/projects/{project}/content-review-policy"
        before = api.body(path, child=child)
        answer = api.patch(path, child=child, json={"policy": "auto_approve"})
        assert answer.status_code == 200
        assert answer.json() == api.body(path, child=child)
        assert "firstN" not in answer.json()
        assert answer.json()["pendingCount"] == before["pendingCount"]
        back = {field: before[field] for field in ("policy", "firstN") if field in before}
        assert api.patch(path, child=child, json=back).status_code == 200

    def test_first_n_is_shown_only_with_its_policy(self, api: Api) -> None:
        child, project = _quiet_project(api)
        path = f"/v1/projects/{project}/content-review-policy"
        assert api.patch(path, child=child, json={"policy": "review_first_n", "firstN": 4}).json()["firstN"] == 4
        assert "firstN" not in api.patch(path, child=child, json={"policy": "review_all"}).json()

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"policy": "sometimes"},
            {"policy": "review_first_n"},
            {"policy": "review_first_n", "firstN": 0},
            {"policy": "review_first_n", "firstN": 51},
            {"policy": "review_all", "firstN": 3},
            {"policy": "review_all", "extra": 1},
        ],
    )
    def test_a_bad_policy_is_422(self, api: Api, body: dict[str, Any]) -> None:
        child, project = _quiet_project(api)
        answer = api.patch(f"/v1/projects/{project}/content-review-policy", child=child, json=body)
        assert code(answer) == (422, "VALIDATION")


def _quiet_project(api: Api) -> tuple[str, str]:
    child = api.org("Morrow Journal")
    return child, api.projects()[0]["id"]
