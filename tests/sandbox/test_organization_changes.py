"""Children: created, changed, archived."""

import uuid
from typing import Any

import pytest

from sandbox.world.keys import derived_key
from tests.sandbox.api import ARCHIVED, MORROW, Api, code, fresh_key
from tests.sandbox.making import fund, generate, ledger, made, new_child, new_key, new_project, wallet


class TestCreate:
    def test_a_new_child_is_active_empty_and_alone(self, api: Api) -> None:
        body = {"name": "Northwind Tea", "metadata": {"crmId": "c-88"}, "billingEmail": "ap@northwind.example"}
        child = made(api.post("/v1/organizations", idempotency=fresh_key(), json=body))
        assert {name: child[name] for name in body} == body
        assert (child["status"], child["archivedAt"]) == ("active", None)
        assert child["parentOrganizationId"] == api.body("/v1/whoami")["organizationId"]
        empty = wallet(api, child["id"])
        assert (empty["balance"], empty["available"], empty["usedThisPeriod"]) == (0, 0, 0)
        assert empty["currentPeriod"] == {**wallet(api)["currentPeriod"], "usedCredits": 0}
        assert api.all("/v1/projects", child=child["id"]) == []
        assert [row["eventType"] for row in api.all("/v1/audit-log", child=child["id"])] == ["organization.created"]

    def test_the_same_key_creates_once_and_no_key_creates_twice(self, api: Api) -> None:
        retry, name = fresh_key(), f"Twin {uuid.uuid4().hex}"
        first = made(api.post("/v1/organizations", idempotency=retry, json={"name": name}))
        assert made(api.post("/v1/organizations", idempotency=retry, json={"name": name})) == first
        assert made(api.post("/v1/organizations", json={"name": name}))["id"] != first["id"]
        assert sum(row["name"] == name for row in api.all("/v1/organizations")) == 2

    def test_an_empty_metadata_value_is_dropped(self, api: Api) -> None:
        child = new_child(api, metadata={"plan": "", "crmId": "c-1"})
        assert api.body(f"/v1/organizations/{child}")["metadata"] == {"crmId": "c-1"}

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"name": ""},
            {"name": "n" * 129},
            {"name": None},
            {"name": "n", "metadata": None},
            {"name": "n", "metadata": {"k": 1}},
            {"name": "n", "metadata": {"k" * 41: "v"}},
            {"name": "n", "metadata": {"k": "v" * 501}},
            {"name": "n", "metadata": {f"k{number}": "v" for number in range(51)}},
            {"name": "n", "metadata": {f"k{number}": "v" * 500 for number in range(40)}},
            {"name": "n", "billingEmail": None},
            {"name": "n", "id": f"org_{uuid.uuid4()}"},
        ],
    )
    def test_a_bad_body_is_422(self, api: Api, body: dict[str, Any]) -> None:
        assert code(api.post("/v1/organizations", json=body)) == (422, "VALIDATION")

    def test_a_child_cannot_have_children(self, api: Api) -> None:
        answer = api.post("/v1/organizations", child=new_child(api), json={"name": "Grandchild"})
        assert code(answer) == (422, "VALIDATION")

    def test_a_test_key_creates_for_real(self, api: Api) -> None:
        answer = api.post("/v1/organizations", key=derived_key("sandbox", "test"), json={"name": "By a test key"})
        assert api.body(f"/v1/organizations/{made(answer)['id']}")["name"] == "By a test key"


class TestPatch:
    def test_metadata_is_merged_key_by_key(self, api: Api) -> None:
        child = new_child(api, metadata={"plan": "growth", "crmId": "c-1"})
        patched = made(api.patch(f"/v1/organizations/{child}", json={"metadata": {"plan": "", "region": "eu"}}), 200)
        assert patched["metadata"] == {"crmId": "c-1", "region": "eu"}
        assert "summary" not in patched
        assert made(api.patch(f"/v1/organizations/{child}", json={"metadata": None}), 200)["metadata"] == {}

    def test_what_is_omitted_stays(self, api: Api) -> None:
        child = new_child(api, billingEmail="ap@acme.example", metadata={"crmId": "c-1"})
        patched = made(api.patch(f"/v1/organizations/{child}", json={"name": "Renamed"}), 200)
        assert (patched["name"], patched["billingEmail"]) == ("Renamed", "ap@acme.example")
        assert patched["metadata"] == {"crmId": "c-1"}
        cleared = made(api.patch(f"/v1/organizations/{child}", json={"billingEmail": None}), 200)
        assert (cleared["name"], cleared["billingEmail"]) == ("Renamed", None)

    def test_status_cannot_be_set(self, api: Api) -> None:
        child = new_child(api)
        assert made(api.patch(f"/v1/organizations/{child}", json={"status": "suspended"}), 200)["status"] == "active"

    def test_fifty_keys_are_counted_after_the_merge(self, api: Api) -> None:
        child = new_child(api, metadata={f"k{number}": "v" for number in range(50)})
        path = f"/v1/organizations/{child}"
        assert code(api.patch(path, json={"metadata": {"one": "more"}})) == (422, "VALIDATION")
        swapped = made(api.patch(path, json={"metadata": {"one": "more", "k0": ""}}), 200)["metadata"]
        assert (len(swapped), swapped["one"]) == (50, "more")

    @pytest.mark.parametrize(
        "body", [{"name": None}, {"name": ""}, {"metadata": {"k": None}}, {"metadata": []}, {"billingEmail": 5}]
    )
    def test_a_bad_body_is_422_and_changes_nothing(self, api: Api, body: dict[str, Any]) -> None:
        child = new_child(api, metadata={"k": "v"})
        before = api.body(f"/v1/organizations/{child}")
        assert code(api.patch(f"/v1/organizations/{child}", json=body)) == (422, "VALIDATION")
        assert api.body(f"/v1/organizations/{child}") == before

    def test_an_archived_child_is_409(self, api: Api) -> None:
        answer = api.patch(f"/v1/organizations/{api.org(ARCHIVED)}", json={"name": "Back again"})
        assert code(answer) == (409, "CONFLICT")

    def test_a_change_is_logged_with_before_and_after_and_no_change_is_not(self, api: Api) -> None:
        child = new_child(api, name="Before")
        for _ in range(2):
            api.patch(f"/v1/organizations/{child}", json={"name": "After"})
        [row] = api.audit(child, "organization.updated")
        assert row["data"] == {"from": {"name": "Before"}, "to": {"name": "After"}}


class TestArchive:
    def test_archiving_revokes_reclaims_and_is_final(self, api: Api) -> None:
        child = new_child(api, credits=740)
        secret = new_key(api, child)["secret"]
        before = wallet(api)["prepaidBalance"]
        archived = made(api.call("DELETE", f"/v1/organizations/{child}"), 200)
        assert (archived["id"], archived["status"]) == (child, "archived")
        assert (archived["reclaimedCredits"], archived["revokedApiKeys"]) == (740, 1)
        assert wallet(api)["prepaidBalance"] == before + 740
        assert wallet(api, child)["balance"] == 0
        assert code(api.get("/v1/whoami", key=secret)) == (401, "UNAUTHENTICATED")
        assert api.body(f"/v1/organizations/{child}")["archivedAt"] == archived["archivedAt"]
        for verb in ("suspend", "resume"):
            assert code(api.post(f"/v1/organizations/{child}/{verb}")) == (409, "CONFLICT")

    def test_a_second_archive_is_200_and_changes_nothing(self, api: Api) -> None:
        child = new_child(api, credits=10)
        first = made(api.call("DELETE", f"/v1/organizations/{child}"), 200)
        again = made(api.call("DELETE", f"/v1/organizations/{child}"), 200)
        assert again == {**first, "reclaimedCredits": 0, "revokedApiKeys": 0}

    def test_a_replay_tells_what_the_first_call_did(self, api: Api) -> None:
        child, retry = new_child(api, credits=10), fresh_key()
        first = made(api.call("DELETE", f"/v1/organizations/{child}", idempotency=retry), 200)
        assert first["reclaimedCredits"] == 10
        assert api.call("DELETE", f"/v1/organizations/{child}", idempotency=retry).json() == first

    def test_the_reclaim_is_on_both_ledgers_and_in_both_logs(self, api: Api) -> None:
        child, parent = new_child(api, credits=300), api.body("/v1/whoami")["organizationId"]
        api.call("DELETE", f"/v1/organizations/{child}")
        into, out = ledger(api)[0], ledger(api, child)[0]
        assert (into["credits"], out["credits"]) == (300, -300)
        assert into["eventType"] == out["eventType"] == "allocation"
        transfer = f"txn_{into['eventId']}"
        for row, other in ((into, child), (out, parent)):
            assert row["metadata"] == {"direction": "reclaim", "counterpartyOrgId": other, "transferId": transfer}
        assert api.audit(child, "credits.reclaimed")[0]["data"]["transferId"] == transfer
        assert api.audit(parent, "credits.reclaimed")[0]["data"]["transferId"] == transfer
        assert api.audit(child, "organization.archived")[0]["data"]["reclaimedCredits"] == 300

    def test_what_running_work_has_reserved_stays(self, api: Api) -> None:
        child = new_child(api, credits=500)
        made(generate(api, child, new_project(api, child), variants=2), 202)
        archived = made(api.call("DELETE", f"/v1/organizations/{child}"), 200)
        assert archived["reclaimedCredits"] == 400
        left = wallet(api, child)
        assert (left["balance"], left["reservedCredits"], left["available"]) == (100, 100, 0)

    def test_a_suspended_child_can_be_archived(self, api: Api) -> None:
        child = new_child(api)
        api.post(f"/v1/organizations/{child}/suspend")
        assert made(api.call("DELETE", f"/v1/organizations/{child}"), 200)["status"] == "archived"

    def test_nothing_is_reclaimed_from_an_empty_wallet(self, api: Api) -> None:
        child = new_child(api)
        assert made(api.call("DELETE", f"/v1/organizations/{child}"), 200)["reclaimedCredits"] == 0
        assert ledger(api, child) == []

    def test_an_archived_child_is_neither_funded_nor_given_rules(self, api: Api) -> None:
        child = new_child(api)
        api.call("DELETE", f"/v1/organizations/{child}")
        path = f"/v1/organizations/{child}"
        allocate = api.post(f"{path}/credits/allocate", idempotency=fresh_key(), json={"credits": 1})
        assert code(allocate) == (409, "CONFLICT")
        assert code(api.patch(f"{path}/credit-config", json={"monthlyCreditCap": 5})) == (409, "CONFLICT")

    def test_somebody_elses_organization_is_404(self, api: Api) -> None:
        me = api.body("/v1/whoami")["organizationId"]
        for organization in (me, f"org_{uuid.uuid4()}"):
            assert code(api.call("DELETE", f"/v1/organizations/{organization}")) == (404, "NOT_FOUND")
        assert code(api.call("DELETE", "/v1/organizations/nonsense")) == (422, "VALIDATION")


def test_funding_is_possible_while_suspended_but_spending_is_not(api: Api) -> None:
    child = new_child(api, credits=100)
    project, secret = new_project(api, child), new_key(api, child)["secret"]
    api.post(f"/v1/organizations/{child}/suspend")
    fund(api, child, 50)
    refused = generate(api, child, project)
    assert code(refused) == (503, "KILL_SWITCH")
    assert refused.json()["error"]["details"] == {"scope": "organization"}
    assert code(api.get("/v1/whoami", key=secret)) == (503, "KILL_SWITCH")
    api.post(f"/v1/organizations/{child}/resume")
    assert api.get("/v1/whoami", key=secret).status_code == 200
    assert wallet(api, child)["available"] == 150


def test_siblings_never_see_each_others_money(api: Api) -> None:
    before = wallet(api, api.org(MORROW))
    child = new_child(api, credits=5)
    assert wallet(api, api.org(MORROW)) == before
    secret = new_key(api, child)["secret"]
    assert api.body("/v1/credits", key=secret)["balance"] == 5
    assert code(api.get("/v1/projects", key=secret, child=api.org(MORROW))) == (403, "FORBIDDEN_SCOPE")
