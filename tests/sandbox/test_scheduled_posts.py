"""The life of a scheduled post: listed, moved, canceled, published by the clock (contract/content.md, 6)."""

import uuid
from datetime import timedelta
from typing import Any

from tests.sandbox import posting
from tests.sandbox.api import Api, bare, code
from tests.sandbox.posting import a_post, account, cleared, expire_soon, schedule, server_now, target, when


def _cancel(api: Api, child: str, post_id: str) -> Any:
    return api.call("DELETE", f"/v1/scheduled-posts/{post_id}", child=child, json={"reason": "Legal asked."})


def _published(api: Api) -> tuple[str, str]:
    """A post that has just gone out, in a sandbox whose clock may be moved."""
    child, post_id = a_post(api, minutes=5)
    api.advance(minutes=6)
    return child, post_id


def test_a_due_post_is_published_by_itself(time_travel: Api) -> None:
    child, post_id = a_post(time_travel, hours=3)
    before = posting.post(time_travel, child, post_id)
    time_travel.advance(hours=3, minutes=1)
    after = posting.post(time_travel, child, post_id)
    assert (before["status"], after["status"]) == ("queued", "published")
    assert after["attemptedAt"] == before["scheduledFor"]
    assert after["publishedAt"] > after["attemptedAt"]
    assert after["externalId"] in after["externalUrl"]
    assert after["lastError"] is None
    assert [row for row in time_travel.audit(child, "scheduled_post.published") if post_id in str(row["data"])]


def test_a_post_is_publishing_in_between(time_travel: Api) -> None:
    child, post_id = a_post(time_travel, minutes=10)
    time_travel.control("clock", action="freeze")
    try:
        _to(time_travel, child, post_id, seconds=2)
        assert posting.post(time_travel, child, post_id)["status"] == "publishing"
        moved = time_travel.post(
            f"/v1/scheduled-posts/{post_id}/reschedule", child=child, json={"scheduledFor": when(time_travel, days=1)}
        )
        assert code(moved) == (409, "CONFLICT")
        assert moved.json()["error"]["details"] == {"status": "publishing"}
    finally:
        time_travel.control("clock", action="resume")


def _to(api: Api, child: str, post_id: str, **after: float) -> None:
    """Moves the clock to a moment after the post is due."""
    due = posting.post(api, child, post_id)["scheduledFor"]
    span = posting.datetime.fromisoformat(due) + timedelta(**after) - server_now(api)
    api.advance(seconds=span.total_seconds())


def test_an_upload_can_be_called_back_while_it_is_young(time_travel: Api) -> None:
    child, young = a_post(time_travel, minutes=30)
    _, old = a_post(time_travel, minutes=30)
    time_travel.control("clock", action="freeze")
    try:
        _to(time_travel, child, young, seconds=5)
        assert _cancel(time_travel, child, young).json()["status"] == "canceled"
        _to(time_travel, child, old, seconds=16)
        assert posting.post(time_travel, child, old)["status"] == "publishing"
        assert code(_cancel(time_travel, child, old)) == (409, "CONFLICT")
    finally:
        time_travel.control("clock", action="resume")
    time_travel.advance(minutes=1)
    assert posting.post(time_travel, child, young)["status"] == "canceled"
    assert posting.post(time_travel, child, old)["status"] == "published"


def test_a_draft_ends_as_a_draft_without_an_address(time_travel: Api) -> None:
    child, project, container = cleared(time_travel)
    one = target(account(time_travel, child, project), "draft")
    (post_id,) = schedule(time_travel, child, container, when(time_travel, minutes=2), one).json()["scheduledPostIds"]
    time_travel.advance(minutes=3)
    after = posting.post(time_travel, child, post_id)
    assert (after["status"], after["externalId"], after["publishedAt"]) == ("draft", None, None)
    assert code(_cancel(time_travel, child, post_id)) == (409, "CONFLICT")


def test_publish_now_goes_out_at_once(time_travel: Api) -> None:
    child, project, container = cleared(time_travel)
    one = target(account(time_travel, child, project, "instagram"), "managed")
    answer = time_travel.post(f"/v1/content/{container}/publish", child=child, json={"targets": [one]})
    assert (answer.status_code, answer.json()["gateStatus"]) == (202, "queued")
    time_travel.advance(seconds=30)
    after = posting.post(time_travel, child, answer.json()["scheduledPostIds"][0])
    assert after["status"] == "published"
    assert after["externalUrl"].startswith("https://instagram.example/")


def test_a_post_fails_when_its_account_needs_a_new_consent(time_travel: Api) -> None:
    child, project, container = cleared(time_travel)
    one = account(time_travel, child, project, "instagram")
    (post_id,) = schedule(time_travel, child, container, when(time_travel, hours=2), target(one)).json()[
        "scheduledPostIds"
    ]
    expire_soon(time_travel, one, hours=1)
    time_travel.advance(hours=2, minutes=1)
    after = posting.post(time_travel, child, post_id)
    assert (after["status"], after["lastError"]["code"]) == ("failed", "CREDENTIAL_INVALID")
    assert after["publishedAt"] is None
    accounts = time_travel.all(f"/v1/projects/{project}/social-accounts", child=child)
    assert next(row["status"] for row in accounts if row["socialAccountId"] == one) == "reauth_required"


def test_the_gate_is_asked_again_just_before_publishing(time_travel: Api) -> None:
    child, project, container = cleared(time_travel)
    answer = schedule(
        time_travel, child, container, when(time_travel, minutes=5), target(account(time_travel, child, project))
    )
    change = "update sandbox_container set approval_status = %s where id = %s"
    time_travel.sql(change, "rejected", bare(container))
    try:
        time_travel.advance(minutes=6)
    finally:
        time_travel.sql(change, "approved", bare(container))
    after = posting.post(time_travel, child, answer.json()["scheduledPostIds"][0])
    assert (after["status"], after["lastError"]["code"]) == ("failed", "CONTENT_REJECTED")


def test_work_of_a_suspended_customer_is_held_until_it_is_resumed(time_travel: Api) -> None:
    child, project, container = cleared(time_travel)
    one = target(account(time_travel, child, project))
    (post_id,) = schedule(time_travel, child, container, when(time_travel, hours=1), one).json()["scheduledPostIds"]
    try:
        time_travel.post(f"/v1/organizations/{child}/suspend")
        time_travel.advance(hours=2)
        assert posting.post(time_travel, child, post_id)["status"] == "queued"
        now = time_travel.post(f"/v1/content/{container}/publish", child=child, json={"targets": [one]})
        assert code(now) == (503, "KILL_SWITCH")
    finally:
        resumed = time_travel.post(f"/v1/organizations/{child}/resume").json()
    time_travel.advance(minutes=1)
    after = posting.post(time_travel, child, post_id)
    assert after["status"] == "published"
    assert after["attemptedAt"][:19] == resumed["updatedAt"][:19]


def test_a_queued_post_moves_and_only_a_queued_one(time_travel: Api) -> None:
    child, post_id = a_post(time_travel, hours=1)
    later = when(time_travel, hours=4)
    path = f"/v1/scheduled-posts/{post_id}/reschedule"
    moved = time_travel.post(path, child=child, json={"scheduledFor": later}).json()
    assert (moved["id"], moved["status"], moved["scheduledFor"]) == (post_id, "queued", later)
    past = time_travel.post(path, child=child, json={"scheduledFor": when(time_travel, hours=-1)})
    assert past.json()["error"]["details"]["issues"][0]["path"] == "scheduledFor"
    time_travel.advance(hours=2)
    assert posting.post(time_travel, child, post_id)["status"] == "queued"
    time_travel.advance(hours=3)
    assert code(time_travel.post(path, child=child, json={"scheduledFor": when(time_travel, days=9)})) == (
        409,
        "CONFLICT",
    )


def test_a_canceled_post_stays_readable_and_is_canceled_once(api: Api) -> None:
    child, post_id = a_post(api, days=1)
    canceled = _cancel(api, child, post_id)
    assert canceled.status_code == 200
    assert canceled.json()["status"] == "canceled"
    after = posting.post(api, child, post_id)
    assert (after["status"], after["canceledAt"]) == ("canceled", canceled.json()["canceledAt"])
    again = _cancel(api, child, post_id)
    assert code(again) == (409, "CONFLICT")
    assert again.json()["error"]["details"] == {"status": "canceled"}
    assert [row for row in api.audit(child, "scheduled_post.cancelled") if post_id in str(row["data"])]


def test_a_published_post_cannot_be_canceled(time_travel: Api) -> None:
    child, post_id = _published(time_travel)
    assert _cancel(time_travel, child, post_id).json()["error"]["details"] == {"status": "published"}


def test_archiving_a_project_cancels_what_is_queued_there(api: Api) -> None:
    child, project, container = cleared(api)
    answer = schedule(api, child, container, when(api, days=2), *[target(account(api, child, project))] * 2)
    archived = api.call("DELETE", f"/v1/projects/{project}", child=child)
    assert archived.json()["canceledScheduledPosts"] >= 2
    statuses = {posting.post(api, child, post_id)["status"] for post_id in answer.json()["scheduledPostIds"]}
    assert statuses == {"canceled"}
    refused = schedule(api, child, container, when(api, days=2), target(account(api, *_elsewhere(api, child))))
    assert refused.status_code in {409, 422}
    api.patch(f"/v1/projects/{project}", child=child, json={"status": "active"})


def _elsewhere(api: Api, child: str) -> tuple[str, str]:
    name = next(row["name"] for row in api.all("/v1/organizations") if row["id"] == child)
    return child, next(row["id"] for row in api.projects(name) if row["status"] == "active")


def test_the_list_is_sorted_by_time_filtered_and_paged(api: Api) -> None:
    child, project, container = cleared(api)
    one = account(api, child, project)
    times = [when(api, days=days) for days in (3, 9, 6, 12)]
    ids = [schedule(api, child, container, moment, target(one)).json()["scheduledPostIds"][0] for moment in times]
    _cancel(api, child, ids[2])
    path, mine = f"/v1/projects/{project}/scheduled-posts", {"socialAccountId": one}
    assert [row["scheduledFor"] for row in api.all(path, child=child, params={**mine, "limit": 1})] == sorted(
        times, reverse=True
    )
    queued = api.all(path, child=child, params={**mine, "status": ["queued", "published"]})
    assert [row["id"] for row in queued] == [ids[3], ids[1], ids[0]]
    between = api.all(path, child=child, params={**mine, "since": times[0], "until": times[1]})
    assert [row["id"] for row in between] == [ids[1], ids[2], ids[0]]
    for wrong in ({"status": "gone"}, {"limit": 101}, {"socialAccountId": "prj_1"}, {"cursor": "x"}):
        assert code(api.get(path, child=child, params=wrong)) == (422, "VALIDATION")


def test_a_post_of_somebody_else_is_not_found(api: Api) -> None:
    _, post_id = a_post(api, days=1)
    assert code(api.get(f"/v1/scheduled-posts/{post_id}")) == (404, "NOT_FOUND")
    assert code(api.get(f"/v1/scheduled-posts/sp_{uuid.uuid4()}")) == (404, "NOT_FOUND")
    assert code(api.get("/v1/scheduled-posts/cnt_1")) == (422, "VALIDATION")
