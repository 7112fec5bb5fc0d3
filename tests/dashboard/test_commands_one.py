"""One command: what its page tells, and what people do with it, alone or with others."""

from typing import Any

import httpx
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ads.commands import approve
from dashboard.models import Staff
from layers.outbox import delivery, verbs
from layers.outbox.models import Command, Failure, State
from tests import factories
from tests.layers.api import Api, Reply, answer, refusal

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def aiko() -> Staff:
    return factories.staff("Ads manager", name="Aiko Mori")


@pytest.fixture
def command(aiko: Staff) -> Command:
    return approve(aiko, factories.action(entity_name="Spring restock"), "Fits the plan.")


@pytest.fixture
def mine(aiko: Staff) -> Client:
    client = Client()
    client.force_login(aiko)
    return client


def due_now(command: Command) -> None:
    put(command, not_before=timezone.now())


def deliver(command: Command, reply: Reply) -> None:
    due_now(command)
    delivery.deliver(Api(reply).layers, command.id)


def put(command: Command, **values: Any) -> None:
    Command.objects.filter(id=command.id).update(**values)


class TestOne:
    def test_it_tells_everything(self, mine: Client, command: Command) -> None:
        answer, now = {"verdictId": "v1", "status": "approved"}, timezone.now()
        put(command, state=State.SUCCEEDED, request_id="req_01HX9Q4D7T", answer=answer, sent_at=now, finished_at=now)
        response = mine.get(reverse("commands:detail", args=[command.id]))
        page = response.content.decode()
        for part in (
            "Fits the plan.",
            "req_01HX9Q4D7T",
            str(command.idempotency_key),
            "Aiko Mori",
            reverse("go", args=["v1"]),
        ):
            assert part in page
        assert [step["words"] for step in response.context["timeline"]] == [
            "Aiko Mori decided",
            "First sent to Layers",
            "Done",
        ]

    def test_a_failure_says_why_and_what_to_do(self, mine: Client, command: Command) -> None:
        put(
            command,
            state=State.FAILED,
            failure=Failure.NOT_ALLOWED,
            detail="because FORBIDDEN",
            answer={"code": "FORBIDDEN"},
        )
        page = mine.get(reverse("commands:detail", args=[command.id])).content.decode()
        for part in ("Layers does not allow this.", "because FORBIDDEN", "Try again", "&quot;FORBIDDEN&quot;"):
            assert part in page

    def test_while_it_is_open_it_says_what_comes(self, mine: Client, command: Command) -> None:
        steps = mine.get(reverse("commands:detail", args=[command.id])).context["timeline"]
        assert [step["words"] for step in steps] == ["Aiko Mori decided", "Held", "Layers answers"]

    def test_the_fragment_asks_again_until_it_is_final(self, mine: Client, command: Command) -> None:
        address = reverse("commands:detail", args=[command.id])
        assert "hx-trigger" in mine.get(address, headers=HTMX).content.decode()
        put(command, state=State.SUCCEEDED)
        assert "hx-trigger" not in mine.get(address, headers=HTMX).content.decode()

    def test_a_strangers_command_is_not_found(self, signed_in: Any, command: Command) -> None:
        for route in ("detail", "cancel", "retry", "settle", "hurry", "hand_over"):
            client: Client = signed_in("Reviewer")
            ask = client.get if route == "detail" else client.post
            assert ask(reverse(f"commands:{route}", args=[command.id])).status_code == 404
        assert Command.objects.get().state == State.HELD

    def test_who_only_reads_or_does_not_mind_it_changes_nothing(self, signed_in: Any, command: Command) -> None:
        for role in ("Support", "Ads manager"):
            for route in ("cancel", "retry", "settle", "hurry"):
                assert signed_in(role).post(reverse(f"commands:{route}", args=[command.id])).status_code == 403
        assert signed_in("Support").get(reverse("commands:hand_over", args=[command.id])).status_code == 403
        assert Command.objects.get().state == State.HELD

    def test_its_line_tells_every_try_and_every_hand(self, mine: Client, command: Command, aiko: Staff) -> None:
        due_now(command)
        busy = refusal(429, "RATE_LIMITED", **{"Retry-After": "30"})
        deliver(command, httpx.ConnectError("refused"))
        deliver(command, httpx.ConnectError("refused"))
        deliver(command, busy)
        put(command, failure=Failure.UNREACHABLE)
        verbs.hurry(command.id, aiko)
        verbs.hand_over(command.id, aiko, factories.staff("Ads manager", name="Ben Ode"), "I am away.")
        deliver(command, answer({"id": command.target, "status": "approved"}))
        steps = mine.get(reverse("commands:detail", args=[command.id])).context["timeline"]
        assert [step["words"] for step in steps] == [
            "Aiko Mori decided",
            "Could not be sent, 2 times",
            "Layers was busy",
            "Aiko Mori asked for the next try now",
            "Aiko Mori handed it to Ben Ode",
            "Layers did it",
        ]
        assert steps[4]["note"] == "I am away."


class TestTakingBack:
    def test_a_held_one_is_cancelled(self, mine: Client, command: Command) -> None:
        page = mine.post(reverse("commands:cancel", args=[command.id]), headers=HTMX).content.decode()
        assert "Taken back" in page
        assert Command.objects.get().state == State.CANCELLED

    def test_too_late_is_said(self, mine: Client, command: Command) -> None:
        put(command, state=State.SENDING, sent_at=timezone.now())
        page = mine.post(reverse("commands:cancel", args=[command.id]), headers=HTMX).content.decode()
        assert "Too late: it may have reached Layers already." in page
        assert Command.objects.get().state == State.SENDING

    def test_without_scripts_it_leads_to_the_command(self, mine: Client, command: Command) -> None:
        response = mine.post(reverse("commands:cancel", args=[command.id]))
        assert response.headers["Location"] == reverse("commands:detail", args=[command.id])


class TestSendingAgain:
    def test_a_failed_one_is_followed_by_a_new_one(self, mine: Client, command: Command) -> None:
        put(command, state=State.FAILED, failure=Failure.UNREACHABLE)
        response = mine.post(reverse("commands:retry", args=[command.id]))
        again = Command.objects.exclude(id=command.id).get()
        assert response.headers["Location"] == reverse("commands:detail", args=[again.id])
        assert (again.state, again.target, again.payload) == (State.HELD, command.target, command.payload)
        assert again.idempotency_key != command.idempotency_key

    def test_nor_by_somebody_who_changed_desks(self, client: Client, command: Command, aiko: Staff) -> None:
        put(command, state=State.FAILED, failure=Failure.UNREACHABLE)
        aiko.groups.clear()
        client.force_login(Staff.objects.get(pk=aiko.pk))
        for name in ("retry", "cancel", "settle", "hurry"):
            assert client.post(reverse(f"commands:{name}", args=[command.id])).status_code == 403
        assert Command.objects.count() == 1

    def test_a_failure_somebody_has_looked_at_needs_nobody_any_more(self, mine: Client, command: Command) -> None:
        put(command, state=State.FAILED, failure=Failure.REFUSED)
        assert "Looked at" in mine.get("/commands/?view=settle").content.decode()
        mine.post(reverse("commands:settle", args=[command.id]))
        assert "Nothing needs you" in mine.get("/commands/?view=settle").content.decode()

    def test_not_when_it_was_decided_elsewhere(self, mine: Client, command: Command) -> None:
        put(command, state=State.FAILED, failure=Failure.DECIDED_ELSEWHERE)
        page = mine.post(reverse("commands:retry", args=[command.id]), headers=HTMX).content.decode()
        assert "It cannot be given again" in page
        assert Command.objects.get().state == State.FAILED

    def test_not_when_another_decision_stands(self, mine: Client, aiko: Staff, command: Command) -> None:
        put(command, state=State.FAILED, failure=Failure.UNREACHABLE)
        approve(aiko, type(factories.action()).objects.get(id=command.target))
        mine.post(reverse("commands:retry", args=[command.id]))
        command.refresh_from_db()
        assert command.state == State.FAILED


class TestNow:
    def test_one_that_waits_after_a_failure_is_tried_at_once(self, mine: Client, command: Command) -> None:
        put(command, state=State.QUEUED, failure=Failure.UNREACHABLE, not_before=factories.ago(hours=-1))
        assert "Retry now" in mine.get(reverse("commands:detail", args=[command.id])).content.decode()
        mine.post(reverse("commands:hurry", args=[command.id]))
        assert Command.objects.get().not_before <= timezone.now()

    @pytest.mark.parametrize(
        ("state", "failure"),
        [
            (State.HELD, ""),
            (State.QUEUED, Failure.BUSY),
            (State.UNKNOWN, Failure.LOOKING),
            (State.UNKNOWN, Failure.KEY_EXPIRED),
            (State.FAILED, Failure.UNREACHABLE),
        ],
    )
    def test_nothing_else_is(self, mine: Client, command: Command, state: State, failure: str) -> None:
        later = factories.ago(hours=-1)
        put(command, state=state, failure=failure, not_before=later)
        page = mine.post(reverse("commands:hurry", args=[command.id]), headers=HTMX).content.decode()
        assert "does not wait for its next try" in page
        assert Command.objects.get().not_before == later

    def test_a_press_in_a_list_answers_with_the_row(self, mine: Client, command: Command) -> None:
        headers = HTMX | {"HX-Target": f"row-{command.id}"}
        page = mine.post(reverse("commands:cancel", args=[command.id]), headers=headers).content.decode()
        assert f'<li id="row-{command.id}"' in page
        assert "Taken back" in page


class TestHandingOver:
    @pytest.fixture
    def ben(self) -> Staff:
        return factories.staff("Ads manager", name="Ben Ode")

    @pytest.fixture
    def failed(self, command: Command) -> Command:
        put(command, state=State.FAILED, failure=Failure.NOT_ALLOWED)
        return command

    def send(self, client: Client, command: Command, to: Staff, note: str = "Please look.") -> Any:
        return client.post(reverse("commands:hand_over", args=[command.id]), {"to": to.pk, "note": note})

    def test_the_colleague_finds_it_under_mine_and_at_home(self, mine: Client, failed: Command, ben: Staff) -> None:
        assert self.send(mine, failed, ben).status_code == 302
        his = Client()
        his.force_login(ben)
        assert [row.command for row in his.get(reverse("commands:list")).context["rows"]] == [failed]
        assert failed.words in his.get("/").content.decode()
        assert his.get("/").context["to_settle"] == [failed]
        assert mine.get("/").context["to_settle"] == []
        assert his.post(reverse("commands:settle", args=[failed.id])).status_code == 302
        failed.refresh_from_db()
        assert (failed.settled, failed.staff.name, failed.minder) == (True, "Aiko Mori", ben)

    def test_a_colleague_who_could_do_it_takes_it_over(self, failed: Command, ben: Staff) -> None:
        his = Client()
        his.force_login(ben)
        self.send(his, failed, ben, "Aiko is away.")
        failed.refresh_from_db()
        assert failed.minder == ben

    def test_nobody_gets_what_their_role_does_not_include(self, mine: Client, failed: Command) -> None:
        assert self.send(mine, failed, factories.staff("Finance")).status_code == 422
        failed.refresh_from_db()
        assert failed.minder == failed.staff

    def test_it_comes_with_a_note(self, mine: Client, failed: Command, ben: Staff) -> None:
        assert self.send(mine, failed, ben, "").status_code == 422

    def test_what_is_over_is_nobodys(self, mine: Client, failed: Command, ben: Staff) -> None:
        put(failed, state=State.SUCCEEDED)
        assert "It needs nobody any more." in self.send(mine, failed, ben).content.decode()


class TestMany:
    def press(self, client: Client, do: str, *commands: Command, **more: Any) -> str:
        data = {"do": do, "pick": [str(one.id) for one in commands], **more}
        return client.post(reverse("commands:act"), data, follow=True).content.decode()

    def test_each_by_its_own_rules(self, mine: Client, command: Command, aiko: Staff) -> None:
        gone = approve(aiko, factories.action())
        put(gone, state=State.SENDING, sent_at=timezone.now())
        strange = approve(factories.staff("Ads manager"), factories.action())
        page = self.press(mine, "cancel", command, gone, strange)
        for said in ("1 taken back.", "1 not: Too late", "1 not: Whoever minds this command"):
            assert said in page
        assert dict(Command.objects.values_list("id", "state")) == {
            command.id: State.CANCELLED,
            gone.id: State.SENDING,
            strange.id: State.HELD,
        }

    def test_all_to_a_colleague(self, mine: Client, command: Command, aiko: Staff) -> None:
        ben = factories.staff("Ads manager")
        both = [command, approve(aiko, factories.action())]
        assert "2 handed over." in self.press(mine, "hand", *both, to=ben.pk, note="Yours.")
        assert set(Command.objects.values_list("minder", flat=True)) == {ben.pk}

    @pytest.mark.parametrize("do", ["again", "settle"])
    def test_failures(self, mine: Client, command: Command, do: str) -> None:
        put(command, state=State.FAILED, failure=Failure.UNREACHABLE)
        self.press(mine, do, command)
        command.refresh_from_db()
        assert command.settled
        assert Command.objects.count() == (2 if do == "again" else 1)

    def test_what_is_missing_is_said(self, mine: Client, command: Command) -> None:
        assert "Select commands first." in self.press(mine, "cancel")
        assert "Choose a colleague" in self.press(mine, "hand", command)
        assert Command.objects.get().state == State.HELD
