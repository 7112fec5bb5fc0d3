"""A bounded run over the whole OpenAPI document: no undocumented status, no body off its schema, nothing broken.

The same requests on every run; `make fuzz` makes new ones for as long as one likes.
"""

import os
from collections.abc import Iterator
from random import Random
from urllib.parse import urlsplit

import httpx
import pytest

from tests.sandbox import contract
from tests.sandbox.contract_run.place import Place, own_sandbox
from tests.sandbox.contract_run.run import Run
from tests.worlds import database_with


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("contract")
    database = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/") + "_contract"
    with own_sandbox(folder, database_with("demo", database, folder), os.environ) as running:
        yield running


def test_every_operation_keeps_the_contract_with_right_and_wrong_requests(place: Place) -> None:
    run = Run(place.api, Random(1))
    run.whole(boundaries=4, generated=2, rough=1)
    assert not run.failures, f"{run.tried} cases, {len(run.failures)} kinds of failure\n\n{run.report()}"
    assert not place.tracebacks()
    untouched = {str(operation) for operation in contract.operations()} - {name for name, _ in run.statuses}
    assert not untouched


# --- the judge itself: a judge that sees nothing would let everything pass


def answer(status: int, body: object, path: str = "/v1/organizations", method: str = "GET") -> httpx.Response:
    headers = {"X-Request-Id": "req_01K2ABCD3EFGH4JKMN5PQRST6V", "X-RateLimit-Endpoint-Class": "read-light"}
    return httpx.Response(status, json=body, headers=headers, request=httpx.Request(method, f"http://x{path}"))


def refusal(code: str, **more: object) -> dict[str, object]:
    return {"error": {"code": code, "message": "no", "requestId": "req_01K2ABCD3EFGH4JKMN5PQRST6V", **more}}


RIGHT: dict[str, object] = {"items": [], "nextCursor": None}


def test_right_answers_pass() -> None:
    contract.check(answer(200, RIGHT))
    contract.check(answer(503, refusal("KILL_SWITCH")))
    contract.check(answer(404, refusal("NOT_FOUND"), path="/v1/nothing"))
    contract.check(answer(405, refusal("METHOD_NOT_ALLOWED"), method="PUT"))


@pytest.mark.parametrize(
    "wrong",
    [
        answer(200, {"items": []}),  # nextCursor is missing
        answer(200, {**RIGHT, "items": [{"id": 3}]}),
        answer(201, RIGHT),  # not a status of this operation
        answer(500, refusal("INTERNAL")),
        answer(402, refusal("BILLING_EXHAUSTED")),  # nothing is spent here
        answer(409, refusal("CONFLICT")),  # a read has no conflicts
        answer(404, refusal("CONFLICT")),  # the code of another status
        answer(404, refusal("NOT_FOUND", status=404)),
        answer(404, {"detail": "Not found"}),
        answer(404, {"error": {"code": "NOT_FOUND", "message": "no", "requestId": "req_01K2ABCD3EFGH4JKMN5PQRST6W"}}),
        answer(200, RIGHT, path="/v1/nothing"),
        answer(200, RIGHT, method="PUT"),
        httpx.Response(200, json=RIGHT, request=httpx.Request("GET", "http://x/v1/organizations")),  # no request id
    ],
)
def test_wrong_answers_do_not(wrong: httpx.Response) -> None:
    with pytest.raises(contract.Deviation):
        contract.check(wrong)


def test_a_path_with_a_fixed_word_is_not_taken_for_an_id() -> None:
    assert contract.at("/v1/organizations/migrate").keys() == {"POST"}
    assert contract.at("/v1/projects/x/ads/campaigns")["GET"].spec["operationId"] == "listCampaigns"
