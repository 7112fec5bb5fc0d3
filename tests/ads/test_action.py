"""One action with everything: its values, its story, and the form that decides it."""

from typing import Any

import pytest
from django.urls import reverse

from ads.commands import approve, reject
from ads.models import Campaign, PendingAction
from layers.outbox.models import Command, State
from tests import factories
from tests.ads.conftest import HTMX, Desk, gate_event

pytestmark = pytest.mark.django_db


def opened(desk: Desk, action: PendingAction, **headers: str) -> Any:
    return desk.client.get(reverse("ads:action", args=[action.id]), headers=headers or None)


def story(desk: Desk, action: PendingAction) -> list[str]:
    return [step.words for step in opened(desk, action).context["timeline"]]


def test_values_stand_side_by_side_and_the_platforms_own_detail_is_not_read_as_cents(
    desk: Desk, action: PendingAction
) -> None:
    PendingAction.objects.update(raw={"proposedAction": {"detail": {"daily_budget": 5500, "budgetCents": 55}}})
    page = opened(desk, action).content.decode()
    assert "$40.00" in page
    assert "$55.00" in page
    assert "&quot;budgetCents&quot;: 55" in page
    assert "$0.55" not in page


def test_the_buttons_name_the_customer(desk: Desk, action: PendingAction) -> None:
    page = opened(desk, action).content.decode()
    assert "Approve for Fernway Plants" in page
    assert "Reject for Fernway Plants" in page


def test_the_dialog_asks_for_a_reason(desk: Desk, action: PendingAction) -> None:
    page = desk.client.get(reverse("ads:action", args=[action.id]), {"part": "reject"}, headers=HTMX).content.decode()
    assert page.lstrip().startswith("<dialog")
    assert 'name="reason"' in page


def test_an_id_with_a_slash_opens(desk: Desk, campaign: Campaign) -> None:
    strange = factories.action(campaign, id="pa/1 %2F?x")
    assert opened(desk, strange).status_code == 200
    assert "pa/1 %2F?x" in opened(desk, strange).content.decode()


def test_an_unknown_action_is_not_found(desk: Desk) -> None:
    assert desk.client.get(reverse("ads:action", args=["pa_none"])).status_code == 404


class TestStory:
    def test_a_waiting_action(self, desk: Desk, action: PendingAction, campaign: Campaign) -> None:
        gate_event(campaign, "queue_for_approval", pending_id=action.id, reason="authority_axis_draft")
        assert story(desk, action) == ["Proposed", "The gate: queued for approval", "Waits for a decision", "Expires"]

    def test_our_decision_is_told_once(self, desk: Desk, action: PendingAction, campaign: Campaign) -> None:
        approve(desk.person, action, "Fits the plan.")
        Command.objects.update(state=State.SUCCEEDED, answer={"verdictId": "v1"})
        PendingAction.objects.update(status="approved")
        gate_event(campaign, "allow", event_type="ads.pending.approved", pending_id=action.id, verdict_id="v1")
        assert story(desk, action) == [
            "Proposed",
            "Aiko Mori approved it",
            "Waits for the optimizer",
            "Dispatched to Meta",
        ]

    def test_a_decision_from_elsewhere(self, desk: Desk, action: PendingAction, campaign: Campaign) -> None:
        PendingAction.objects.update(status="approved")
        assert story(desk, action)[1] == "Approved"
        gate_event(campaign, "allow", event_type="ads.pending.approved", pending_id=action.id, actor="user")
        assert story(desk, action)[1] == "Approved by the customer"

    def test_a_decision_that_was_taken_back_stays_in_it(self, desk: Desk, action: PendingAction) -> None:
        reject(desk.person, action, "Too big.")
        Command.objects.update(state=State.CANCELLED)
        assert story(desk, action)[1:3] == ["Aiko Mori rejected it and took it back", "Waits for a decision"]

    def test_ends(self, desk: Desk, action: PendingAction) -> None:
        PendingAction.objects.update(status="dispatched", dispatched_at=factories.ago(hours=1))
        assert story(desk, action)[-1] == "Dispatched to Meta"
        PendingAction.objects.update(status="dispatch_failed", dispatch_failure_reason="")
        assert story(desk, action)[-1] == "Dispatch failed"
        PendingAction.objects.update(status="pending", expires_at=factories.ago(hours=1))
        assert story(desk, action)[-1] == "Expired"
        PendingAction.objects.update(status="on_hold")
        assert story(desk, action) == ["Proposed"]
