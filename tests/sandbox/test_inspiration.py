"""Hooks and posts to remix."""

import httpx
import pytest

from sandbox.world.keys import derived_key
from tests.sandbox.api import Api, code
from tests.sandbox.making import new_child, new_project

TEST_KEY = derived_key("sandbox", "test")


def test_every_call_brings_fresh_hooks_in_the_apps_own_name(api: Api) -> None:
    child = new_child(api)
    path = f"/v1/projects/{new_project(api, child)}/content/hooks"
    banks = [api.body(path, child=child)["hooks"] for _ in range(3)]
    assert len({tuple(bank) for bank in banks}) == 3
    assert all(hook and "\n" not in hook for bank in banks for hook in bank)


def test_a_test_key_gets_the_same_bank_each_time(api: Api) -> None:
    child = new_child(api)
    path = f"/v1/projects/{new_project(api, child)}/content/hooks"
    first, second = (api.body(path, child=child, key=TEST_KEY) for _ in range(2))
    assert first == second


def test_hooks_need_the_apps_name_and_description(api: Api) -> None:
    child = new_child(api)
    project = new_project(api, child, appName=None, appDescription=None)
    answer = api.get(f"/v1/projects/{project}/content/hooks", child=child)
    assert code(answer) == (422, "VALIDATION")
    assert answer.json()["error"]["details"]["missingFields"] == ["appName", "appDescription"]


def test_the_portfolio_is_empty_until_research_has_ended(time_travel: Api) -> None:
    api = time_travel
    child = new_child(api)
    path = f"/v1/projects/{new_project(api, child)}/content/source-recommendations"
    assert api.body(path, child=child) == {"items": [], "source": "portfolio", "nextCursor": None}
    api.advance(minutes=6)
    found = api.body(path, child=child)
    assert len(found["items"]) == 20
    assert {item["kind"] for item in found["items"]} == {"slideshow", "video"}
    assert api.body(path, child=child) == found
    slideshows = api.body(path, child=child, params={"kind": "slideshow", "limit": 5})["items"]
    assert [item["kind"] for item in slideshows] == ["slideshow"] * 5
    assert all(item["imageCount"] and item["durationMs"] is None for item in slideshows)


def test_a_search_finds_the_same_posts_for_the_same_words(api: Api) -> None:
    child = new_child(api)
    path = f"/v1/projects/{new_project(api, child)}/content/source-recommendations"
    first = api.body(path, child=child, params={"keyword": "morning routine", "kind": "video"})
    assert first["source"] == "search"
    assert first == api.body(path, child=child, params={"keyword": "Morning  routine", "kind": "video"})
    other = api.body(path, child=child, params={"keyword": "espresso", "kind": "video"})
    assert {item["tiktokId"] for item in first["items"]}.isdisjoint(item["tiktokId"] for item in other["items"])
    item = first["items"][0]
    assert (item["kind"], item["imageCount"], item["durationMs"] > 0) == ("video", None, True)
    cover = httpx.get(item["thumbnailUrl"])
    assert (cover.status_code, cover.headers["Content-Type"]) == (200, "image/jpeg")


@pytest.mark.parametrize(
    "params", [{"limit": 21}, {"limit": 0}, {"kind": "image"}, {"keyword": ""}, {"keyword": "x" * 201}]
)
def test_bad_questions_are_422(api: Api, params: dict[str, str]) -> None:
    child = new_child(api)
    answer = api.get(
        f"/v1/projects/{new_project(api, child)}/content/source-recommendations", child=child, params=params
    )
    assert code(answer) == (422, "VALIDATION")
