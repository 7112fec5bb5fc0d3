"""Two clients at one wallet: nothing is lost, nothing is doubled, nobody goes below zero."""

from concurrent.futures import ThreadPoolExecutor

from tests.sandbox.api import BRIGHTSIDE, MORROW, SUSPENDED, Api, fresh_key


def _prepaid(api: Api, child: str) -> int:
    return int(api.body(f"/v1/organizations/{child}/credits")["prepaidBalance"])


def test_forty_allocations_by_two_clients_conserve_credits(api: Api) -> None:
    """Each asks for a little more than a fortieth of the wallet, so the last ones must be refused."""
    children = [api.org(MORROW), api.org(SUSPENDED)]
    parent_before = api.body("/v1/credits")["prepaidBalance"]
    before = [_prepaid(api, child) for child in children]
    amount = parent_before // 40 + 25

    def allocate(child: str) -> list[int]:
        path = f"/v1/organizations/{child}/credits/allocate"
        return [api.post(path, idempotency=fresh_key(), json={"credits": amount}).status_code for _ in range(20)]

    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(allocate, children))
    granted = [each.count(201) for each in statuses]
    assert {status for each in statuses for status in each} <= {201, 402}
    assert sum(granted) == parent_before // amount
    parent_after = api.body("/v1/credits")["prepaidBalance"]
    assert parent_after == parent_before - sum(granted) * amount >= 0
    assert [_prepaid(api, child) for child in children] == [
        start + count * amount for start, count in zip(before, granted, strict=True)
    ]
    rows = api.all("/v1/credits/events", params={"limit": 100})
    assert all(row["balanceAfterPrepaid"] >= 0 for row in rows)
    # Give back what the other tests live on, as the parent buying credits would.
    api.sql("update sandbox_wallet set prepaid_balance = %s where included_remaining > 0", parent_before)


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
