"""First comments and replies: settings of a project (contract/content.md, 11)."""

from typing import Any

import pytest

from tests.sandbox.api import READER_KEY, Api, code
from tests.sandbox.making import new_project


@pytest.fixture(scope="module")
def path(api: Api) -> str:
    return f"/v1/projects/{new_project(api, appDescription=None)}/engagement"


def test_nothing_is_set_in_the_beginning(api: Api, path: str) -> None:
    fresh = api.body(f"/v1/projects/{new_project(api, appDescription=None)}/engagement")
    assert fresh["enabled"] is False
    assert fresh["firstComment"]["targets"] == fresh["replyToComments"]["targets"] == []
    assert fresh["projectLayerId"].startswith("pl_")


def test_a_change_merges_into_both_blocks(api: Api, path: str) -> None:
    first = {"targets": ["tiktok"], "commentTemplate": "Cold or hot?", "strategy": "literal"}
    api.patch(path, json={"enabled": True, "firstComment": first})
    replies = {"autoReplyDelay": "PT30S", "tone": "witty", "maxPerPostPerHour": 5}
    more = {"ignoreCommentsMatching": ["spam"], "escalateNegativeSentiment": True}
    api.patch(path, json={"replyToComments": {**replies, **more}})
    after = api.patch(path, json={"firstComment": {"targets": ["tiktok", "instagram"]}}).json()
    assert after["enabled"] is True
    assert after["firstComment"] == {**first, "targets": ["tiktok", "instagram"]}
    assert after["replyToComments"] == {"targets": [], **replies, **more}
    assert api.body(path) == after


@pytest.mark.parametrize("delay", ["PT30S", "PT1H", "PT59M60S", "PT5M", "PT3600S"])
def test_delays_within_bounds_are_kept_as_sent(api: Api, path: str, delay: str) -> None:
    after = api.patch(path, json={"replyToComments": {"autoReplyDelay": delay}}).json()
    assert after["replyToComments"]["autoReplyDelay"] == delay


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"enabled": None},
        {"enabled": "yes"},
        {"firstComment": {"targets": ["youtube"]}},
        {"firstComment": {"commentTemplate": ""}},
        {"firstComment": {"commentTemplate": "x" * 501}},
        {"firstComment": {"strategy": "clever"}},
        {"replyToComments": {"autoReplyDelay": "PT29S"}},
        {"replyToComments": {"autoReplyDelay": "PT1H1S"}},
        {"replyToComments": {"autoReplyDelay": "5 minutes"}},
        {"replyToComments": {"autoReplyDelay": "PT"}},
        {"replyToComments": {"tone": "angry"}},
        {"replyToComments": {"maxPerPostPerHour": -1}},
    ],
)
def test_what_cannot_be_set_is_refused(api: Api, path: str, wrong: dict[str, Any]) -> None:
    before = api.body(path)
    assert code(api.patch(path, json=wrong)) == (422, "VALIDATION")
    assert api.body(path) == before


def test_the_layer_may_be_named_and_another_is_not_found(api: Api, path: str) -> None:
    layer = api.body(path)["projectLayerId"]
    assert api.patch(path, json={"projectLayerId": layer, "enabled": False}).status_code == 200
    other = f"pl_{'0' * 8}-0000-4000-8000-{'0' * 12}"
    assert code(api.patch(path, json={"projectLayerId": other, "enabled": True})) == (404, "NOT_FOUND")


def test_a_reader_changes_nothing(api: Api, path: str) -> None:
    assert code(api.patch(path, key=READER_KEY, json={"enabled": True})) == (403, "FORBIDDEN_SCOPE")
