import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.client import retry
from layers.client.errors import AnswerLost, Conflict, Invalid, LayersError, NotSent, RateLimited, ServerFault

ONCE = {"status": 0, "code": "", "message": ""}


@pytest.mark.parametrize(
    ("error", "safe", "keyed", "again"),
    [
        (NotSent(), False, False, True),
        (AnswerLost(), True, False, True),
        (AnswerLost(), False, True, True),
        (AnswerLost(), False, False, False),
        (ServerFault(**ONCE), False, True, True),
        (ServerFault(**ONCE), False, False, False),
        (RateLimited(**ONCE), False, False, False),
        (RateLimited(**ONCE), True, False, True),
        (Invalid(**ONCE), True, True, False),
        (Conflict(**ONCE), True, True, False),
    ],
)
def test_what_may_go_out_again(error: LayersError, safe: bool, keyed: bool, again: bool) -> None:
    assert retry.may_retry(error, safe=safe, keyed=keyed, tries=1) is again


def test_no_call_goes_out_more_often_than_the_limit() -> None:
    assert not retry.may_retry(NotSent(), safe=True, keyed=True, tries=retry.MAX_TRIES)


@given(tries=st.integers(1, 50), jitter=st.floats(0, 0.999))
def test_the_pause_grows_but_stays_within_its_bounds(tries: int, jitter: float) -> None:
    pause = retry.delay(AnswerLost(), tries=tries, jitter=jitter)
    assert retry.FIRST_DELAY / 2 <= pause <= retry.LONGEST_DELAY


@given(asked=st.floats(0, 10_000))
def test_what_the_api_asks_for_wins_over_our_own_pause(asked: float) -> None:
    assert retry.delay(RateLimited(**ONCE, retry_after=asked), tries=1, jitter=0.5) == asked
