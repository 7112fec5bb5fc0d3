"""Time in the sandbox: frozen, put ahead, running on; and what happens on the way."""

from datetime import datetime, timedelta

import pytest

from tests.sandbox.api import Api


def clock(api: Api) -> dict[str, object]:
    read: dict[str, object] = api.client.get("/_sandbox/clock").json()
    return read


def now(api: Api) -> datetime:
    return datetime.fromisoformat(str(clock(api)["now"]))


def test_a_frozen_clock_stands_until_it_is_resumed(time_travel: Api) -> None:
    stood = time_travel.control("clock", action="freeze")
    assert clock(time_travel)["now"] == stood["now"]
    assert time_travel.control("clock", action="freeze")["now"] == stood["now"]
    resumed = time_travel.control("clock", action="resume")
    assert (resumed["frozen"], resumed["now"] > stood["now"]) == (False, True)


@pytest.mark.parametrize("frozen", [True, False])
def test_advancing_skips_exactly_that_long(time_travel: Api, frozen: bool) -> None:
    time_travel.control("clock", action="freeze" if frozen else "resume")
    before = now(time_travel)
    time_travel.advance(hours=3)
    ahead = now(time_travel) - before
    time_travel.control("clock", action="resume")
    # a running clock also runs while it is asked
    assert ahead == timedelta(hours=3) if frozen else timedelta(hours=3) <= ahead < timedelta(hours=3, minutes=1)


@pytest.mark.parametrize(
    "body", [{"action": "rewind"}, {"action": "advance"}, {"action": "advance", "seconds": -1}, {"seconds": 5}, {}]
)
def test_a_bad_wish_is_422(time_travel: Api, body: dict[str, object]) -> None:
    assert time_travel.client.post("/_sandbox/clock", json=body).status_code == 422


def test_a_page_of_another_site_cannot_move_it(time_travel: Api) -> None:
    body = {"action": "advance", "seconds": 60}
    answer = time_travel.client.post("/_sandbox/clock", json=body, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
