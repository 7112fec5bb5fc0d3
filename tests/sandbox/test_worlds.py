"""One world in place of another, while the server runs."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.sandbox.api import MORROW, Api, code, fresh_key
from tests.sandbox.conftest import running_sandbox


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A sandbox whose world tests replace."""
    with running_sandbox(tmp_path_factory.mktemp("changing"), "_changing") as running:
        yield running


@pytest.fixture(autouse=True)
def small(changing: Api) -> None:
    changing.control("world", name="small")


def world(api: Api) -> dict[str, object]:
    read: dict[str, object] = api.client.get("/_sandbox/world").json()
    return read


def test_an_empty_world_is_the_partner_alone_with_its_money(changing: Api) -> None:
    made = changing.control("world", name="empty")
    assert (made["name"], made["counts"]["organizations"], made["counts"]["keys"]) == ("empty", 1, 1)
    assert changing.all("/v1/organizations") == []
    assert changing.body("/v1/whoami")["organizationName"] == "Larkspur"
    assert changing.body("/v1/credits")["available"] >= 100_000
    born = changing.post("/v1/organizations", json={"name": "First"}, idempotency=fresh_key())
    assert born.status_code == 201


def test_the_same_world_has_the_same_ids_and_words(changing: Api) -> None:
    def seen() -> list[tuple[str, str]]:
        return [(row["id"], row["name"]) for row in changing.all("/v1/organizations")]

    first = seen()
    changing.control("world", name="empty")
    changing.control("world", name="small")
    assert seen() == first


def test_a_new_world_starts_now_and_without_faults(changing: Api) -> None:
    changing.control("clock", action="freeze")
    changing.advance(days=3)
    changing.control("faults", kind="status", pattern="* /v1/*", options={"status": 503})
    changing.control("world", name="small")
    now = changing.client.get("/_sandbox/clock").json()
    assert (now["frozen"], now["skippedSeconds"]) == (False, 0)
    assert changing.client.get("/_sandbox/faults").json()["items"] == []
    assert changing.get("/v1/whoami").status_code == 200


def test_answers_kept_for_an_idempotency_key_are_of_their_world(changing: Api) -> None:
    key = fresh_key()
    path = f"/v1/organizations/{changing.org(MORROW)}/credits/allocate"
    assert changing.post(path, json={"credits": 5}, idempotency=key).status_code == 201
    changing.control("world", name="small")
    again = changing.post(path, json={"credits": 5}, idempotency=key)
    assert (again.status_code, "Idempotent-Replayed" in again.headers) == (201, False)


def test_calls_go_on_while_the_world_changes(changing: Api) -> None:
    """Readers and writers meet the old world or the new one, never half of one."""
    stop = threading.Event()
    seen: list[tuple[int, str]] = []
    path = f"/v1/organizations/{changing.org(MORROW)}/credits"

    def play() -> None:
        mine = replace(changing, checked=False)
        while not stop.is_set():
            seen.append((mine.get(path).status_code, "read"))
            sent = mine.post(f"{path}/allocate", json={"credits": 1}, idempotency=fresh_key())
            seen.append((sent.status_code, "write"))

    players = [threading.Thread(target=play) for _ in range(3)]
    for player in players:
        player.start()
    for name in ("small", "demo", "small"):
        changing.control("world", name=name)
    stop.set()
    for player in players:
        player.join()
    # In the demo world that customer has the same trade but another id: 404.
    assert {status for status, _ in seen} <= {200, 201, 404}
    assert {(200, "read"), (201, "write")} <= set(seen)


def test_progress_can_be_watched(changing: Api) -> None:
    answers: list[object] = []
    done = threading.Event()

    def watch() -> None:
        mine = replace(changing)
        while not done.is_set():
            answers.append(world(mine)["making"])

    watcher = threading.Thread(target=watch)
    watcher.start()
    changing.control("world", name="demo")
    done.set()
    watcher.join()
    shares = [making["share"] for making in answers if isinstance(making, dict)]
    assert shares == sorted(shares)
    assert len(set(shares)) > 5
    assert world(changing)["making"] is None


def test_an_unknown_world_is_422_and_names_the_others(changing: Api) -> None:
    answer = changing.client.post("/_sandbox/world", json={"name": "narnia"})
    assert code(answer) == (422, "VALIDATION")
    assert "busy" in answer.json()["error"]["message"]


def test_a_busy_world_is_there_in_time_and_lists_stay_lists(changing: Api) -> None:
    counts = changing.client.post("/_sandbox/world", json={"name": "busy"}, timeout=120).json()["counts"]
    assert counts["organizations"] == 201
    assert counts["containers"] == 20_000
    assert counts["ledgerRows"] > 55_000
    assert counts["pendingActions"] > 1_900
    rows = changing.all("/v1/organizations", params={"limit": 100})
    assert len({row["name"] for row in rows}) == 200
