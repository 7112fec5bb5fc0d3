"""What only the customer or Layers' own staff can do, by HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.world.keys import derived_key
from tests.sandbox.api import BRIGHTSIDE, MORROW, Api, bare, code, fresh_key


def do(api: Api, deed: str, who: str = "customer", **fields: Any) -> dict[str, Any]:
    return api.control(f"{who}/{deed}", **fields)


def staff(api: Api, deed: str, **fields: Any) -> dict[str, Any]:
    return do(api, deed, "staff", **fields)


def wallet(api: Api, organization: str) -> dict[str, Any]:
    return api.body(f"/v1/organizations/{organization}/credits")


@pytest.fixture
def child(api: Api) -> str:
    """A customer of this test's own."""
    made = api.post("/v1/organizations", json={"name": "Controlled"}, idempotency=fresh_key())
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


# --- the list and its refusals


def test_every_deed_names_its_fields(api: Api) -> None:
    for who in ("customer", "staff"):
        items = api.client.get(f"/_sandbox/{who}").json()["items"]
        assert {"deed", "about", "fields"} == set(items[0])
        assert len({item["deed"] for item in items}) == len(items)


def test_an_unknown_deed_is_404(api: Api) -> None:
    assert code(api.client.post("/_sandbox/customer/dance", json={})) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("customer/trip-kill-switch", {}, "layerId"),
        ("customer/trip-kill-switch", {"layerId": "lyr_1", "loudly": True}, "loudly"),
        ("customer/trip-kill-switch", {"layerId": "prj_2f1f6a3e-8a51-4b0e-9c3d-5f6a7b8c9d01"}, "lyr_"),
        ("customer/set-authority", {"creative": "auto"}, "campaignId"),
        ("staff/credits", {"organizationId": "org_x", "type": "gift", "credits": 5}, "type"),
        ("staff/credits", {"organizationId": "org_x", "type": "grant", "credits": -5}, "credits"),
    ],
)
def test_a_wish_that_cannot_be_read_is_told_what_would_do(api: Api, path: str, body: dict[str, Any], told: str) -> None:
    answer = api.client.post(f"/_sandbox/{path}", json=body)
    assert code(answer) == (422, "VALIDATION")
    assert told in answer.json()["error"]["message"]


def test_an_id_of_nothing_is_404(api: Api) -> None:
    body = {"keyId": "key_2f1f6a3e-8a51-4b0e-9c3d-5f6a7b8c9d01"}
    assert code(api.client.post("/_sandbox/staff/kill-key", json=body)) == (404, "NOT_FOUND")


def test_another_sites_page_may_not_do_it(api: Api) -> None:
    answer = api.client.post(
        "/_sandbox/staff/global-kill", json={"on": True}, headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 403
    assert api.get("/v1/whoami").status_code == 200


# --- staff


def test_credits_are_booked_with_their_ledger_row(api: Api, child: str) -> None:
    staff(api, "credits", organizationId=child, type="purchase", credits=500, description="Invoice 7")
    staff(api, "credits", organizationId=bare(child), type="grant", credits=50)
    staff(api, "credits", organizationId=child, type="adjustment", credits=-20)
    assert wallet(api, child)["available"] == 530
    rows = api.all(f"/v1/organizations/{child}/credits/events")
    assert [(row["eventType"], row["credits"]) for row in rows] == [
        ("adjustment", -20),
        ("grant", 50),
        ("purchase", 500),
    ]
    assert rows[2]["description"] == "Invoice 7"


def test_nothing_is_adjusted_below_what_is_free(api: Api, child: str) -> None:
    body = {"organizationId": child, "type": "adjustment", "credits": -1}
    assert code(api.client.post("/_sandbox/staff/credits", json=body)) == (409, "CONFLICT")
    assert wallet(api, child)["available"] == 0


def test_a_killed_key_is_stopped_until_staff_lift_it(api: Api) -> None:
    key = derived_key("sleep")
    key_id = api.body("/v1/whoami", key=key)["apiKeyId"]
    staff(api, "kill-key", keyId=key_id)
    refused = api.get("/v1/whoami", key=key)
    assert code(refused) == (503, "KILL_SWITCH")
    assert refused.json()["error"]["details"]["scope"] == "key"
    staff(api, "lift-kill", keyId=key_id)
    assert api.get("/v1/whoami", key=key).status_code == 200


@pytest.fixture
def switches(time_travel: Api) -> Iterator[Api]:
    """A sandbox whose global switches are off again afterwards."""
    yield time_travel
    for deed in ("global-kill", "audit-reads"):
        staff(time_travel, deed, on=False)


def test_the_global_kill_switch_stops_everybody(switches: Api) -> None:
    staff(switches, "global-kill", on=True)
    refused = switches.get("/v1/whoami")
    assert code(refused) == (503, "KILL_SWITCH")
    assert refused.json()["error"]["details"]["scope"] == "global"
    assert switches.get("/v1/whoami", key=None).status_code == 503
    staff(switches, "global-kill", on=False)
    assert switches.get("/v1/whoami").status_code == 200


def test_reads_are_audited_when_staff_want_it(switches: Api) -> None:
    morrow = switches.org(MORROW)

    def read() -> int:
        path = f"/v1/projects/{switches.projects()[0]['id']}"
        before = len([row for row in switches.audit(morrow, "api.request") if row["data"]["method"] == "GET"])
        switches.body(path, child=morrow)
        return len([row for row in switches.audit(morrow, "api.request") if row["data"]["method"] == "GET"]) - before

    assert read() == 0
    staff(switches, "audit-reads", on=True)
    assert read() > 0


# --- the customer


def defaults(api: Api, child: str, project: str, platform: str) -> dict[str, Any]:
    return api.body(f"/v1/projects/{project}/ads/{platform}/defaults", child=child)


def test_the_customer_pulls_the_kill_switch_and_lets_go(api: Api) -> None:
    child, project, platform = next(api.layers())
    layer = defaults(api, child, project, platform)["layerId"]
    do(api, "trip-kill-switch", layerId=layer, comment="Wrong price.")
    assert defaults(api, child, project, platform)["killSwitchActive"] is True
    assert api.audit(child, "kill_switch.tripped")[0]["data"]["layerId"] == layer
    do(api, "release-kill-switch", layerId=layer)
    assert defaults(api, child, project, platform)["killSwitchActive"] is False


def test_the_customer_sets_an_axis_and_leaves_the_others(api: Api) -> None:
    child, project, platform = next(api.layers())
    before = defaults(api, child, project, platform)
    other = "off" if before["defaults"]["tactical"] != "off" else "draft"
    do(api, "set-authority", layerId=before["layerId"], tactical=other)
    assert defaults(api, child, project, platform)["defaults"] == {**before["defaults"], "tactical": other}
    do(api, "set-authority", layerId=before["layerId"], tactical=before["defaults"]["tactical"])


@pytest.mark.parametrize(
    ("deed", "back"),
    [("withdraw-consent", "give-consent"), ("refuse-partner-policy", "allow-partner-policy")],
)
def test_what_the_customer_takes_back_leaves_a_row_each_way(api: Api, deed: str, back: str) -> None:
    child, project, platform = next(api.layers())
    layer = defaults(api, child, project, platform)["layerId"]
    before = len(api.all("/v1/audit-log", child=child, params={"limit": 200}))
    do(api, deed, layerId=layer)
    if back == "give-consent":
        do(api, back, projectId=project, platform=platform)
    else:
        do(api, back, layerId=layer)
    assert len(api.all("/v1/audit-log", child=child, params={"limit": 200})) == before + 2


def test_an_ad_account_is_taken_away_and_connected_again(api: Api) -> None:
    child, project, platform = next(api.layers())

    def usable() -> list[str]:
        rows = api.body(f"/v1/projects/{project}/ads/ad-accounts", child=child)["items"]
        return [row["adAccountId"] for row in rows if platform in row["platform"]]

    for account in usable():
        do(api, "disconnect-account", adAccountId=account)
    assert usable() == []
    made = do(api, "connect-account", projectId=project, platform=platform)
    assert usable() == [made["adAccountId"]]
    do(api, "expire-token", adAccountId=made["adAccountId"])


def test_a_decision_in_the_customers_own_dashboard_comes_first(api: Api) -> None:
    child, queue, action = api.pending_action()
    pending = action["pendingId"]
    do(api, "reject-action", pendingId=pending, reason="Not this month.")
    late = api.post(f"{queue}/{pending}/approve", child=child, json={}, idempotency=fresh_key())
    assert code(late) == (409, "CONFLICT")
    again = api.client.post("/_sandbox/customer/approve-action", json={"pendingId": pending})
    assert code(again) == (409, "CONFLICT")


def test_the_customer_spends_from_their_own_wallet(time_travel: Api) -> None:
    brightside = time_travel.org(BRIGHTSIDE)
    staff(time_travel, "credits", organizationId=brightside, type="grant", credits=1_000)
    project = time_travel.projects(BRIGHTSIDE)[0]["id"]
    before = wallet(time_travel, brightside)
    made = do(time_travel, "generate", projectId=project)
    assert wallet(time_travel, brightside)["reservedCredits"] > before["reservedCredits"]
    time_travel.advance(minutes=30)
    (container,) = made["containerIds"]
    assert time_travel.body(f"/v1/content/{container}", child=brightside)["status"] == "completed"
    assert wallet(time_travel, brightside)["usedThisPeriod"] > before["usedThisPeriod"]
