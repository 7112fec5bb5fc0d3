"""The desk: who may open it, what is on stage, what the queue lists, and what that costs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content import line, queries
from content.commands import approve
from content.models import Container
from layers.mirror.models import Freshness, Scope
from layers.outbox.models import Command, Failure, State
from tests import factories
from tests.content.conftest import HTMX, Desk, desk_of

pytestmark = pytest.mark.django_db


def listed(response: Any) -> list[str]:
    return [entry.container.id for entry in response.context["line"].entries]


@pytest.mark.parametrize(
    ("role", "status", "may_decide"),
    [("Reviewer", 200, True), ("Admin", 200, True), ("Support", 200, False), ("Finance", 403, None), ("", 403, None)],
)
def test_each_role_gets_the_desk_it_may_use(role: str, status: int, may_decide: bool, waiting: list[Container]) -> None:
    response = desk_of(role).open()
    assert response.status_code == status
    if status == 200:
        assert response.context["may_decide"] is may_decide
        assert (b'name="seal"' in response.content) is may_decide
        assert (b'id="approve"' in response.content) is may_decide


def test_somebody_who_may_only_look_is_told_so(waiting: list[Container]) -> None:
    assert b"Your role may look, but not decide." in desk_of("Support").open().content


@pytest.mark.parametrize("role", ["Support", "Finance"])
def test_a_role_that_may_not_decide_is_refused_by_the_server(role: str, waiting: list[Container]) -> None:
    assert desk_of(role).decide(waiting[0]).status_code == 403
    assert not Command.objects.exists()


def test_the_oldest_item_of_all_customers_is_on_stage(desk: Desk, waiting: list[Container]) -> None:
    response = desk.open()
    assert response.context["container"] == waiting[0]
    assert listed(response) == [item.id for item in waiting]
    assert response.context["waiting"] == 4


def test_age_groups_stand_over_the_items_they_begin_with(desk: Desk, waiting: list[Container]) -> None:
    entries = desk.open().context["line"].entries
    assert [entry.heading for entry in entries] == ["Over 20 h", "12 to 20 h", "Under 12 h", ""]


def test_what_does_not_wait_is_not_in_the_queue(desk: Desk, waiting: list[Container]) -> None:
    for status, approval in [("processing", "pending"), ("failed", "pending"), ("completed", "approved")]:
        factories.container(status=status, approval_status=approval)
    assert desk.open().context["waiting"] == queries.queue().count() == 4


def test_any_item_can_be_opened_with_the_queue_around_it(desk: Desk, waiting: list[Container]) -> None:
    response = desk.open(waiting[2])
    assert response.context["container"] == waiting[2]
    assert (response.context["previous"], response.context["next"]) == (waiting[1], waiting[3])
    assert listed(response) == [item.id for item in waiting]
    assert response.content.count(b'aria-current="true"') >= 1


def test_an_unknown_item_is_not_found(desk: Desk) -> None:
    assert desk.client.get("/review/cnt_nobody/").status_code == 404


@pytest.mark.parametrize("place", ["later", "earlier"])
def test_a_place_in_the_queue_that_no_row_can_have_is_not_found(
    place: str, desk: Desk, waiting: list[Container]
) -> None:
    for headers in ({}, HTMX):
        assert desk.client.get("/review/", {place: "a\x00b"}, headers=headers).status_code == 404


def test_an_id_of_any_form_has_an_address(desk: Desk) -> None:
    for name in ("gallery", "a/b", "..", "50%", "with space", "ü"):
        item = factories.container(id=name)
        response = desk.open(item)
        assert response.context["container"] == item


def test_htmx_gets_what_changes_and_not_the_page(desk: Desk, waiting: list[Container]) -> None:
    response = desk.open(waiting[1], **HTMX)
    assert b"<html" not in response.content
    assert b'id="item"' in response.content
    assert b"<title>Hook number 1" in response.content
    assert b'id="queue-list"' not in response.content


def test_pictures_of_the_next_two_items_are_fetched_ahead(desk: Desk, waiting: list[Container]) -> None:
    Container.objects.filter(id=waiting[2].id).update(
        raw={
            "preview": {
                "kind": "video",
                "videoUrl": "https://m.example/v.mp4",
                "thumbnailUrl": "https://m.example/p.jpg",
            }
        }
    )
    ahead = desk.open().context["preload"].split()
    assert ahead == [*waiting[1].raw["preview"]["imageUrls"], "https://m.example/p.jpg"]


class TestLongQueue:
    @pytest.fixture
    def long(self, db: None) -> list[Container]:
        """Three fetches long; every two items became ready at the same instant, so that the id has to decide."""
        project = factories.project()
        return [
            factories.container(
                project, created_at=factories.ago(hours=50).replace(minute=n // 2, second=0, microsecond=0)
            )
            for n in range(2 * line.LENGTH + 5)
        ]

    def test_it_is_listed_a_stretch_at_a_time_to_its_end(self, desk: Desk, long: list[Container]) -> None:
        seen = listed(response := desk.open())
        while response.context["line"].after:
            response = desk.client.get("/review/", {"later": response.context["line"].after}, headers=HTMX)
            seen += listed(response)
            assert response.context["line"].entries[0].heading == "", "the group goes on, its heading is there already"
        assert seen == [item.id for item in long]

    def test_it_can_be_walked_back_from_any_item(self, desk: Desk, long: list[Container]) -> None:
        first = desk.open(long[-1]).context["line"]
        assert [entry.container for entry in first.entries] == long[-1 - line.BEHIND :]
        stretch = desk.client.get("/review/", {"earlier": first.before}, headers=HTMX).context["line"]
        assert [entry.container for entry in stretch.entries] == long[-1 - line.BEHIND - line.LENGTH : -1 - line.BEHIND]
        assert stretch.after, "and forth again"

    def test_without_scripts_the_same_addresses_are_pages(self, desk: Desk, long: list[Container]) -> None:
        response = desk.client.get("/review/", {"later": long[line.LENGTH - 1].id})
        assert response.context["container"] == long[line.LENGTH]
        assert b"<html" in response.content

    def test_the_queue_around_an_item_can_be_had_alone(self, desk: Desk, long: list[Container]) -> None:
        response = desk.open(long[40], **HTMX, **{"HX-Target": "queue-list"})
        assert long[40].id in listed(response)
        assert b'id="item"' not in response.content


def test_nothing_waits_says_so(desk: Desk) -> None:
    Freshness.objects.create(resource="content", oldest_at=factories.ago(seconds=20))
    assert b"Nothing to review" in desk.open().content


def test_before_the_first_sync_an_empty_queue_is_no_proof(desk: Desk) -> None:
    assert b"The first sync runs" in desk.open().content


def test_the_page_says_how_old_its_copy_is(desk: Desk, waiting: list[Container]) -> None:
    assert b"Not compared with Layers yet" in desk.open().content
    Scope.objects.create(id=f"content:{waiting[0].project_id}", resource="content", synced_at=factories.ago(minutes=26))
    page = desk.open().content.decode()
    assert "26 min ago" in page
    assert "26 min</time> old" in page


class TestStanding:
    """Items that need no decision are shown with the one they have, and by whom."""

    def test_a_decision_of_ours_names_the_person(self, desk: Desk, waiting: list[Container]) -> None:
        jonas = factories.staff("Admin", name="Jonas Weber")
        command = approve(jonas, waiting[0], "Lovely light")
        Command.objects.filter(id=command.id).update(state=State.SUCCEEDED)
        Container.objects.filter(id=waiting[0].id).update(
            approval_status="approved", raw={"approvedAt": "2026-11-20T08:30:24.750Z", "approvedBy": "api_key_1"}
        )
        response = desk.open(waiting[0])
        assert response.context["standing"].by == "Jonas Weber"
        assert response.context["standing"].note == "Lovely light"
        assert b"Jonas Weber approved it" in response.content
        assert b"outside this desk" not in response.content
        assert not response.context["may_decide"]

    def test_a_decision_from_elsewhere_names_the_key(self, desk: Desk) -> None:
        item = factories.container(
            approval_status="rejected",
            raw={"rejectedBy": "api_key_7", "rejectedAt": "2026-11-20T08:30:24Z", "reason": "No"},
        )
        response = desk.open(item)
        assert b"Rejected outside this desk" in response.content
        assert b"By api_key_7. No" in response.content

    @pytest.mark.parametrize(
        ("status", "approval", "word"),
        [
            ("processing", "pending", "Being made"),
            ("failed", "pending", "Failed"),
            ("canceled", "pending", "Canceled"),
            ("completed", "not_required", "Needs no review"),
            ("archived_soon", "under_appeal", "Archived soon, under appeal"),
        ],
    )
    def test_every_state_has_a_word_known_or_not(self, status: str, approval: str, word: str, desk: Desk) -> None:
        item = factories.container(status=status, approval_status=approval, preview=None)
        response = desk.open(item)
        assert response.context["standing"].word == word
        assert not response.context["may_decide"]

    def test_a_failed_item_says_why(self, desk: Desk) -> None:
        item = factories.container(
            status="failed", preview=None, raw={"lastError": {"code": "RENDER", "message": "The renderer gave up."}}
        )
        assert b"The renderer gave up." in desk.open(item).content

    def test_one_s_own_open_decision_is_followed(self, desk: Desk, waiting: list[Container]) -> None:
        command = approve(desk.person, waiting[0])
        page = desk.open(waiting[0]).content.decode()
        assert f'id="command-{command.id}"' in page
        assert "Held" in page

    def test_a_colleague_s_open_decision_is_named(self, desk: Desk, waiting: list[Container]) -> None:
        approve(factories.staff("Admin", name="Jonas Weber"), waiting[0])
        page = desk.open(waiting[0]).content.decode()
        assert "Jonas Weber approved it" in page
        assert "command-state" not in page


def test_a_failed_decision_comes_back_with_a_sentence(desk: Desk, waiting: list[Container]) -> None:
    command = approve(desk.person, waiting[0])
    assert desk.open().context["container"] == waiting[1]
    Command.objects.filter(id=command.id).update(state=State.FAILED, failure=Failure.KEY_REJECTED, detail="Key revoked")
    response = desk.open()
    assert response.context["container"] == waiting[0]
    page = response.content.decode()
    assert "Mara Lindqvist approved it, but that failed." in page
    assert "Layers refuses our API key." in page
    assert response.context["may_decide"]


def test_an_item_whose_customer_and_project_are_not_here_yet_is_shown(desk: Desk) -> None:
    factories.container(organization=None, organization_id="org_later", project_id="prj_later", of=factories.project())
    page = desk.open().content.decode()
    assert "org_later" in page
    assert "The project is not here yet." in page


class TestCost:
    """Queries do not grow with the queue. The page's own number includes the frame around it."""

    def test_the_desk(self, desk: Desk) -> None:
        assert self.cost(desk, 3, lambda items: desk.open()) == self.cost(desk, 60, lambda items: desk.open()) <= 23

    def test_the_next_item(self, desk: Desk) -> None:
        few = self.cost(desk, 3, lambda items: desk.open(items[1], **HTMX))
        assert few == self.cost(desk, 60, lambda items: desk.open(items[1], **HTMX)) <= 15

    def test_a_decision_and_what_it_brings(self, desk: Desk) -> None:
        few = self.cost(desk, 3, lambda items: desk.decide(items[0]))
        assert few == self.cost(desk, 60, lambda items: desk.decide(items[0])) <= 21

    def test_more_of_the_queue(self, desk: Desk) -> None:
        def more(items: list[Container]) -> Any:
            return desk.client.get(reverse("content:desk"), {"later": items[0].id}, headers=HTMX)

        assert self.cost(desk, 40, more) == self.cost(desk, 60, more) <= 6

    def cost(self, desk: Desk, many: int, act: Callable[[list[Container]], Any]) -> int:
        """Queries of one request with this many items, every third of them decided here."""
        Command.objects.all().delete()
        Container.objects.all().delete()
        items = [factories.container(created_at=factories.ago(hours=30, minutes=-n)) for n in range(many)]
        colleague = factories.staff("Admin")
        for item in items[2::3]:
            approve(colleague, item)
        with CaptureQueriesContext(connection) as queries:
            assert act(items).status_code == 200
        return len(queries)
