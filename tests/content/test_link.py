"""What passes between Layers and this desk: decisions as they are sent and confirmed, content as it is read."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.utils import timezone

from content import queries
from content.commands import approve, reject
from content.models import GONE, Container, QueueCount
from content.sync import WHOLE_AT_ONCE, fetch_container, sync_content
from layers.mirror.models import Scope
from layers.outbox.delivery import deliver
from layers.outbox.models import Command, Failure, State
from tests import factories
from tests.layers.api import Api, answer, refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(db: None) -> Container:
    return factories.container()


def send(api: Api, command: Command) -> Command:
    Command.objects.filter(id=command.id).update(not_before=timezone.now() - timedelta(seconds=1))
    deliver(api.layers, command.id)
    command.refresh_from_db()
    return command


def test_an_approval_is_sent_inside_the_customer_with_its_note(item: Container) -> None:
    api = Api(answer({"id": item.id, "approvalStatus": "approved", "approvedAt": "2026-11-20T08:30:24Z"}))
    command = send(api, approve(factories.staff("Reviewer"), item, "Lovely light"))
    (call,) = api.calls
    assert call.url.path == f"/v1/content/{item.id}/approve"
    assert call.headers["X-Layers-Organization"] == item.organization_id
    assert call.headers["Idempotency-Key"] == str(command.idempotency_key)
    assert api.body() == {"note": "Lovely light"}
    assert command.state == State.SUCCEEDED


def test_the_answer_joins_what_we_know_of_the_container(item: Container) -> None:
    receipt = {"id": item.id, "approvalStatus": "rejected", "rejectedBy": "api_key_1", "reason": "Off voice"}
    send(Api(answer(receipt)), reject(factories.staff("Reviewer"), item, "Off voice"))
    item.refresh_from_db()
    assert (item.approval_status, item.raw["rejectedBy"]) == ("rejected", "api_key_1")
    assert item.raw["captions"], "the receipt is no container and empties nothing"


def test_the_same_decision_made_elsewhere_fulfils_ours(item: Container) -> None:
    conflict = refusal(409, "CONFLICT", {"approvalStatus": "approved"})
    assert send(Api(conflict), approve(factories.staff("Reviewer"), item)).state == State.SUCCEEDED


def test_the_contrary_decision_made_elsewhere_fails_ours_and_says_so(item: Container) -> None:
    conflict = refusal(409, "CONFLICT", {"approvalStatus": "rejected"})
    command = send(Api(conflict), approve(factories.staff("Reviewer"), item))
    assert (command.state, command.failure) == (State.FAILED, Failure.DECIDED_ELSEWHERE)


class TestWaitingCount:
    def test_it_is_what_waits_less_what_is_decided_here(self, item: Container) -> None:
        factories.container()
        assert queries.waiting_count() == 2
        approve(factories.staff("Reviewer"), item)
        assert queries.waiting_count() == queries.queue().count() == 1

    def test_an_open_decision_about_an_item_that_waits_no_more_is_not_subtracted(self, item: Container) -> None:
        factories.container()
        approve(factories.staff("Reviewer"), item)
        Container.objects.filter(id=item.id).update(approval_status="approved")
        assert queries.waiting_count() == queries.queue().count() == 1

    def test_it_is_kept_per_customer(self, item: Container) -> None:
        factories.container(item.project)
        assert QueueCount.objects.get(organization_id=item.organization_id).waiting == 2


class TestSync:
    def test_what_a_list_row_cannot_tell_is_read_one_by_one(self, item: Container) -> None:
        """In flight, waiting without captions, and failed without a reason; the rest only once a window brings it."""
        project = item.project
        flying = factories.container(project, status="processing")
        mute = factories.container(project, raw={})
        failed = factories.container(project, status="failed", raw={})
        told = factories.container(project, status="failed", raw={"lastError": None})
        read = self.read_whole(project)
        assert read == {flying.id, mute.id, failed.id}
        assert told.id not in read

    def test_an_item_decided_elsewhere_leaves_the_queue_at_once(self, item: Container) -> None:
        """However old it is: a window by creation would bring its decision with the next sweep only."""
        refused = Api(refusal(409, "CONFLICT", {"approvalStatus": "rejected"}))
        send(refused, approve(factories.staff("Reviewer"), item))
        assert self.read_whole(item.project, {"approvalStatus": "rejected", "status": "completed"}) == {item.id}
        item.refresh_from_db()
        assert item.approval_status == "rejected"
        assert queries.waiting_count() == 0

    def test_an_item_that_layers_lost_leaves_the_queue_until_it_is_back(self, item: Container) -> None:
        send(Api(refusal(404, "NOT_FOUND")), approve(factories.staff("Reviewer"), item))
        assert queries.waiting_count() == 1, "nothing was decided yet"
        fetch = (item.id, item.organization_id, item.project_id, item.organization_id)
        fetch_container(Api(refusal(404, "NOT_FOUND")).layers, *fetch)
        item.refresh_from_db()
        assert (item.status, queries.waiting_count()) == (GONE, 0)
        back = {"id": item.id, "status": "completed", "approvalStatus": "pending", "createdAt": "2026-06-04T08:06:32Z"}
        fetch_container(Api(answer(back)).layers, *fetch)
        assert queries.waiting_count() == 1

    def test_a_run_reads_no_more_than_its_share(self, item: Container) -> None:
        for _ in range(WHOLE_AT_ONCE + 5):
            factories.container(item.project, status="failed", raw={})
        assert len(self.read_whole(item.project)) == WHOLE_AT_ONCE

    def read_whole(self, project: Any, is_now: dict[str, str] | None = None) -> set[str]:
        """Ids of the containers that one sync of the project reads whole; each of them is now as said."""
        read: set[str] = set()
        now = is_now or {"status": "failed", "approvalStatus": "pending"}

        def layers(request: httpx.Request) -> httpx.Response:
            parts = request.url.path.split("/")
            if parts[2] == "content":
                read.add(parts[3])
                return answer({"id": parts[3], "updatedAt": "2099-01-01T00:00:00Z", **now})
            if parts[-1] == "content":
                return answer({"items": [], "nextCursor": None})
            return answer({"policy": "review_all"})

        scope = Scope.objects.create(
            id=f"content:{project.id}", resource="content", key=project.id, organization_id=project.organization_id
        )
        sync_content(Api(layers).layers, scope)
        return read
