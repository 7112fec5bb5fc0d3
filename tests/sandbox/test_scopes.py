"""The scope rule by itself: what is held against what is needed."""

import pytest

from sandbox.api.scopes import grants


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
