"""What an action would change, said for people, whatever JSON the API sends."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ads.values import Change, changes, headline, label, one_line, per_day

JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=12),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


def said(found: list[Change]) -> str:
    return "\n".join(f"{one.name} | {one.was.text} | {one.becomes.text} | {one.note}" for one in found)


def the_only(current: object, new: object) -> Change:
    (change,) = changes(current, new)
    return change


def keys_of(value: object) -> list[str]:
    if isinstance(value, dict):
        return [str(key) for key in value] + [name for inner in value.values() for name in keys_of(inner)]
    return [name for inner in value for name in keys_of(inner)] if isinstance(value, list) else []


@given(JSON, JSON)
def test_any_json_reads_as_text_and_no_member_is_lost(current: Any, new: Any) -> None:
    text = said(changes(current, new)).lower()
    for key in keys_of(current) + keys_of(new):
        assert label(key).lower() in text


@given(JSON, JSON, some.text())
def test_titles_and_sums_take_any_json(current: Any, new: Any, action_type: str) -> None:
    found = changes(current, new)
    assert headline(action_type, found)
    assert isinstance(one_line(found), str)
    assert per_day(current, new) is None or isinstance(per_day(current, new), int)


@pytest.mark.parametrize(
    ("current", "new", "was", "becomes", "note"),
    [
        ({"dailyBudgetCents": 12000}, {"dailyBudgetCents": 15000}, "$120.00", "$150.00", "+25%"),
        ({"bidCents": 90}, {"bidCents": 80}, "$0.90", "$0.80", "−11%"),
        ({"dailyBudgetCents": 0}, {"dailyBudgetCents": 500}, "$0.00", "$5.00", ""),
        ({"dailyBudgetCents": None}, {"dailyBudgetCents": 500}, "–", "$5.00", ""),
        ({"dailyBudgetCents": "40.00"}, {"dailyBudgetCents": 55.5}, "40.00", "55.5", ""),
        ({"status": "active"}, {"status": "paused"}, "Active", "Paused", ""),
        ({"status": "ACTIVE"}, {"status": "SOME_NEW_STATE"}, "Active", "Some new state", ""),
        ({"countries": ["US"]}, {"countries": ["US", "CA"]}, "US", "US, CA", "adds CA"),
        ({"countries": ["US", "PT"]}, {"countries": []}, "US, PT", "none", "drops US, PT"),
        (
            {"headline": "Learn to Breathe"},
            {"headline": "20 minutes, one pool"},
            "Learn to Breathe",
            "20 minutes, one pool",
            "",
        ),
        ({"optIn": False}, {"optIn": True}, "No", "Yes", ""),
        ({"reach": 120000}, {"reach": 90000}, "120,000", "90,000", "−25%"),
        ({"note": ""}, {"note": "x"}, "(empty)", "x", ""),
    ],
)
def test_a_change_reads_like_a_sentence(current: Any, new: Any, was: str, becomes: str, note: str) -> None:
    change = the_only(current, new)
    assert (change.was.text, change.becomes.text, change.note, change.kind) == (was, becomes, note, "changed")


def test_a_member_within_a_member_has_a_line_of_its_own() -> None:
    change = the_only({"targeting": {"ageMin": 18}}, {"targeting": {"ageMin": 25}})
    assert (change.name, change.note) == ("Targeting: age min", "+39%")


def test_what_the_proposal_does_not_name_stays() -> None:
    first, second = changes({"headline": "Sit low", "creatives": 6}, {"creatives": 5})
    assert (first.name, first.kind) == ("Creatives", "changed")
    assert (second.was.text, second.becomes.text, second.kind) == ("Sit low", "stays", "kept")


def test_what_does_not_differ_comes_last_and_says_so() -> None:
    found = changes({"a": 1, "b": 2}, {"a": 1, "b": 3})
    assert [(one.name, one.kind) for one in found] == [("B", "changed"), ("A", "same")]


def test_one_and_true_are_not_the_same() -> None:
    assert the_only({"on": 1}, {"on": True}).kind == "changed"


def test_an_address_of_a_picture_is_a_picture_and_any_other_a_link() -> None:
    new = {
        "thumbnailUrl": "https://media.example/a",
        "imageUrl": "javascript:alert(1)",
        "page": "http://shop.example/x",
    }
    by_name = {one.name: one.becomes for one in changes({}, new)}
    assert by_name["Thumbnail URL"].preview == {"kind": "image", "primaryUrl": "https://media.example/a"}
    assert not by_name["Image URL"].picture
    assert not by_name["Image URL"].link
    assert by_name["Page"].link == "http://shop.example/x"


def test_an_id_can_be_followed() -> None:
    assert the_only({"containerId": "cnt_1"}, {"containerId": "cnt_2"}).becomes.identifier == "cnt_2"


@pytest.mark.parametrize(
    ("kind", "current", "new", "expected"),
    [
        ("update_budget", {"dailyBudgetCents": 4000}, {"dailyBudgetCents": 5500}, "Raise daily budget"),
        ("update_bid", {"bidCents": 90}, {"bidCents": 80}, "Lower bid"),
        ("update_targeting", {"ageMin": 1, "ageMax": 2}, {"ageMin": 2, "ageMax": 3}, "Update targeting"),
        ("pause_adset", {"status": "active"}, {"status": "paused"}, "Pause ad set"),
        ("replace_creative", None, None, "Replace creative"),
        ("something_new", {}, {"x": 1}, "Something new"),
        ("", {}, {}, "–"),
    ],
)
def test_a_title_is_a_verb_where_the_change_shows_one(kind: str, current: Any, new: Any, expected: str) -> None:
    assert headline(kind, changes(current, new)) == expected


@pytest.mark.parametrize(
    ("current", "new", "expected"),
    [
        ({"dailyBudgetCents": 4000}, {"dailyBudgetCents": 5500}, 1500),
        ({"dailyBudgetCents": 5500}, {"dailyBudgetCents": 4000}, -1500),
        ({"lifetimeBudgetCents": 5500}, {"lifetimeBudgetCents": 4000}, None),
        ({"status": "active", "dailyBudgetCents": 4000}, {"status": "paused"}, -4000),
        ({"status": "paused", "dailyBudgetCents": 4000}, {"status": "active"}, 4000),
        ({"status": "active", "dailyBudgetCents": 4000}, {"name": "x"}, None),
        ({"dailyBudgetCents": "4000"}, {"dailyBudgetCents": 5500}, None),
        (None, None, None),
    ],
)
def test_the_daily_budget_moves_by_so_many_cents(current: Any, new: Any, expected: int | None) -> None:
    assert per_day(current, new) == expected
