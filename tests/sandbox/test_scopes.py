"""The scope rule by itself: what is held against what is needed."""

import pytest

from sandbox.api.scopes import VOCABULARY, beyond, grants, meaning


@pytest.mark.parametrize(
    ("held", "needed", "granted"),
    [
        ([], "content:read", False),
        (["content:read"], "content:read", True),
        (["content:read"], "content:approve", False),
        (["*"], "content:approve", True),
        (["*"], "ads:write:pending", True),
        (["*"], "org:admin", False),
        (["org:*"], "org:admin", False),
        (["org:admin"], "org:admin", True),
        (["org:admin"], "projects:read", False),
        (["content:*"], "content:approve", True),
        (["content:*"], "contents:read", False),
        (["ads:*"], "ads:write:budgets", True),
        (["ads:write:*"], "ads:write:pending", True),
        (["ads:write:*"], "ads:read", False),
        (["ads:write"], "ads:write:pending", True),
        (["ads:write"], "ads:read", False),
        (["ads:write:pending"], "ads:write:budgets", False),
    ],
)
def test_what_is_held_covers_what_is_needed(held: list[str], needed: str, granted: bool) -> None:
    assert grants(held, needed) is granted


@pytest.mark.parametrize(
    ("scope", "plain"),
    [
        ("content:read", {"content:read"}),
        ("content:*", {"content:read", "content:write", "content:approve"}),
        ("events:*", {"events:read", "events:write"}),
        ("org:*", {"org:admin"}),
        ("ads:write", {"ads:write"}),
        ("content", set()),
        ("content:sing", set()),
        ("songs:*", set()),
        ("**", set()),
        ("", set()),
    ],
)
def test_a_scope_means_the_plain_ones_behind_it(scope: str, plain: set[str]) -> None:
    assert meaning(scope) == plain


def test_the_star_means_every_data_scope() -> None:
    assert meaning("*") == VOCABULARY - {"org:admin"}
    assert "ads:write:connect" in meaning("ads:write:*")
    assert "ads:read" not in meaning("ads:write:*")


@pytest.mark.parametrize(
    ("held", "wanted", "refused"),
    [
        (["content:*"], ["content:read"], None),
        (["content:read"], ["content:*"], "content:*"),
        (["content:read", "content:write", "content:approve"], ["content:*"], None),
        (["*"], ["*"], None),
        (["*"], ["content:read", "org:admin"], "org:admin"),
        (["org:admin"], ["org:admin"], "org:admin"),
        (["org:admin"], ["content:read"], "content:read"),
        (["*", "org:admin"], ["org:*"], "org:*"),
        (["ads:write:*"], ["ads:write"], None),
        (["ads:write"], ["ads:write:*"], None),
        (["ads:write:budgets"], ["ads:write:*"], "ads:write:*"),
        ([], ["content:read"], "content:read"),
    ],
)
def test_what_may_be_handed_on(held: list[str], wanted: list[str], refused: str | None) -> None:
    assert beyond(held, wanted) == refused
