"""The gallery: what each view and filter leaves, and one decision for several items."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content import gallery
from content.commands import approve, reject
from content.models import Container
from layers.mirror.models import Freshness
from layers.outbox.models import Command, State
from orgs.models import Project
from orgs.tenant import seal
from tests import factories
from tests.content.conftest import Desk, desk_of

URL = "/review/gallery/"
pytestmark = pytest.mark.django_db


def shown(response: Any) -> list[str]:
    return [row.id for row, _ in response.context["tiles"]]


def look(desk: Desk, **filters: str) -> Any:
    return desk.client.get(URL, filters)


def decide(desk: Desk, items: list[Container], decision: str = "approve", **fields: str) -> str:
    """Posts the form of an open gallery; returns what the person is told."""
    form: dict[str, Any] = {"decision": decision, "pick": [item.id for item in items]}
    form |= {f"seal-{item.id}": seal(desk.person, item.owner_id, item.id) for item in items}
    response = desk.client.post(reverse("content:decide_many"), form | fields)
    assert response.status_code == 302
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


class TestViews:
    @pytest.fixture
    def all_kinds(self, db: None) -> dict[str, list[str]]:
        """Two of each view, the older first."""
        states = {
            "waiting": ("completed", "pending"),
            "approved": ("completed", "approved"),
            "rejected": ("completed", "rejected"),
            "making": ("processing", "pending"),
            "failed": ("failed", "pending"),
        }
        project = factories.project()
        return {
            view: [
                factories.container(
                    project, status=status, approval_status=approval, created_at=factories.ago(hours=hours)
                ).id
                for hours in (9, 3)
            ]
            for view, (status, approval) in states.items()
        }

    def test_waiting_is_oldest_first_and_the_others_newest_first(
        self, desk: Desk, all_kinds: dict[str, list[str]]
    ) -> None:
        assert shown(look(desk)) == all_kinds["waiting"]
        for view in ("approved", "rejected", "making", "failed"):
            assert shown(look(desk, status=view)) == all_kinds[view][::-1]

    def test_in_progress_and_failed_hold_every_such_status(self, desk: Desk) -> None:
        queued, canceled = factories.container(status="queued"), factories.container(status="canceled")
        assert shown(look(desk, status="making")) == [queued.id]
        assert shown(look(desk, status="failed")) == [canceled.id]

    def test_what_is_decided_here_waits_no_more(self, desk: Desk, waiting: list[Container]) -> None:
        approve(factories.staff("Admin"), waiting[1])
        assert shown(look(desk)) == [waiting[0].id, waiting[2].id, waiting[3].id]

    def test_a_tile_leads_to_the_desk(self, desk: Desk, waiting: list[Container]) -> None:
        assert reverse("content:container", args=[waiting[0].id]) in look(desk).content.decode()

    def test_filters_narrow_each_other_and_stand_in_the_address(self, desk: Desk) -> None:
        first, second = factories.project(), factories.project()
        third = factories.project(first.organization)
        video = {"kind": "video", "videoUrl": "https://m.example/v.mp4", "durationMs": 14000}
        a, b = factories.container(first), factories.container(first, preview=video)
        c, d = factories.container(second), factories.container(third)
        customer = first.organization_id
        assert shown(look(desk, customer=customer)) == [a.id, b.id, d.id]
        assert shown(look(desk, project=second.id)) == [c.id]
        assert shown(look(desk, customer=customer, kind="video")) == [b.id]
        assert shown(look(desk, customer=customer, project=third.id, kind="slideshow")) == [d.id]

    def test_customers_are_offered_by_name_with_what_waits_there(self, desk: Desk) -> None:
        for name, waiting in [("Morrow", 2), ("Atlas", 1)]:
            project = factories.project(factories.customer(name=name))
            for _ in range(waiting):
                factories.container(project)
        assert [(name, waiting) for _, name, waiting in look(desk).context["customers"]] == [
            ("Atlas", 1),
            ("Morrow", 2),
        ]

    def test_a_customer_that_nothing_is_known_of_stays_chosen(self, desk: Desk) -> None:
        Freshness.objects.create(resource="content", oldest_at=factories.ago(seconds=9))
        response = look(desk, customer="org_nobody")
        assert ("org_nobody", "org_nobody", 0) in response.context["customers"]
        assert b"Nothing matches" in response.content

    @pytest.mark.parametrize(
        "query", ["status=gone", "kind=hologram", "customer=%00", "after=zzz", "after=WzFd", "status=failed&kind=video"]
    )
    def test_an_address_changed_by_hand_filters_nothing(self, query: str, desk: Desk) -> None:
        for state in ("completed", "failed"):
            factories.container(status=state)
        response = desk.client.get(f"{URL}?{query}")
        assert response.status_code == 200
        assert len(shown(response)) == 1

    def test_a_video_says_its_length_and_a_slideshow_its_slides(self, desk: Desk) -> None:
        factories.container(preview={"kind": "video", "videoUrl": "https://m.example/v.mp4", "durationMs": 14000})
        factories.container(preview=factories.slideshow(6))
        page = look(desk).content.decode()
        assert "0:14" in page
        assert "6 slides" in page

    def test_pages_follow_each_other_without_gaps(self, desk: Desk) -> None:
        project = factories.project()
        ids = [
            factories.container(project, created_at=factories.ago(hours=50, minutes=-(n // 3))).id
            for n in range(gallery.SIZE + 7)
        ]
        response = look(desk)
        first = shown(response)
        assert len(first) == gallery.SIZE
        response = desk.client.get(URL + response.context["page"].next_url)
        assert first + shown(response) == ids
        response = desk.client.get(URL + response.context["page"].previous_url)
        assert shown(response) == first


class TestEmpty:
    def test_done(self, desk: Desk) -> None:
        Freshness.objects.create(resource="content", oldest_at=factories.ago(seconds=9))
        assert b"Nothing to review" in look(desk).content
        assert b"Nothing here" in look(desk, status="rejected").content

    def test_no_match(self, desk: Desk) -> None:
        Freshness.objects.create(resource="content", oldest_at=factories.ago(seconds=9))
        page = look(desk, kind="video").content.decode()
        assert "Nothing matches" in page
        assert 'href="?status=waiting"' in page

    def test_not_synced_yet(self, desk: Desk) -> None:
        assert b"The first sync runs" in look(desk).content


class TestBulk:
    def test_each_picked_item_becomes_a_command_of_its_own(self, desk: Desk, waiting: list[Container]) -> None:
        assert decide(desk, waiting[:3]) == "3 approved."
        commands = Command.objects.order_by("created_at")
        assert [command.target for command in commands] == [item.id for item in waiting[:3]]
        assert len({command.idempotency_key for command in commands}) == 3
        assert {command.state for command in commands} == {State.HELD}
        assert [command.organization_id for command in commands] == [item.organization_id for item in waiting[:3]]

    def test_several_are_rejected_for_one_reason(self, desk: Desk, waiting: list[Container]) -> None:
        assert decide(desk, waiting[:2], "reject", reason="looks_fake") == "2 rejected."
        assert set(Command.objects.values_list("kind", flat=True)) == {"content.reject"}
        assert all(reason.startswith("Looks fake") for reason in Command.objects.values_list("reason", flat=True))

    def test_every_item_is_counted_for_what_came_of_it(self, desk: Desk, waiting: list[Container]) -> None:
        jonas = factories.staff("Admin")
        reject(jonas, waiting[1], "Off voice")
        Container.objects.filter(id=waiting[2].id).update(status="canceled")
        elsewhere = factories.container(approval_status="approved")
        lost = factories.container()
        Container.objects.filter(id=lost.id).delete()
        said = decide(desk, [*waiting, elsewhere, lost], **{f"seal-{waiting[3].id}": "forged"})
        assert said == (
            "1 approved, 2 were decided already, 1 does not wait any more, "
            "1 had a form that is too old or was changed, 1 is not here any more."
        )
        assert Command.objects.filter(staff=desk.person).count() == 1

    def test_one_item_s_seal_is_no_good_for_another(self, desk: Desk, waiting: list[Container]) -> None:
        other = seal(desk.person, waiting[1].owner_id, waiting[1].id)
        assert "form that is too old" in decide(desk, waiting[:1], **{f"seal-{waiting[0].id}": other})
        assert not Command.objects.exists()

    def test_an_item_picked_twice_is_decided_and_counted_once(self, desk: Desk, waiting: list[Container]) -> None:
        assert decide(desk, [waiting[0], waiting[0]]) == "1 approved."

    @pytest.mark.parametrize(
        ("decision", "fields", "says"),
        [
            ("reject", {}, "Choose a reason"),
            ("reject", {"reason": "other"}, "own words"),
            ("", {}, "Choose approve or reject"),
        ],
    )
    def test_a_form_that_does_not_say_enough_decides_nothing(
        self, decision: str, fields: dict[str, str], says: str, desk: Desk, waiting: list[Container]
    ) -> None:
        assert says in decide(desk, waiting, decision, **fields)
        assert not Command.objects.exists()

    def test_nothing_picked_decides_nothing(self, desk: Desk, waiting: list[Container]) -> None:
        assert "Nothing was selected" in decide(desk, [])

    def test_more_than_a_page_is_refused_whole(self, desk: Desk) -> None:
        project = factories.project()
        items = [factories.container(project) for _ in range(gallery.SIZE + 1)]
        assert "at most 40 at once" in decide(desk, items)
        assert not Command.objects.exists()

    def test_words_typed_for_a_rejection_are_no_note_to_an_approval(self, desk: Desk, waiting: list[Container]) -> None:
        decide(desk, waiting[:1], words="Too loud")
        assert Command.objects.get().reason == ""

    def test_it_leads_back_to_the_page_it_came_from_and_nowhere_else(
        self, desk: Desk, waiting: list[Container]
    ) -> None:
        for back in ("status=waiting&kind=video", "https://evil.example/"):
            response = desk.client.post(reverse("content:decide_many"), {"decision": "approve", "back": back})
            assert response.headers["Location"] == f"{URL}?{back}"

    @pytest.mark.parametrize("role", ["Support", "Finance"])
    def test_a_role_that_may_not_decide_sees_no_boxes_and_is_refused(self, role: str, waiting: list[Container]) -> None:
        desk = desk_of(role)
        assert b'name="pick"' not in look(desk).content
        form = {"decision": "approve", "pick": [waiting[0].id]}
        assert desk.client.post(reverse("content:decide_many"), form).status_code == 403
        assert not Command.objects.exists()


class TestUndoMany:
    def undo(self, desk: Desk, *commands: Any) -> str:
        response = desk.client.post(reverse("content:undo_many"), {"command": [str(one.id) for one in commands]})
        return [str(message) for message in get_messages(response.wsgi_request)][-1]

    def test_the_gallery_offers_what_is_held_and_takes_it_back(self, desk: Desk, waiting: list[Container]) -> None:
        decide(desk, waiting[:3])
        page = look(desk).content.decode()
        assert "3 decisions held." in page
        assert "Undo 3" in page
        assert self.undo(desk, *Command.objects.all()) == "3 taken back."
        assert shown(look(desk)) == [item.id for item in waiting]

    def test_what_was_sent_meanwhile_is_counted_as_too_late(self, desk: Desk, waiting: list[Container]) -> None:
        decide(desk, waiting[:3])
        sent = Command.objects.first()
        Command.objects.filter(id=sent.id).update(state=State.SENDING)
        assert self.undo(desk, *Command.objects.all()) == "2 taken back. 1 could not be taken back: too late."
        assert Command.objects.get(id=sent.id).state == State.SENDING

    def test_nobody_takes_back_a_colleague_s_decisions(self, desk: Desk, waiting: list[Container]) -> None:
        theirs = approve(factories.staff("Admin"), waiting[0])
        assert "too late" in self.undo(desk, theirs)
        theirs.refresh_from_db()
        assert theirs.state == State.HELD


class TestCost:
    def test_a_page_costs_the_same_with_few_and_with_many(self, desk: Desk) -> None:
        def page() -> Any:
            return look(desk, customer=Project.objects.get().organization_id)

        assert self.cost(3, page) == self.cost(60, page) <= 18

    def test_a_bulk_decision_reads_its_items_at_once(self, desk: Desk) -> None:
        few = self.cost(2, lambda: decide(desk, list(Container.objects.all()[:2])), several_customers=True)
        many = self.cost(12, lambda: decide(desk, list(Container.objects.all()[:12])), several_customers=True)
        assert (many - few) / 10 <= 5, "a savepoint, its release and the command itself for each"

    def cost(self, many: int, act: Callable[[], Any], several_customers: bool = False) -> int:
        Command.objects.all().delete()
        Container.objects.all().delete()
        Project.objects.all().delete()
        shared = factories.project()
        for _ in range(many):
            factories.container(factories.project() if several_customers else shared)
        with CaptureQueriesContext(connection) as queries:
            act()
        return len(queries)
