"""Numbers, rankings, scores and suggestions (contract/content.md, 11; contract/ads.md, 10)."""

import uuid
from typing import Any

import pytest

from tests.sandbox.api import MORROW, Api, code
from tests.sandbox.posting import account, cleared, schedule, target, when


@pytest.fixture(scope="module")
def place(api: Api) -> tuple[str, str]:
    """(customer's id, project id) of a project with published posts."""
    child = api.org(MORROW)
    for project in api.projects(MORROW):
        path = f"/v1/projects/{project['id']}/scheduled-posts"
        if len(api.body(path, child=child, params={"status": "published"})["items"]) > 1:
            return child, project["id"]
    raise AssertionError("nothing is published in the small world")


def _metrics(api: Api, place: tuple[str, str], **params: Any) -> dict[str, Any]:
    child, project = place
    return api.body(f"/v1/projects/{project}/metrics", child=child, params=params)


def test_days_add_up_to_the_totals_and_to_weeks(api: Api, place: tuple[str, str]) -> None:
    _, project = place
    span = {"scope": "project", "id": project, "since": _days_ago(api, 28), "until": _days_ago(api, 0)}
    days, weeks = _metrics(api, place, **span), _metrics(api, place, **span, granularity="week")
    assert days["totals"]["views"] > 0
    assert days["totals"] == weeks["totals"]
    for name in ("views", "likes", "watch_time_ms", "posts_published", "follower_delta"):
        assert sum(row[name] for row in days["series"]) == days["totals"][name]
    assert [row["bucket"] for row in days["series"]] == sorted(row["bucket"] for row in days["series"])
    assert days["series"][-1]["followers"] == days["totals"]["followers"]


def _days_ago(api: Api, days: int) -> str:
    """A midnight."""
    return f"{when(api, days=-days)[:10]}T00:00:00Z"


def test_the_same_question_has_the_same_answer(api: Api, place: tuple[str, str]) -> None:
    _, project = place
    span = {"scope": "project", "id": project, "since": _days_ago(api, 20), "until": _days_ago(api, 1)}
    assert _metrics(api, place, **span) == _metrics(api, place, **span)


def test_posts_add_up_to_the_project(api: Api, place: tuple[str, str]) -> None:
    child, project = place
    span = {"since": _days_ago(api, 60), "until": _days_ago(api, 0), "granularity": "week", "metrics": "views"}
    whole = _metrics(api, place, scope="project", id=project, **span)["totals"]["views"]
    posts = api.all(f"/v1/projects/{project}/scheduled-posts", child=child, params={"status": "published"})
    parts = [_metrics(api, place, scope="platform_post", id=post["id"], **span)["totals"]["views"] for post in posts]
    assert sum(parts) == whole


def test_a_published_post_gathers_views_with_age(time_travel: Api) -> None:
    child, project, container = cleared(time_travel)
    one = account(time_travel, child, project)
    at = when(time_travel, minutes=1)
    (post_id,) = schedule(time_travel, child, container, at, target(one)).json()["scheduledPostIds"]

    def views() -> int:
        params: dict[str, Any] = {"scope": "social_account", "id": one, "metrics": ["views", "posts_published"]}
        totals = time_travel.body(f"/v1/projects/{project}/metrics", child=child, params=params)["totals"]
        assert set(totals) == {"views", "posts_published"}
        seen: int = totals["views"]
        return seen

    assert views() == 0
    time_travel.advance(hours=5)
    young = views()
    time_travel.advance(hours=20)
    assert 0 < young < views()
    ranked = time_travel.body(
        f"/v1/projects/{project}/top-performers",
        child=child,
        params={"metric": "views", "sourceType": "platform_post", "includeIneligible": "true", "window": "7d"},
    )["items"]
    assert [row["rank"] for row in ranked] == list(range(1, len(ranked) + 1))
    assert [row["metricValue"] for row in ranked] == sorted((row["metricValue"] for row in ranked), reverse=True)
    assert post_id in [row["sourceId"] for row in ranked]


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({}, "scope"),
        ({"scope": "project"}, "id"),
        ({"scope": "planet", "id": "x"}, "scope"),
        ({"scope": "project", "id": "sp_1"}, "id"),
        ({"scope": "project", "metrics": "fame"}, "metrics"),
        ({"scope": "project", "granularity": "minute"}, "granularity"),
        ({"scope": "project", "since": "2026-01-01T00:00:00+00:00"}, "since"),
        ({"scope": "project", "since": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "until"),
        ({"scope": "project", "since": "2020-01-01T00:00:00Z", "granularity": "hour"}, "granularity"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    api: Api, place: tuple[str, str], params: dict[str, Any], problem: str
) -> None:
    child, project = place
    asked = {"id": project, **params} if "metrics" in params or len(params) > 1 else params
    answer = api.get(f"/v1/projects/{project}/metrics", child=child, params=asked)
    assert code(answer) == (422, "VALIDATION")
    assert answer.json()["error"]["details"]["issues"][0]["path"] == problem


def test_what_is_not_of_the_project_is_not_found(api: Api, place: tuple[str, str]) -> None:
    child, project = place
    stranger = uuid.uuid4()
    for scope, thing in (
        ("platform_post", f"sp_{stranger}"),
        ("social_account", f"sa_{stranger}"),
        ("project", f"prj_{stranger}"),
        ("project_layer", f"lyr_{stranger}"),
        ("organization", f"org_{stranger}"),
    ):
        answer = api.get(f"/v1/projects/{project}/metrics", child=child, params={"scope": scope, "id": thing})
        assert code(answer) == (404, "NOT_FOUND"), scope


def test_paid_numbers_of_campaigns_add_up_to_the_project(api: Api) -> None:
    child, project, _ = next(api.layers())
    path = f"/v1/projects/{project}/ads-metrics"
    span = {"since": _days_ago(api, 14)[:10], "until": _days_ago(api, 0)[:10]}
    whole = api.body(path, child=child, params={"scope": "project", "id": project, **span})
    assert len(whole["series"]) == 14
    campaigns = api.all(f"/v1/projects/{project}/ads/campaigns", child=child)
    spend = [
        api.body(path, child=child, params={"scope": "campaign", "id": row["campaignId"], **span})["totals"]["spend"]
        for row in campaigns
    ]
    assert whole["totals"]["spend"] == pytest.approx(sum(spend), abs=0.02 * len(spend))
    assert whole["totals"]["spend"] > 0
    only = {"scope": "project", "id": project, "metrics": "ctr", "platforms": ["tiktok_ads", "meta_ads", "apple_ads"]}
    assert set(api.body(path, child=child, params=only)["totals"]) == {"ctr"}


def test_scores_fall_with_age_and_sort_both_ways(api: Api, place: tuple[str, str]) -> None:
    child, project = place
    path = f"/v1/projects/{project}/ads-content"
    best = api.all(path, child=child, params={"limit": 3})
    scores = [row["organicScore"] for row in best]
    assert scores == sorted(scores, reverse=True)
    assert 2 <= min(scores) < max(scores) <= 7
    worst = api.all(path, child=child, params={"sort": "score_asc", "limit": 3})
    assert [row["adsContentId"] for row in worst] == [row["adsContentId"] for row in best][::-1]
    good = api.all(path, child=child, params={"minScore": "4.0"})
    assert [row["adsContentId"] for row in good] == [row["adsContentId"] for row in best if row["organicScore"] >= 4]
    eligible = {row["adsContentId"] for row in api.all(path, child=child, params={"eligible": "true"})}
    assert eligible == {row["adsContentId"] for row in best if row["eligible"]}
    pools = {pool: api.all(path, child=child, params={"scoringPool": pool}) for pool in ("generated", "ugc", "manual")}
    assert sum(len(rows) for rows in pools.values()) == len(best)
    assert all(row["scoringPool"] == pool for pool, rows in pools.items() for row in rows)


def test_a_bad_cursor_of_creatives_gives_the_first_page(api: Api, place: tuple[str, str]) -> None:
    child, project = place
    path = f"/v1/projects/{project}/ads-content"
    plain = api.body(path, child=child, params={"limit": 2})["items"]
    assert api.body(path, child=child, params={"limit": 2, "cursor": "nonsense"})["items"] == plain


def test_exclude_beats_any_score_and_include_any_age(api: Api, place: tuple[str, str]) -> None:
    child, project = place
    path = f"/v1/projects/{project}/ads-content"
    rows = api.all(path, child=child, params={"override": "none"})
    fresh = next(row for row in rows if row["eligible"])
    stale = next(row for row in rows[::-1] if not row["eligible"])
    out = api.patch(f"{path}/{fresh['adsContentId']}", child=child, json={"override": "exclude", "note": "Licence."})
    assert (out.json()["override"], out.json()["eligible"]) == ("exclude", False)
    taken = api.patch(f"{path}/{stale['adsContentId']}", child=child, json={"override": "include"})
    assert (taken.json()["override"], taken.json()["eligible"]) == ("include", True)
    excluded = api.all(path, child=child, params={"override": "exclude"})
    assert fresh["adsContentId"] in [row["adsContentId"] for row in excluded]
    for row in (fresh, stale):
        cleared_row = api.patch(f"{path}/{row['adsContentId']}", child=child, json={"override": None})
        assert (cleared_row.json()["override"], cleared_row.json()["eligible"]) == (None, row["eligible"])


@pytest.mark.parametrize("wrong", [{}, {"override": "maybe"}, {"override": "include", "note": "x" * 281}])
def test_an_override_that_is_none_is_refused(api: Api, place: tuple[str, str], wrong: dict[str, Any]) -> None:
    child, project = place
    row = api.body(f"/v1/projects/{project}/ads-content", child=child)["items"][0]
    answer = api.patch(f"/v1/projects/{project}/ads-content/{row['adsContentId']}", child=child, json=wrong)
    assert code(answer) == (422, "VALIDATION")


def test_an_unknown_creative_is_not_found(api: Api, place: tuple[str, str]) -> None:
    child, project = place
    path = f"/v1/projects/{project}/ads-content/adc_{uuid.uuid4()}"
    assert code(api.patch(path, child=child, json={"override": None})) == (404, "NOT_FOUND")


def test_suggestions_are_open_until_somebody_says_otherwise(api: Api, place: tuple[str, str]) -> None:
    child, project = place
    path = f"/v1/projects/{project}/recommendations"
    every = {"status": ["open", "acknowledged", "dismissed", "acted_on"]}
    rows = api.all(path, child=child, params={**every, "limit": 1})
    sure = [row["confidence"] for row in rows]
    assert sure == sorted(sure, reverse=True)
    by_age = [row["createdAt"] for row in api.all(path, child=child, params={**every, "sort": "created_desc"})]
    assert by_age == sorted(by_age, reverse=True)
    one = rows[0]["recommendationId"]
    for status in ("open", "dismissed"):
        changed = api.patch(f"{path}/{one}", child=child, json={"status": status, "note": "Not now."})
        assert (changed.json()["recommendationId"], changed.json()["status"]) == (one, status)
        shown = [row["recommendationId"] for row in api.all(path, child=child)]
        assert (one in shown) == (status == "open")
    assert api.body(path, child=child, params={"kind": "new_hook"})["items"] == []
    bar = {**every, "minConfidence": str(sure[0])}
    assert all(row["confidence"] >= sure[0] for row in api.all(path, child=child, params=bar))
    assert code(api.patch(f"{path}/{one}", child=child, json={"status": "done"})) == (422, "VALIDATION")
    gone = f"{path}/rec_{uuid.uuid4()}"
    assert code(api.patch(gone, child=child, json={"status": "open"})) == (404, "NOT_FOUND")
