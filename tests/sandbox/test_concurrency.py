"""Two clients at one wallet: nothing is lost, nothing is doubled, nobody goes below zero."""

from concurrent.futures import ThreadPoolExecutor

from tests.sandbox.api import BRIGHTSIDE, Api, fresh_key
from tests.sandbox.making import ledger, new_child, wallet


def test_two_hundred_allocations_by_two_clients_conserve_credits(api: Api) -> None:
    """Each asks for a little more than a two-hundredth of the wallet, so the last ones must be refused."""
    children = [new_child(api), new_child(api)]
    parent_before = api.body("/v1/credits")["prepaidBalance"]
    amount = parent_before // 200 + 2

    def allocate(child: str) -> list[int]:
        path = f"/v1/organizations/{child}/credits/allocate"
        return [api.post(path, idempotency=fresh_key(), json={"credits": amount}).status_code for _ in range(100)]

    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(allocate, children))
    granted = [each.count(201) for each in statuses]
    assert {status for each in statuses for status in each} == {201, 402}
    assert sum(granted) == parent_before // amount
    assert wallet(api)["prepaidBalance"] == parent_before - sum(granted) * amount >= 0
    assert [wallet(api, child)["prepaidBalance"] for child in children] == [count * amount for count in granted]
    # Every row of the parent's ledger counts on from the one before it: no update was lost on the way.
    rows = [row for row in ledger(api) if row["metadata"] and row["metadata"]["counterpartyOrgId"] in children]
    assert len(rows) == sum(granted)
    assert [row["balanceAfterPrepaid"] for row in reversed(rows)] == [
        parent_before - (number + 1) * amount for number in range(len(rows))
    ]
    # The other tests live on these credits.
    for child in children:
        assert api.call("DELETE", f"/v1/organizations/{child}").status_code == 200
    assert wallet(api)["prepaidBalance"] == parent_before


def test_a_wallet_that_is_funded_and_archived_at_once_loses_nothing(api: Api) -> None:
    for _ in range(10):
        child, before = new_child(api, credits=30), wallet(api)["prepaidBalance"]
        path = f"/v1/organizations/{child}"
        with ThreadPoolExecutor(2) as pool:
            funded = pool.submit(api.post, f"{path}/credits/allocate", idempotency=fresh_key(), json={"credits": 20})
            archived = pool.submit(api.call, "DELETE", path)
        got = {201: 20, 409: 0}[funded.result().status_code]
        # Refused, or swept up with the rest: either way everything is the parent's again.
        assert archived.result().json()["reclaimedCredits"] == 30 + got
        assert wallet(api)["prepaidBalance"] == before + 30
        assert wallet(api, child)["balance"] == 0


def test_of_two_deciders_the_first_wins(api: Api) -> None:
    child, container = api.pending_container()
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(
                lambda verb: api.post(f"/v1/content/{container}/{verb}", child=child, json={"reason": "no"}),
                ("approve", "reject"),
            )
        )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    won = next(answer.json()["approvalStatus"] for answer in answers if answer.status_code == 200)
    assert api.body(f"/v1/content/{container}", child=child)["approvalStatus"] == won


def test_the_same_key_sent_by_two_clients_at_once_moves_once(api: Api) -> None:
    child, key = api.org(BRIGHTSIDE), fresh_key()
    path = f"/v1/organizations/{child}/credit-config"
    before = api.body(path)["config"]
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: api.patch(path, idempotency=key, json={"monthlyCreditCap": 77_000}), range(8))
        )
    assert {answer.status_code for answer in answers} <= {200, 409}
    done = [answer for answer in answers if answer.status_code == 200]
    assert len([answer for answer in done if "Idempotent-Replayed" not in answer.headers]) == 1
    api.patch(path, json={"monthlyCreditCap": before["monthlyCreditCap"]})
