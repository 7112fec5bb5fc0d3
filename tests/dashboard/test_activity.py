"""The commands a person gave: the list, one of them, taking it back and sending it again."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ads.commands import approve, reject
from dashboard.models import Staff
from layers.outbox.models import Command, Failure, State
from tests import factories

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


def put(command: Command, **values: Any) -> None:
    Command.objects.filter(id=command.id).update(**values)


def listed(response: Any) -> list[Command]:
    return list(response.context["page"].rows)


class TestList:
    def test_the_newest_comes_first_with_its_words_and_state(self, mine: Client, aiko: Staff, command: Command) -> None:
        newer = reject(aiko, factories.action(), "Too big.")
        response = mine.get(reverse("commands:list"))
        assert listed(response) == [newer, command]
        assert "Approve “update budget” on Spring restock" in response.content.decode()
        assert reverse("go", args=[command.target]) in response.content.decode()

    @pytest.mark.parametrize(
        ("values", "views"),
        [
            ({"state": State.HELD}, {"", "sending"}),
            ({"state": State.UNKNOWN, "failure": Failure.KEY_EXPIRED}, {"", "sending", "settle"}),
            ({"state": State.FAILED, "failure": Failure.UNREACHABLE}, {"", "failed", "settle"}),
            ({"state": State.FAILED, "failure": Failure.DECIDED_ELSEWHERE}, {"", "failed"}),
            ({"state": State.SUCCEEDED}, {"", "done"}),
            ({"state": State.CANCELLED}, {""}),
        ],
    )
    def test_each_state_stands_in_its_views(
        self, mine: Client, command: Command, values: dict[str, str], views: set[str]
    ) -> None:
        put(command, **values)
        every = ("", "settle", "sending", "failed", "done")
        assert {view for view in every if listed(mine.get(reverse("commands:list"), {"view": view}))} == views

    def test_one_sees_ones_own_and_an_administrator_all(self, signed_in: Any, command: Command) -> None:
        assert listed(signed_in("Ads manager").get(reverse("commands:list"))) == []
        assert listed(signed_in("Admin").get(reverse("commands:list"))) == [command]

    def test_it_costs_the_same_with_few_and_with_many(
        self, mine: Client, aiko: Staff, command: Command, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(13) as few:
            mine.get(reverse("commands:list"))
        for _ in range(20):
            approve(aiko, factories.action())
        with django_assert_num_queries(len(few)):
            assert len(listed(mine.get(reverse("commands:list")))) == 21


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
        for route in ("detail", "cancel", "retry"):
            client: Client = signed_in("Ads manager")
            ask = client.get if route == "detail" else client.post
            assert ask(reverse(f"commands:{route}", args=[command.id])).status_code == 404
        assert Command.objects.get().state == State.HELD


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
        for name in ("retry", "cancel", "settle"):
            assert client.post(reverse(f"commands:{name}", args=[command.id])).status_code == 403
        assert Command.objects.count() == 1

    def test_a_failure_somebody_has_looked_at_needs_nobody_any_more(self, mine: Client, command: Command) -> None:
        put(command, state=State.FAILED, failure=Failure.REFUSED)
        assert "Looked at" in mine.get("/commands/?view=settle").content.decode()
        mine.post(reverse("commands:settle", args=[command.id]))
        assert "Nothing to settle" in mine.get("/commands/?view=settle").content.decode()

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
