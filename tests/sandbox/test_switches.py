"""Switches over the whole API: the global kill, and reads in the audit log."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.sandbox.api import Api, code
from tests.sandbox.making import new_child


@contextmanager
def switched_on(api: Api, column: str) -> Iterator[None]:
    api.sql(f"update sandbox_control set {column} = true")  # noqa: S608 - a name from below
    try:
        yield
    finally:
        api.sql(f"update sandbox_control set {column} = false")  # noqa: S608


def test_the_global_kill_stops_every_call_before_its_key_is_looked_at(time_travel: Api) -> None:
    with switched_on(time_travel, "global_kill"):
        for key in ("lp_live_nonsense", None):
            refused = time_travel.get("/v1/whoami", key=key)
            assert code(refused) == (503, "KILL_SWITCH")
            assert refused.json()["error"]["details"] == {"scope": "global"}
    assert time_travel.get("/v1/whoami").status_code == 200


def test_reads_are_logged_while_the_switch_is_on(time_travel: Api) -> None:
    child = new_child(time_travel)
    time_travel.get("/v1/credits", child=child)
    with switched_on(time_travel, "audit_reads"):
        seen = time_travel.get("/v1/credits", child=child)
        missed = time_travel.get("/v1/content/nonsense", child=child)
        time_travel.get("/v1/audit-log", child=child)
    rows = time_travel.audit(child, "api.request")
    assert [(row["data"]["path"], row["data"]["status"]) for row in rows] == [
        ("/v1/audit-log", 200),
        ("/v1/content/nonsense", 422),
        ("/v1/credits", 200),
    ]
    assert [row["requestId"] for row in rows[1:]] == [missed.headers["X-Request-Id"], seen.headers["X-Request-Id"]]
