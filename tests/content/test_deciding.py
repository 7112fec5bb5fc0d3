"""Deciding on the desk: what is recorded, what comes next, and what happens when somebody was faster."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from content.commands import approve, reject
from content.models import Container
from content.reasons import LONGEST, REASONS
from layers.outbox.models import Command, State
from orgs.models import Organization
from orgs.tenant import seal
from tests import factories
from tests.content.conftest import Desk, desk_of

pytestmark = pytest.mark.django_db


def the_command() -> Command:
    return Command.objects.get()


def on_stage(response: Any) -> Container | None:
    return response.context.get("container")


def test_an_approval_is_held_and_the_next_item_is_on_stage(desk: Desk, waiting: list[Container]) -> None:
    response = desk.decide(waiting[0])
    command = the_command()
    assert (command.kind, command.target, command.state, command.reason) == (
        "content.approve",
        waiting[0].id,
        State.HELD,
        "",
    )
    assert (command.staff, command.organization_id) == (desk.person, waiting[0].organization_id)
    assert timedelta(seconds=7) < command.not_before - command.created_at < timedelta(seconds=9)
    assert on_stage(response) == waiting[1]
    assert response.headers["HX-Push-Url"] == reverse("content:container", args=[waiting[1].id])


def test_the_answer_moves_the_queue_and_every_count(desk: Desk, waiting: list[Container]) -> None:
    page = desk.decide(waiting[0]).content.decode()
    assert f'<li id="waiting-{waiting[0].id}" hx-swap-oob="delete">' in page
    assert '<span id="queue-count" hx-swap-oob="innerHTML">3</span>' in page
    assert 'id="count-review" hx-swap-oob="true"' in page
    assert "Approved." in page
    assert "Hook number 0" in page, "what the undo is about"


def test_without_scripts_a_decision_leads_to_the_next_item_and_keeps_its_undo(
    desk: Desk, waiting: list[Container]
) -> None:
    response = desk.decide(waiting[0], htmx=False)
    assert response.headers["Location"] == reverse("content:container", args=[waiting[1].id])
    page = desk.client.get(response.headers["Location"]).content.decode()
    assert reverse("content:undo", args=[the_command().id]) in page


def test_what_follows_is_behind_the_decided_item_and_then_the_oldest(desk: Desk, waiting: list[Container]) -> None:
    assert on_stage(desk.decide(waiting[2])) == waiting[3]
    assert on_stage(desk.decide(waiting[3])) == waiting[0]


def test_after_the_last_one_nothing_waits_and_the_undo_is_still_there(desk: Desk) -> None:
    response = desk.decide(factories.container())
    assert on_stage(response) is None
    assert response.headers["HX-Push-Url"] == reverse("content:desk")
    assert reverse("content:undo", args=[the_command().id]) in response.content.decode()


def test_a_note_travels_with_an_approval(desk: Desk, waiting: list[Container]) -> None:
    desk.decide(waiting[0], words="Lovely light")
    assert the_command().reason == "Lovely light"


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.code)
def test_each_reason_is_sent_as_its_sentence_and_said_by_its_name(
    reason: Any, desk: Desk, waiting: list[Container]
) -> None:
    page = desk.decide(waiting[0], "reject", reason=reason.code).content.decode()
    command = the_command()
    assert (command.kind, command.reason) == ("content.reject", reason.sentence)
    assert 1 <= len(reason.sentence) <= LONGEST
    assert f"Rejected, {reason.label.lower()}." in page


def test_a_reason_in_one_s_own_words(desk: Desk, waiting: list[Container]) -> None:
    desk.decide(waiting[0], "reject", reason="other", words="  Music sounds like an alarm  ")
    assert the_command().reason == "Music sounds like an alarm"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"decision": "reject"}, "Choose a reason"),
        ({"decision": "reject", "reason": "other", "words": "   "}, "own words"),
        ({"decision": "reject", "reason": "other", "words": "x" * (LONGEST + 1)}, "at most 1,024"),
        ({"decision": "reject", "reason": "because"}, "one of the reasons"),
        ({"decision": "approve", "words": "x" * (LONGEST + 1)}, "at most 1,024"),
        ({"decision": "approve", "words": "a\x00b"}, "Null characters"),
        ({"decision": "maybe"}, "Choose approve or reject"),
        ({"decision": ""}, "Choose approve or reject"),
    ],
)
def test_a_form_that_does_not_say_enough_decides_nothing(
    fields: dict[str, str], says: str, desk: Desk, waiting: list[Container]
) -> None:
    response = desk.decide(waiting[0], **fields)
    assert response.status_code == 422
    assert on_stage(response) == waiting[0]
    assert says in response.content.decode()
    assert not Command.objects.exists()


class TestSeal:
    """No decision without the seal of this item, this customer and this person."""

    def test_without_a_seal_nothing_is_recorded(self, desk: Desk, waiting: list[Container]) -> None:
        response = desk.decide(waiting[0], seal="")
        assert response.status_code == 400
        assert b"Open the page again." in response.content
        assert not Command.objects.exists()

    def test_the_seal_of_another_item_another_customer_or_another_person_is_refused(
        self, desk: Desk, waiting: list[Container]
    ) -> None:
        item, other = waiting[0], waiting[1]
        for broken in (
            seal(desk.person, item.owner_id, other.id),
            seal(desk.person, other.owner_id, item.id),
            seal(factories.staff("Reviewer"), item.owner_id, item.id),
        ):
            assert desk.decide(item, seal=broken).status_code == 400
        assert not Command.objects.exists()

    def test_a_page_opened_before_the_item_changed_hands_decides_nothing(
        self, desk: Desk, waiting: list[Container]
    ) -> None:
        old = seal(desk.person, waiting[0].owner_id, waiting[0].id)
        Container.objects.filter(id=waiting[0].id).update(organization_id=waiting[1].organization_id)
        assert desk.decide(waiting[0], seal=old).status_code == 400

    def test_the_call_names_the_owner_even_when_the_owner_is_not_here_yet(
        self, desk: Desk, waiting: list[Container]
    ) -> None:
        Organization.objects.filter(id=waiting[0].organization_id).delete()
        desk.decide(waiting[0])
        assert the_command().payload["act_as"] == waiting[0].organization_id

    def test_a_form_of_another_site_is_refused(self, desk: Desk, waiting: list[Container]) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(desk.person)
        assert Desk(strict, desk.person).decide(waiting[0]).status_code == 403


class TestSomebodyWasFaster:
    def test_a_colleague_s_decision_stands_and_the_next_item_comes(self, desk: Desk, waiting: list[Container]) -> None:
        command = reject(factories.staff("Admin", name="Jonas Weber"), waiting[0], "Off voice")
        Command.objects.filter(id=command.id).update(created_at=timezone.now() - timedelta(seconds=4))
        response = desk.decide(waiting[0])
        assert "Jonas Weber rejected it 4 s before you." in response.content.decode()
        assert on_stage(response) == waiting[1]
        assert Command.objects.count() == 1

    def test_without_scripts_it_is_said_on_the_next_page(self, desk: Desk, waiting: list[Container]) -> None:
        reject(factories.staff("Admin", name="Jonas Weber"), waiting[0], "Off voice")
        response = desk.decide(waiting[0], htmx=False)
        assert b"Jonas Weber rejected it" in desk.client.get(response.headers["Location"]).content

    def test_pressing_twice_records_once(self, desk: Desk, waiting: list[Container]) -> None:
        desk.decide(waiting[0])
        response = desk.decide(waiting[0])
        assert "You approved it 0 s ago." in response.content.decode()
        assert Command.objects.count() == 1

    def test_a_decision_that_layers_confirmed_is_still_known_as_ours(
        self, desk: Desk, waiting: list[Container]
    ) -> None:
        command = approve(factories.staff("Admin", name="Jonas Weber"), waiting[0])
        Command.objects.filter(id=command.id).update(state=State.SUCCEEDED)
        Container.objects.filter(id=waiting[0].id).update(approval_status="approved")
        assert b"Jonas Weber approved it" in desk.decide(waiting[0]).content

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"approval_status": "rejected"}, "It was rejected outside this desk before you."),
            ({"status": "canceled"}, "It does not wait for review any more."),
        ],
    )
    def test_an_item_that_stopped_waiting_says_so(
        self, change: dict[str, str], says: str, desk: Desk, waiting: list[Container]
    ) -> None:
        Container.objects.filter(id=waiting[0].id).update(**change)
        response = desk.decide(waiting[0])
        assert says in response.content.decode()
        assert on_stage(response) == waiting[1]
        assert not Command.objects.exists()


class TestUndo:
    def test_a_held_decision_is_taken_back_and_the_item_is_on_stage_again(
        self, desk: Desk, waiting: list[Container]
    ) -> None:
        desk.decide(waiting[0])
        response = desk.undo(the_command())
        assert the_command().state == State.CANCELLED
        assert on_stage(response) == waiting[0]
        assert response.context["may_decide"]
        page = response.content.decode()
        assert 'id="queue-list" hx-swap-oob="innerHTML"' in page
        assert f'id="waiting-{waiting[0].id}"' in page
        assert response.headers["HX-Push-Url"] == reverse("content:container", args=[waiting[0].id])

    def test_it_can_then_be_decided_again(self, desk: Desk, waiting: list[Container]) -> None:
        desk.decide(waiting[0])
        desk.undo(the_command())
        desk.decide(waiting[0], "reject", reason="off_voice")
        assert Command.objects.filter(state=State.HELD, kind="content.reject").count() == 1

    def test_the_decision_before_it_can_be_taken_back_next(self, desk: Desk, waiting: list[Container]) -> None:
        desk.decide(waiting[0])
        first = the_command()
        desk.decide(waiting[1])
        newest = Command.objects.exclude(id=first.id).get()
        assert desk.open().context["last"].command == newest
        assert desk.undo(newest).context["last"].command == first

    @pytest.mark.parametrize("state", [State.SENDING, State.SUCCEEDED, State.UNKNOWN, State.CANCELLED])
    def test_too_late_says_so_and_leaves_the_stage_alone(
        self, state: State, desk: Desk, waiting: list[Container]
    ) -> None:
        desk.decide(waiting[0])
        Command.objects.update(state=state)
        response = desk.undo(the_command())
        assert response.status_code == 204
        assert "Too late" in response.headers["HX-Trigger"]
        assert the_command().state == state

    def test_without_scripts_it_leads_to_the_item(self, desk: Desk, waiting: list[Container]) -> None:
        desk.decide(waiting[0])
        response = desk.undo(the_command(), htmx=False)
        assert response.headers["Location"] == reverse("content:container", args=[waiting[0].id])
        late = desk.undo(the_command(), htmx=False)
        assert b"Too late" in desk.client.get(late.headers["Location"]).content

    def test_nobody_takes_back_a_colleague_s_decision(self, desk: Desk, waiting: list[Container]) -> None:
        desk.decide(waiting[0])
        assert desk_of("Admin").undo(the_command()).status_code == 404
        assert the_command().state == State.HELD

    def test_a_command_of_another_desk_is_not_found(self, desk: Desk, waiting: list[Container]) -> None:
        desk.decide(waiting[0])
        Command.objects.update(kind="credits.allocate")
        assert desk.undo(the_command()).status_code == 404

    def test_with_no_undo_window_a_decision_goes_at_once(
        self, settings: Any, desk: Desk, waiting: list[Container]
    ) -> None:
        settings.UNDO_SECONDS = 0
        response = desk.decide(waiting[0])
        assert the_command().state == State.QUEUED
        assert response.context["last"] is None
        assert b"Approved. On its way to Layers." in response.content
