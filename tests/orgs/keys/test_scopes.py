"""What our own key can hand on, and how scopes read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.keys.scopes import PRESETS, WORDS, Meaning, beyond, offered
from sandbox.api import scopes as layers

SOME = st.lists(st.sampled_from([*sorted(layers.VOCABULARY), "*", "content:*", "ads:*", "ads:write:*", "org:*"]))


def may(held: list[str]) -> set[str]:
    return {scope for group in offered(held).values() for scope in group}


def test_the_table_names_every_scope_a_child_can_have() -> None:
    assert set(WORDS) == layers.VOCABULARY - {layers.ORG_ADMIN, "ads:write"}
    assert {scope for preset in PRESETS for scope in preset.scopes} <= set(WORDS)


@given(SOME)
def test_what_is_offered_is_what_layers_accepts_and_never_org_admin(held: list[str]) -> None:
    offers = may(held)
    assert layers.beyond(held, offers) is None
    assert not any(scope.startswith("org:") or scope == "*" for scope in offers)
    assert {one for one in WORDS if layers.grants(held, one)} <= offers
    assert beyond(held, offers) == []


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (["org:admin"], "content:read"),
        (["content:read"], "content:write"),
        (["*", "org:admin"], "org:admin"),
        (["content:read"], "content:*"),
        (["*"], "*"),
    ],
)
def test_more_than_ours_has_is_named(held: list[str], wanted: str) -> None:
    assert beyond(held, [wanted]) == [wanted]


def test_a_scope_that_nobody_has_told_us_of_is_offered_by_its_name() -> None:
    assert offered(["reports:read", "reports:*"])["Other"] == {"reports:read": "reports:read", "reports:*": "reports:*"}


@pytest.mark.parametrize(
    ("scopes", "line"),
    [
        ([], "Nothing: it has no scopes"),
        (["*"], "Everything except managing organizations"),
        (["content:*", "jobs:read", "ads:read"], "Everything in content, see jobs and 1 more"),
        (["content:read", "jobs:read"], "Sees content, jobs"),
        (list(PRESETS[3].scopes), "Publisher"),
        (["quite:new"], "quite:new"),
    ],
)
def test_scopes_read_as_a_job_or_as_their_parts(scopes: list[str], line: str) -> None:
    assert Meaning.of(scopes).line == line
