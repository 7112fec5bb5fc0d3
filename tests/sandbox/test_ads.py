"""Campaigns, authority, the gate, and the queue of actions that wait."""

from typing import Any
from uuid import UUID

import pytest

from tests.sandbox.api import Api, bare, code


def _campaign(api: Api, tactical: str) -> tuple[str, str, str]:
    """(customer's id, path of the campaign, platform) of one whose tactical axis is in that mode, switch off."""
    for child, project, platform in api.layers():
        if api.body(f"/v1/projects/{project}/ads/{platform}/defaults", child=child)["killSwitchActive"]:
            continue
        rows = api.all(f"/v1/projects/{project}/ads/campaigns", child=child, params={"platforms": f"{platform}_ads"})
        for row in rows:
            path = f"/v1/projects/{project}/ads/{platform}/campaigns/{row['campaignId']}"
            api.sql(
                "update sandbox_campaign set creative = 'auto', tactical = %s, structural = 'off' where id = %s",
                tactical,
                bare(row["campaignId"]),
            )
            return child, path, platform
    raise AssertionError("no campaign in the small world")


def test_the_campaign_list_spans_platforms_and_filters(api: Api) -> None:
    child, project, _ = next(api.layers())
    path = f"/v1/projects/{project}/ads/campaigns"
    rows = api.all(path, child=child)
    assert rows
    for row in rows:
        assert row["campaignId"].startswith("cmp_")
        assert row["metricsSnapshot7d"] == {}
        assert (row["dailyBudgetCents"] is None) != (row["lifetimeBudgetCents"] is None)
    platform = rows[0]["platform"]
    assert api.all(path, child=child, params={"platforms": platform}) == [
        row for row in rows if row["platform"] == platform
    ]
    account = rows[0]["adAccountId"]
    assert api.all(path, child=child, params={"adAccountId": account}) == [
        row for row in rows if row["adAccountId"] == account
    ]
    assert api.all(path, child=child, params={"adAccountId": "nobody"}) == []
    assert code(api.get(path, child=child, params={"platforms": "meta"})) == (422, "VALIDATION")


def test_authority_says_whether_it_is_the_campaigns_own(api: Api) -> None:
    child, path, platform = _campaign(api, "draft")
    own = api.body(f"{path}/authority", child=child)
    assert own["source"] == "per_campaign"
    assert own["authority"] == {"creative": "auto", "tactical": "draft", "structural": "off"}
    api.sql(
        "update sandbox_campaign set creative = null, tactical = null, structural = null where id = %s",
        bare(path.rsplit("/", 1)[1]),
    )
    inherited = api.body(f"{path}/authority", child=child)
    defaults = api.body(f"{path.split('/campaigns/')[0]}/defaults", child=child)
    assert inherited["source"] == "layer_defaults"
    assert inherited["authority"] == defaults["defaults"]
    assert inherited["platform"] == defaults["platform"] == platform


def test_the_kill_switch_shows_under_both_spellings(api: Api) -> None:
    switches = []
    for child, project, platform in api.layers():
        defaults = api.body(f"/v1/projects/{project}/ads/{platform}/defaults", child=child)
        assert defaults["kill_switch_active"] is defaults["killSwitchActive"]
        switches.append(defaults["killSwitchActive"])
    assert False in switches


def test_a_platform_the_project_has_no_layer_on_is_404_and_an_unknown_one_422(api: Api) -> None:
    child, project, _ = next(api.layers())
    api.sql("delete from sandbox_adlayer where project_id = %s and platform = 'none'", bare(project))
    have = {platform for _, other, platform in api.layers() if other == project}
    for platform in {"meta", "tiktok", "apple"} - have:
        assert code(api.get(f"/v1/projects/{project}/ads/{platform}/defaults", child=child)) == (404, "NOT_FOUND")
    assert code(api.get(f"/v1/projects/{project}/ads/myspace/defaults", child=child)) == (422, "VALIDATION")


class TestTheGate:
    """A budget change is the one gated write of this part."""

    def test_an_axis_that_is_off_denies_with_a_verdict(self, api: Api) -> None:
        child, path, platform = _campaign(api, "off")
        answer = api.patch(f"{path}/budget", child=child, json={"dailyBudgetCents": 4200})
        assert code(answer) == (403, "AUTHORITY_DENIED")
        details = answer.json()["error"]["details"]
        assert (details["reason"], details["axis"], details["decision"]) == ("authority_axis_off", "tactical", "deny")
        row = _verdict(api, child, "ads.write.denied", details["verdictId"])
        assert (row["data"]["platform"], row["data"]["decision"]) == (platform, "deny")
        assert row["data"]["change"]["to"] == {"dailyBudgetCents": 4200}
        assert row["data"]["campaignName"]

    def test_a_draft_axis_queues_and_changes_nothing_yet(self, api: Api) -> None:
        child, path, _ = _campaign(api, "draft")
        answer = api.post(f"{path}/budget", child=child, json={"dailyBudgetCents": 4300})
        assert answer.status_code == 202
        body = answer.json()
        assert (body["decision"], body["status"]) == ("queue_for_approval", "pending")
        queue = api.all(f"{path.split('/campaigns/')[0]}/pending", child=child)
        action = next(row for row in queue if row["pendingId"] == body["pendingId"])
        assert (action["actionType"], action["newValue"]) == ("update_budget", {"dailyBudgetCents": 4300})
        _verdict(api, child, "ads.write.queued", body["verdictId"])

    def test_an_auto_axis_executes_at_once(self, api: Api) -> None:
        child, path, _ = _campaign(api, "auto")
        answer = api.patch(f"{path}/budget", child=child, json={"lifetimeBudgetCents": 99_000})
        assert answer.status_code == 202
        assert (answer.json()["decision"], answer.json()["pendingId"]) == ("allow", None)
        project = path.split("/")[3]
        rows = api.all(f"/v1/projects/{project}/ads/campaigns", child=child)
        row = next(row for row in rows if row["campaignId"] == path.rsplit("/", 1)[1])
        assert (row["dailyBudgetCents"], row["lifetimeBudgetCents"]) == (None, 99_000)
        _verdict(api, child, "ads.write.executed", answer.json()["verdictId"])

    def test_the_kill_switch_outranks_auto(self, api: Api) -> None:
        child, path, platform = _campaign(api, "auto")
        project = bare(path.split("/")[3])
        where = (project, platform)
        api.sql("update sandbox_adlayer set kill_switch = true where project_id = %s and platform = %s", *where)
        try:
            answer = api.patch(f"{path}/budget", child=child, json={"dailyBudgetCents": 100})
        finally:
            api.sql("update sandbox_adlayer set kill_switch = false where project_id = %s and platform = %s", *where)
        assert code(answer) == (403, "AUTHORITY_DENIED")
        assert answer.json()["error"]["details"]["reason"] == "kill_switch_active"

    @pytest.mark.parametrize(
        "body",
        [{}, {"dailyBudgetCents": 1, "lifetimeBudgetCents": 1}, {"dailyBudgetCents": 0}, {"dailyBudgetCents": 1.5}],
    )
    def test_a_bad_budget_is_422_and_leaves_no_verdict(self, api: Api, body: dict[str, Any]) -> None:
        child, path, _ = _campaign(api, "off")
        before = len(api.audit(child, "ads.write.denied"))
        assert code(api.patch(f"{path}/budget", child=child, json=body)) == (422, "VALIDATION")
        assert len(api.audit(child, "ads.write.denied")) == before


class TestPending:
    """Seven days, one decision."""

    def test_without_a_status_only_what_waits_is_listed_and_counted(self, api: Api) -> None:
        child, queue, _ = api.pending_action()
        waiting = api.all(queue, child=child)
        assert {row["status"] for row in waiting} == {"pending"}
        assert api.body(f"{queue}/count", child=child) == {"count": len(waiting)}

    def test_status_repeats(self, api: Api) -> None:
        for child, project, platform in api.layers():
            queue = f"/v1/projects/{project}/ads/{platform}/pending"
            every = ["pending", "approved", "rejected", "dispatched", "dispatch_failed"]
            rows = api.all(queue, child=child, params={"status": every})
            decided = api.all(queue, child=child, params={"status": every[1:]})
            assert decided == [row for row in rows if row["status"] != "pending"]

    def test_a_row_says_what_changes_and_until_when(self, api: Api) -> None:
        _, _, row = api.pending_action()
        assert row["pendingId"].startswith("pa_")
        assert isinstance(row["proposedAction"]["detail"], dict)
        assert row["rationale"]
        assert row["createdAt"] < row["expiresAt"]
        assert (row["dispatchedAt"], row["dispatchFailureReason"]) == (None, None)

    def test_approving_records_a_verdict_and_dispatches_nothing(self, api: Api) -> None:
        child, queue, row = api.pending_action()
        answer = api.post(f"{queue}/{row['pendingId']}/approve", child=child, json={"comment": "Fits the plan."})
        assert answer.status_code == 200
        body = answer.json()
        assert (body["status"], body["dispatched"], body["dispatchedAt"]) == ("approved", False, None)
        UUID(body["verdictId"])
        logged = _verdict(api, child, "ads.pending.approved", body["verdictId"])
        assert logged["data"]["pendingId"] == row["pendingId"]
        assert logged["data"]["comment"] == "Fits the plan."
        assert logged["projectId"] == queue.split("/")[3]

    def test_rejecting_needs_a_reason_and_keeps_it(self, api: Api) -> None:
        child, queue, row = api.pending_action()
        path = f"{queue}/{row['pendingId']}/reject"
        for body in ({}, {"reason": ""}, {"reason": " \n"}):
            assert code(api.post(path, child=child, json=body)) == (422, "VALIDATION")
        answer = api.post(path, child=child, json={"reason": "Client froze budgets."})
        assert (answer.status_code, answer.json()["status"]) == (200, "rejected")
        logged = _verdict(api, child, "ads.pending.rejected", answer.json()["verdictId"])
        assert logged["data"]["reason"] == "Client froze budgets."

    @pytest.mark.parametrize("first", ["approve", "reject"])
    def test_a_second_decision_is_409(self, api: Api, first: str) -> None:
        child, queue, row = api.pending_action()
        path = f"{queue}/{row['pendingId']}"
        decided = api.post(f"{path}/{first}", child=child, json={"reason": "no"}).json()["status"]
        for second in ("approve", "reject"):
            answer = api.post(f"{path}/{second}", child=child, json={"reason": "no"})
            assert code(answer) == (409, "CONFLICT")
            assert answer.json()["error"]["details"] == {"status": decided}

    def test_an_action_nobody_decided_in_time_is_rejected_by_itself(self, api: Api) -> None:
        child, queue, row = api.pending_action()
        before = api.body(f"{queue}/count", child=child)["count"]
        api.sql(
            "update sandbox_pendingaction set expires_at = now() - interval '1 second' where id = %s",
            bare(row["pendingId"]),
        )
        assert code(api.post(f"{queue}/{row['pendingId']}/approve", child=child)) == (409, "CONFLICT")
        assert api.body(f"{queue}/count", child=child)["count"] == before - 1
        rejected = api.all(queue, child=child, params={"status": "rejected"})
        assert row["pendingId"] in {one["pendingId"] for one in rejected}
        logged = [one for one in api.audit(child, "ads.pending.rejected") if one["actor"] == "system"]
        assert row["pendingId"] in {one["data"]["pendingId"] for one in logged}

    def test_an_unknown_action_is_404(self, api: Api) -> None:
        child, queue, _ = api.pending_action()
        assert code(api.post(f"{queue}/pa_01J0DDDDDDDDDDDDDDDDDDDDDD/approve", child=child)) == (404, "NOT_FOUND")


def _verdict(api: Api, child: str, event_type: str, verdict_id: str) -> dict[str, Any]:
    [row] = [row for row in api.audit(child, event_type) if row["data"].get("verdictId") == verdict_id]
    return row
