"""Scheduling and publishing a container, and the gate before it (contract/content.md, 4 and 6)."""

from typing import Any

import pytest

from tests.sandbox import posting
from tests.sandbox.api import READER_KEY, Api, code, fresh_key
from tests.sandbox.posting import account, cleared, schedule, target, when


def _issue(answer: Any) -> str:
    assert code(answer) == (422, "VALIDATION"), answer.text
    path: str = answer.json()["error"]["details"]["issues"][0]["path"]
    return path


def _waiting(api: Api) -> tuple[str, str, str]:
    child, row = api.a_container(status="completed", approvalStatus="pending")
    return child, row["projectId"], row["id"]


def _approve(api: Api, child: str, container: str) -> Any:
    answer = api.post(f"/v1/content/{container}/approve", child=child, json={})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_schedule_makes_one_post_per_target_in_their_order(api: Api) -> None:
    child, project, container = cleared(api)
    first, second = account(api, child, project), account(api, child, project, "instagram")
    at = when(api, days=2)
    answer = schedule(
        api, child, container, at, target(first, "draft"), target(second, captionOverride="For Instagram.")
    )
    assert answer.status_code == 202
    assert answer.json()["gateStatus"] == "queued"
    assert answer.json()["scheduledFor"] == at
    posts = [posting.post(api, child, post_id) for post_id in answer.json()["scheduledPostIds"]]
    assert [(post["socialAccountId"], post["mode"], post["platform"]) for post in posts] == [
        (first, "draft", "tiktok"),
        (second, "publish", "instagram"),
    ]
    assert {post["status"] for post in posts} == {"queued"}
    assert {post["scheduledFor"] for post in posts} == {at}


def test_fifty_targets_are_taken_and_fifty_one_refused(api: Api) -> None:
    child, project, container = cleared(api)
    one = target(account(api, child, project))
    full = schedule(api, child, container, when(api, days=3), *[one] * 50)
    assert len(full.json()["scheduledPostIds"]) == 50
    assert _issue(schedule(api, child, container, when(api, days=3), *[one] * 51)) == "targets"
    assert _issue(schedule(api, child, container, when(api, days=3))) == "targets"


@pytest.mark.parametrize("text", ["2031-05-15T09:00:00", "2031-05-15", "tomorrow", "2031-13-01T00:00:00Z", ""])
def test_a_time_without_an_offset_is_refused(api: Api, text: str) -> None:
    child, project, container = cleared(api)
    assert _issue(schedule(api, child, container, text, target(account(api, child, project)))) == "scheduledFor"


def test_an_explicit_offset_is_taken_and_answered_in_utc(api: Api) -> None:
    child, project, container = cleared(api)
    answer = schedule(api, child, container, "2031-05-15T09:00:00-07:00", target(account(api, child, project)))
    assert answer.json()["scheduledFor"] == "2031-05-15T16:00:00.000Z"


def test_thirty_seconds_of_skew_are_forgiven_and_more_is_not(api: Api) -> None:
    child, project, container = cleared(api)
    one = target(account(api, child, project))
    assert schedule(api, child, container, when(api, seconds=-15), one).status_code == 202
    assert _issue(schedule(api, child, container, when(api, seconds=-45), one)) == "scheduledFor"


def test_the_first_bad_target_stops_the_call_and_nothing_is_written(api: Api) -> None:
    child, project, container = cleared(api)
    good = account(api, child, project)
    elsewhere = next(row["id"] for row in api.projects(_name(api, child)) if row["id"] != project)
    stranger = account(api, child, elsewhere)
    listed = {"params": {"socialAccountId": good}, "child": child}
    answer = schedule(api, child, container, when(api, days=1), target(good), target(stranger))
    assert _issue(answer) == "targets[1].socialAccountId"
    assert api.body(f"/v1/projects/{project}/scheduled-posts", **listed)["items"] == []


def _name(api: Api, child: str) -> str:
    return next(row["name"] for row in api.all("/v1/organizations") if row["id"] == child)


@pytest.mark.parametrize(
    ("kind", "platform", "wrong", "path"),
    [
        ("slideshow", "tiktok", {"captionOverride": "x" * 4001}, "targets[0].captionOverride"),
        ("slideshow", "tiktok", {"firstCommentOverride": "x" * 4001}, "targets[0].firstCommentOverride"),
        ("slideshow", "tiktok", {"mode": "reels"}, "targets[0].mode"),
        ("slideshow", "tiktok", {"mode": "draft", "tiktokMusic": {"mode": "auto"}}, "targets[0].tiktokMusic"),
        ("slideshow", "tiktok", {"tiktokMusic": {"mode": "manual"}}, "targets[0].tiktokMusic.trackId"),
        ("slideshow", "tiktok", {"tiktokMusic": {"trackId": "unheard"}}, "targets[0].tiktokMusic.trackId"),
        ("slideshow", "instagram", {"shareReelToFeed": True}, "targets[0].shareReelToFeed"),
        ("video", "tiktok", {"shareReelToFeed": True}, "targets[0].shareReelToFeed"),
        ("video", "instagram", {"mode": "managed", "shareReelToFeed": True}, "targets[0].shareReelToFeed"),
    ],
)
def test_a_target_that_cannot_be_is_named(api: Api, kind: str, platform: str, wrong: dict[str, Any], path: str) -> None:
    child, project, container = _of_kind(api, kind)
    one = target(account(api, child, project, platform), **{"mode": "publish", **wrong})
    assert _issue(schedule(api, child, container, when(api, days=1), one)) == path


def _of_kind(api: Api, kind: str) -> tuple[str, str, str]:
    for child, row in api.containers(status="completed"):
        if row["approvalStatus"] in {"approved", "not_required"} and row["preview"]["kind"] == kind:
            return child, row["projectId"], row["id"]
    raise AssertionError(kind)


def test_extras_that_fit_are_taken(api: Api) -> None:
    child, project, container = _of_kind(api, "video")
    track = api.body("/v1/tiktok-music")["tracks"][0]["id"]
    reel = target(account(api, child, project, "instagram"), shareReelToFeed=True)
    song = target(
        account(api, child, project),
        tiktokPostSettings={"privacy": "PUBLIC", "anything": [1]},
        tiktokMusic={"mode": "manual", "trackId": track},
        firstCommentOverride="First!",
    )
    assert schedule(api, child, container, when(api, days=1), reel, song).status_code == 202


def test_a_schedule_on_pending_content_is_parked_and_approval_makes_the_posts(api: Api) -> None:
    child, project, container = _waiting(api)
    one = account(api, child, project)
    at = when(api, days=4)
    parked = schedule(api, child, container, at, target(one))
    assert (parked.status_code, parked.json()) == (
        202,
        {"scheduledPostIds": [], "gateStatus": "blocked_on_approval", "scheduledFor": at},
    )
    # A later call takes the place of the earlier one.
    later = when(api, days=5)
    schedule(api, child, container, later, target(one), target(one, "draft"))
    listed = {"params": {"socialAccountId": one}, "child": child}
    assert api.body(f"/v1/projects/{project}/scheduled-posts", **listed)["items"] == []
    promotion = _approve(api, child, container)["pendingSchedulePromotion"]
    assert promotion["status"] == "ok"
    posts = [posting.post(api, child, post_id) for post_id in promotion["scheduledPostIds"]]
    assert [(post["status"], post["mode"], post["scheduledFor"]) for post in posts] == [
        ("queued", "publish", later),
        ("queued", "draft", later),
    ]


def test_a_parked_schedule_fails_when_its_account_is_gone_and_the_approval_stands(api: Api) -> None:
    child, project, container = _waiting(api)
    one = account(api, child, project)
    schedule(api, child, container, when(api, days=4), target(one))
    api.call("DELETE", f"/v1/social-accounts/{one}", child=child)
    approved = _approve(api, child, container)
    assert approved["approvalStatus"] == "approved"
    assert approved["pendingSchedulePromotion"] == {"status": "failed", "scheduledPostIds": []}


def test_a_rejection_drops_what_was_parked_and_nothing_can_be_scheduled_any_more(api: Api) -> None:
    child, project, container = _waiting(api)
    one = target(account(api, child, project))
    schedule(api, child, container, when(api, days=4), one)
    api.post(f"/v1/content/{container}/reject", child=child, json={"reason": "No."})
    assert code(schedule(api, child, container, when(api, days=4), one)) == (409, "CONTENT_REJECTED")
    now = api.post(f"/v1/content/{container}/publish", child=child, json={"targets": [one]})
    assert code(now) == (409, "CONTENT_REJECTED")
    assert now.json()["error"]["details"] == {"containerId": container, "approvalStatus": "rejected"}
    left = api.sql("select count(*) from sandbox_parkedschedule where 'cnt_' || container_id::text = %s", container)
    assert left == [(0,)]


def test_publishing_pending_content_is_refused_and_nothing_is_parked(api: Api) -> None:
    child, project, container = _waiting(api)
    answer = api.post(
        f"/v1/content/{container}/publish", child=child, json={"targets": [target(account(api, child, project))]}
    )
    assert code(answer) == (403, "APPROVAL_REQUIRED")
    assert answer.json()["error"]["details"] == {"containerId": container, "approvalStatus": "pending"}


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_only_completed_content_is_scheduled(api: Api, status: str) -> None:
    child, row = api.a_container(status=status)
    one = target(account(api, child, row["projectId"]))
    answer = schedule(api, child, row["id"], when(api, days=1), one)
    assert code(answer) == (409, "CONFLICT")
    assert answer.json()["error"]["details"]["status"] == status


def test_a_disconnected_account_is_no_target(api: Api) -> None:
    child, project, container = cleared(api)
    one = account(api, child, project)
    api.call("DELETE", f"/v1/social-accounts/{one}", child=child)
    assert _issue(schedule(api, child, container, when(api, days=1), target(one))) == "targets[0].socialAccountId"


def test_a_repeated_schedule_makes_no_second_post(api: Api) -> None:
    child, project, container = cleared(api)
    one = account(api, child, project)
    key, body = fresh_key(), {"scheduledFor": when(api, days=1), "targets": [target(one)]}
    path = f"/v1/content/{container}/schedule"
    first = api.post(path, child=child, json=body, idempotency=key)
    second = api.post(path, child=child, json=body, idempotency=key)
    assert first.json() == second.json()
    listed = {"params": {"socialAccountId": one}, "child": child}
    assert len(api.body(f"/v1/projects/{project}/scheduled-posts", **listed)["items"]) == 1


def test_a_reader_schedules_nothing_and_a_stranger_sees_nothing(api: Api) -> None:
    child, project, container = cleared(api)
    body = {"scheduledFor": when(api, days=1), "targets": [target(account(api, child, project))]}
    assert code(api.post(f"/v1/content/{container}/schedule", json=body)) == (404, "NOT_FOUND")
    reader = api.post(f"/v1/content/{container}/schedule", key=READER_KEY, json=body)
    assert code(reader) == (403, "FORBIDDEN_SCOPE")


def test_the_music_catalogue_is_sorted_by_use(api: Api) -> None:
    catalogue = api.body("/v1/tiktok-music")
    used = [track["userCount"] for track in catalogue["tracks"]]
    assert used == sorted(used, reverse=True)
    assert catalogue["total"] == len(used) > 5
