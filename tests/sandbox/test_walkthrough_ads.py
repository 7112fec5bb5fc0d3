"""The published walk-through "run ads as a partner", in its order and with its bodies, then the gate's own example."""

from urllib.parse import parse_qs, urlsplit

from tests.sandbox.ads import Layer, body, refusal
from tests.sandbox.api import Api, code
from tests.sandbox.making import new_child, new_key, new_project

SCOPES = ("connect", "campaigns", "budgets", "lifecycle", "optimizer_trigger", "pending", "policy")


def test_run_ads_as_a_partner(time_travel: Api) -> None:
    api = time_travel
    child = new_child(api)
    project = new_project(api, child, appDescription=None)
    key = new_key(api, child, "ads:read", "jobs:read", *(f"ads:write:{scope}" for scope in SCOPES))["secret"]
    ads = f"/v1/projects/{project}/ads"

    # Before: one switch in the customer's dashboard.
    layer_id = api.control("customer/give-consent", projectId=project, platform="meta")["layerId"]
    customer = Layer(api, child, project, "meta", layer_id)
    customer.set_modes(creative="draft", tactical="auto", structural="auto")

    # 1. Connect the customer's ad account.
    sent = {"platform": "meta_ads", "returnUrl": "https://partner.example.com/customers/acme/ads/connected"}
    url = body(api.post(f"{ads}/ad-accounts/oauth-url", key=key, json=sent), 200)["url"]
    back = api.client.post(urlsplit(url).path, data={"answer": "allow"}, follow_redirects=False)
    came = parse_qs(urlsplit(back.headers["Location"]).query)
    assert came["status"] == ["connected"]
    [account] = api.body(f"{ads}/ad-accounts", key=key)["items"]
    assert came["accountId"] == [account["adAccountId"]]

    # 2. Existing campaigns need no import: they are listed. Or a new one is made.
    assert api.body(f"{ads}/campaigns", key=key)["items"] == []
    created = body(
        api.post(
            f"{ads}/meta/campaigns",
            key=key,
            json={
                "adAccountId": account["adAccountId"],
                "name": "Summer samples",
                "outcome": "conversions",
                "dailyBudgetCents": 5_000,
                "campaignManagementMode": "autopilot",
                "creativeMode": "draft",
            },
        )
    )
    campaign = created["campaignId"]
    path = f"{ads}/meta/campaigns/{campaign}"
    assert [row["campaignId"] for row in api.body(f"{ads}/campaigns", key=key)["items"]] == [campaign]

    # 3. Set authority: down is free, past the customer's policy is not.
    authority = api.body(f"{path}/authority", key=key)
    assert authority["authority"] == {"creative": "draft", "tactical": "auto", "structural": "auto"}
    raised = api.patch(f"{path}/authority", key=key, json={"authority": {"creative": "auto"}})
    assert refusal(raised) == (403, "AUTHORITY_DENIED", "authority_escalation")

    # The gate's own example, under its own verb: auto, then draft, then off.
    budget = {"dailyBudgetCents": 7_500}
    assert body(api.post(f"{path}/budget", key=key, json=budget))["decision"] == "allow"
    assert api.body(path, key=key)["dailyBudgetCents"] == 7_500
    body(api.patch(f"{path}/authority", key=key, json={"authority": {"tactical": "draft"}}), 200)
    waiting = [body(api.post(f"{path}/budget", key=key, json={"dailyBudgetCents": cents})) for cents in (8_000, 9_000)]
    first, second = (ack["pendingId"] for ack in waiting)

    # 4. Watch the queue; approve and reject.
    queue = f"{ads}/meta/pending"
    assert {row["pendingId"] for row in api.body(queue, key=key)["items"]} >= {first, second}
    assert api.body(f"{queue}/count", key=key)["count"] == len(api.body(queue, key=key)["items"])
    approved = body(api.post(f"{queue}/{first}/approve", key=key, json={"comment": "Fits the June plan."}), 200)
    assert (approved["status"], approved["dispatched"]) == ("approved", False)
    refused = api.post(f"{queue}/{second}/reject", key=key, json={"reason": "Client froze budgets until July."})
    assert body(refused, 200)["status"] == "rejected"
    assert api.body(path, key=key)["dailyBudgetCents"] == 7_500

    # 5. Trigger the optimizer: it brings the dispatch forward.
    run = {"layerId": layer_id, "platform": "meta_ads", "dryRun": False}
    started = body(api.post(f"{ads}/optimizer/run", key=key, json=run))
    api.advance(minutes=15)
    assert api.body(f"{ads}/optimizer/runs/{started['runId']}", key=key)["status"] == "completed"
    assert api.body(f"/v1/jobs/{started['jobId']}", key=key)["status"] == "completed"
    assert customer.action(first)["status"] == "dispatched"
    assert api.body(path, key=key)["dailyBudgetCents"] == 8_000

    # The customer stops everything; the partner reads it and stops too.
    customer.on_layer("trip-kill-switch")
    assert refusal(api.post(f"{path}/pause", key=key))[2] == "kill_switch_active"
    assert api.body(f"{ads}/meta/defaults", key=key)["kill_switch_active"] is True
    customer.on_layer("release-kill-switch")
    assert body(api.post(f"{path}/pause", key=key))["status"] == "completed"
    body(api.patch(f"{path}/authority", key=key, json={"authority": {"structural": "off"}}), 200)
    assert refusal(api.call("DELETE", path, key=key))[2] == "authority_axis_off"
    # No scope for it was ever given out, so no door either.
    assert code(api.post(f"{ads}/meta/kill-switch", key=key)) == (404, "NOT_FOUND")
