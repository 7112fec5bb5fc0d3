"""The page of all commands: work lists, who sees what, filters, pages, counts, and the file."""

import csv
import io
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dashboard.commands.lists import TABS, counts
from dashboard.models import Staff
from dashboard.queries import sees
from layers.outbox import approving, verbs
from layers.outbox.approving import Ask
from layers.outbox.models import Command, Failure, State
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "commands:list"


@pytest.fixture
def nina() -> Staff:
    return factories.staff("Finance", name="Nina Fox")


@pytest.fixture
def tomas() -> Staff:
    return factories.staff("Finance", name="Tomás Ruiz")


def give(staff: Staff, customer: Any = None, *, kind: str = "credits.allocate", **values: Any) -> Command:
    """A command of a customer, put into the state that `values` say."""
    customer = customer or factories.customer()
    second = values.pop("second", None)
    payload = {"credits": 500, "customer": customer.name, "description": "", "words": "Something"}
    command = verbs.give(
        kind,
        staff=staff,
        target=values.pop("target", customer.id),
        organization_id=customer.id,
        once=f"form-{next(factories.numbers)}",
        payload=payload | values.pop("payload", {}),
        second=second,
    )
    Command.objects.filter(id=command.id).update(**values)
    command.refresh_from_db()
    return command


def browser(staff: Staff) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def listed(reader: Staff, /, **asked: Any) -> list[Command]:
    return list(browser(reader).get(reverse(LIST), asked).context["page"].rows)


STATES: list[tuple[dict[str, Any], set[str]]] = [
    ({"state": State.HELD}, {"", "held"}),
    ({"state": State.QUEUED}, {"", "sending"}),
    ({"state": State.QUEUED, "failure": Failure.UNREACHABLE}, {"", "sending"}),
    ({"state": State.SENDING}, {"", "sending"}),
    ({"state": State.UNKNOWN, "failure": Failure.ANSWER_LOST}, {"", "unknown", "settle"}),
    ({"state": State.UNKNOWN, "failure": Failure.KEY_EXPIRED}, {"", "unknown", "settle"}),
    ({"state": State.FAILED, "failure": Failure.NOT_ENOUGH_CREDITS}, {"", "failed", "settle"}),
    ({"state": State.FAILED, "failure": Failure.REFUSED, "settled": True}, {"", "settled"}),
    ({"state": State.FAILED, "failure": Failure.DECIDED_ELSEWHERE}, {"", "settled"}),
    ({"state": State.SUCCEEDED}, {"", "settled"}),
    ({"state": State.CANCELLED}, {"", "settled"}),
]


@pytest.mark.parametrize(("values", "views"), STATES)
def test_each_state_stands_in_its_lists_and_is_counted_there(
    nina: Staff, values: dict[str, Any], views: set[str]
) -> None:
    give(nina, **values)
    assert {view for view, tab in TABS.items() if tab.rows(nina).exists()} == views | {"all"}
    counted = {view for view, number in counts(nina, lambda rows: rows).items() if number == "1"}
    assert counted == views - {"", "settled"}


def test_what_waits_for_my_word_is_what_others_asked(nina: Staff, tomas: Staff) -> None:
    command = give(nina, second=Ask("It is a lot.", "dashboard.allocate_credits"))
    assert listed(tomas, view="approve") == listed(tomas, view="waiting") == listed(nina, view="waiting") == [command]
    assert listed(nina, view="approve") == listed(tomas) == []
    approving.decide(command.approval_id, tomas, agree=True)
    assert listed(tomas, view="approve") == []


def test_work_lists_show_the_longest_waiting_first_and_ones_own_the_newest(nina: Staff) -> None:
    old, new = give(nina, created_at=factories.ago(hours=2)), give(nina)
    assert listed(nina, view="sending") == listed(nina, order="oldest") == [old, new]
    assert listed(nina) == listed(nina, view="sending", order="newest") == [new, old]


class TestWhoSeesWhat:
    @pytest.mark.parametrize(
        ("role", "kinds"),
        [
            ("Finance", {"credits.allocate"}),
            ("Reviewer", {"content.approve"}),
            ("Ads manager", {"credits.allocate", "ads.approve"}),
            ("Support", {"credits.allocate", "content.approve", "ads.approve"}),
            ("Admin", {"credits.allocate", "content.approve", "ads.approve"}),
            ("", set()),
        ],
    )
    def test_a_person_sees_the_desks_that_their_role_reads(self, nina: Staff, role: str, kinds: set[str]) -> None:
        for kind in ("credits.allocate", "content.approve", "ads.approve"):
            give(nina, kind=kind)
        reader = factories.staff(role)
        assert {command.kind for command in listed(reader, view="all")} == kinds
        assert listed(reader) == []
        for command in Command.objects.all():
            answer = browser(reader).get(reverse("commands:detail", args=[command.id]))
            assert answer.status_code == (200 if command.kind in kinds else 404)
            assert sees(reader, command) == (command.kind in kinds), "a link stands where its page opens"

    def test_what_one_gave_one_sees_for_ever(self, nina: Staff) -> None:
        command = give(nina)
        nina.groups.clear()
        nina = Staff.objects.get(pk=nina.pk)
        assert listed(nina) == [command]
        assert sees(nina, command)

    def test_an_administrator_has_what_a_person_left_behind(self, nina: Staff, tomas: Staff) -> None:
        left = give(nina, state=State.FAILED, failure=Failure.REFUSED)
        give(tomas, state=State.FAILED, failure=Failure.REFUSED)
        Staff.objects.filter(pk=nina.pk).update(is_active=False)
        assert listed(factories.staff("Admin"), view="settle") == [left]

    def test_only_who_minds_it_gets_the_buttons(self, nina: Staff, tomas: Staff) -> None:
        give(nina, state=State.FAILED, failure=Failure.REFUSED)
        can = {who: browser(who).get(reverse(LIST), {"view": "failed"}).context["rows"][0].can for who in (nina, tomas)}
        assert can == {nina: ["again", "settle", "hand"], tomas: ["hand"]}
        assert browser(factories.staff("Support")).get(reverse(LIST), {"view": "failed"}).context["rows"][0].can == []


class TestFilters:
    def test_each_narrows_the_list_and_its_counts(self, nina: Staff, tomas: Staff) -> None:
        customer, batch = factories.customer(name="Luma Language"), uuid.uuid4()
        old = give(nina, customer, created_at=factories.ago(days=9), batch=batch)
        other = give(tomas, kind="organizations.suspend")
        assert listed(nina, view="all") == [other, old]
        day = timezone.localdate()
        for asked in (
            {"kind": "credits.allocate"},
            {"customer": customer.id},
            {"customer": "luma"},
            {"staff": nina.pk},
            {"batch": batch},
            {"until": day - timedelta(days=5)},
            {"since": day - timedelta(days=10), "until": day - timedelta(days=8)},
        ):
            response = browser(nina).get(reverse(LIST), {"view": "sending", **asked})
            assert list(response.context["page"].rows) == [old]
            assert ("sending", "Sending", "1") in response.context["tabs"]

    @pytest.mark.parametrize(
        "asked",
        [{"staff": "x"}, {"batch": "no"}, {"since": "never"}, {"until": "9999-12-31"}, {"view": "no"}, {"after": "!"}],
    )
    def test_a_strange_value_is_ignored(self, nina: Staff, asked: dict[str, str]) -> None:
        command = give(nina)
        assert listed(nina, **asked) == [command]

    def test_filters_that_leave_nothing_say_which_to_drop(self, nina: Staff) -> None:
        give(nina)
        page = browser(nina).get(reverse(LIST), {"view": "all", "kind": "credits.configure"}).content.decode()
        assert "No command matches" in page
        assert "Drop Credits, configure" in page


class TestRows:
    def test_a_row_says_what_it_does_whose_it_is_and_where_that_leads(self, nina: Staff) -> None:
        command = give(nina, factories.customer(name="Luma Language"), reason="June")
        page = browser(nina).get(reverse(LIST)).content.decode()
        for part in (
            "Allocate 500 credits to Luma Language",
            reverse("go", args=[command.target]),
            f"?view=all&amp;staff={nina.pk}",
            "Nina Fox",
            "<q>June</q>",
        ):
            assert part in page

    def test_one_that_waits_behind_another_says_so_and_names_no_time(self, nina: Staff) -> None:
        customer = factories.customer()
        give(nina, customer, created_at=factories.ago(minutes=5))
        give(nina, customer)
        first, second = browser(nina).get(reverse(LIST), {"view": "sending"}).context["rows"]
        assert (first.behind, second.behind) == (False, True)
        assert "earlier command" in second.advice
        assert second.next_at is None
        assert first.next_at

    def test_every_failure_comes_with_what_to_do(self, nina: Staff) -> None:
        for failure in Failure:
            give(nina, state=State.FAILED, failure=failure)
        found = browser(nina).get(reverse(LIST), {"view": "all"}).context["rows"]
        assert all(one.advice for one in found)

    def test_the_part_asks_again_often_only_while_something_moves(self, nina: Staff) -> None:
        command = give(nina)
        headers = {"HX-Request": "true", "HX-Target": "command-list"}
        part = browser(nina).get(reverse(LIST), headers=headers).content.decode()
        assert part.lstrip().startswith('<div class="region"')
        assert "every 3s" in part
        Command.objects.filter(id=command.id).update(state=State.SUCCEEDED)
        assert "every 30s" in browser(nina).get(reverse(LIST), headers=headers).content.decode()


@pytest.fixture
def thousands(nina: Staff, tomas: Staff) -> None:
    """3,000 commands, few of them unfinished and one in twenty Nina's, as the planner would find them."""
    customer = factories.customer()
    unfinished = [State.HELD, State.WAITING_APPROVAL, State.UNKNOWN, State.FAILED, State.SENDING]
    Command.objects.bulk_create(
        Command(
            kind="credits.allocate",
            target=f"org_{number}",
            organization_id=customer.id,
            staff=tomas,
            minder=tomas if number % 20 else nina,
            once=f"one-{number}",
            state=unfinished[number % 40] if number % 40 < len(unfinished) else State.SUCCEEDED,
            created_at=factories.ago(minutes=number),
        )
        for number in range(3_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE outbox_command")


class TestCost:
    def test_a_page_costs_the_same_with_few_and_with_many(self, nina: Staff, tomas: Staff) -> None:
        client = browser(nina)

        def queries(**asked: str) -> int:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(reverse(LIST), asked).status_code == 200
            return len(seen)

        give(nina, state=State.FAILED, failure=Failure.REFUSED)
        few = [queries(view=view) for view in TABS]
        for number in range(12):
            give(nina if number % 2 else tomas, state=State.FAILED, failure=Failure.REFUSED)
            asked = give(tomas, second=Ask("It is a lot.", "dashboard.allocate_credits"))
            verbs.hand_over(asked.id, tomas, nina, "Yours.")
            give(tomas, state=State.HELD)
            give(tomas, state=State.SUCCEEDED)
        many = [queries(view=view) for view in TABS]
        assert max(many) <= max(few) <= 16

    def test_pages_are_stable_while_new_ones_come(self, nina: Staff) -> None:
        made = [give(nina, created_at=factories.ago(minutes=number)) for number in range(60)]
        client = browser(nina)
        first = client.get(reverse(LIST)).context["page"]
        give(nina)
        second = client.get(reverse(LIST) + first.next_url).context["page"]
        assert [row.id for row in [*first.rows, *second.rows]] == [command.id for command in made]

    def test_each_list_reads_its_index_in_order(self, nina: Staff, thousands: None) -> None:
        expected = {
            "held": "command_unfinished",
            "waiting": "command_unfinished",
            "unknown": "command_unfinished",
            "failed": "command_unfinished",
            "sending": "command_moving",
            "settle": "command_to_mind",
            "": "command_minded",
            "all": "command_newest",
        }
        plans = {}
        with connection.cursor() as cursor:
            # Of a handful of rows the planner would rather sort: here the index must be able to give the order.
            cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
        for view in expected:
            way = "-" if TABS[view].newest_first else ""
            rows = TABS[view].rows(nina).select_related(None).order_by(f"{way}created_at", f"{way}id")[:51]
            plans[view] = rows.explain()
        read = {view: set(re.findall(r"(?:using| on) (command_\w+)", plan)) for view, plan in plans.items()}
        assert read == {view: {index} for view, index in expected.items()}, plans
        assert not [view for view, plan in plans.items() if "Sort" in plan], plans


class TestFile:
    def rows(self, staff: Staff, **asked: Any) -> list[dict[str, str]]:
        response: Any = browser(staff).get(reverse(LIST), {"format": "csv", **asked})
        assert response["Content-Disposition"].startswith('attachment; filename="commands-')
        return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode().lstrip("\ufeff"))))

    def test_it_holds_the_filtered_list_and_nothing_a_spreadsheet_would_run(self, nina: Staff) -> None:
        customer = factories.customer(name="=HYPERLINK(1)")
        failed = give(nina, customer, state=State.FAILED, failure=Failure.REFUSED, detail="+1", reason="@sum")
        give(nina)
        (row,) = self.rows(nina, view="failed")
        assert row["Command id"] == str(failed.id)
        assert (row["Customer"], row["What Layers said"], row["Reason"]) == ("'=HYPERLINK(1)", "'+1", "'@sum")
        assert (row["Given by"], row["State"], row["Why"]) == ("Nina Fox", "Failed", Failure.REFUSED.label)

    def test_what_waits_behind_an_earlier_one_has_no_next_try_of_its_own(self, nina: Staff) -> None:
        customer = factories.customer()
        first, behind = give(nina, customer), give(nina, customer)
        tries = {row["Command id"]: row["Next try (UTC)"] for row in self.rows(nina)}
        assert tries[str(first.id)]
        assert tries[str(behind.id)] == ""

    def test_it_holds_only_what_one_may_see(self, nina: Staff) -> None:
        give(nina)
        assert self.rows(factories.staff("Reviewer"), view="all") == []

    def test_it_costs_two_queries_however_long_it_is(self, nina: Staff, django_assert_num_queries: Any) -> None:
        for _ in range(12):
            give(nina)
        response: Any = browser(nina).get(reverse(LIST), {"format": "csv"})
        with django_assert_num_queries(2):
            assert b"".join(response.streaming_content).count(b"\r\n") == 13
