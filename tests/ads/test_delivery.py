"""A decision on its way: what Layers is asked, what its answer changes, and when the mirror calls it settled."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from ads.commands import approve, reject
from ads.models import Campaign, PendingAction
from layers.outbox import delivery
from layers.outbox.models import Command, Failure, State
from tests import factories
from tests.layers.api import Api, answer, refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def aiko(db: None) -> Any:
    return factories.staff("Ads manager")


def deliver(command: Command, *replies: Any) -> Api:
    Command.objects.filter(id=command.id).update(not_before=timezone.now())
    api = Api(*replies)
    delivery.deliver(api.layers, command.id)
    command.refresh_from_db()
    return api


def test_an_approval_runs_inside_its_customer_and_is_applied(aiko: Any, action: PendingAction) -> None:
    command = approve(aiko, action, "Fits.")
    api = deliver(command, answer({"status": "approved", "dispatched": False, "verdictId": "v1"}))
    (call,) = api.calls
    assert call.url.path == f"/v1/projects/{action.project_id}/ads/meta/pending/{action.id}/approve"
    assert call.headers["X-Layers-Organization"] == action.organization_id
    assert api.body() == {"comment": "Fits."}
    action.refresh_from_db()
    assert (command.state, action.status, action.raw["verdictId"]) == (State.SUCCEEDED, "approved", "v1")
    assert action.settled_at is not None
    assert timezone.now() - action.settled_at < timedelta(seconds=5)


def test_a_rejection_sends_its_reason(aiko: Any, action: PendingAction) -> None:
    api = deliver(reject(aiko, action, "Too big."), answer({}))
    assert api.body() == {"reason": "Too big."}
    action.refresh_from_db()
    assert action.status == "rejected"


@pytest.mark.parametrize(
    ("details", "state"),
    [
        ({"status": "approved"}, State.SUCCEEDED),
        ({"status": "dispatched"}, State.SUCCEEDED),
        ({"status": "rejected"}, State.FAILED),
        ({"status": ["approved"]}, State.FAILED),
        (None, State.FAILED),
    ],
)
def test_a_conflict_is_fine_when_the_same_was_decided(
    aiko: Any, action: PendingAction, details: Any, state: str
) -> None:
    command = approve(aiko, action)
    deliver(command, refusal(409, "CONFLICT", details))
    assert command.state == state
    assert command.failure == ("" if state == State.SUCCEEDED else Failure.DECIDED_ELSEWHERE)


class TestSettled:
    def test_a_waiting_action_is_not(self, campaign: Campaign) -> None:
        assert self.settled(factories.action(campaign)) is None

    def test_the_moment_we_first_knew_stays(self, campaign: Campaign) -> None:
        at = factories.ago(hours=5)
        action = factories.action(campaign, status="approved", remote_updated_at=at)
        PendingAction.objects.update(status="dispatched", remote_updated_at=timezone.now())
        assert self.settled(action) == at

    def test_it_is_never_after_the_expiry_or_the_dispatch(self, campaign: Campaign) -> None:
        end, out = factories.ago(days=3), factories.ago(days=4)
        assert self.settled(factories.action(campaign, status="rejected", expires_at=end)) == end
        assert self.settled(factories.action(campaign, status="dispatched", expires_at=end, dispatched_at=out)) == out

    def test_what_waits_again_is_not_settled(self, campaign: Campaign) -> None:
        action = factories.action(campaign, status="approved")
        PendingAction.objects.update(status="pending")
        assert self.settled(action) is None

    def settled(self, action: PendingAction) -> Any:
        action.refresh_from_db()
        return action.settled_at
