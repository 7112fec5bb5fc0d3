"""The verdict page: paste an id, get the answer, and honest words when our copy does not hold it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ads.commands import approve
from ads.models import Campaign, Layer, PendingAction
from layers.mirror import scopes
from layers.mirror.models import Scope
from layers.outbox.models import Command, State
from orgs.models import AuditEvent, Organization
from tests import factories
from tests.ads.conftest import gate_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def support(signed_in: Any) -> Client:
    return signed_in("Support")


def opened(client: Client, event: AuditEvent) -> Any:
    return client.get(reverse("ads:verdict", args=[event.verdict_id]))


def test_it_answers_in_its_first_line(support: Client, campaign: Campaign, action: PendingAction) -> None:
    event = gate_event(campaign, "queue_for_approval", reason="authority_axis_draft", pending_id=action.id)
    response = opened(support, event)
    page = response.content.decode()
    assert "<h1>Queued because the tactical axis of campaign “Spring restock” was draft.</h1>" in page
    assert "to change daily budget from $50.00 to $75.00" in page
    assert "Nothing was sent to Meta then. It waits for a decision until" in page
    for part in ("Fernway Plants", "key_1", event.request_id, "What you can tell them", action.id):
        assert part in page
    assert response.context["timeline"][0].words == "Proposed"


def test_it_tells_what_our_staff_did(support: Client, campaign: Campaign, action: PendingAction) -> None:
    approve(factories.staff("Ads manager", name="Aiko Mori"), action)
    Command.objects.update(state=State.SUCCEEDED, answer={"verdictId": "v-decision"})
    PendingAction.objects.update(status="approved")
    gate_event(campaign, "allow", event_type="ads.pending.approved", verdict_id="v-decision", pending_id=action.id)
    response = opened(support, gate_event(campaign, "queue_for_approval", pending_id=action.id))
    assert "Aiko Mori approved it" in [step.words for step in response.context["timeline"]]
    assert [other.event.verdict_id for other in response.context["others"]] == ["v-decision"]
    assert "goes out to Meta at the optimizer&#x27;s next run" in response.content.decode()


def test_the_authority_of_now_is_not_sold_as_that_of_then(support: Client, campaign: Campaign) -> None:
    event = gate_event(campaign, "deny", reason="authority_axis_off")
    assert opened(support, event).context["changed_since"] == "Was off then, draft now"
    type(campaign.authority).objects.update(tactical="off")
    assert opened(support, event).context["changed_since"] == ""


def test_the_kill_switch_of_now_is_told(support: Client, campaign: Campaign) -> None:
    event = gate_event(campaign, "deny", reason="kill_switch_active")
    assert "The kill switch is off again." in opened(support, event).content.decode()
    Layer.objects.update(kill_switch_active=True)
    assert "The kill switch is on now." in opened(support, event).content.decode()


def test_rows_around_it_are_of_the_same_customer_only(support: Client, campaign: Campaign) -> None:
    event = gate_event(campaign, "deny", occurred_at=factories.ago(hours=5))
    mine = [factories.audit_event(campaign.organization, occurred_at=factories.ago(hours=n)) for n in (9, 8, 2, 1)]
    factories.audit_event(factories.customer(), occurred_at=factories.ago(hours=5))
    around = [row.id for row in opened(support, event).context["neighbours"]]
    assert around == [mine[3].id, mine[2].id, event.id, mine[1].id, mine[0].id]


def test_every_row_that_carries_the_id_is_shown_and_the_one_that_decides_leads(
    support: Client, campaign: Campaign
) -> None:
    gate_event(campaign, "", event_type="api.request", occurred_at=factories.ago(hours=3))
    event = gate_event(campaign, "deny", reason="kill_switch_active")
    response = opened(support, event)
    assert response.context["event"] == event
    assert [record.event_type for record, _ in response.context["records"]] == ["api.request", "ads.write.denied"]


@pytest.mark.parametrize("spelling", ["B41F0C9E-6D52-4F7A-9A3E-2C8D17E5F0A4", "ver_01HX9Q4D7TWMB3Z8KCEY"])
def test_ids_of_any_form_are_found(support: Client, campaign: Campaign, spelling: str) -> None:
    gate_event(campaign, "allow")
    gate_event(campaign, "allow", verdict_id="ver_01HX9Q4D7TWMB3Z8KCEY")
    assert support.get(reverse("ads:verdict", args=[spelling])).status_code == 200


def test_a_row_that_says_almost_nothing_opens(support: Client, campaign: Campaign) -> None:
    event = gate_event(
        campaign, "", raw={}, project_id="", platform="", axis="", actor="", api_key_id="", request_id=""
    )
    AuditEvent.objects.update(organization_id="org_unseen", pending_id="pa_unseen")
    page = opened(support, event).content.decode()
    assert "org_unseen" in page
    assert "Our copy does not hold this action." in page


def test_text_from_the_api_is_never_markup(support: Client, campaign: Campaign) -> None:
    evil = "<img src=x onerror=alert(1)>"
    data = {"campaignName": evil, "comment": evil, "path": evil, "change": {"to": {evil: evil}}}
    event = gate_event(campaign, "deny", reason=evil, actor=evil, data=data)
    assert evil not in opened(support, event).content.decode()


def test_a_page_costs_a_fixed_number_of_queries(
    support: Client, campaign: Campaign, action: PendingAction, django_assert_num_queries: Any
) -> None:
    event = gate_event(campaign, "queue_for_approval", pending_id=action.id)
    with django_assert_num_queries(28) as few:
        opened(support, event)
    for n in range(20):
        gate_event(campaign, "allow", verdict_id=f"v{n}", pending_id=action.id, event_type="ads.pending.approved")
        factories.audit_event(campaign.organization)
    with django_assert_num_queries(len(few)):
        opened(support, event)


class TestNotFound:
    def missing(self, client: Client) -> Any:
        return client.get(reverse("ads:verdict", args=["00000000-0000-4000-8000-00000000dead"]))

    def test_it_says_what_was_searched_and_how_old_it_is(self, support: Client, campaign: Campaign) -> None:
        factories.audit_event(campaign.organization, occurred_at=factories.ago(days=40))
        newest = factories.audit_event(campaign.organization, occurred_at=factories.ago(hours=1))
        scopes.follow("audit", [str(campaign.organization_id)])
        Scope.objects.update(synced_at=factories.ago(minutes=2), watermark=newest.occurred_at)
        scopes.sum_up()
        response = self.missing(support)
        page = response.content.decode()
        assert response.status_code == 404
        assert "audit logs of 1 organization," in page
        assert "Every log was read after" in page
        assert "Fernway Plants" in page
        assert "Ask again" in page

    def test_an_empty_copy_says_so(self, support: Client) -> None:
        assert "Our copy of the audit logs is empty" in self.missing(support).content.decode()

    def test_a_log_that_was_never_read_is_named(self, support: Client, campaign: Campaign) -> None:
        unread: Organization = factories.customer(name="Never Read")
        factories.audit_event(campaign.organization)
        scopes.follow("audit", [unread.id])
        scopes.sum_up()
        page = self.missing(support).content.decode()
        assert "Not every log was read yet." in page
        assert "Never Read" in page
        assert "not yet" in page
