from datetime import date, timedelta
from typing import Any

import pytest

from orgs.charts import WalletChart, ceiling, short
from orgs.queries import Day

TODAY = date(2026, 6, 11)


def days(*values: tuple[int, int, int | None]) -> list[Day]:
    """Days that end today, from (spent, moved, balance)."""
    return [Day(TODAY - timedelta(days=len(values) - 1 - at), *value) for at, value in enumerate(values)]


@pytest.mark.parametrize(
    ("highest", "top"),
    [(0, 4), (3, 4), (5, 6), (10, 10), (11, 20), (4_001, 6_000), (20_000, 20_000), (99_999, 100_000)],
)
def test_the_axis_ends_at_a_round_number_that_holds_everything(highest: int, top: int) -> None:
    assert ceiling(highest) == top


@pytest.mark.parametrize(
    ("value", "label"), [(0, "0"), (500, "500"), (1_500, "1.5k"), (2_000_000, "2M"), (3 * 10**9, "3B")]
)
def test_labels_are_short(value: float, label: str) -> None:
    assert short(value) == label


def test_it_draws_level_spending_refill_line_and_what_was_added() -> None:
    drawn = WalletChart(days((10, 0, 90), (20, 100, 170)), line=50).drawing
    for part in ("level", "level-area", "burn", "threshold", "top-up"):
        assert f'class="{part}"' in drawn


def test_it_draws_no_level_for_a_wallet_that_is_not_known() -> None:
    chart = WalletChart(days((10, 0, None), (20, 100, None)), line=None)
    assert "level" not in chart.drawing
    assert not chart.has_balance


def test_a_balance_below_zero_stays_inside_the_drawing() -> None:
    assert " -" not in WalletChart(days((10, 0, -400), (0, 0, 10)), line=None).drawing


def test_it_holds_nothing_that_a_strict_policy_blocks() -> None:
    drawn = WalletChart(days((10, 5, 90)), line=50).drawing
    for word in ("style", "<script", " on"):
        assert word not in drawn


def test_the_table_leaves_out_days_on_which_nothing_moved() -> None:
    chart = WalletChart(days((10, 0, 90), (0, 0, 90), (0, -90, 0)), line=None)
    assert [day.on for day in chart.moving_days] == [TODAY, TODAY - timedelta(days=2)]


def test_one_sentence_says_what_the_drawing_shows() -> None:
    words: Any = WalletChart(days((10, 0, 90), (20, 100, 1170)), line=50).words
    assert words == "30 spent and 100 added in 2 days. The balance is 1,170 now."
