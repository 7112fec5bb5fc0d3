from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.utils import timezone

from layers.mirror import link, scopes
from layers.mirror.models import Freshness, Scope
from layers.mirror.resources import REGISTRY
from orgs.models import LedgerEvent, Organization, Project
from tests import factories
from tests.layers.api import Api, answer, refusal

pytestmark = pytest.mark.django_db
EMPTY = answer({"items": [], "nextCursor": None})


def event(n: int, at: str) -> dict[str, Any]:
    return {"eventId": f"evt-{n}", "credits": -50, "eventType": "usage", "createdAt": at}


@pytest.fixture
def ledger() -> Scope:
    factories.customer(id="org_1")
    scopes.follow("ledger", ["org_1"], organization_id="org_1")
    return Scope.objects.get(id="ledger:org_1")


def test_every_resource_says_how_often_it_is_fetched_and_when_it_is_stale() -> None:
    assert REGISTRY
    assert all(resource.every < resource.limit for resource in REGISTRY.values())


def test_what_is_due_is_handed_out_once(ledger: Scope) -> None:
    assert scopes.take_due(10) == ["ledger:org_1"]
    assert scopes.take_due(10) == []


def test_a_fetch_writes_rows_and_says_when_it_began(ledger: Scope) -> None:
    before = timezone.now()
    scopes.fetch(Api(answer({"items": [event(1, "2026-06-01T10:00:00Z")]})).layers, ledger.id)
    ledger.refresh_from_db()
    assert LedgerEvent.objects.get().organization_id == "org_1"
    assert before <= ledger.synced_at <= timezone.now()


def test_the_first_read_is_whole_and_the_next_starts_before_the_newest_row(ledger: Scope) -> None:
    now = timezone.now()
    first = Api(answer({"items": [event(1, now.isoformat())]}))
    scopes.fetch(first.layers, ledger.id)
    assert "since" not in str(first.calls[0].url)
    second = Api(EMPTY)
    scopes.fetch(second.layers, ledger.id)
    since = httpx.QueryParams(second.calls[0].url.query)["since"]
    assert since.endswith("Z")
    assert since < (now - timedelta(minutes=59)).isoformat()


def test_who_asks_for_the_whole_gets_it_whatever_another_fetch_notes_meanwhile(ledger: Scope) -> None:
    scopes.fetch(Api(answer({"items": [event(1, timezone.now().isoformat())]})).layers, ledger.id)
    again = Api(EMPTY)
    scopes.fetch(again.layers, ledger.id, whole=True)
    assert "since" not in str(again.calls[0].url)


def test_a_row_from_the_future_does_not_hide_what_comes_after_it(ledger: Scope) -> None:
    scopes.fetch(Api(answer({"items": [event(1, "2999-01-01T00:00:00Z")]})).layers, ledger.id)
    ledger.refresh_from_db()
    assert ledger.watermark is None


def test_a_failed_fetch_keeps_the_age_and_the_reason_and_backs_off(ledger: Scope) -> None:
    scopes.fetch(Api(refusal(500, "INTERNAL")).layers, ledger.id)
    ledger.refresh_from_db()
    assert (ledger.synced_at, ledger.failures) == (None, 1)
    assert "INTERNAL" in ledger.error
    assert ledger.due_at > timezone.now()
    assert link.state().down_since is None


def test_silence_marks_the_link_and_an_answer_clears_it(ledger: Scope) -> None:
    scopes.fetch(Api(httpx.ConnectError("refused")).layers, ledger.id)
    assert link.state().down_since is not None
    scopes.fetch(Api(EMPTY).layers, ledger.id)
    assert link.state().down_since is None


def test_a_refused_key_is_a_broken_link(ledger: Scope) -> None:
    scopes.fetch(Api(refusal(401, "UNAUTHENTICATED")).layers, ledger.id)
    assert link.state().problem == "Layers refuses our API key."


def test_the_summary_is_as_old_as_the_oldest_scope(ledger: Scope) -> None:
    scopes.follow("ledger", ["org_2"])
    scopes.sum_up()
    assert Freshness.objects.get(resource="ledger").oldest_at is None
    old, new = timezone.now() - timedelta(hours=1), timezone.now()
    Scope.objects.filter(id="ledger:org_1").update(synced_at=old)
    Scope.objects.filter(id="ledger:org_2").update(synced_at=new)
    scopes.sum_up()
    assert Freshness.objects.get(resource="ledger").oldest_at == old


def test_a_scope_that_cannot_be_read_does_not_hide_the_age_of_the_others(ledger: Scope) -> None:
    scopes.follow("ledger", ["org_2"])
    now = timezone.now()
    Scope.objects.filter(id="ledger:org_1").update(synced_at=now)
    Scope.objects.filter(id="ledger:org_2").update(failures=3, error="403 FORBIDDEN_SCOPE")
    scopes.sum_up()
    row = Freshness.objects.get(resource="ledger")
    assert (row.oldest_at, row.failing, row.scopes) == (now, 1, 2)


def test_a_fault_of_ours_is_noted_and_pauses_like_any_other(ledger: Scope, monkeypatch: Any) -> None:
    monkeypatch.setattr("orgs.sync.upsert", lambda *_, **__: 1 // 0)
    scopes.fetch(Api(EMPTY).layers, ledger.id)
    ledger.refresh_from_db()
    assert (ledger.failures, ledger.error, ledger.started_at) == (1, "ZeroDivisionError", None)
    assert ledger.due_at > timezone.now()


def test_what_is_being_fetched_is_not_handed_out_again(ledger: Scope) -> None:
    Scope.objects.update(started_at=timezone.now())
    assert scopes.take_due(10) == []
    Scope.objects.update(started_at=timezone.now() - scopes.LONGEST_FETCH)
    assert scopes.take_due(10) == [ledger.id]


def test_a_project_that_moved_is_read_under_its_new_owner(ledger: Scope) -> None:
    Scope.objects.update(swept_at=timezone.now(), watermark=timezone.now(), due_at=timezone.now() + timedelta(hours=1))
    scopes.follow("ledger", ["org_1"], organization_id="org_new")
    ledger.refresh_from_db()
    assert (ledger.organization_id, ledger.swept_at) == ("org_new", None)
    assert ledger.due_at <= timezone.now()


def test_a_child_that_does_not_say_whose_it_is_stays_a_child() -> None:
    scopes.follow("organizations", [""])
    children = {"items": [{"id": "org_c", "parentOrganizationId": None, "name": "C", "status": "active"}]}
    api = Api(answer({"organizationId": "org_p", "organizationName": "Larkspur"}), answer(children))
    scopes.fetch(api.layers, "organizations:")
    assert Organization.objects.get(id="org_c").act_as == "org_c"


def test_a_brand_whose_read_failed_is_read_the_next_time() -> None:
    factories.customer(id="org_1")
    scopes.follow("projects", ["org_1"], organization_id="org_1")
    slim = {"id": "prj_1", "name": "P", "status": "active", "updatedAt": "2026-06-01T10:00:00Z"}
    scopes.fetch(Api(answer({"items": [slim]}), refusal(500, "INTERNAL")).layers, "projects:org_1")
    whole = answer({**slim, "appName": "Tidepool"})
    scopes.fetch(Api(answer({"items": [slim]}), whole).layers, "projects:org_1")
    assert Project.objects.get(id="prj_1").app_name == "Tidepool"


def test_customers_bring_their_own_scopes() -> None:
    scopes.follow("organizations", [""])
    children = {"items": [{"id": "org_c", "parentOrganizationId": "org_p", "name": "C", "status": "active"}]}
    api = Api(answer({"organizationId": "org_p", "organizationName": "Larkspur"}), answer(children))
    scopes.fetch(api.layers, "organizations:")
    assert Organization.objects.get(id="org_p").is_parent
    assert Scope.objects.get(id="wallet:org_c").organization_id == "org_c"
    assert Scope.objects.get(id="wallet:org_p").organization_id == ""
