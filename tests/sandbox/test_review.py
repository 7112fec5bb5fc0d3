"""Which new containers wait, and the older face of the policy."""

from typing import Any

import pytest

from tests.sandbox.api import Api, code
from tests.sandbox.making import generate, made, new_child, new_project


def reviewed(api: Api, credits: int = 500, **policy: Any) -> tuple[str, str]:
    """(child, project) with that review policy."""
    child = new_child(api, credits=credits)
    project = new_project(api, child)
    made(api.patch(f"/v1/projects/{project}/content-review-policy", child=child, json=policy), 200)
    return child, project


def statuses(api: Api, child: str, project: str) -> list[str]:
    """Approval of every container, oldest first."""
    rows = api.body(f"/v1/projects/{project}/content", child=child)["items"]
    return [row["approvalStatus"] for row in reversed(rows)]


def test_first_n_counts_what_has_left_pending(api: Api) -> None:
    child, project = reviewed(api, policy="review_first_n", firstN=2)
    first = made(generate(api, child, project, variants=4), 202)["containerIds"]
    # more than two wait, since nothing was decided when they were made
    assert statuses(api, child, project) == ["pending"] * 4
    made(api.post(f"/v1/content/{first[0]}/approve", child=child), 200)
    made(generate(api, child, project), 202)
    made(api.post(f"/v1/content/{first[1]}/reject", child=child, json={"reason": "no"}), 200)
    made(generate(api, child, project), 202)
    assert statuses(api, child, project) == ["approved", "rejected", "pending", "pending", "pending", "not_required"]
    assert api.body(f"/v1/projects/{project}/content-review-policy", child=child)["pendingCount"] == 3


def test_a_failed_container_stays_pending(api: Api) -> None:
    child, project = reviewed(api, policy="review_all")
    accepted = made(generate(api, child, project), 202)
    made(api.post(f"{accepted['locationUrl']}/cancel", child=child), 202)
    one = api.body(f"/v1/content/{accepted['containerIds'][0]}", child=child)
    assert (one["status"], one["approvalStatus"]) == ("canceled", "pending")


class TestOlderPolicy:
    @pytest.mark.parametrize(
        ("sent", "policy", "first_n"),
        [
            ({"requiresApproval": True, "firstNPostsBlocked": 4}, "review_first_n", 4),
            ({"requiresApproval": True, "firstNPostsBlocked": 0}, "review_all", None),
            ({"requiresApproval": True, "firstNPostsBlocked": None}, "review_all", None),
            ({"requiresApproval": True}, "review_all", None),
            ({"requiresApproval": False}, "auto_approve", None),
        ],
    )
    def test_it_maps_onto_the_newer_one(self, api: Api, sent: dict[str, Any], policy: str, first_n: int | None) -> None:
        child = new_child(api)
        path = f"/v1/projects/{new_project(api, child)}"
        changed = made(api.patch(f"{path}/approval-policy", child=child, json=sent), 200)
        assert changed == api.body(f"{path}/approval-policy", child=child)
        assert (changed["requiresApproval"], changed["firstNPostsBlocked"]) == (sent["requiresApproval"], first_n)
        newer = api.body(f"{path}/content-review-policy", child=child)
        assert (newer["policy"], newer.get("firstN"), newer["updatedAt"]) == (policy, first_n, changed["updatedAt"])

    def test_never_set_it_is_off(self, api: Api) -> None:
        child = new_child(api)
        project = new_project(api, child)
        assert api.body(f"/v1/projects/{project}/approval-policy", child=child) == {
            "projectId": project,
            "requiresApproval": False,
            "firstNPostsBlocked": None,
            "autoApproveAfter": None,
            "updatedAt": None,
        }

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({}, 422),
            ({"firstNPostsBlocked": 51}, 400),
            ({"firstNPostsBlocked": -1}, 400),
            ({"requiresApproval": "yes"}, 422),
            ({"autoApproveAfter": "a day"}, 422),
            ({"autoApproveAfter": "PT0S"}, 422),
            ({"autoApproveAfter": "P1M"}, 422),
        ],
    )
    def test_what_it_refuses(self, api: Api, body: dict[str, Any], status: int) -> None:
        child = new_child(api)
        path = f"/v1/projects/{new_project(api, child)}/approval-policy"
        assert code(api.patch(path, child=child, json=body)) == (status, "VALIDATION")

    def test_what_nobody_decides_is_approved_in_time(self, time_travel: Api) -> None:
        api = time_travel
        child = new_child(api, credits=100)
        project = new_project(api, child)
        body = {"requiresApproval": True, "autoApproveAfter": "PT24H"}
        made(api.patch(f"/v1/projects/{project}/approval-policy", child=child, json=body), 200)
        left, rejected = (made(generate(api, child, project), 202)["containerIds"][0] for _ in range(2))
        made(api.post(f"/v1/content/{rejected}/reject", child=child, json={"reason": "no"}), 200)
        api.advance(hours=23)
        assert statuses(api, child, project) == ["pending", "rejected"]
        api.advance(hours=2)
        one = api.body(f"/v1/content/{left}", child=child)
        assert (one["approvalStatus"], one["approvedBy"]) == ("approved", "auto_approve_after")
        assert statuses(api, child, project)[1] == "rejected"
        assert [row["actor"] for row in api.audit(child, "content.approved")] == ["system"]


def test_a_note_is_left_out_or_text_and_never_null(api: Api) -> None:
    path = f"/v1/content/{made(generate(api, None, new_project(api)), 202)['containerIds'][0]}/approve"
    assert code(api.post(path, json={"note": None})) == (422, "VALIDATION")
