"""The queue: what waits and in which order, what each row says, and what it costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from ads.commands import approve
from ads.models import Campaign, Layer, PendingAction
from ads.queries import count_some, waiting_count
from ads.rows import row
from layers.outbox.models import Command, State
from orgs.models import Organization
from tests import factories
from tests.ads.conftest import Desk, desk_of, gate_event

pytestmark = pytest.mark.django_db


def left(hours: float) -> Any:
    return timezone.now() + timedelta(hours=hours)


def shown(response: Any) -> list[str]:
    return [one.action.id for one in response.context["rows"]]


def the_row(desk: Desk) -> Any:
    (one,) = desk.open().context["rows"]
    return one


class TestOrder:
    def test_first_to_expire_first_across_customers_and_platforms(self, desk: Desk) -> None:
        late = factories.action(expires_at=left(60))
        soon = factories.action(factories.campaign(platform="apple"), expires_at=left(2))
        factories.action(expires_at=left(-1))
        factories.action(status="approved")
        assert shown(desk.open()) == [soon.id, late.id]
        assert shown(desk.open(view="expiring")) == [soon.id]
        assert shown(desk.open(view="nonsense")) == [soon.id, late.id]

    def test_pages_follow_each_other_without_gaps_even_at_the_same_moment(self, desk: Desk, campaign: Campaign) -> None:
        at = left(30)
        expected = [factories.action(campaign, expires_at=at).id for _ in range(65)]
        seen, address = [], reverse("ads:queue")
        for _ in range(3):
            response = desk.client.get(address)
            seen += shown(response)
            address = reverse("ads:queue") + response.context["page"].next_url
        assert seen == expected
        assert response.context["page"].next_url == ""

    def test_what_was_decided_is_listed_by_where_it_is(self, desk: Desk, campaign: Campaign) -> None:
        ids = {
            status: factories.action(campaign, status=status).id
            for status in ("approved", "dispatched", "dispatch_failed", "rejected", "vanished")
        }
        assert shown(desk.open(view="approved")) == [ids["approved"]]
        assert shown(desk.open(view="failed")) == [ids["dispatch_failed"]]
        assert set(shown(desk.open(view="decided"))) == set(ids.values())

    def test_the_last_decided_comes_first(self, desk: Desk, campaign: Campaign) -> None:
        times = [factories.ago(hours=hours) for hours in (9, 1, 5)]
        rows = [factories.action(campaign, status="approved", remote_updated_at=at).id for at in times]
        assert shown(desk.open(view="decided")) == [rows[1], rows[2], rows[0]]

    def test_a_decision_of_ours_leaves_the_queue_and_stands_above_it(self, desk: Desk, action: PendingAction) -> None:
        command = approve(desk.person, action)
        response = desk.open()
        assert shown(response) == []
        assert list(response.context["sending"]) == [command]
        assert waiting_count() == 0


class TestFilters:
    @pytest.fixture
    def others(self, action: PendingAction) -> None:
        factories.action(factories.campaign(platform="tiktok"), action_type="pause_ad", new_value={"status": "paused"})

    @pytest.mark.parametrize("name", ["customer", "platform", "type", "project", "campaign", "entity"])
    @pytest.mark.usefixtures("others")
    def test_each_leaves_what_it_names(self, desk: Desk, action: PendingAction, name: str) -> None:
        values = {
            "customer": action.organization_id,
            "platform": "meta",
            "type": "update_budget",
            "project": action.project_id,
            "campaign": action.entity_id,
            "entity": action.entity_id,
        }
        response = desk.open(**{name: str(values[name])})
        assert shown(response) == [action.id]
        assert [tab["count"] for tab in response.context["tabs"]] == [""] * 5, "counts of all would mislead"

    def test_a_campaign_includes_what_the_audit_log_ties_to_it(self, desk: Desk, campaign: Campaign) -> None:
        below = factories.action(campaign, entity_type="adset", entity_id="adg_1", entity_name="Broad 18-24")
        factories.action(campaign, entity_type="adset", entity_id="adg_2")
        gate_event(campaign, "queue_for_approval", pending_id=below.id)
        response = desk.open(campaign=campaign.id)
        assert shown(response) == [below.id]
        assert response.context["rows"][0].campaign == campaign

    @pytest.mark.usefixtures("others")
    def test_too_many_filters_say_which_to_drop(self, desk: Desk) -> None:
        response = desk.open(platform="meta", type="pause_ad")
        assert [one.name for one in response.context["to_drop"]] == ["platform", "type"]
        assert "No action matches" in response.content.decode()

    @pytest.mark.parametrize(
        "address", ["customer=%00", "platform=%F0%9F%8E%BA&after=rubbish", "campaign=%25&before=eA"]
    )
    def test_a_strange_address_is_answered(self, desk: Desk, action: PendingAction, address: str) -> None:
        assert desk.client.get(f"{reverse('ads:queue')}?{address}").status_code == 200


class TestRow:
    def test_it_says_what_why_and_by_which_axis(self, desk: Desk, action: PendingAction) -> None:
        page = desk.open().content.decode()
        for part in (
            "Raise daily budget",
            "$40.00",
            "$55.00",
            "+38%",
            action.rationale,
            "Tactical axis",
            "Fernway Plants",
        ):
            assert part in page
        assert the_row(desk).mode == "draft"
        assert the_row(desk).per_day == 1500

    def test_the_defaults_of_the_layer_stand_in_for_a_campaign_without_its_own(
        self, desk: Desk, action: PendingAction, campaign: Campaign
    ) -> None:
        campaign.authority.delete()
        Layer.objects.update(tactical="auto")
        assert (the_row(desk).mode, the_row(desk).standing.whose) == ("auto", "layer_defaults")

    def test_a_kill_switch_disables_it_and_says_who_can_release_it(
        self, desk: Desk, action: PendingAction, campaign: Campaign
    ) -> None:
        Layer.objects.update(kill_switch_active=True)
        data = {"comment": "Wrong price. Stop."}
        gate_event(campaign, "", event_type="kill_switch.tripped", verdict_id="", data=data)
        page = desk.open().content.decode()
        assert "Kill switch is on for Fernway Plants, Meta, Fernway." in page
        assert "“Wrong price. Stop.”" in page
        assert "Only they can release it." in page
        assert "Blocked" in page
        assert 'value="approve" data-row-key' not in page

    def test_two_actions_on_one_entity_warn(self, desk: Desk, action: PendingAction, campaign: Campaign) -> None:
        assert not the_row(desk).has_sibling
        factories.action(campaign)
        assert [one.has_sibling for one in desk.open().context["rows"]] == [True, True]

    def test_support_looks_and_cannot_decide(self, action: PendingAction) -> None:
        page = desk_of("Support").open().content.decode()
        assert "Raise daily budget" in page
        assert reverse("ads:decide") not in page

    def test_nothing_known_but_the_id_breaks_nothing(self, desk: Desk, action: PendingAction) -> None:
        blank = {
            "raw": {}, "current_value": [], "new_value": {}, "rationale": "", "entity_id": "", "entity_name": "",
            "entity_type": "", "action_type": "", "platform": "", "project_id": "prj_unseen",
            "organization_id": "org_unseen", "expires_at": timezone.now().replace(year=9999),
        }  # fmt: skip
        PendingAction.objects.filter(id=action.id).update(**blank)
        page = desk.open().content.decode()
        assert "org_unseen" in page
        assert "No expiry told" in page
        assert desk.client.get(reverse("ads:action", args=[action.id])).status_code == 200

    def test_text_from_the_api_is_never_markup(self, desk: Desk, campaign: Campaign) -> None:
        evil = "<script>alert(1)</script>"
        factories.action(campaign, rationale=evil, entity_name=evil, new_value={evil: evil}, action_type=evil)
        assert evil not in desk.open().content.decode()


class TestJourney:
    def steps(self, action: PendingAction) -> list[str]:
        return [step.words for step in row(action, factories.staff()).steps]

    def test_approved_is_not_dispatched(self, campaign: Campaign) -> None:
        waits = factories.action(campaign, status="approved", remote_updated_at=factories.ago(hours=1))
        long = factories.action(campaign, status="approved", remote_updated_at=factories.ago(hours=7))
        for one in (waits, long):
            one.refresh_from_db()
        assert self.steps(waits) == ["Approved", "Waits for the optimizer, every 6 h", "Dispatched to Meta"]
        assert self.steps(long)[1] == "Still not dispatched after 6 h"

    def test_a_failed_dispatch_shows_the_platforms_reason(self, desk: Desk, campaign: Campaign) -> None:
        factories.action(campaign, status="dispatch_failed", dispatch_failure_reason="Ad account in review")
        assert "“Ad account in review”" in desk.open(view="failed").content.decode()

    def test_a_rejection_is_told_from_an_expiry_only_where_that_is_known(self, campaign: Campaign) -> None:
        late = {"status": "rejected", "expires_at": factories.ago(hours=2)}
        seen = factories.action(campaign, **late, remote_updated_at=factories.ago(hours=3))
        unclear, ran_out, by_hand = (factories.action(campaign, **late) for _ in range(3))
        gate_event(
            campaign, "", event_type="ads.pending.rejected", pending_id=ran_out.id, actor="system", verdict_id=""
        )
        gate_event(campaign, "allow", event_type="ads.pending.rejected", pending_id=by_hand.id, verdict_id="v2")
        for one in (seen, unclear, ran_out, by_hand):
            one.refresh_from_db()
        assert [self.steps(one) for one in (seen, unclear, ran_out, by_hand)] == [
            ["Rejected"],
            ["Rejected or expired"],
            ["Expired undecided"],
            ["Rejected"],
        ]

    def test_a_status_nobody_knows_is_said_as_it_is(self, campaign: Campaign) -> None:
        assert self.steps(factories.action(campaign, status="on_hold")) == ["On hold"]


@pytest.mark.parametrize("view", ["", "approved", "decided"])
def test_a_page_costs_the_same_with_few_rows_and_with_many(
    desk: Desk, django_assert_num_queries: Any, view: str
) -> None:
    status = "pending" if not view else "approved"

    def fill(count: int) -> None:
        for _ in range(count):
            campaign = factories.campaign()
            factories.authority(campaign)
            factories.layer(campaign.project)
            action = factories.action(campaign, status=status)
            gate_event(campaign, "queue_for_approval", pending_id=action.id, verdict_id=f"v-{action.id}")

    fill(2)
    with django_assert_num_queries(24) as few:
        desk.open(view=view)
    fill(20)
    with django_assert_num_queries(len(few)):
        assert len(desk.open(view=view).context["rows"]) == 22


def test_counts_stop_where_they_would_cost(campaign: Campaign) -> None:
    assert count_some(PendingAction.objects.all()) == ""
    factories.action(campaign)
    assert count_some(PendingAction.objects.all()) == "1"
    PendingAction.objects.bulk_create(
        PendingAction(
            id=f"pa_many_{n}", organization=campaign.organization, project=campaign.project, platform="meta",
            action_type="pause_ad", status="pending", created_at=timezone.now(), expires_at=left(5),
            remote_updated_at=timezone.now(),
        )
        for n in range(120)
    )  # fmt: skip
    assert count_some(PendingAction.objects.all()) == "99+"


@pytest.mark.parametrize(
    ("role", "status"),
    [("Ads manager", 200), ("Support", 200), ("Admin", 200), ("Reviewer", 403), ("Finance", 403), ("", 403)],
)
def test_who_may_look(role: str, status: int, action: PendingAction) -> None:
    client = desk_of(role).client
    for address in (reverse("ads:queue"), reverse("ads:action", args=[action.id]), reverse("ads:verdict", args=["x"])):
        assert client.get(address).status_code in (status, 404 if status == 200 else 403)


def test_the_menu_offers_customers_with_something_to_decide(desk: Desk, action: PendingAction) -> None:
    idle = factories.customer(name="Idle")
    assert [one.name for one in desk.open().context["filters"].customers] == ["Fernway Plants"]
    chosen: list[Organization] = desk.open(customer=idle.id).context["filters"].customers
    assert idle in chosen


def test_a_failed_command_leaves_its_row_in_the_queue(desk: Desk, action: PendingAction) -> None:
    approve(desk.person, action)
    Command.objects.update(state=State.FAILED)
    assert the_row(desk).is_open
