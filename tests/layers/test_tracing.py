"""Commands whose answer was lost and whose key does not count any more: nothing is sent, Layers' records are read."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.utils import timezone

from ads import commands as ads
from content import commands as content
from dashboard.commands.timeline import timeline
from layers.client.errors import Spent
from layers.outbox import delivery, tracing
from layers.outbox.kinds import KINDS
from layers.outbox.models import Command, Failure, State
from tests import factories
from tests.layers.api import Reply, answer, refusal
from tests.layers.tracing import lost_long_ago, trace, trace_twice

pytestmark = pytest.mark.django_db
UNREACHED = httpx.ConnectError("refused")
LOOKING = (State.UNKNOWN, Failure.LOOKING)
LONG = tracing.PATIENCE + timedelta(minutes=1)


@pytest.fixture
def approval() -> Command:
    """Of a container, lost long ago."""
    return lost_long_ago(content.approve(factories.staff("Reviewer"), factories.container()))


def shown(status: object, **more: Any) -> Reply:
    return answer({"id": "cnt_1", "approvalStatus": status, **more})


def stands(command: Command) -> tuple[str, str]:
    return command.state, command.failure


def test_past_the_window_of_its_key_it_is_not_sent_but_read_about_later(approval: Command) -> None:
    sent_at = timezone.now() - delivery.KEY_WINDOW - timedelta(minutes=1)
    Command.objects.filter(id=approval.id).update(failure=Failure.ANSWER_LOST, sent_at=sent_at)
    assert trace(approval, answer({})).calls == []
    assert stands(approval) == LOOKING
    assert approval.not_before > timezone.now() + tracing.QUIET - timedelta(minutes=1)
    assert not approval.can_settle


def test_one_reading_proves_that_it_took_effect(approval: Command) -> None:
    trace(approval, shown("approved"))
    assert approval.state == State.SUCCEEDED


def test_that_it_had_no_effect_two_readings_have_to_say(approval: Command) -> None:
    trace(approval, shown("pending"))
    assert stands(approval) == LOOKING
    assert approval.not_before > timezone.now() + tracing.QUIET - timedelta(minutes=1)
    trace(approval, shown("pending"))
    assert stands(approval) == (State.FAILED, Failure.NEVER_ARRIVED)


def test_the_two_have_to_say_the_same(approval: Command) -> None:
    """One that failed between them says nothing."""
    for reading in (shown("pending"), shown("rejected"), UNREACHED):
        trace(approval, reading)
        assert stands(approval) == LOOKING
    trace(approval, shown("rejected"))
    assert stands(approval) == (State.FAILED, Failure.DECIDED_ELSEWHERE)


def test_its_page_tells_each_reading_and_what_it_found(approval: Command) -> None:
    for reading in (UNREACHED, shown("pending"), shown("pending")):
        trace(approval, reading)
    told = [(step["words"], step["note"]) for step in timeline(approval) if "The records" in step["words"]]
    pending = "Layers shows the item as still waiting for review."
    assert told == [
        ("The records of Layers could not be read", ""),
        ("The records of Layers were read, and are read once more", pending),
        ("The records of Layers show that it did not", pending),
    ]


def test_a_reading_from_before_another_send_does_not_count(approval: Command) -> None:
    trace(approval, shown("pending"))
    tracing.begin(approval)
    trace(approval, shown("pending"))
    assert stands(approval) == LOOKING


def test_while_layers_cannot_be_reached_it_is_read_about_later(approval: Command) -> None:
    trace(approval, UNREACHED)
    assert stands(approval) == LOOKING
    assert approval.not_before > timezone.now()


def test_records_that_stay_closed_for_two_days_go_to_a_person(approval: Command) -> None:
    approval.steps.update(at=timezone.now() - LONG)
    trace(approval, refusal(403, "FORBIDDEN_SCOPE"))
    assert stands(approval) == (State.UNKNOWN, Failure.KEY_EXPIRED)
    assert "403 FORBIDDEN_SCOPE" in approval.detail


def test_the_two_days_begin_when_the_records_are_first_asked_for(approval: Command) -> None:
    """Not with the first send: after a weekend without workers one failure would be the last."""
    Command.objects.filter(id=approval.id).update(sent_at=timezone.now() - LONG)
    trace(approval, UNREACHED)
    assert stands(approval) == LOOKING


@pytest.mark.parametrize(
    ("turn", "seconds"),
    [(Spent(20), 20), (refusal(429, "RATE_LIMITED", **{"Retry-After": "40"}), 40)],
)
def test_whoever_waits_for_their_turn_never_gives_up(approval: Command, turn: Reply, seconds: int) -> None:
    approval.steps.update(at=timezone.now() - LONG)
    trace(approval, turn)
    assert stands(approval) == LOOKING
    assert timedelta(0) < approval.not_before - timezone.now() <= timedelta(seconds=seconds)


def test_an_effect_that_our_copy_cannot_take_in_goes_to_a_person(
    approval: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Left as it is, it would be read about for ever and hold up its target."""
    broken = replace(KINDS[approval.kind], apply=lambda command, raw: 1 // 0)
    monkeypatch.setitem(KINDS, approval.kind, broken)
    trace(approval, shown("approved"))
    assert stands(approval) == (State.UNKNOWN, Failure.KEY_EXPIRED)
    assert approval.detail == "Layers shows the item as approved. Our copy could not be changed."


def test_a_worker_that_died_while_reading_is_followed_by_another(approval: Command) -> None:
    assert delivery._claim(approval.id) is not None
    Command.objects.filter(id=approval.id).update(claimed_at=timezone.now() - delivery.LEASE - timedelta(seconds=1))
    assert delivery.release_abandoned() == 1
    assert trace(approval, answer({})).calls == []
    assert approval.failure == Failure.LOOKING


@pytest.mark.parametrize(
    ("status", "state", "failure"),
    [
        ("approved", State.SUCCEEDED, ""),
        ("pending", State.FAILED, Failure.NEVER_ARRIVED),
        ("rejected", State.FAILED, Failure.DECIDED_ELSEWHERE),
        ("a_word_of_tomorrow", State.FAILED, Failure.DECIDED_ELSEWHERE),
        (None, State.FAILED, Failure.GONE),
    ],
)
def test_the_state_of_a_container_tells_what_became_of_an_approval(
    approval: Command, status: str | None, state: State, failure: str
) -> None:
    trace_twice(approval, shown(status) if status else refusal(404, "NOT_FOUND"))
    assert stands(approval) == (state, failure)


@pytest.mark.parametrize("reply", [{"id": "cnt_1"}, {"approvalStatus": None}, {"approvalStatus": 5}])
def test_a_container_without_its_state_proves_nothing(approval: Command, reply: dict[str, Any]) -> None:
    trace_twice(approval, answer(reply))
    assert stands(approval) == LOOKING


class TestActions:
    @pytest.fixture
    def approval(self) -> Command:
        return lost_long_ago(ads.approve(factories.staff("Ads manager"), factories.action()))

    @pytest.mark.parametrize(
        ("status", "state", "failure"),
        [
            ("approved", State.SUCCEEDED, ""),
            ("dispatched", State.SUCCEEDED, ""),
            ("pending", State.FAILED, Failure.NEVER_ARRIVED),
            ("rejected", State.FAILED, Failure.DECIDED_ELSEWHERE),
            (None, State.FAILED, Failure.GONE),
        ],
    )
    def test_the_queue_in_every_status_tells_what_became_of_a_decision(
        self, approval: Command, status: str | None, state: State, failure: str
    ) -> None:
        rows = [{"pendingId": "pa_other", "status": "pending"}]
        reply = answer({"items": [*rows, *([{"pendingId": approval.target, "status": status}] if status else [])]})
        api = trace(approval, reply)
        assert api.calls[0].url.params.get_list("status")[:2] == ["pending", "approved"]
        trace(approval, reply)
        assert stands(approval) == (state, failure)

    @pytest.mark.parametrize("row", [{"status": "pending"}, {"pendingId": None, "status": "rejected"}])
    def test_a_row_that_does_not_say_which_action_it_is_proves_nothing(
        self, approval: Command, row: dict[str, Any]
    ) -> None:
        trace_twice(approval, answer({"items": [row]}))
        assert stands(approval) == LOOKING

    def test_nor_does_one_without_its_status(self, approval: Command) -> None:
        trace_twice(approval, answer({"items": [{"pendingId": approval.target}]}))
        assert stands(approval) == LOOKING
