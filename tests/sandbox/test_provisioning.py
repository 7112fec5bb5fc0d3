"""The published walk-through "provision and fund a customer", in its order and with its bodies."""

from tests.sandbox.api import Api, fresh_key
from tests.sandbox.making import made, wallet


def test_provision_and_fund_a_customer_in_six_calls(api: Api) -> None:
    before = wallet(api)["prepaidBalance"]

    body = {"name": "Acme Coffee", "metadata": {"externalId": "acme-coffee"}}
    child = made(api.post("/v1/organizations", idempotency=fresh_key(), json=body))
    path = f"/v1/organizations/{child['id']}"
    assert (child["status"], child["metadata"]) == ("active", {"externalId": "acme-coffee"})

    wanted = {"name": "acme-integration", "scopes": ["content:read", "content:write"]}
    key = made(api.post(f"{path}/api-keys", idempotency=fresh_key(), json=wanted))
    assert key["apiKey"]["scopes"] == wanted["scopes"]

    transfer = made(api.post(f"{path}/credits/allocate", idempotency=fresh_key(), json={"credits": 5_000}))
    assert transfer["id"].startswith("txn_")
    assert (transfer["balance"], transfer["available"], transfer["replayed"]) == (5_000, 5_000, False)

    limits = {"monthlyCreditCap": 5_000, "refillThreshold": 1_000, "refillAmount": 2_000}
    config = made(api.patch(f"{path}/credit-config", idempotency=fresh_key(), json=limits), 200)
    assert config["config"] == {**limits, "autoRefillEnabled": True}

    hook = {"url": "https://acme.example/hooks", "events": ["content.generated", "job.completed"]}
    endpoint = made(api.post("/v1/webhook-endpoints", idempotency=fresh_key(), json={**hook, "scope": "all_children"}))
    assert endpoint["endpoint"]["scope"] == "all_children"

    summary = api.body(path)["summary"]
    assert summary == {"projectCount": 0, "balance": 5_000, "available": 5_000, "creditConfig": config["config"]}

    # What the six calls are for: the customer's own key sees its own money, and the parent's ledger the transfer.
    own = api.body("/v1/credits", key=key["secret"])
    assert (own["organizationId"], own["available"]) == (child["id"], 5_000)
    assert wallet(api)["prepaidBalance"] == before - 5_000
    assert f"txn_{api.body('/v1/credits/events')['items'][0]['eventId']}" == transfer["id"]
