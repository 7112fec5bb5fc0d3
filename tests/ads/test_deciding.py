"""Deciding from the queue: what is recorded, what is refused, and what somebody else was faster with."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from ads.commands import approve, reject
from ads.models import Campaign, Layer, PendingAction
from layers.outbox.models import Command, Failure, State
from tests import factories
from tests.ads.conftest import Desk, desk_of

pytestmark = pytest.mark.django_db
REASON = "The client froze budgets until July."


def test_an_approval_is_held_for_the_customer_of_its_action(desk: Desk, action: PendingAction) -> None:
    response = desk.decide(action, reason="  Fits the plan.  ")
    command = Command.objects.get()
    assert response.headers["Location"] == reverse("ads:queue")
    assert (command.kind, command.target, command.reason) == ("ads.approve", action.id, "Fits the plan.")
    assert (command.staff, command.organization_id) == (desk.person, action.organization_id)
    assert command.payload["act_as"] == action.organization_id
    assert command.state == State.HELD
    assert timedelta(seconds=7) < command.not_before - command.created_at < timedelta(seconds=9)
    assert desk.said() == [f"Approved: raise daily budget, {action.entity_name}"]


def test_the_row_itself_answers_with_its_undo(desk: Desk, action: PendingAction) -> None:
    page = desk.decide(action, htmx=True).content.decode()
    assert 'hx-swap-oob="true"' in page
    assert reverse("ads:undo", args=[action.id]) in page
    assert "Approve<" not in page
    assert 'id="count-ads"' in page, "the rail counts with it"


def test_a_rejection_needs_a_reason(desk: Desk, action: PendingAction) -> None:
    response = desk.decide(action, decision="reject", reason="   ", htmx=True)
    assert response.status_code == 422
    assert "Say why." in response.content.decode()
    assert desk.decide(action, decision="reject").status_code == 422
    assert not Command.objects.exists()
    assert desk.decide(action, decision="reject", reason=REASON, htmx=True).headers["HX-Trigger"] == "close-dialog"
    assert (Command.objects.get().kind, Command.objects.get().reason) == ("ads.reject", REASON)


@pytest.mark.parametrize("fields", [{"decision": "maybe"}, {"decision": ""}, {"reason": "x" * 1001}])
def test_a_form_that_makes_no_sense_records_nothing(desk: Desk, action: PendingAction, fields: dict[str, str]) -> None:
    assert desk.decide(action, **{"decision": "approve"} | fields).status_code == 422
    assert not Command.objects.exists()


def test_nothing_selected_is_said(desk: Desk) -> None:
    desk.decide()
    assert desk.said() == ["Nothing was selected."]


class TestSeals:
    def test_a_form_for_another_action_is_refused(self, desk: Desk, action: PendingAction) -> None:
        other = factories.action()
        swapped = f"{action.id} {desk.pick(other).partition(' ')[2]}"
        assert desk.decide(pick=[swapped]).status_code == 400
        assert not Command.objects.exists()

    def test_a_form_of_another_person_is_refused(self, desk: Desk, action: PendingAction) -> None:
        theirs = desk_of("Ads manager").pick(action)
        response = desk.decide(pick=[theirs], htmx=True)
        assert (response.status_code, response.headers["Content-Type"]) == (400, "text/plain")
        assert "Nothing was recorded." in response.content.decode()

    def test_an_action_that_moved_to_another_customer_is_refused(self, desk: Desk, action: PendingAction) -> None:
        pick = desk.pick(action)
        PendingAction.objects.filter(id=action.id).update(organization=factories.customer())
        assert desk.decide(pick=[pick]).status_code == 400
        assert not Command.objects.exists()

    def test_one_broken_seal_stops_them_all(self, desk: Desk, action: PendingAction) -> None:
        other = factories.action()
        assert desk.decide(pick=[desk.pick(action), f"{other.id} rubbish"]).status_code == 400
        assert not Command.objects.exists()

    @pytest.mark.parametrize("pick", ["", "pa_unknown", "no such thing at all", "a\x00b c"])
    def test_a_strange_pick_is_refused(self, desk: Desk, pick: str) -> None:
        assert desk.decide(pick=[pick]).status_code == 400


class TestSomebodyWasFaster:
    def test_a_colleague(self, desk: Desk, action: PendingAction) -> None:
        approve(factories.staff("Ads manager", name="Jonas Weber"), action)
        desk.decide(action, decision="reject", reason=REASON)
        assert Command.objects.count() == 1
        (said,) = desk.said()
        assert said.startswith("Jonas Weber approved it")
        assert said.endswith("That decision stands.")

    def test_oneself(self, desk: Desk, action: PendingAction) -> None:
        desk.decide(action)
        page = desk.decide(action, htmx=True)
        assert Command.objects.count() == 1
        assert "You approved it" in page.content.decode()

    def test_the_customer(self, desk: Desk, action: PendingAction) -> None:
        PendingAction.objects.filter(id=action.id).update(status="rejected")
        page = desk.decide(action, htmx=True).content.decode()
        assert "decided outside this desk: it is rejected already" in page
        assert not Command.objects.exists()

    def test_time(self, desk: Desk, action: PendingAction) -> None:
        PendingAction.objects.filter(id=action.id).update(expires_at=timezone.now() - timedelta(minutes=3))
        page = desk.decide(action, htmx=True).content.decode()
        assert "It expired 3 min ago" in page
        assert not Command.objects.exists()


def test_a_kill_switch_stops_both_decisions(desk: Desk, action: PendingAction) -> None:
    Layer.objects.update(kill_switch_active=True)
    desk.decide(action)
    desk.decide(action, decision="reject", reason=REASON)
    assert desk.said() == ["The customer's kill switch for Meta is on. Only they can release it."] * 2
    assert not Command.objects.exists()


def test_a_failed_decision_can_be_made_again(desk: Desk, action: PendingAction) -> None:
    Command.objects.filter(id=approve(desk.person, action).id).update(state=State.FAILED, failure=Failure.REFUSED)
    desk.decide(action)
    assert Command.objects.filter(state=State.HELD).count() == 1


class TestMany:
    def test_each_is_a_command_of_its_own(self, desk: Desk, campaign: Campaign) -> None:
        actions = [factories.action(campaign), factories.action(), factories.action()]
        desk.decide(*actions)
        assert set(Command.objects.values_list("target", flat=True)) == {action.id for action in actions}
        assert Command.objects.values("idempotency_key").distinct().count() == 3
        assert desk.said() == ["Approved 3 actions."]

    def test_what_cannot_be_decided_stays_behind_and_is_counted(self, desk: Desk, action: PendingAction) -> None:
        blocked, late = factories.action(), factories.action()
        factories.layer(blocked.project, kill_switch_active=True)
        PendingAction.objects.filter(id=late.id).update(expires_at=factories.ago(hours=1))
        desk.decide(action, blocked, late, decision="reject", reason=REASON)
        assert Command.objects.get().target == action.id
        assert desk.said() == ["Rejected 1 action. 2 stayed behind: 1 kill switch on, 1 expired."]

    def test_the_same_action_twice_is_one(self, desk: Desk, action: PendingAction) -> None:
        desk.decide(action, action)
        assert Command.objects.count() == 1

    def test_a_missing_reason_is_said_and_nothing_recorded(self, desk: Desk, action: PendingAction) -> None:
        desk.decide(action, factories.action(), decision="reject")
        assert "Say why." in desk.said()[0]
        assert not Command.objects.exists()


class TestUndo:
    def test_it_waits_again(self, desk: Desk, action: PendingAction) -> None:
        desk.decide(action)
        page = desk.undo(action, htmx=True).content.decode()
        assert Command.objects.get().state == State.CANCELLED
        assert 'value="approve"' in page
        assert "Taken back. It waits for a decision again." in page
        desk.decide(action)
        assert Command.objects.filter(state=State.HELD).count() == 1

    def test_too_late(self, desk: Desk, action: PendingAction) -> None:
        desk.decide(action)
        Command.objects.update(state=State.SENDING, sent_at=timezone.now())
        desk.undo(action)
        assert Command.objects.get().state == State.SENDING
        assert "Too late: it may have reached Layers already." in desk.said()

    def test_somebody_elses_stays(self, desk: Desk, action: PendingAction) -> None:
        approve(factories.staff("Ads manager", name="Jonas Weber"), action)
        desk.undo(action)
        assert Command.objects.get().state == State.HELD
        assert desk.said() == ["Jonas Weber decided this, so only they can take it back."]

    def test_an_administrator_may(self, action: PendingAction) -> None:
        approve(factories.staff("Ads manager"), action)
        desk_of("Admin").undo(action)
        assert Command.objects.get().state == State.CANCELLED

    def test_nothing_to_undo(self, desk: Desk, action: PendingAction) -> None:
        assert desk.undo(action).status_code == 302


@pytest.mark.parametrize("role", ["Reviewer", "Finance", "Support", ""])
def test_other_roles_decide_nothing(role: str, action: PendingAction) -> None:
    outsider = desk_of(role)
    for htmx in (False, True):
        assert outsider.decide(action, htmx=htmx).status_code == 403
        assert outsider.undo(action, htmx=htmx).status_code == 403
    assert not Command.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "goes"), [("/ads/?view=expiring", "/ads/?view=expiring"), ("https://evil.example/", "/ads/")]
)
def test_it_leads_back_only_to_our_own_pages(desk: Desk, action: PendingAction, wanted: str, goes: str) -> None:
    assert desk.decide(action, next=wanted).headers["Location"] == goes


def test_a_get_decides_nothing(desk: Desk, action: PendingAction) -> None:
    assert desk.client.get(reverse("ads:decide")).status_code == 405


def test_an_action_whose_customer_is_not_here_yet_is_decided_inside_it(desk: Desk, action: PendingAction) -> None:
    PendingAction.objects.filter(id=action.id).update(organization_id="org_unseen")
    action.refresh_from_db()
    reject(desk.person, action, REASON)
    command = Command.objects.get()
    assert (command.organization_id, command.payload["act_as"]) == ("org_unseen", "org_unseen")


def test_our_own_actions_are_decided_without_acting_as_anybody(desk: Desk, action: PendingAction) -> None:
    ours: Any = factories.parent()
    PendingAction.objects.filter(id=action.id).update(organization=ours)
    action.refresh_from_db()
    assert approve(desk.person, action).payload["act_as"] == ""
