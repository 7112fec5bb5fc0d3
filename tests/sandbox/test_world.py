"""The demo world: large enough, the same every time, true to the credit."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from sandbox.media.spec import TRADES
from sandbox.world.texts import trade
from tests.worlds import database_with

Manage = Callable[..., str]
#: The partner of every world.
PARENT_ID = "1a4b5c0e-7d2f-4e6a-9b83-5c2d8f7e6a10"


def _value(url: str, statement: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(statement.encode()).fetchone()
        return row[0] if row else None


def test_the_demo_world_has_its_size_and_its_books_balance(manage: Manage, tmp_path: Path) -> None:
    demo = database_with("demo", "sandbox_demo_world", tmp_path)
    counts = {
        "organization where parent_id is not null": 24,
        "project": 60,
        "container": 1500,
        "pendingaction": 120,
        "adlayer where kill_switch": 1,
        "organization where status = 'suspended'": 2,
        "organization where status = 'archived'": 1,
    }
    for what, count in counts.items():
        assert _value(demo, f"select count(*) from sandbox_{what}") == count, what  # noqa: S608
    assert 390_000 <= int(str(_value(demo, "select max(prepaid_balance) from sandbox_wallet"))) <= 410_000
    unbalanced = (
        "select count(*) from (select balance_after_prepaid as told, sum(credits) over "
        "(partition by organization_id order by created_at, seq) as summed from sandbox_creditevent) x "
        "where told <> summed"
    )
    assert _value(demo, unbalanced) == 0
    one_sided = (
        "select count(*) from (select metadata->>'transferId', sum(credits), count(*) from sandbox_creditevent "
        "where event_type = 'allocation' group by 1 having sum(credits) <> 0 or count(*) <> 2) x"
    )
    assert _value(demo, one_sided) == 0
    future = "select count(*) from sandbox_container where greatest(created_at, completed_at, decided_at) > now()"
    assert _value(demo, future) == 0

    # Asked again, it leaves everything as it is.
    assert manage(demo, "seed", "--world", "demo").startswith("Already seeded")
    assert _value(demo, "select count(*) from sandbox_container") == 1500


def test_two_seedings_give_the_same_world(manage: Manage, tmp_path: Path) -> None:
    prints = []
    for world in ("small", ""):
        url = database_with(world, "sandbox_twin", tmp_path)
        printed = manage(url, "seed", "--world", "small")  # the first has it already
        prints.append(
            [
                _value(url, f"select md5(string_agg({row}::text, ',' order by {row}::text)) from sandbox_{table}")  # noqa: S608
                for table, row in (
                    ("organization", "(id, name, status)"),
                    ("container", "(id, hook, caption, status, approval_status, slide_lines)"),
                    ("wallet", "(organization_id, prepaid_balance, reserved_credits)"),
                    ("campaign", "(layer_id, name, daily_budget_cents, tactical)"),
                )
            ]
        )
    assert prints[0] == prints[1]
    assert "lp_live_LARKSPURSANDBOX2_" in printed


@pytest.mark.parametrize("key", TRADES)
def test_every_trade_has_a_dozen_hooks_that_fit_the_contract(key: str) -> None:
    text = trade(key)
    hooks = [hook for theme in text.themes for hook in theme.hooks]
    assert len(set(hooks)) == len(hooks) >= 12
    assert 100 <= len(text.description) <= 1000
    for project in text.projects:
        assert 3 <= len(project.name) <= 30
        assert 3 <= len(project.app_name) <= 30
        assert len(project.tagline) <= 80


def test_the_world_of_an_older_sandbox_makes_way(manage: Manage, tmp_path: Path) -> None:
    old = database_with("", "sandbox_old_world", tmp_path)
    # As it was before there was a control row that names the world.
    manage(old, "migrate", "sandbox", "0002", "-v0")
    with psycopg.connect(old) as connection:
        connection.execute(
            "insert into sandbox_organization (id, name, status, metadata, created_at, updated_at)"
            " values (%s, 'Larkspur', 'active', '{}', now(), now())",
            [PARENT_ID],
        )
    manage(old, "migrate", "-v0")
    assert manage(old, "seed", "--world", "small").startswith("The world of an older sandbox made way for small")
    assert _value(old, "select world from sandbox_control") == "small"
    assert _value(old, "select count(*) from sandbox_organization") == 5
    assert manage(old, "seed", "--world", "small").startswith("Already seeded")
